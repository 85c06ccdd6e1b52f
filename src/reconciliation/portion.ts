/** How much of a comparison is done at once, and how the portal is asked on the way. */
import type { AttemptHere } from '#domain/ports/reconciliation-stores.ts'
import type { Reconciliation } from '#domain/reconciliation.ts'
import type { SettlementConfirmation } from '#domain/ports/confirm-settlement.ts'
import type { CitedRow } from '#domain/settlement.ts'
import type { ReconciliationDeps } from './deps.ts'
import type { Asked, Judged } from './judge-row.ts'

/** One step of a comparison: what was found, and where to go on. */
export interface Portion {
  readonly judged: readonly Judged[]
  readonly cursor: string
}

/** References of a file, or attempts of ours, per commit. */
export const portionSize = 200

/** Questions to the portal at once: reconciliation is in no hurry, and payers are. */
const maxQuestions = 4

export interface Question {
  readonly here: AttemptHere
  /** What the file says of it: the answer, where the portal cannot be asked. */
  readonly row?: CitedRow
  /** Since when it is known that file and portal take back what is paid here. */
  readonly takenBackSinceMs?: number
}

/** Asks the portal each of `questions` and gives what stands here after its answer was written down, by reference. */
export async function askAll(
  deps: Pick<ReconciliationDeps, 'confirmSettlement' | 'reconciliations'>,
  { tenant, connection }: Reconciliation,
  questions: readonly Question[],
): Promise<ReadonlyMap<string, Asked>> {
  const waiting = [...questions]
  const answers = new Map<string, SettlementConfirmation>()
  const work = async () => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const { here, ...word } = next
      const { reference } = here
      answers.set(reference, await deps.confirmSettlement({ tenant, connection, reference, ...word }))
    }
  }
  await Promise.all(Array.from({ length: maxQuestions }, work))
  const references = questions.map(({ here }) => here.reference)
  const after = references.length === 0 ? [] : await deps.reconciliations.attempts(tenant, connection, references)
  return new Map(after.map((here) => [here.reference, { here, answer: answers.get(here.reference) ?? 'unasked' }]))
}
