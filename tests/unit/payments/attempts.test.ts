import { describe, expect, it } from 'vitest'
import { aRequest } from '../../support/a-request.ts'
import { faults } from '../../support/fake-portal.ts'
import { keyedStep, paymentHouse, viewOf, type PaymentHouse } from '../../support/payment-house.ts'

const second = 1_000
const minute = 60 * second
const hour = 60 * minute

const idOf = (house: PaymentHouse): string => house.store.all()[0]?.id ?? ''
const referenceOf = (house: PaymentHouse): string => house.store.all()[0]?.attempt.portalReference ?? ''
const problemOf = ({ answer }: Awaited<ReturnType<PaymentHouse['again']>>) =>
  JSON.parse(answer.body) as Record<string, unknown>

/** A house whose only payment ended as told. */
async function withDeadAttempt(end: 'failed' | 'expired' | 'cancelled' = 'failed') {
  const house = paymentHouse()
  const first = await house.created()
  if (end === 'cancelled') await house.cancel(first.id)
  house.portal.fail(first.attempt.portalReference)
  await house.pass(end === 'failed' ? 10 * minute : 25 * hour)
  expect(house.state()).toBe(end)
  return { house, first }
}

describe('another attempt', () => {
  it.each(['failed', 'expired', 'cancelled'] as const)('follows one that %s, under a new reference', async (end) => {
    const { house, first } = await withDeadAttempt(end)
    const { kind, answer } = await house.again(first.id)
    const payment = viewOf(answer)
    expect([kind, answer.status]).toEqual(['created', 201])
    expect(payment).toMatchObject({ id: first.id, state: 'awaiting_payer', refundable: 0 })
    expect(payment.attempt.portalReference).not.toBe(first.attempt.portalReference)
    expect(payment.attempt.payUrl).toContain(payment.attempt.portalReference)
    expect(house.portal.inits.map(({ reference }) => reference)).toEqual([
      first.attempt.portalReference,
      payment.attempt.portalReference,
    ])
    const events = await house.payments.events(first.id, aRequest())
    expect(events.slice(-2).map(({ type, data }) => [type, data.cause, data.actor])).toEqual([
      ['payment.submitting', 'attempt_created', 'client:demo-one-stop'],
      ['payment.awaiting_payer', 'portal_opened', 'portal'],
    ])
    expect(events.map(({ sequence }) => sequence)).toEqual(events.map((_, index) => index + 1))
  })

  it('is paid like the first', async () => {
    const { house, first } = await withDeadAttempt()
    const { attempt } = viewOf((await house.again(first.id)).answer)
    house.portal.pay(attempt.portalReference)
    await house.payments.receiveNotification('payment-portal', house.portal.notificationOf(attempt.portalReference))
    await house.drain()
    expect(await house.payments.get(first.id, aRequest())).toMatchObject({ state: 'paid', attempt: { id: attempt.id } })
  })

  it('answers a repeated key with the same bytes, and another body under it never', async () => {
    const { house, first } = await withDeadAttempt()
    const { answer } = await house.again(first.id)
    expect(await house.again(first.id)).toEqual({ kind: 'replayed', answer })
    const other = { ...keyedStep(first.id, 'attempts', {}), fingerprint: 'another body' }
    await expect(house.payments.createAttempt(first.id, {}, other, aRequest())).rejects.toMatchObject({
      code: 'idempotency_key_reused',
    })
    expect(house.portal.inits).toHaveLength(2)
  })

  it.each([
    ['awaits its payer', async () => {}, 'attempt_in_flight'],
    ['is in doubt', (house: PaymentHouse): Promise<unknown> => house.pass(25 * hour), 'outcome_unknown'],
    ['is being cancelled', (house: PaymentHouse): Promise<unknown> => house.cancel(idOf(house)), 'outcome_unknown'],
    [
      'is paid',
      async (house: PaymentHouse): Promise<unknown> => {
        house.portal.pay(referenceOf(house))
        return house.pass(10 * minute)
      },
      'already_paid',
    ],
  ] as const)('is refused while the former one %s', async (_, arrange, code) => {
    const house = paymentHouse()
    const { id } = await house.created()
    await arrange(house)
    const refused = await house.again(id)
    expect(problemOf(refused)).toEqual({ code })
    expect(await house.again(id)).toEqual({ kind: 'replayed', answer: refused.answer })
    expect(house.portal.inits).toHaveLength(1)
  })

  it('is refused while a dead one is watched, since its INIT may have arrived late', async () => {
    const { house, first } = await withDeadAttempt()
    const { attempt } = house.store.all()[0] ?? expect.fail('no payment')
    await house.store.unitOfWork.commit({
      tenant: 'lao-cai',
      entries: [],
      writes: [
        {
          kind: 'attempt_schedule',
          schedule: {
            attemptId: attempt.id,
            expected: { state: attempt.state, version: attempt.version },
            dueAtMs: house.clock.nowMs() + hour,
            checks: 0,
            notFoundSinceMs: null,
          },
        },
      ],
    })
    expect(problemOf(await house.again(first.id))).toEqual({ code: 'outcome_unknown' })
  })

  it('is refused where another payment collects the obligation by now, and names it', async () => {
    const { house, first } = await withDeadAttempt()
    const other = await house.created({ reference: 'other' }, 'key-2')
    expect(problemOf(await house.again(first.id))).toEqual({ code: 'obligation_exists', existing: other.id })
  })

  it("of another tenant's payment does not exist", async () => {
    const { house, first } = await withDeadAttempt()
    const { principal } = aRequest()
    const request = aRequest({ principal: { ...principal, tenant: 'ha-noi' } })
    await expect(
      house.payments.createAttempt(first.id, {}, keyedStep(first.id, 'attempts', {}), request),
    ).rejects.toMatchObject({ code: 'payment_not_found' })
  })

  it('is one of fifty that are asked for at once', async () => {
    const { house, first } = await withDeadAttempt()
    const answers = await Promise.all(Array.from({ length: 50 }, (_, index) => house.again(first.id, `race-${index}`)))
    expect(answers.filter(({ answer }) => answer.status === 201)).toHaveLength(1)
    const refusals = answers.filter(({ answer }) => answer.status !== 201).map(problemOf)
    expect(new Set(refusals.map(({ code }) => code))).toEqual(new Set(['attempt_in_flight']))
    expect(house.portal.inits).toHaveLength(2)
  })

  it('whose INIT answer is lost is in doubt and heals like the first', async () => {
    const { house, first } = await withDeadAttempt()
    house.portal.faults.push(faults.initLost)
    expect(viewOf((await house.again(first.id)).answer)).toMatchObject({ state: 'in_doubt', outcomeCertain: false })
    await house.pass(5 * second)
    expect(house.state()).toBe('awaiting_payer')
    expect(house.portal.transactions.size).toBe(2)
  })
})

describe('a former attempt that turns out paid', () => {
  const notify = async (house: PaymentHouse, reference: string) => {
    house.portal.pay(reference)
    await house.payments.receiveNotification('payment-portal', house.portal.notificationOf(reference))
    await house.drain()
  }
  const outcomes = (house: PaymentHouse) =>
    house.store.units
      .flatMap(({ writes }) => writes)
      .flatMap((write) => (write.kind === 'notification_settled' ? [write.outcome] : []))

  it('is what the payment shows, when the other one is dead too', async () => {
    const { house, first } = await withDeadAttempt()
    const { attempt } = viewOf((await house.again(first.id)).answer)
    house.portal.fail(attempt.portalReference)
    await house.pass(10 * minute)
    await notify(house, first.attempt.portalReference)
    expect(await house.payments.get(first.id, aRequest())).toMatchObject({
      state: 'paid',
      refundable: 50_000,
      attempt: { id: first.attempt.id },
    })
    expect(outcomes(house)).toEqual(['paid_late'])
  })

  it('leaves the living one where it is, and says that both are there', async () => {
    const { house, first } = await withDeadAttempt()
    const { attempt } = viewOf((await house.again(first.id)).answer)
    await notify(house, first.attempt.portalReference)
    expect(await house.payments.get(first.id, aRequest())).toMatchObject({
      state: 'awaiting_payer',
      attempt: { id: attempt.id },
    })
    expect(outcomes(house)).toEqual(['paid_besides'])
    expect(house.store.allCases()).toMatchObject([
      { kind: 'paid_besides', paymentId: first.id, details: { portalReference: first.attempt.portalReference } },
    ])
    await house.payments.receiveNotification(
      'payment-portal',
      house.portal.notificationOf(first.attempt.portalReference, { again: true }),
    )
    await house.drain()
    expect(house.store.allCases()).toHaveLength(1)
  })

  it('is found by its own look when its notification could not be confirmed at first', async () => {
    const { house, first } = await withDeadAttempt()
    await house.again(first.id)
    house.portal.faults.push(faults.queryFails)
    await notify(house, first.attempt.portalReference)
    expect(outcomes(house)).toEqual(['handed_over'])
    expect(house.store.all()[0]?.state).toBe('awaiting_payer')
    await house.pass(5 * second)
    expect(house.store.allCases()).toMatchObject([{ kind: 'paid_besides' }])
    expect(await house.store.payments.due(Number.MAX_SAFE_INTEGER, 10)).toHaveLength(1)
  })
})
