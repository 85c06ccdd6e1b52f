import { describe, expect, it } from 'vitest'
import type { Job } from '#domain/ports/job-queue.ts'
import { createPayments, type Payments } from '#payments/create-payments.ts'
import { aRequest } from '../../support/a-request.ts'
import { faults } from '../../support/fake-portal.ts'
import { mortalProcess, type Death } from '../../support/mortal-process.ts'
import {
  aClient,
  anOrder,
  aRefund,
  keyed,
  keyedStep,
  paymentHouse,
  refundOf,
  viewOf,
  type PaymentHouse,
} from '../../support/payment-house.ts'

const second = 1_000

type Fault = (typeof faults)[keyof typeof faults]
const troubles: readonly (Fault | undefined)[] = [
  undefined,
  faults.initNotSent,
  faults.initLost,
  faults.initDropped,
  faults.initFailed,
]
const create = (payments: Payments) => payments.create(anOrder(), aClient, keyed(anOrder()), aRequest())

/** Runs `work` in a process that dies as told; says whether it did. */
async function until(
  house: PaymentHouse,
  death: Death,
  work: (payments: Payments) => Promise<unknown>,
): Promise<boolean> {
  const { deps, died } = mortalProcess(house.deps, death)
  const survived = work(createPayments(deps)).then(() => false)
  return Promise.race([survived, died.then(() => true)])
}

/** Every death `work` can die, until a process survives it. */
async function everyDeath(check: (death: Death) => Promise<boolean>): Promise<number> {
  for (let atStep = 1; ; atStep += 1) {
    const before = await check({ atStep, when: 'before' })
    const after = await check({ atStep, when: 'after' })
    if (!before && !after) return atStep - 1
  }
}

/** One reference, one transaction, one payment, a gapless story that ends where the payment stands. */
async function expectWhole(house: PaymentHouse): Promise<void> {
  const payments = house.store.all()
  expect(payments.length).toBeLessThanOrEqual(1)
  expect(new Set(house.portal.inits.map(({ reference, body }) => reference + body)).size).toBeLessThanOrEqual(1)
  expect(house.portal.transactions.size).toBeLessThanOrEqual(1)
  for (const payment of payments) {
    const events = await house.payments.events(payment.id, aRequest())
    expect(events.map(({ sequence }) => sequence)).toEqual(events.map((_, index) => index + 1))
    expect(events.at(-1)?.data.state).toBe(payment.state)
    const isKnown = house.portal.inits.length > 0
    if (isKnown) expect(payment.attempt.portalReference).toBe(house.portal.inits[0]?.reference)
  }
}

describe.each(troubles)('create dying at every step, INIT meeting %o', (trouble) => {
  it('is never lost and never twice, and its key is answered with the same bytes from then on', async () => {
    const steps = await everyDeath(async (death) => {
      const house = paymentHouse()
      if (trouble !== undefined) house.portal.faults.push(trouble)
      const died = await until(house, death, create)
      house.clock.advance(15 * second)
      const replayed = await create(house.payments)
      expect(replayed.answer.status).toBe(201)
      for (const wait of [0, 10, 45]) await house.pass(wait * second)
      expect(house.state()).toBe('awaiting_payer')
      expect(await create(house.payments)).toEqual({ kind: 'replayed', answer: replayed.answer })
      expect(viewOf(replayed.answer).id).toBe(house.store.all()[0]?.id)
      await expectWhole(house)
      return died
    })
    // Commit, INIT, commit: the happy path has nothing else outside the process.
    expect(steps).toBe(3)
  })
})

describe('a replay dying at every step', () => {
  it('leaves the next replay to answer, and answers stay the same', async () => {
    const steps = await everyDeath(async (death) => {
      const house = paymentHouse()
      await until(house, { atStep: 1, when: 'after' }, create)
      house.clock.advance(15 * second)
      const died = await until(house, death, create)
      const first = await create(house.payments)
      expect(await create(house.payments)).toEqual(first)
      await expectWhole(house)
      return died
    })
    expect(steps).toBeGreaterThanOrEqual(4)
  })
})

describe('another attempt dying at every step', () => {
  it.each([undefined, faults.initLost, faults.initDropped, faults.initNotSent])(
    'INIT meeting %o, is one attempt under one reference',
    async (trouble) => {
      await everyDeath(async (death) => {
        const house = paymentHouse()
        const { id, attempt } = await house.created()
        house.portal.fail(attempt.portalReference)
        await house.pass(600 * second)
        if (trouble !== undefined) house.portal.faults.push(trouble)
        const again = (payments: Payments) => payments.createAttempt(id, {}, keyedStep(id, 'attempts', {}), aRequest())
        const died = await until(house, death, again)
        house.clock.advance(15 * second)
        const answered = await again(house.payments)
        expect(answered.answer.status).toBe(201)
        for (const wait of [0, 10, 45]) await house.pass(wait * second)
        expect(house.state()).toBe('awaiting_payer')
        expect(await again(house.payments)).toEqual({ kind: 'replayed', answer: answered.answer })
        expect(house.portal.transactions.size).toBe(2)
        expect(new Set(house.portal.inits.map(({ reference, body }) => reference + body)).size).toBe(2)
        return died
      })
    },
  )
})

describe('a cancellation dying at every step', () => {
  it('comes to the same end, and its key to the same answer', async () => {
    await everyDeath(async (death) => {
      const house = paymentHouse()
      const { id, attempt } = await house.created()
      const cancel = (payments: Payments) => payments.cancel(id, {}, keyedStep(id, 'cancellation', {}), aRequest())
      const died = await until(house, death, cancel)
      house.clock.advance(15 * second)
      const answered = await cancel(house.payments)
      expect(viewOf(answered.answer).attempt.state).toBe('cancelling')
      house.portal.fail(attempt.portalReference)
      await house.pass(15 * second)
      expect(house.state()).toBe('cancelled')
      expect(await cancel(house.payments)).toEqual({ kind: 'replayed', answer: answered.answer })
      await expectWhole(house)
      return died
    })
  })
})

const refundTroubles = [undefined, faults.refundLost, faults.refundDropped, faults.refundNotSent, faults.refundFailed]
/** One refund of one reference, whose money is counted once. */
const expectOneRefund = (house: PaymentHouse): void => {
  expect(house.portal.refunds.size).toBe(1)
  expect(new Set(house.portal.refundMessages.map(({ body }) => body)).size).toBe(1)
  expect(house.store.allRefunds()).toMatchObject([{ state: 'completed' }])
  expect(house.store.all()).toMatchObject([{ refundReserved: { dong: 0n }, state: 'partially_refunded' }])
}

describe.each(refundTroubles)('a refund dying at every step, REFUND meeting %o', (trouble) => {
  it('is given back once, and its key is answered with the same bytes from then on', async () => {
    const steps = await everyDeath(async (death) => {
      const house = paymentHouse()
      const { id } = await house.paid()
      if (trouble !== undefined) house.portal.faults.push(trouble)
      const refund = (payments: Payments) =>
        payments.requestRefund(id, aRefund(), keyedStep(id, 'refunds', aRefund()), aRequest())
      const died = await until(house, death, refund)
      house.clock.advance(15 * second)
      const answered = await refund(house.payments)
      expect(answered.answer.status).toBe(201)
      for (const wait of [0, 15, 45, 300]) await house.pass(wait * second)
      expect(await refund(house.payments)).toEqual({ kind: 'replayed', answer: answered.answer })
      expectOneRefund(house)
      return died
    })
    expect(steps).toBeGreaterThanOrEqual(7)
  })

  it('after its approval is given back once', async () => {
    await everyDeath(async (death) => {
      const house = paymentHouse()
      const { id } = await house.paid()
      const refund = refundOf((await house.refund(id, { amount: 40_000 })).answer)
      if (trouble !== undefined) house.portal.faults.push(trouble)
      const input = { officerId: '015080000456', decision: 'approve' as const }
      const subject = { paymentId: id, refundId: refund.id }
      const approve = (payments: Payments) =>
        payments.approveRefund(subject, input, keyedStep(id, 'approval', input), aRequest())
      const died = await until(house, death, approve)
      house.clock.advance(15 * second)
      const answered = await approve(house.payments)
      expect(answered.answer.status).toBe(200)
      for (const wait of [0, 15, 45, 300]) await house.pass(wait * second)
      expect(await approve(house.payments)).toEqual({ kind: 'replayed', answer: answered.answer })
      expectOneRefund(house)
      return died
    })
  })

  it('while it is settled comes to the same end', async () => {
    await everyDeath(async (death) => {
      const house = paymentHouse()
      const { id } = await house.paid()
      if (trouble !== undefined) house.portal.faults.push(trouble)
      house.portal.refundStanding = 'accepted'
      const refund = refundOf((await house.refund(id)).answer)
      if (house.portal.refunds.has(refund.portalReference)) {
        house.portal.settleRefund(refund.portalReference, 'completed')
      }
      house.portal.refundStanding = 'completed'
      house.clock.advance(15 * second)
      const job = { kind: 'settle_refund', tenant: 'lao-cai', refundId: refund.id } as const
      const died = await until(house, death, (payments) => payments.settleRefund(job))
      for (const wait of [0, 15, 45, 300]) await house.pass(wait * second)
      expectOneRefund(house)
      return died
    })
  })
})

describe('a refusal dying at every step', () => {
  it('is the same refusal when it is asked for again', async () => {
    await everyDeath(async (death) => {
      const house = paymentHouse()
      const { id } = await house.created()
      const other = anOrder({ reference: 'other' })
      const refuse = (payments: Payments) => payments.create(other, aClient, keyed(other, 'key-2'), aRequest())
      const died = await until(house, death, refuse)
      const again = await refuse(house.payments)
      expect(JSON.parse(again.answer.body)).toMatchObject({ code: 'obligation_exists', existing: id })
      await expectWhole(house)
      return died
    })
  })
})

describe('settling dying at every step', () => {
  it.each([faults.initLost, faults.initDropped, faults.initNotSent])(
    'after INIT met %o comes to the same end',
    async (trouble) => {
      await everyDeath(async (death) => {
        const house = paymentHouse()
        house.portal.faults.push(trouble)
        const { id } = await house.created()
        house.clock.advance(10 * second)
        const job = { kind: 'settle_attempt', tenant: 'lao-cai', paymentId: id } as const
        const died = await until(house, death, (payments) => payments.settleAttempt(job))
        await house.pass(0)
        expect(house.state()).toBe('awaiting_payer')
        await expectWhole(house)
        return died
      })
    },
  )
})

describe('a notification dying at every step', () => {
  it('of its reception is repeated by the portal, and of its confirmation by the sweep: paid once', async () => {
    const deaths = await everyDeath(async (death) => {
      const house = paymentHouse()
      const { attempt } = await house.created()
      house.portal.pay(attempt.portalReference)
      const raw = house.portal.notificationOf(attempt.portalReference)
      const died = await until(house, death, async (payments) => {
        await payments.receiveNotification('payment-portal', raw)
        const jobs: Job[] = house.queue.splice(0).map(({ job }) => job)
        for (const job of jobs) if (job.kind === 'confirm_notification') await payments.confirmNotification(job)
      })
      // The portal had no acknowledgement, so it says it again.
      if (died) await house.payments.receiveNotification('payment-portal', raw)
      await house.pass(second)
      expect(house.state()).toBe('paid')
      await expectWhole(house)
      expect(
        house.store.units
          .flatMap(({ writes }) => writes)
          .filter((write) => write.kind === 'attempt_move' && write.move.to === 'paid'),
      ).toHaveLength(1)
      return died
    })
    expect(deaths).toBeGreaterThanOrEqual(5)
  })
})

describe('a look dying at every step', () => {
  it('changes nothing that the next look would not change', async () => {
    await everyDeath(async (death) => {
      const house = paymentHouse()
      house.portal.faults.push(faults.initLost)
      const { id, attempt } = await house.created()
      house.portal.pay(attempt.portalReference)
      const died = await until(house, death, (payments) => payments.get(id, aRequest()))
      expect((await house.payments.get(id, aRequest())).state).toBe('paid')
      await expectWhole(house)
      return died
    })
  })
})
