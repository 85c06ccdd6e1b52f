import { describe, expect, it } from 'vitest'
import { aRequest } from '../../support/a-request.ts'
import { faults } from '../../support/fake-portal.ts'
import { paymentHouse, viewOf, type PaymentHouse } from '../../support/payment-house.ts'

const second = 1_000
const minute = 60 * second

const codeOf = ({ answer }: Awaited<ReturnType<PaymentHouse['cancel']>>) =>
  (JSON.parse(answer.body) as { readonly code?: string }).code

describe('a cancellation', () => {
  it('shows the payment in doubt, without its pay page, until the portal says that it is dead', async () => {
    const house = paymentHouse()
    const { id, attempt } = await house.created()
    const { answer } = await house.cancel(id)
    expect(answer.status).toBe(200)
    expect(viewOf(answer)).toMatchObject({
      state: 'in_doubt',
      finished: false,
      outcomeCertain: false,
      attempt: { id: attempt.id, state: 'cancelling' },
    })
    expect(viewOf(answer).attempt.payUrl).toBeUndefined()
    for (const wait of [5, 10, 45]) await house.pass(wait * second)
    expect(house.state()).toBe('in_doubt')
    house.portal.fail(attempt.portalReference)
    await house.pass(4 * minute)
    expect(await house.payments.get(id, aRequest())).toMatchObject({ state: 'cancelled', finished: true })
  })

  it('names the client as the actor of its event', async () => {
    const house = paymentHouse()
    const { id } = await house.created()
    await house.cancel(id)
    const events = await house.payments.events(id, aRequest())
    expect(events.at(-1)).toMatchObject({
      type: 'payment.in_doubt',
      data: { from: 'awaiting_payer', to: 'cancelling', cause: 'cancel_requested', actor: 'client:demo-one-stop' },
    })
  })

  it('loses against a payer who has paid, and says so at once', async () => {
    const house = paymentHouse()
    const { id, attempt } = await house.created()
    house.portal.pay(attempt.portalReference)
    expect(viewOf((await house.cancel(id)).answer)).toMatchObject({ state: 'paid', refundable: 50_000 })
  })

  it('loses against a payer who pays later', async () => {
    const house = paymentHouse()
    const { id, attempt } = await house.created()
    await house.cancel(id)
    house.portal.pay(attempt.portalReference)
    await house.payments.receiveNotification('payment-portal', house.portal.notificationOf(attempt.portalReference))
    await house.drain()
    expect(house.state()).toBe('paid')
  })

  it('is never closed by a portal that cannot be asked, however long', async () => {
    const house = paymentHouse()
    const { id } = await house.created()
    house.portal.standing = faults.queryFails
    await house.cancel(id)
    for (let hour = 0; hour < 48; hour += 1) await house.pass(60 * minute)
    expect(house.state()).toBe('in_doubt')
  })

  it('answers a repeated key with the same bytes', async () => {
    const house = paymentHouse()
    const { id } = await house.created()
    const { answer } = await house.cancel(id)
    expect(await house.cancel(id)).toEqual({ kind: 'replayed', answer })
  })

  it.each([
    ['twice', async (house: PaymentHouse, id: string) => void (await house.cancel(id, 'first')), 'outcome_unknown'],
    [
      'after it was paid',
      async (house: PaymentHouse) => {
        house.portal.pay(house.store.all()[0]?.attempt.portalReference ?? '')
        await house.pass(10 * minute)
      },
      'already_paid',
    ],
    [
      'after it failed',
      async (house: PaymentHouse) => {
        house.portal.fail(house.store.all()[0]?.attempt.portalReference ?? '')
        await house.pass(10 * minute)
      },
      'already_closed',
    ],
  ] as const)('is refused %s', async (_, arrange, code) => {
    const house = paymentHouse()
    const { id } = await house.created()
    await arrange(house, id)
    const refused = await house.cancel(id)
    expect(codeOf(refused)).toBe(code)
    expect(await house.cancel(id)).toEqual({ kind: 'replayed', answer: refused.answer })
  })

  it('is refused while INIT is still on its way', async () => {
    const house = paymentHouse()
    house.portal.faults.push(faults.initNotSent)
    const { id } = await house.created()
    expect(codeOf(await house.cancel(id))).toBe('attempt_in_flight')
  })

  it('is one of fifty that are asked for at once', async () => {
    const house = paymentHouse()
    const { id } = await house.created()
    const answers = await Promise.all(Array.from({ length: 50 }, (_, index) => house.cancel(id, `race-${index}`)))
    expect(answers.filter(({ answer }) => answer.status === 200)).toHaveLength(1)
    const events = await house.payments.events(id, aRequest())
    expect(events.filter(({ data }) => data.to === 'cancelling')).toHaveLength(1)
  })
})
