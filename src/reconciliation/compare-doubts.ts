/**
 * What a portal that cannot be asked has left in doubt, and no file of its names. A day later than the doubt began: its file
 * may put on the next day what was paid around midnight, or what it closed when its own validity ended. Nothing moves: that a
 * file is silent proves nothing, so a person must ask the portal's operator.
 */
import type { AttemptHere } from '#domain/ports/reconciliation-stores.ts'
import type { Reconciliation } from '#domain/reconciliation.ts'
import type { ReconciliationDeps } from './deps.ts'
import type { Judged } from './judge-row.ts'
import { portionSize, type Portion } from './portion.ts'
import { dateInVietnam, dayInVietnam } from '#domain/vietnam-date.ts'

const graceMs = 86_400_000

export async function compareDoubts(
  { reconciliations, clock }: Pick<ReconciliationDeps, 'reconciliations' | 'clock'>,
  { tenant, connection, date }: Reconciliation,
  after: string,
): Promise<Portion> {
  // The file of a day that is not over may still grow.
  if (date >= dateInVietnam(clock.nowMs())) return { judged: [], cursor: 'suspense ' }
  const { fromMs, untilMs } = dayInVietnam(date)
  const attempts = await reconciliations.doubtWithoutRow({
    tenant,
    connection,
    fromMs: fromMs - graceMs,
    untilMs: untilMs - graceMs,
    after,
    limit: portionSize,
  })
  const last = attempts.at(-1)
  return {
    judged: attempts.map(judgeDoubt),
    cursor: attempts.length < portionSize || last === undefined ? 'suspense ' : `doubts ${last.attemptId}`,
  }
}

const judgeDoubt = ({ reference, paymentId, amount, state }: AttemptHere): Judged => ({
  row: {
    outcome: 'missing_there',
    reference,
    paymentId,
    amountHere: amount,
    stateHere: state,
    reason: 'in_doubt',
    isHealed: false,
    isUnasked: false,
  },
  finding: { kind: 'missing_there', details: { reference, amount: Number(amount.dong) } },
})
