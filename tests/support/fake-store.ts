/** The store in memory, with the constraints of the real one: what they refuse, and that a refused unit leaves nothing. */
import { GatewayError } from '#domain/errors.ts'
import type { Payment, PaymentEvent } from '#domain/payment.ts'
import type { AuditEntry } from '#domain/ports/accountability.ts'
import type { IdempotencyStore, NotificationStore, PaymentStore } from '#domain/ports/stores.ts'
import {
  CommitConflict,
  type AttemptMove,
  type AttemptSchedule,
  type CommitUnit,
  type IdempotencyRecord,
  type IdempotencyScope,
  type NotificationRecord,
  type UnitOfWork,
  type Write,
} from '#domain/ports/unit-of-work.ts'
import { isLegalMove, isTerminal } from '#payments/transitions.ts'

interface StoredPayment {
  readonly payment: Payment
  readonly events: readonly PaymentEvent[]
  readonly holds: boolean
}

interface Tables {
  readonly payments: Map<string, StoredPayment>
  readonly keys: Map<string, IdempotencyRecord>
  readonly notifications: Map<string, { readonly row: NotificationRecord; readonly outcome?: string }>
  readonly entries: AuditEntry[]
}

export interface FakeStore {
  readonly unitOfWork: UnitOfWork
  readonly payments: PaymentStore
  readonly idempotency: IdempotencyStore
  readonly notifications: NotificationStore
  /** Every committed unit, in order. */
  readonly units: readonly CommitUnit[]
  readonly reads: { count: number }
  /** The store cannot be reached while true. */
  isAway: boolean
  /** The next commits happen, and then their connection is lost. */
  commitsToLose: number
  all(): readonly Payment[]
  outcomeOf(notificationId: string): string | undefined
}

const keyOf = ({ tenant, clientId, method, path, key }: IdempotencyScope) =>
  JSON.stringify([tenant, clientId, method, path, key])

export function fakeStore(): FakeStore {
  let tables: Tables = { payments: new Map(), keys: new Map(), notifications: new Map(), entries: [] }
  const units: CommitUnit[] = []
  const reads = { count: 0 }

  const away = () => new GatewayError('storage_unavailable', 'the fake store is away')
  const read = async <T>(look: () => T): Promise<T> => {
    if (store.isAway) throw away()
    reads.count += 1
    return look()
  }
  const rows = () => [...tables.payments.values()]
  const ofTenant = (tenant: string) => rows().filter(({ payment }) => payment.tenant === tenant)

  const store: FakeStore = {
    isAway: false,
    commitsToLose: 0,
    units,
    reads,
    all: () => rows().map(({ payment }) => payment),
    outcomeOf: (id) => tables.notifications.get(id)?.outcome,
    unitOfWork: {
      commit: async (unit) => {
        if (store.isAway) throw away()
        const next: Tables = {
          payments: new Map(tables.payments),
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
      findByPortalReference: (connection, reference) =>
        read(
          () =>
            rows().find(
              ({ payment: { attempt } }) => attempt.connection === connection && attempt.portalReference === reference,
            )?.payment,
        ),
      due: (nowMs, limit) =>
        read(() =>
          rows()
            .filter(({ payment: { attempt } }) => attempt.dueAtMs !== undefined && attempt.dueAtMs <= nowMs)
            .toSorted((a, b) => (a.payment.attempt.dueAtMs ?? 0) - (b.payment.attempt.dueAtMs ?? 0))
            .slice(0, limit)
            .map(({ payment: { tenant, id } }) => ({ tenant, paymentId: id })),
        ),
    },
    idempotency: { find: (scope) => read(() => tables.keys.get(keyOf(scope))) },
    notifications: {
      find: (id) => read(() => tables.notifications.get(id)?.row),
      unsettled: (limit) =>
        read(() =>
          [...tables.notifications.values()]
            .filter(({ outcome }) => outcome === undefined)
            .slice(0, limit)
            .map(({ row }) => row),
        ),
    },
  }
  return store
}

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
  if (others.some((other) => other.payment.attempt.portalReference === attempt.portalReference)) {
    throw new CommitConflict('portal_reference')
  }
  tables.payments.set(payment.id, { payment, events: [event], holds: true })
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
  const found = [...tables.payments.values()].find(({ payment: { attempt } }) => attempt.id === attemptId)
  const attempt = found?.payment.attempt
  const holds = found?.payment.tenant === tenant && attempt?.state === state && attempt.version === version
  if (found === undefined || !holds) throw new CommitConflict('stale')
  return found
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
  const moved: Payment = {
    ...payment,
    state: move.paymentState,
    sequence: event.sequence,
    attempt: {
      ...attempt,
      ...bookkeeping(move),
      state: to,
      version: attempt.version + 1,
      ...(move.payUrl === undefined ? {} : { payUrl: move.payUrl }),
      ...(move.vietQr === undefined ? {} : { vietQr: move.vietQr }),
      ...(move.portalTransactionId === undefined ? {} : { portalTransactionId: move.portalTransactionId }),
    },
  }
  tables.payments.set(payment.id, { payment: moved, events: [...stored.events, event], holds: move.holdsObligation })
}

function reschedule(tables: Tables, tenant: string, schedule: AttemptSchedule): void {
  const stored = expected(tables, tenant, schedule)
  const { dueAtMs: _due, notFoundSinceMs: _since, ...attempt } = stored.payment.attempt
  const payment = { ...stored.payment, attempt: { ...attempt, ...bookkeeping(schedule) } }
  tables.payments.set(payment.id, { ...stored, payment })
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
