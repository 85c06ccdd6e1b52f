/** The payments module over the real store: what the fakes promise about constraints, PostgreSQL must keep. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Job } from '#domain/ports/job-queue.ts'
import type { UnitOfWork } from '#domain/ports/unit-of-work.ts'
import { createIds } from '#main/ids.ts'
import { systemClock } from '#main/clock.ts'
import type { CreatePaymentInput } from '#payments/check-order.ts'
import { createPayments } from '#payments/create-payments.ts'
import type { PaymentsDeps } from '#payments/deps.ts'
import type { Database } from '#store/database.ts'
import { createBillStore } from '#store/bill-store.ts'
import { createIdempotencyStore } from '#store/idempotency-store.ts'
import { createNotificationStore } from '#store/notification-store.ts'
import { createPaymentStore } from '#store/payment-store.ts'
import { createRefundStore } from '#store/refund-store.ts'
import { createUnitOfWork } from '#store/unit-of-work.ts'
import { aRequest } from '../support/a-request.ts'
import { faults, fakePortal } from '../support/fake-portal.ts'
import { manualClock } from '../support/manual-clock.ts'
import {
  aClient,
  anOrder,
  aRefund,
  keyed,
  keyedStep,
  paymentHouse,
  refundOf,
  runJob,
  viewOf,
} from '../support/payment-house.ts'
import { createTestDatabase, type TestDatabase } from '../support/postgres.ts'
import { silentLog } from '../support/silent-log.ts'

let test: TestDatabase
let database: Database
let unitOfWork: UnitOfWork & { close(): Promise<void> }

beforeAll(async () => {
  test = await createTestDatabase()
  database = await test.open()
  unitOfWork = createUnitOfWork({ database, clock: systemClock, log: silentLog })
})
afterAll(async () => {
  await unitOfWork.close()
  await test.drop()
})

let made = 0
/** The module as one process has it, with orders of its own. */
function aProcess() {
  made += 1
  const dossierCode = `H38.17-261123-${String(made).padStart(4, '0')}`
  const portal = fakePortal()
  const clock = manualClock()
  const queue: Job[] = []
  const deps: PaymentsDeps = {
    ...paymentHouse().deps,
    portal: () => portal,
    payments: createPaymentStore(database),
    refunds: createRefundStore(database),
    bills: createBillStore(database),
    idempotency: createIdempotencyStore(database),
    notifications: createNotificationStore(database),
    unitOfWork,
    jobs: { enqueue: (job) => void queue.push(job) },
    clock,
    ids: createIds(systemClock),
  }
  const payments = createPayments(deps)
  const create = (differing: Partial<CreatePaymentInput> = {}, key = 'key-1') => {
    const input = anOrder({ dossierCode, reference: `${dossierCode}:P01`, ...differing })
    return payments.create(input, aClient, keyed(input, `${dossierCode} ${key}`), aRequest())
  }
  const drain = async () => {
    for (const job of queue.splice(0)) {
      await runJob(payments, job)
    }
  }
  return { portal, clock, queue, payments, create, drain, dossierCode }
}

describe('payments over PostgreSQL', () => {
  it('answers a repeated key with the same bytes', async () => {
    const { create, portal } = aProcess()
    const first = await create()
    expect(viewOf(first.answer).state).toBe('awaiting_payer')
    expect(await create()).toEqual({ kind: 'replayed', answer: first.answer })
    expect(portal.inits).toHaveLength(1)
  })

  it('has one effect of fifty requests with one key at once', async () => {
    const { create, portal } = aProcess()
    const outcomes = await Promise.allSettled(Array.from({ length: 50 }, () => create()))
    const answers = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []))
    const refusals = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason as unknown] : []))
    expect(answers.filter(({ kind }) => kind === 'created')).toHaveLength(1)
    for (const refusal of refusals) expect(refusal).toMatchObject({ code: 'request_in_progress' })
    expect(new Set(answers.map(({ answer }) => answer.body)).size).toBe(1)
    expect(portal.inits).toHaveLength(1)
  })

  it('lets one of twenty keys at once collect one obligation, and tells the others whose it is', async () => {
    const { create, portal, dossierCode } = aProcess()
    const numbers = Array.from({ length: 20 }, (_, index) => index)
    const outcomes = await Promise.all(
      numbers.map((number) => create({ reference: `${dossierCode}:${number}` }, `key-${number}`)),
    )
    const paid = outcomes.filter(({ answer }) => answer.status === 201)
    expect(paid).toHaveLength(1)
    const { id } = viewOf(paid[0]?.answer ?? { status: 0, contentType: '', body: '{}' })
    for (const { answer } of outcomes.filter(({ answer }) => answer.status === 409)) {
      expect(JSON.parse(answer.body)).toEqual({ code: 'obligation_exists', existing: id })
    }
    expect(portal.inits).toHaveLength(1)
  })

  it('refuses a reference for ever, naming the first payment', async () => {
    const { create } = aProcess()
    const { id } = viewOf((await create()).answer)
    const refused = await create({ dossierCode: 'other' }, 'key-2')
    expect(JSON.parse(refused.answer.body)).toEqual({ code: 'reference_exists', existing: id })
    expect(await create({ dossierCode: 'other' }, 'key-2')).toEqual({ kind: 'replayed', answer: refused.answer })
  })

  it('settles a lost INIT once although two jobs try at once', async () => {
    const { create, portal, clock, payments } = aProcess()
    portal.faults.push(faults.initLost)
    const { id } = viewOf((await create()).answer)
    clock.advance(5_000)
    const job = { kind: 'settle_attempt', tenant: 'lao-cai', paymentId: id } as const
    await Promise.all([payments.settleAttempt(job), payments.settleAttempt(job)])
    const events = await payments.events(id, aRequest())
    expect(events.map(({ sequence, data }) => [sequence, data.state])).toEqual([
      [1, 'submitting'],
      [2, 'in_doubt'],
      [3, 'awaiting_payer'],
    ])
    expect((await payments.get(id, aRequest())).attempt.payUrl).toContain('https://portal.example/pay/')
  })

  it('keeps one of many equal notifications, and pays once', async () => {
    const { create, portal, payments, queue, drain } = aProcess()
    const { id, attempt } = viewOf((await create()).answer)
    portal.pay(attempt.portalReference)
    const raw = portal.notificationOf(attempt.portalReference)
    const receptions = await Promise.all(
      Array.from({ length: 30 }, () => payments.receiveNotification('payment-portal', raw)),
    )
    expect(new Set(receptions.map(({ kind }) => kind))).toEqual(new Set(['acknowledged']))
    expect(queue).toHaveLength(1)
    await drain()
    expect(await payments.get(id, aRequest())).toMatchObject({ state: 'paid', refundable: 50_000 })
    expect(await payments.events(id, aRequest())).toHaveLength(3)
  })

  it('records a late payment although its obligation is collected elsewhere by now', async () => {
    const { create, portal, clock, payments, drain, dossierCode } = aProcess()
    const { id, attempt } = viewOf((await create()).answer)
    portal.fail(attempt.portalReference)
    clock.advance(600_000)
    await payments.settleAttempt({ kind: 'settle_attempt', tenant: 'lao-cai', paymentId: id })
    expect((await payments.get(id, aRequest())).state).toBe('failed')
    const other = viewOf((await create({ reference: `${dossierCode}:again` }, 'key-2')).answer)
    portal.pay(attempt.portalReference)
    await payments.receiveNotification('payment-portal', portal.notificationOf(attempt.portalReference))
    await drain()
    expect((await payments.get(id, aRequest())).state).toBe('paid')
    const third = await create({ reference: `${dossierCode}:third` }, 'key-3')
    expect(JSON.parse(third.answer.body)).toEqual({ code: 'obligation_exists', existing: other.id })
  })

  it('resolves a mismatch, and what it writes the database lets through', async () => {
    const { create, portal, clock, payments } = aProcess()
    const { id, attempt } = viewOf((await create()).answer)
    portal.pay(attempt.portalReference, 1n)
    clock.advance(600_000)
    const job = { kind: 'settle_attempt', tenant: 'lao-cai', paymentId: id } as const
    await payments.settleAttempt(job)
    expect((await createPaymentStore(database).find('lao-cai', id))?.state).toBe('mismatch')
    portal.pay(attempt.portalReference)
    clock.advance(5_000)
    await payments.settleAttempt(job)
    expect((await payments.get(id, aRequest())).state).toBe('paid')
  })

  it('finds by the sweep what is due, and leaves nothing due behind', async () => {
    const { create, portal, clock, payments, queue, drain } = aProcess()
    portal.faults.push(faults.initDropped)
    const { id } = viewOf((await create()).answer)
    queue.length = 0
    clock.advance(5_000)
    await payments.sweep()
    expect(queue).toContainEqual(expect.objectContaining({ kind: 'settle_attempt', paymentId: id }))
    await drain()
    expect((await payments.get(id, aRequest())).state).toBe('awaiting_payer')
  })
})

describe('attempts and refunds over PostgreSQL', () => {
  const paid = async () => {
    const process = aProcess()
    const { id, attempt } = viewOf((await process.create()).answer)
    process.portal.pay(attempt.portalReference)
    process.clock.advance(600_000)
    await process.payments.settleAttempt({ kind: 'settle_attempt', tenant: 'lao-cai', paymentId: id })
    return { ...process, id }
  }

  it('begins one of fifty attempts that are asked for at once, and finds the former by its reference', async () => {
    const { payments, portal, clock, create } = aProcess()
    const { id, attempt } = viewOf((await create()).answer)
    portal.fail(attempt.portalReference)
    clock.advance(600_000)
    await payments.settleAttempt({ kind: 'settle_attempt', tenant: 'lao-cai', paymentId: id })
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, index) =>
        payments.createAttempt(id, {}, keyedStep(id, 'attempts', {}, `race-${index}`), aRequest()),
      ),
    )
    expect(answers.filter(({ answer }) => answer.status === 201)).toHaveLength(1)
    expect(portal.inits).toHaveLength(2)
    const store = createPaymentStore(database)
    const former = await store.findByPortalReference('payment-portal', attempt.portalReference)
    expect(former?.attempt).toMatchObject({ id: attempt.id, state: 'failed' })
    expect((await store.find('lao-cai', id))?.attempt).toMatchObject({ number: 2, state: 'awaiting_payer' })
    expect((await store.findByAttempt('lao-cai', attempt.id))?.attempt.id).toBe(attempt.id)
  })

  it('leaves a living attempt where it is when the former turns out paid, and shows the former when that is all', async () => {
    const { payments, portal, clock, create, drain } = aProcess()
    const { id, attempt } = viewOf((await create()).answer)
    const fail = async (reference: string) => {
      portal.fail(reference)
      clock.advance(600_000)
      await payments.settleAttempt({ kind: 'settle_attempt', tenant: 'lao-cai', paymentId: id })
    }
    await fail(attempt.portalReference)
    const another = await payments.createAttempt(id, {}, keyedStep(id, 'attempts', {}), aRequest())
    portal.pay(attempt.portalReference)
    await payments.receiveNotification('payment-portal', portal.notificationOf(attempt.portalReference))
    await drain()
    expect(await payments.get(id, aRequest())).toMatchObject({ state: 'awaiting_payer' })
    await fail(viewOf(another.answer).attempt.portalReference)
    await payments.receiveNotification(
      'payment-portal',
      portal.notificationOf(attempt.portalReference, { again: true }),
    )
    await drain()
    expect(await payments.get(id, aRequest())).toMatchObject({ state: 'paid', attempt: { id: attempt.id } })
  })

  it('gives back once of fifty refunds that race for the same money', async () => {
    const { payments, portal, id } = await paid()
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, index) =>
        payments.requestRefund(id, aRefund(), keyedStep(id, 'refunds', aRefund(), `race-${index}`), aRequest()),
      ),
    )
    expect(answers.filter(({ answer }) => answer.status === 201)).toHaveLength(1)
    expect(portal.refundMessages).toHaveLength(1)
    expect(await payments.get(id, aRequest())).toMatchObject({ state: 'partially_refunded', refundable: 30_000 })
    const [refund] = await payments.listRefunds(id, aRequest())
    expect(refund).toMatchObject({ state: 'completed', amount: 20_000 })
    const events = await payments.events(id, aRequest())
    expect(events.at(-1)).toMatchObject({ type: 'refund.completed', data: { refund: refund?.id, amount: 20_000 } })
    expect(events.map(({ sequence }) => sequence)).toEqual(events.map((_, index) => index + 1))
  })

  it('keeps a refund that waits for approval, and sends it when it comes', async () => {
    const { payments, id } = await paid()
    const input = aRefund({ amount: 40_000 })
    const asked = await payments.requestRefund(id, input, keyedStep(id, 'refunds', input), aRequest())
    const refund = refundOf(asked.answer)
    expect(refund.state).toBe('requested')
    expect(await payments.get(id, aRequest())).toMatchObject({ state: 'paid', refundable: 10_000 })
    const decision = { officerId: '015080000456', decision: 'approve' as const }
    const subject = { paymentId: id, refundId: refund.id }
    const approved = await payments.approveRefund(subject, decision, keyedStep(id, 'approval', decision), aRequest())
    expect(refundOf(approved.answer).state).toBe('completed')
  })

  it('refuses more than was paid, whatever the gateway believes', async () => {
    const { id, payments } = await paid()
    const store = createPaymentStore(database)
    const payment = (await store.find('lao-cai', id)) ?? expect.fail('no payment')
    await payments.requestRefund(id, aRefund(), keyedStep(id, 'refunds', aRefund()), aRequest())
    const after = (await store.find('lao-cai', id)) ?? expect.fail('no payment')
    const [known] = await createRefundStore(database).list('lao-cai', id)
    if (known === undefined) expect.fail('no refund')
    const refund = {
      ...known,
      id: `${known.id}X`,
      state: 'approved' as const,
      version: 1,
      refundReference: 'X'.repeat(20) as typeof known.refundReference,
      amount: { dong: 30_001n },
    }
    const event = {
      id: `evt_${id}`,
      sequence: after.sequence + 1,
      type: 'refund.approved',
      attemptId: payment.attempt.id,
      to: 'paid' as const,
      cause: 'within_limit',
      actor: 'client:x',
      createdAtMs: 0,
    }
    const commit = (of: typeof refund) =>
      unitOfWork.commit({ tenant: 'lao-cai', entries: [], writes: [{ kind: 'refund', refund: of, event }] })
    await expect(commit(refund)).rejects.toMatchObject({ conflict: 'refundable' })
    await commit({ ...refund, amount: { dong: 30_000n } })
  })
})
