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
import { createIdempotencyStore } from '#store/idempotency-store.ts'
import { createNotificationStore } from '#store/notification-store.ts'
import { createPaymentStore } from '#store/payment-store.ts'
import { createUnitOfWork } from '#store/unit-of-work.ts'
import { aRequest } from '../support/a-request.ts'
import { faults, fakePortal } from '../support/fake-portal.ts'
import { manualClock } from '../support/manual-clock.ts'
import { aClient, anOrder, keyed, paymentHouse, viewOf } from '../support/payment-house.ts'
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
      if (job.kind === 'confirm_notification') await payments.confirmNotification(job)
      else await payments.settleAttempt(job)
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
    expect(queue).toContainEqual({ kind: 'settle_attempt', tenant: 'lao-cai', paymentId: id })
    await drain()
    expect((await payments.get(id, aRequest())).state).toBe('awaiting_payer')
  })
})
