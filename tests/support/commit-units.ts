/** Units of work for tests of the store: invented, small, different wherever the database wants them different. */
import { createHash, randomBytes, randomInt } from 'node:crypto'
import { money } from '#domain/money.ts'
import type { Attempt, AttemptState, Payment, PaymentEvent } from '#domain/payment.ts'
import type { AuditEntry } from '#domain/ports/accountability.ts'
import type {
  AttemptMove,
  CommitUnit,
  IdempotencyRecord,
  NotificationRecord,
  Write,
} from '#domain/ports/unit-of-work.ts'
import type { PortalReference } from '#domain/portal.ts'

export const tenant = 'lao-cai'
export const aMoment = Date.UTC(2026, 10, 23, 2, 0, 0)

export const anId = (prefix: string): string => `${prefix}_${randomBytes(13).toString('hex').toUpperCase()}`

const referenceCharacters = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ'
const aPortalReference = (): PortalReference =>
  Array.from({ length: 20 }, () => referenceCharacters[randomInt(36)]).join('') as PortalReference

export function anEntry(parts: Partial<AuditEntry> = {}): AuditEntry {
  const leaf = parts.leaf ?? JSON.stringify({ v: 1, result: 'match', trace_id: randomBytes(8).toString('hex') })
  return {
    id: anId('aud'),
    tenant,
    kind: 'verify',
    action: 'verifyIdentity',
    atMs: aMoment,
    leaf,
    leafHash: createHash('sha256').update('\0').update(leaf).digest(),
    requestSalt: randomBytes(32),
    responseSalt: randomBytes(32),
    ...parts,
  }
}

export const aVerification = (id = anId('ver')): Write => ({
  kind: 'verification',
  row: { id, clientId: 'demo-one-stop', outcome: 'match', answer: `{"id":"${id}"}`, createdAtMs: aMoment },
})

export const aUnit = (writes: readonly Write[] = [], entries: readonly AuditEntry[] = [anEntry()]): CommitUnit => ({
  tenant,
  entries,
  writes,
})

export function anAttempt(parts: Partial<Attempt> = {}): Attempt {
  return {
    id: anId('att'),
    number: 1,
    state: 'submitting',
    version: 1,
    connection: 'payment-portal',
    portalReference: aPortalReference(),
    issuedAtMs: aMoment,
    initBody: '{"MaThamChieu":"…"}',
    expiresAtMs: aMoment + 86_400_000,
    dueAtMs: aMoment + 5_000,
    checks: 0,
    ...parts,
  }
}

export function aPayment(parts: Partial<Payment> = {}): Payment {
  const code = anId('H38')
  return {
    id: anId('pay'),
    tenant,
    clientId: 'demo-one-stop',
    reference: `${code}:P01`,
    dossierCode: code,
    procedureCode: '2.000635',
    procedureName: 'Cấp bản sao trích lục hộ tịch',
    payer: { fullName: 'Nguyễn Thị Hoà' },
    lines: [{ code: 'P01', name: 'Phí cấp bản sao', kind: 'phi', amount: money(50_000), instalment: 1 }],
    collectingUnit: 'H38.17',
    amount: money(50_000),
    refunded: money(0),
    refundReserved: money(0),
    state: 'submitting',
    createdAtMs: aMoment,
    sequence: 1,
    attempt: anAttempt(),
    ...parts,
  }
}

export function anEvent(payment: Payment, parts: Partial<PaymentEvent> = {}): PaymentEvent {
  return {
    id: anId('evt'),
    sequence: payment.sequence,
    type: `payment.${payment.state}`,
    attemptId: payment.attempt.id,
    to: payment.attempt.state,
    cause: 'created',
    actor: 'client:demo-one-stop',
    createdAtMs: aMoment,
    ...parts,
  }
}

export const create = (payment: Payment): Write => ({ kind: 'payment', payment, event: anEvent(payment) })

/** The move of the payment's attempt, as it stands in `payment`, to `to`. */
export function move(payment: Payment, to: AttemptState, parts: Partial<AttemptMove> = {}): Write {
  const { id, state, version } = payment.attempt
  const paymentState = to === 'cancelling' ? 'in_doubt' : to
  const event = anEvent(payment, {
    type: `payment.${paymentState}`,
    sequence: payment.sequence + 1,
    from: state,
    to,
    cause: 'test',
    actor: 'gateway',
    portalRecord: { transactionId: '1', answerSha256: 'x' },
  })
  return {
    kind: 'attempt_move',
    move: {
      paymentId: payment.id,
      attemptId: id,
      expected: { state, version },
      to,
      paymentState,
      holdsObligation: !['failed', 'expired', 'cancelled'].includes(to),
      dueAtMs: null,
      checks: 0,
      notFoundSinceMs: null,
      event,
      postings: [],
      ...parts,
    },
  }
}

/** The payment as it stands after `move`. */
export const moved = (payment: Payment, to: AttemptState): Payment => ({
  ...payment,
  state: to === 'cancelling' ? 'in_doubt' : to,
  sequence: payment.sequence + 1,
  attempt: { ...payment.attempt, state: to, version: payment.attempt.version + 1 },
})

export function aKey(parts: Partial<IdempotencyRecord> & { key?: string } = {}): IdempotencyRecord {
  const { key = anId('key'), ...rest } = parts
  return {
    scope: { tenant, clientId: 'demo-one-stop', method: 'POST', path: '/v1/payments', key },
    fingerprint: 'fingerprint',
    runningUntilMs: aMoment + 8_000,
    createdAtMs: aMoment,
    ...rest,
  }
}

export const aNotification = (parts: Partial<NotificationRecord> = {}): NotificationRecord => ({
  id: anId('ntf'),
  connection: 'payment-portal',
  digest: randomBytes(32).toString('base64url'),
  raw: Buffer.from('{"MaLoi":"00"}'),
  reference: aPortalReference(),
  portalTransactionId: '1',
  receivedAtMs: aMoment,
  ...parts,
})
