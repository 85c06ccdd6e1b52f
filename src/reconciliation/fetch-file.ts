/** Brings the portal's file of a day into the house. */
import { before } from '#domain/deadline.ts'
import { UpstreamError } from '#domain/errors.ts'
import type { FileRefusal, SettlementFile } from '#domain/settlement.ts'
import type { ReconciledPortal, ReconciliationDeps } from './deps.ts'
import { takeInFile } from './take-in-file.ts'

export type Fetched =
  | { readonly kind: 'taken'; readonly file: SettlementFile }
  | { readonly kind: 'refused'; readonly refusal: FileRefusal }
  /** The portal has none for the day, or its dialect none at all. */
  | { readonly kind: 'none' }
  | { readonly kind: 'trouble'; readonly error: UpstreamError }

/** api.md, "Manners": settlement files, 10 minutes. */
const fetchWithinMs = 10 * 60_000

export async function fetchFile(deps: ReconciliationDeps, portal: ReconciledPortal, date: string): Promise<Fetched> {
  const { fetchFile: fetch } = portal
  if (fetch === undefined) return { kind: 'none' }
  const startedMs = deps.clock.monotonicMs()
  const spooled = await deps.spool.begin()
  try {
    const answer = await before(deps, startedMs + fetchWithinMs, (call) => fetch(date, spooled.add, call))
    if (answer !== 'file') return { kind: 'none' }
    return await takeInFile(deps, { portal, date, source: 'portal', spooled, startedMs })
  } catch (error) {
    if (error instanceof UpstreamError) return { kind: 'trouble', error }
    throw error
  } finally {
    await spooled.remove()
  }
}
