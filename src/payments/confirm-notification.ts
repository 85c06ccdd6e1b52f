/**
 * The job behind a notification: asks the portal what is true before any state moves, and writes the move together with
 * the notification's end. What cannot be confirmed now is handed to the attempt's own schedule, so that no notification
 * is asked about for ever. Where the portal cannot be asked at all, "paid" is a reason to doubt and nothing more.
 */
import { before } from '#domain/deadline.ts'
import type { Payment } from '#domain/payment.ts'
import type { AuditEntry } from '#domain/ports/accountability.ts'
import type { Job } from '#domain/ports/job-queue.ts'
import { CommitConflict, type NotificationRecord, type Write } from '#domain/ports/unit-of-work.ts'
import { reschedule, type Applied } from './apply.ts'
import { notificationStep } from './audited-steps.ts'
import { alertedOutlook, decide } from './decide.ts'
import type { PaymentBudgets, PaymentsDeps } from './deps.ts'
import type { Asking } from './observation.ts'
import { disputed, doubleCharge } from './money-cases.ts'
import { ask } from './portal-call.ts'
import { commitApplied, record, type Recorded } from './record.ts'
import { causeOf, isTerminal } from './transitions.ts'

export type ConfirmNotification = (job: Extract<Job, { kind: 'confirm_notification' }>) => Promise<void>

/** Ends of a notification that moved nothing; one that moved an attempt names the cause of the move. */
type NotificationOutcome =
  /** No attempt has this reference: kept for reconciliation. */
  | 'suspense'
  /** The attempt is paid, by this very transaction. */
  | 'already_paid'
  /** The attempt is paid by another transaction: the portal may have charged twice. */
  | 'second_transaction'
  /** The portal confirms that a former attempt is paid, beside the one that is live or paid. */
  | 'paid_besides'
  /** The portal answered, and nothing follows from it. */
  | 'no_effect'
  /** The portal did not confirm it yet: the attempt's schedule goes on asking. */
  | 'handed_over'
  /** The portal cannot be asked, and the attempt is in doubt already: a settlement file will say. */
  | 'awaits_settlement'
  /** The portal cannot be asked, and calls paid what is proven dead: a case. */
  | 'disputed'

/** An attempt is moved by a handful of others in its whole life. What loses to more than these is brought back by the sweep. */
const maxTries = 5

export function createConfirmNotification(deps: PaymentsDeps, budgets: PaymentBudgets): ConfirmNotification {
  return async ({ notificationId }) => {
    for (let tries = 1; tries <= maxTries; tries += 1) {
      if ((await follow(deps, notificationId, budgets)) !== 'outrun') return
    }
  }
}

/** `outrun`: the attempt moved meanwhile, often by the answer of the INIT this notification came before. Nothing was written. */
type Followed = 'ended' | 'outrun'

async function follow(deps: PaymentsDeps, notificationId: string, budgets: PaymentBudgets): Promise<Followed> {
  const startedMs = deps.clock.monotonicMs()
  const row = await deps.notifications.findUnsettled(notificationId)
  if (row === undefined) return 'ended'
  const payment = await deps.payments.findByPortalReference(row.connection, row.reference)
  if (payment === undefined) return settleAlone(deps, row, 'suspense', startedMs)
  if (payment.attempt.state === 'paid') {
    const isSame = payment.attempt.portalTransactionId === row.portalTransactionId
    if (isSame) return settleAlone(deps, row, 'already_paid', startedMs, payment)
    const found = doubleCharge(payment, row.portalTransactionId)
    return settleAlone(deps, row, 'second_transaction', startedMs, payment, deps.cases.open(found))
  }
  const seen = await askAbout(deps, payment, budgets)
  if (seen.kind === 'unaskable') return hear(deps, { payment, row, startedMs })
  return confirm(deps, { payment, row, startedMs }, seen)
}

async function askAbout(deps: PaymentsDeps, payment: Payment, { queryMs }: PaymentBudgets): Promise<Asking> {
  const portal = deps.portal(payment.tenant, payment.attempt.connection)
  if (portal === undefined) return { kind: 'unasked' }
  return before(deps, deps.clock.monotonicMs() + queryMs, (call) => ask(portal.port, payment.attempt, call))
}

interface Confirmation {
  readonly payment: Payment
  readonly row: NotificationRecord
  readonly startedMs: number
}

async function confirm(deps: PaymentsDeps, confirmation: Confirmation, seen: Asking): Promise<Followed> {
  const { payment, row, startedMs } = confirmation
  const nowMs = deps.clock.nowMs()
  const recording = { action: 'confirmNotification', startedMs }
  if (decide(payment, seen, nowMs).kind === 'move') {
    // The move's own audit entry tells of this step; a second one would count it twice.
    const also = (applied: Applied) => ({ entries: [], writes: [settled(row, causeOfMove(applied), nowMs)] })
    const recorded = await record(deps, payment, seen, { ...recording, also })
    if (recorded.kind === 'paid_besides') return settleAlone(deps, row, 'paid_besides', startedMs, payment)
    return endOf(recorded)
  }
  const isFinal = seen.kind === 'known' && seen.standing === 'failed'
  const outcome: NotificationOutcome = isFinal ? 'no_effect' : 'handed_over'
  const applied = isFinal ? { payment } : reschedule(payment, alertedOutlook(payment.attempt, nowMs))
  const entries = [endEntry(deps, row, { tenant: payment.tenant, outcome, startedMs, payment })]
  const recorded = await commitApplied(deps, applied, {
    ...recording,
    also: () => ({ entries, writes: [settled(row, outcome, nowMs)] }),
  })
  return endOf(recorded)
}

/** What a portal that cannot be asked claims. "Failed" may be followed by another try of the payer, and moves nothing. */
async function hear(deps: PaymentsDeps, { payment, row, startedMs }: Confirmation): Promise<Followed> {
  if (!mayClaimPaid(deps, payment, row)) return settleAlone(deps, row, 'no_effect', startedMs, payment)
  // INIT is being sent again, and its answer would take back what is told now: the sweep brings it back after that.
  if (payment.attempt.state === 'in_doubt' && payment.attempt.dueAtMs !== undefined) return 'ended'
  const nowMs = deps.clock.nowMs()
  const told = {
    kind: 'told',
    portalTransactionId: row.portalTransactionId,
    notificationSha256: row.digest,
  } as const
  const isDisputed = isTerminal(payment.attempt.state)
  const cases = isDisputed ? deps.cases.open(disputed(payment, row.portalTransactionId)) : []
  const recorded = await record(deps, payment, told, {
    action: 'confirmNotification',
    startedMs,
    also: (applied) => {
      const outcome = isDisputed ? 'disputed' : 'awaits_settlement'
      if (applied.row !== undefined) return { entries: [], writes: [settled(row, causeOf(applied.row), nowMs)] }
      const entries = [endEntry(deps, row, { tenant: payment.tenant, outcome, startedMs, payment })]
      return { entries, writes: [settled(row, outcome, nowMs), ...cases] }
    },
  })
  return endOf(recorded)
}

const endOf = ({ kind }: Recorded): Followed => (kind === 'outrun' ? 'outrun' : 'ended')

/** What cannot be read any more, because the secret was changed since, is taken for the worse. */
function mayClaimPaid(deps: PaymentsDeps, { tenant }: Payment, { connection, raw }: NotificationRecord): boolean {
  const read = deps.portal(tenant, connection)?.codec.readNotification(raw)
  return read?.kind !== 'valid' || read.notification.claims === 'paid'
}

const causeOfMove = ({ row }: Applied): string => (row === undefined ? 'no_effect' : causeOf(row))

async function settleAlone(
  deps: PaymentsDeps,
  row: NotificationRecord,
  outcome: NotificationOutcome,
  startedMs: number,
  payment?: Payment,
  besides: readonly Write[] = [],
): Promise<'ended'> {
  const tenant = payment?.tenant ?? deps.tenantOf(row.connection)
  // The account was taken out of the configuration: the row waits for it to come back.
  if (tenant === undefined) return 'ended'
  const entries = [endEntry(deps, row, { tenant, outcome, startedMs, payment })]
  try {
    await deps.unitOfWork.commit({ tenant, entries, writes: [settled(row, outcome, deps.clock.nowMs()), ...besides] })
  } catch (error) {
    // The same job ran twice, and the other was faster.
    if (!(error instanceof CommitConflict)) throw error
  }
  return 'ended'
}

const settled = ({ id }: NotificationRecord, outcome: string, atMs: number): Write => ({
  kind: 'notification_settled',
  id,
  outcome,
  atMs,
})

interface End {
  readonly tenant: string
  readonly outcome: NotificationOutcome
  readonly startedMs: number
  readonly payment: Payment | undefined
}

function endEntry({ accountability, clock }: PaymentsDeps, row: NotificationRecord, end: End): AuditEntry {
  const { tenant, outcome, startedMs, payment } = end
  const step = notificationStep(tenant, row, {
    action: 'confirmNotification',
    result: outcome,
    latencyMs: clock.monotonicMs() - startedMs,
    ...(payment === undefined ? {} : { payment }),
  })
  return accountability.enter(step)
}
