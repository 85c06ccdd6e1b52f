import { describe, expect, it } from 'vitest'
import { money } from '#domain/money.ts'
import { attemptStates } from '#domain/payment.ts'
import { holdsObligation, repeatedLine } from '#payments/obligation.ts'
import { isFinished, isOutcomeCertain, paymentStateOf, refundableOf } from '#payments/payment-state.ts'

const of = (attempt: (typeof attemptStates)[number], refunded = 0) => ({
  attempt,
  amount: money(100),
  refunded: money(refunded),
})

describe('the state of a payment', () => {
  it('is its attempt’s, except that cancelling is shown as in doubt', () => {
    const states = attemptStates.map((state) => [state, paymentStateOf(of(state))])
    const expected = attemptStates.map((state) => [state, state === 'cancelling' ? 'in_doubt' : state])
    expect(states).toEqual(expected)
  })

  it('of a paid one follows its refunds', () => {
    expect([0, 1, 99, 100].map((refunded) => paymentStateOf(of('paid', refunded)))).toEqual([
      'paid',
      'partially_refunded',
      'partially_refunded',
      'refunded',
    ])
  })

  it('is finished for paid, refunded, failed, expired and cancelled, and for nothing else', () => {
    const finished = attemptStates.map((state) => paymentStateOf(of(state))).filter(isFinished)
    expect(finished.toSorted()).toEqual(['cancelled', 'expired', 'failed', 'paid'])
    expect(isFinished('partially_refunded') && isFinished('refunded')).toBe(true)
    expect(isFinished('mismatch')).toBe(false)
  })

  it('is uncertain only in doubt', () => {
    expect(attemptStates.filter((state) => !isOutcomeCertain(paymentStateOf(of(state))))).toEqual([
      'in_doubt',
      'cancelling',
    ])
  })

  it('lets back what was paid and not yet given back', () => {
    const refundReserved = money(0)
    expect(refundableOf({ ...of('paid', 30), refundReserved })).toEqual(money(70))
    expect(refundableOf({ ...of('paid', 30), refundReserved: money(50) })).toEqual(money(20))
    expect(refundableOf({ ...of('in_doubt'), refundReserved })).toEqual(money(0))
    expect(refundableOf({ ...of('mismatch'), refundReserved })).toEqual(money(0))
  })
})

describe('an obligation', () => {
  it('is held while the attempt is live or paid, and also while the amount is disputed', () => {
    expect(attemptStates.filter((state) => !holdsObligation(state))).toEqual(['failed', 'expired', 'cancelled'])
  })

  it('repeats when code and instalment are the same', () => {
    expect(
      repeatedLine([
        { code: 'P01', instalment: 1 },
        { code: 'P01', instalment: 1 },
      ]),
    ).toBe(1)
    expect(
      repeatedLine([
        { code: 'P01', instalment: 1 },
        { code: 'P01', instalment: 2 },
      ]),
    ).toBeUndefined()
    expect(
      repeatedLine([
        { code: 'P0', instalment: 11 },
        { code: 'P01', instalment: 1 },
      ]),
    ).toBeUndefined()
  })
})
