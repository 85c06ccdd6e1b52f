/** A settlement file a clerk brings: taken in whole, or refused with the reason. The same file again is the same file. */
import { GatewayError } from '#domain/errors.ts'
import { toJsonAmount } from '#domain/money.ts'
import type { RequestContext } from '#domain/request-context.ts'
import type { ReconciliationDeps } from './deps.ts'
import { knownPortal, refuseFuture, type DayOfPortal } from './start-reconciliation.ts'
import { takeInFile, type TakenIn, type TakeInDeps } from './take-in-file.ts'

export type PutSettlementFile = (
  day: DayOfPortal,
  chunks: AsyncIterable<Uint8Array>,
  request: RequestContext,
) => Promise<{ readonly isNew: boolean; readonly file: SettlementFileView }>

type Deps = TakeInDeps & Pick<ReconciliationDeps, 'portals' | 'spool' | 'livemode'>

/** Throws `connection_not_found`, `date_not_over`, `body_too_large` and `settlement_file_refused`. */
export function createPutSettlementFile(deps: Deps): PutSettlementFile {
  return async ({ connection, date }, chunks, request) => {
    const { tenant } = request.principal
    const portal = knownPortal(deps, tenant, connection)
    refuseFuture(date, deps.clock.nowMs())
    const spooled = await deps.spool.begin()
    try {
      for await (const chunk of chunks) {
        await spooled.add(chunk)
        if (spooled.isTooLarge()) throw new GatewayError('body_too_large', 'a settlement file of more than 64 MiB')
      }
      const startedMs = request.startedAtMs
      const taken = await takeInFile(deps, { portal, date, source: 'upload', spooled, request, startedMs })
      return { isNew: taken.kind === 'taken' && taken.isNew, file: viewOf(taken, deps.livemode(tenant)) }
    } finally {
      await spooled.remove()
    }
  }
}

function viewOf(taken: TakenIn, livemode: boolean) {
  if (taken.kind === 'refused') {
    throw new GatewayError('settlement_file_refused', `the file is not taken: ${taken.refusal}`, {
      details: { refusal: taken.refusal },
    })
  }
  const { id, connection, date, sha256, rows, quarantined, sum, source, receivedAtMs } = taken.file
  const receivedAt = new Date(receivedAtMs).toISOString()
  return { id, connection, date, sha256, rows, quarantined, sum: toJsonAmount(sum), source, receivedAt, livemode }
}

export type SettlementFileView = ReturnType<typeof viewOf>
