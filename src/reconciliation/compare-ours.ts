/**
 * The other direction: what was found paid here on that day and stands in no file of the portal, of whatever day. A payment
 * is settled over there before it is known here, so its row cannot be in a later file than the day it became known,
 * but for the minutes around midnight on two clocks.
 */
import type { Reconciliation } from '#domain/reconciliation.ts'
import type { AttemptHere } from '#domain/ports/reconciliation-stores.ts'
import { portalOf, type ReconciliationDeps } from './deps.ts'
import type { Asked, Judged } from './judge-row.ts'
import { askAll, portionSize, type Portion } from './portion.ts'
import { dayInVietnam } from '#domain/vietnam-date.ts'

/** What becomes known in these last minutes of a day may be settled on the next by the portal's clock. */
const aroundMidnightMs = 10 * 60_000

export async function compareOurs(
  deps: Pick<ReconciliationDeps, 'portals' | 'reconciliations' | 'confirmSettlement'>,
  run: Reconciliation,
  after: string,
): Promise<Portion> {
  const { tenant, connection, date } = run
  const day = dayInVietnam(date)
  const attempts = await deps.reconciliations.paidWithoutRow({
    tenant,
    connection,
    fromMs: day.fromMs - aroundMidnightMs,
    untilMs: day.untilMs - aroundMidnightMs,
    after,
    limit: portionSize,
  })
  const asked = await askAll(
    deps,
    run,
    attempts.map((here) => ({ here })),
  )
  const judged = attempts.map((here) => judgeMissing(here, asked.get(here.reference)))
  const last = attempts.at(-1)
  return {
    judged,
    cursor: attempts.length < portionSize || last === undefined ? afterOurs(deps, run) : `ours ${last.attemptId}`,
  }
}

/** What an askable portal leaves in doubt is asked about by the attempt's own schedule. */
const afterOurs = (deps: Pick<ReconciliationDeps, 'portals'>, { tenant, connection }: Reconciliation): string =>
  portalOf(deps, tenant, connection)?.isAskable === false ? 'doubts ' : 'suspense '

/** Success is sticky, so whatever the portal answers, a person must see it; unless it did not answer at all. */
function judgeMissing(here: AttemptHere, asked: Asked | undefined): Judged {
  const { reference, paymentId, transactionId, amount, state } = here
  const isUnasked = asked === undefined || asked.answer === 'unasked'
  return {
    row: {
      outcome: 'missing_there',
      reference,
      paymentId,
      ...(transactionId === undefined ? {} : { transactionId }),
      amountHere: amount,
      stateHere: state,
      isHealed: false,
      isUnasked,
    },
    ...(isUnasked
      ? {}
      : { finding: { kind: 'missing_there' as const, details: { reference, amount: Number(amount.dong) } } }),
  }
}
