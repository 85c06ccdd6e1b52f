/** The store in memory, with the constraints of the real one: what they refuse, and that a refused unit leaves nothing. */
import { GatewayError } from '#domain/errors.ts'
import type { KeptBill, OwedBill } from '#domain/bill.ts'
import type { Case } from '#domain/case.ts'
import type { Attempt, Payment, PaymentEvent } from '#domain/payment.ts'
import type { AuditEntry } from '#domain/ports/accountability.ts'
import type {
  BillStore,
  IdempotencyStore,
  NotificationStore,
  PaymentStore,
  ReceiptStore,
  RefundStore,
} from '#domain/ports/stores.ts'
import {
  CommitConflict,
  type AttemptBeginning,
  type AttemptMove,
  type AttemptSchedule,
  type BillMove,
  type CommitUnit,
  type IdempotencyRecord,
  type IdempotencyScope,
  type NotificationRecord,
  type RefundMove,
  type RefundSchedule,
  type UnitOfWork,
  type Write,
} from '#domain/ports/unit-of-work.ts'
import type { IssuedReceipt, ReceiptSubject } from '#domain/receipt.ts'
import type { Refund } from '#domain/refund.ts'
import { isLegalRefundMove } from '#payments/refund-transitions.ts'
import { isLegalMove, isTerminal } from '#payments/transitions.ts'

interface StoredPayment {
  /** With its live or paid attempt, else its newest. */
  readonly payment: Payment
  readonly attempts: readonly Attempt[]
  readonly events: readonly PaymentEvent[]
  readonly holds: boolean
}

interface Tables {
  readonly payments: Map<string, StoredPayment>
  readonly refunds: Map<string, Refund>
  /** By attempt. */
  readonly bills: Map<string, { readonly owed: OwedBill; readonly kept?: KeptBill }>
  readonly cases: Map<string, Case>
  readonly receipts: Map<string, IssuedReceipt>
  readonly keys: Map<string, IdempotencyRecord>
  readonly notifications: Map<string, { readonly row: NotificationRecord; readonly outcome?: string }>
  readonly entries: AuditEntry[]
}

export interface FakeStore {
  readonly unitOfWork: UnitOfWork
  readonly payments: PaymentStore
  readonly refunds: RefundStore
  readonly bills: BillStore
  readonly idempotency: IdempotencyStore
  readonly notifications: NotificationStore
  readonly receipts: ReceiptStore
  /** Every committed unit, in order. */
  readonly units: readonly CommitUnit[]
  readonly reads: { count: number }
  /** The store cannot be reached while true. */
  isAway: boolean
  /** The next commits happen, and then their connection is lost. */
  commitsToLose: number
  all(): readonly Payment[]
  allRefunds(): readonly Refund[]
  allCases(): readonly Case[]
  outcomeOf(notificationId: string): string | undefined
}

const keyOf = ({ tenant, clientId, method, path, key }: IdempotencyScope) =>
  JSON.stringify([tenant, clientId, method, path, key])

const receiptKey = ({ paymentId, attemptId, refunded }: ReceiptSubject) => `${paymentId} ${attemptId} ${refunded.dong}`

export function fakeStore(): FakeStore {
  let tables: Tables = {
    payments: new Map(),
    refunds: new Map(),
    bills: new Map(),
    cases: new Map(),
    receipts: new Map(),
    keys: new Map(),
    notifications: new Map(),
    entries: [],
  }
  const units: CommitUnit[] = []
  const reads = { count: 0 }

  const away = () => new GatewayError('storage_unavailable', 'the fake store is away')
  const read = async <T>(look: () => T): Promise<T> => {
    if (store.isAway) throw away()
    reads.count += 1
    return look()
  }
  const rows = () => [...tables.payments.values()]
  const withAttempts = () =>
    rows().flatMap(({ payment, attempts }) => attempts.map((attempt) => ({ ...payment, attempt })))
  const billOf = (tenant: string, attemptId: string) => {
    const found = tables.bills.get(attemptId)
    return found?.owed.tenant === tenant ? found : undefined
  }
  const ofTenant = (tenant: string) => rows().filter(({ payment }) => payment.tenant === tenant)

  const store: FakeStore = {
    isAway: false,
    commitsToLose: 0,
    units,
    reads,
    all: () => rows().map(({ payment }) => payment),
    allCases: () => [...tables.cases.values()],
    allRefunds: () => [...tables.refunds.values()],
    outcomeOf: (id) => tables.notifications.get(id)?.outcome,
    unitOfWork: {
      commit: async (unit) => {
        if (store.isAway) throw away()
        const next: Tables = {
          payments: new Map(tables.payments),
          refunds: new Map(tables.refunds),
          bills: new Map(tables.bills),
          cases: new Map(tables.cases),
          receipts: new Map(tables.receipts),
          keys: new Map(tables.keys),
          notifications: new Map(tables.notifications),
          entries: [...tables.entries, ...unit.entries],
        }
        for (const write of unit.writes) applyWrite(next, unit.tenant, write)
        tables = next
        units.push(unit)
        if (store.commitsToLose > 0) {
          store.commitsToLose -= 1
          throw away()
        }
      },
    },
    receipts: { find: (_tenant, subject) => read(() => tables.receipts.get(receiptKey(subject))) },
    payments: {
      find: (tenant, id) => read(() => ofTenant(tenant).find(({ payment }) => payment.id === id)?.payment),
      findByReference: (tenant, reference) =>
        read(() => ofTenant(tenant).find(({ payment }) => payment.reference === reference)?.payment),
      findHolder: (tenant, dossierCode, lines) =>
        read(
          () =>
            ofTenant(tenant).find(
              ({ payment, holds }) =>
                holds && payment.dossierCode === dossierCode && payment.lines.some((line) => lines.some(isSame(line))),
            )?.payment.id,
        ),
      list: (tenant, filter, limit) =>
        read(() => ({
          items: ofTenant(tenant)
            .map(({ payment }) => payment)
            .filter(({ state }) => filter.state === undefined || state === filter.state)
            .toReversed()
            .slice(0, limit),
        })),
      events: (tenant, id) => read(() => ofTenant(tenant).find(({ payment }) => payment.id === id)?.events ?? []),
      postings: () => read(() => []),
      findByAttempt: (tenant, attemptId) =>
        read(() => withAttempts().find(({ attempt, ...of }) => of.tenant === tenant && attempt.id === attemptId)),
      findByPortalReference: (connection, reference) =>
        read(() =>
          withAttempts().find(
            ({ attempt }) => attempt.connection === connection && attempt.portalReference === reference,
          ),
        ),
      due: (nowMs, limit) =>
        read(() =>
          soonest(withAttempts(), ({ attempt }) => attempt.dueAtMs, nowMs)
            .slice(0, limit)
            .map(({ tenant, id, attempt }) => ({ tenant, paymentId: id, attemptId: attempt.id })),
        ),
    },
    refunds: {
      find: (tenant, id) =>
        read(() => [...tables.refunds.values()].find((one) => one.tenant === tenant && one.id === id)),
      list: (tenant, paymentId) =>
        read(() =>
          [...tables.refunds.values()]
            .filter((one) => one.tenant === tenant && one.paymentId === paymentId)
            .toReversed(),
        ),
      due: (nowMs, limit) =>
        read(() =>
          soonest([...tables.refunds.values()], ({ dueAtMs }) => dueAtMs, nowMs)
            .slice(0, limit)
            .map(({ tenant, id }) => ({ tenant, refundId: id })),
        ),
    },
    bills: {
      find: (tenant, attemptId) => read(() => billOf(tenant, attemptId)?.owed),
      read: (tenant, attemptId) => read(() => billOf(tenant, attemptId)?.kept),
      due: (nowMs, limit) =>
        read(() =>
          soonest([...tables.bills.values()], ({ owed }) => owed.dueAtMs, nowMs)
            .slice(0, limit)
            .map(({ owed: { tenant, attemptId } }) => ({ tenant, attemptId })),
        ),
      parked: () => read(() => [...tables.bills.values()].filter(({ owed }) => owed.state === 'parked').length),
    },
    idempotency: { find: (scope) => read(() => tables.keys.get(keyOf(scope))) },
    notifications: {
      findUnsettled: (id) => read(() => unsettled(tables).find((row) => row.id === id)),
      hasBacklog: (count) => read(() => unsettled(tables).length > count),
      unsettled: (limit) => read(() => unsettled(tables).slice(0, limit)),
    },
  }
  return store
}

const unsettled = ({ notifications }: Tables): readonly NotificationRecord[] =>
  [...notifications.values()].filter(({ outcome }) => outcome === undefined).map(({ row }) => row)

function applyWrite(tables: Tables, tenant: string, write: Write): void {
  switch (write.kind) {
    case 'idempotency':
      if (tables.keys.has(keyOf(write.row.scope))) throw new CommitConflict('idempotency_key')
      tables.keys.set(keyOf(write.row.scope), write.row)
      return
    case 'idempotency_answer': {
      const row = tables.keys.get(keyOf(write.scope))
      if (row !== undefined && row.answer === undefined) {
        tables.keys.set(keyOf(write.scope), { ...row, answer: write.answer })
      }
      return
    }
    case 'payment':
      return insertPayment(tables, write.payment, write.event)
    case 'attempt_move':
      return movePayment(tables, tenant, write.move)
    case 'attempt_schedule':
      return reschedule(tables, tenant, write.schedule)
    case 'attempt':
      return beginAttempt(tables, tenant, write.beginning)
    case 'refund':
      return insertRefund(tables, write.refund, write.event)
    case 'refund_move':
      return moveRefund(tables, tenant, write.move)
    case 'refund_schedule':
      return rescheduleRefund(tables, tenant, write.schedule)
    case 'bill_move':
      return moveBill(tables, tenant, write.move)
    case 'notification': {
      const known = [...tables.notifications.values()].some(
        ({ row }) => row.connection === write.row.connection && row.digest === write.row.digest,
      )
      if (known) throw new CommitConflict('notification')
      tables.notifications.set(write.row.id, { row: write.row })
      return
    }
    case 'notification_settled': {
      const found = tables.notifications.get(write.id)
      if (found !== undefined && found.outcome === undefined) {
        tables.notifications.set(write.id, { ...found, outcome: write.outcome })
      }
      return
    }
    case 'case':
      if (!tables.cases.has(write.row.id)) tables.cases.set(write.row.id, write.row)
      return
    case 'receipt': {
      const subject = receiptKey(write.row)
      if (!tables.receipts.has(subject)) tables.receipts.set(subject, write.row)
      return
    }
    // What stands in the journal is for the tests of the real store.
    case 'posting':
      return
    case 'verification':
      throw new Error('payments write no verifications')
  }
}

const isSame = (a: { code: string; instalment: number }) => (b: { code: string; instalment: number }) =>
  a.code === b.code && a.instalment === b.instalment

function insertPayment(tables: Tables, payment: Payment, event: PaymentEvent): void {
  const others = [...tables.payments.values()]
  const { tenant, reference, attempt } = payment
  if (others.some((other) => other.payment.tenant === tenant && other.payment.reference === reference)) {
    throw new CommitConflict('payment_reference')
  }
  refuseTakenObligation(others, payment)
  refuseKnownReference(others, attempt)
  tables.payments.set(payment.id, { payment, attempts: [attempt], events: [event], holds: true })
}

function refuseKnownReference(others: readonly StoredPayment[], { portalReference }: Attempt): void {
  const isKnown = others.some(({ attempts }) => attempts.some((one) => one.portalReference === portalReference))
  if (isKnown) throw new CommitConflict('portal_reference')
}

/** Those due by `nowMs`, the longest waiting first. */
const soonest = <T>(rows: readonly T[], dueAt: (row: T) => number | undefined, nowMs: number): readonly T[] =>
  rows.filter((row) => (dueAt(row) ?? Infinity) <= nowMs).toSorted((a, b) => (dueAt(a) ?? 0) - (dueAt(b) ?? 0))

const dead = ['failed', 'expired', 'cancelled']
const isLive = ({ state }: Attempt): boolean => !dead.includes(state)

function withAttempt({ attempts }: StoredPayment, changed: Attempt) {
  const all = attempts.map((one) => (one.id === changed.id ? changed : one))
  if (all.filter(isLive).length > 1) throw new CommitConflict('live_attempt')
  return { attempts: all, attempt: all.find(isLive) ?? all.at(-1) ?? changed }
}

function beginAttempt(tables: Tables, tenant: string, { paymentId, attempt, former, event }: AttemptBeginning): void {
  const stored = tables.payments.get(paymentId)
  if (stored === undefined || stored.payment.tenant !== tenant) throw new CommitConflict('stale')
  const left = stored.attempts.find(({ id }) => id === former.id)
  const isQuiet = left !== undefined && left.version === former.version && !isLive(left) && left.dueAtMs === undefined
  if (!isQuiet || event.sequence !== stored.payment.sequence + 1) throw new CommitConflict('stale')
  if (stored.attempts.some(isLive)) throw new CommitConflict('live_attempt')
  refuseKnownReference([...tables.payments.values()], attempt)
  refuseTakenObligation([...tables.payments.values()], stored.payment)
  tables.payments.set(paymentId, {
    payment: { ...stored.payment, state: 'submitting', sequence: event.sequence, attempt },
    attempts: [...stored.attempts, attempt],
    events: [...stored.events, event],
    holds: true,
  })
}

/** What the check constraint of the payment's row says. */
function withinPaid(payment: Payment): Payment {
  const { amount, refunded, refundReserved } = payment
  if (refunded.dong < 0n || refundReserved.dong < 0n) throw new Error('a sum below zero')
  if (refunded.dong + refundReserved.dong > amount.dong) throw new CommitConflict('refundable')
  return payment
}

function insertRefund(tables: Tables, refund: Refund, event: PaymentEvent): void {
  const stored = tables.payments.get(refund.paymentId)
  const isPaid = stored?.payment.state === 'paid' || stored?.payment.state === 'partially_refunded'
  if (stored === undefined || !isPaid || event.sequence !== stored.payment.sequence + 1)
    throw new CommitConflict('stale')
  const { payment } = stored
  const reserved = { dong: payment.refundReserved.dong + refund.amount.dong }
  tables.refunds.set(refund.id, refund)
  tables.payments.set(payment.id, {
    ...stored,
    payment: withinPaid({ ...payment, refundReserved: reserved, sequence: event.sequence }),
    events: [...stored.events, event],
  })
}

function expectedRefund(
  tables: Tables,
  tenant: string,
  { refundId, expected: { state, version } }: Pick<RefundSchedule, 'refundId' | 'expected'>,
): Refund {
  const found = tables.refunds.get(refundId)
  const holds = found?.tenant === tenant && found.state === state && found.version === version
  if (found === undefined || !holds) throw new CommitConflict('stale')
  return found
}

function moveRefund(tables: Tables, tenant: string, move: RefundMove): void {
  const refund = expectedRefund(tables, tenant, move)
  const stored = tables.payments.get(refund.paymentId)
  if (stored === undefined || move.event.sequence !== stored.payment.sequence + 1) throw new CommitConflict('stale')
  if (!isLegalRefundMove(refund.state, move.to)) throw new Error(`no refund moves from ${refund.state} to ${move.to}`)
  const { payment } = stored
  const { dueAtMs: _due, ...rest } = refund
  tables.refunds.set(refund.id, {
    ...rest,
    state: move.to,
    version: refund.version + 1,
    checks: move.checks,
    ...(move.dueAtMs === null ? {} : { dueAtMs: move.dueAtMs }),
    ...(move.decidedBy === undefined ? {} : { decidedBy: move.decidedBy }),
    ...(move.portalRefundId === undefined ? {} : { portalRefundId: move.portalRefundId }),
    ...(move.refusal === undefined ? {} : { refusal: move.refusal }),
  })
  tables.payments.set(payment.id, {
    ...stored,
    payment: withinPaid({
      ...payment,
      state: move.paymentState,
      sequence: move.event.sequence,
      refunded: { dong: payment.refunded.dong + move.refundedBy },
      refundReserved: { dong: payment.refundReserved.dong + move.reservedBy },
    }),
    events: [...stored.events, move.event],
  })
}

function rescheduleRefund(tables: Tables, tenant: string, schedule: RefundSchedule): void {
  const { dueAtMs: _due, ...refund } = expectedRefund(tables, tenant, schedule)
  const due = schedule.dueAtMs === null ? {} : { dueAtMs: schedule.dueAtMs }
  tables.refunds.set(refund.id, { ...refund, checks: schedule.checks, ...due })
}

function refuseTakenObligation(others: readonly StoredPayment[], payment: Payment): void {
  const isTaken = others.some(
    (other) =>
      other.holds &&
      other.payment.id !== payment.id &&
      other.payment.tenant === payment.tenant &&
      other.payment.dossierCode === payment.dossierCode &&
      other.payment.lines.some((line) => payment.lines.some(isSame(line))),
  )
  if (isTaken) throw new CommitConflict('obligation')
}

function expected(
  tables: Tables,
  tenant: string,
  { attemptId, expected: { state, version } }: Pick<AttemptMove, 'attemptId' | 'expected'>,
): StoredPayment {
  const found = [...tables.payments.values()].find(({ attempts }) => attempts.some(({ id }) => id === attemptId))
  const attempt = found?.attempts.find(({ id }) => id === attemptId)
  const holds = found?.payment.tenant === tenant && attempt?.state === state && attempt.version === version
  if (found === undefined || !holds) throw new CommitConflict('stale')
  return { ...found, payment: { ...found.payment, attempt } }
}

function movePayment(tables: Tables, tenant: string, move: AttemptMove): void {
  const stored = expected(tables, tenant, move)
  const { payment } = stored
  const { event, to } = move
  if (event.sequence !== payment.sequence + 1) throw new CommitConflict('stale')
  if (!isLegalMove(payment.attempt.state, to))
    throw new Error(`no attempt moves from ${payment.attempt.state} to ${to}`)
  const mustCite = isTerminal(payment.attempt.state) || payment.attempt.state === 'mismatch'
  if (mustCite && event.portalRecord === undefined) throw new Error('a correction cites no portal record')
  if (move.holdsObligation && !stored.holds) refuseTakenObligation([...tables.payments.values()], payment)
  const { dueAtMs: _due, notFoundSinceMs: _since, ...attempt } = payment.attempt
  const current = withAttempt(stored, {
    ...attempt,
    ...bookkeeping(move),
    state: to,
    version: attempt.version + 1,
    ...(move.payUrl === undefined ? {} : { payUrl: move.payUrl }),
    ...(move.vietQr === undefined ? {} : { vietQr: move.vietQr }),
    ...(move.portalTransactionId === undefined ? {} : { portalTransactionId: move.portalTransactionId }),
  })
  tables.payments.set(payment.id, {
    payment: { ...payment, state: move.paymentState, sequence: event.sequence, attempt: current.attempt },
    attempts: current.attempts,
    events: [...stored.events, event],
    holds: move.holdsObligation,
  })
  if (move.billDueAtMs !== undefined) oweBill(tables, { ...payment, attempt: current.attempt }, move.billDueAtMs)
}

function oweBill({ bills }: Tables, { id, tenant, attempt }: Payment, dueAtMs: number): void {
  const former = bills.get(attempt.id)?.owed
  if (former?.state === 'wanted' || former?.state === 'kept') return
  const version = (former?.version ?? 0) + 1
  const owed = { attemptId: attempt.id, tenant, paymentId: id, state: 'wanted', version, dueAtMs, tries: 0 } as const
  bills.set(attempt.id, { owed })
}

function moveBill({ bills }: Tables, tenant: string, move: BillMove): void {
  const { attemptId, expected, to, tries, dueAtMs, lastAnswer, kept } = move
  const { owed } = bills.get(attemptId) ?? {}
  const holds = owed?.tenant === tenant && owed.state === expected.state && owed.version === expected.version
  if (owed === undefined || !holds) throw new CommitConflict('stale')
  if (owed.state === 'kept') throw new Error('a bill that is kept stays as it came')
  const { dueAtMs: _due, lastAnswer: _answer, ...rest } = owed
  bills.set(attemptId, {
    owed: {
      ...rest,
      state: to,
      version: owed.version + 1,
      tries,
      ...(dueAtMs === null ? {} : { dueAtMs }),
      ...(lastAnswer === undefined ? {} : { lastAnswer }),
    },
    ...(kept === undefined ? {} : { kept }),
  })
}

function reschedule(tables: Tables, tenant: string, schedule: AttemptSchedule): void {
  const stored = expected(tables, tenant, schedule)
  const { dueAtMs: _due, notFoundSinceMs: _since, ...attempt } = stored.payment.attempt
  const current = withAttempt(stored, { ...attempt, ...bookkeeping(schedule) })
  const payment = { ...stored.payment, attempt: current.attempt }
  tables.payments.set(payment.id, { ...stored, payment, attempts: current.attempts })
}

const bookkeeping = ({
  dueAtMs,
  checks,
  notFoundSinceMs,
}: Pick<AttemptSchedule, 'dueAtMs' | 'checks' | 'notFoundSinceMs'>) => ({
  checks,
  ...(dueAtMs === null ? {} : { dueAtMs }),
  ...(notFoundSinceMs === null ? {} : { notFoundSinceMs }),
})
