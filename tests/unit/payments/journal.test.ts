import { describe, expect, it } from 'vitest'
import { postingWays, type PostingKind } from '#domain/journal.ts'
import { money } from '#domain/money.ts'
import { postingOfPaidBesides, postingOfSecondCharge, postingsOfMove, postingsOfRefundMove } from '#payments/journal.ts'
import { refundTransitions, sumOfRefund } from '#payments/refund-transitions.ts'
import { transitions } from '#payments/transitions.ts'
import { aMoment, aPayment, anEvent } from '../../support/commit-units.ts'

const payment = aPayment()
const event = anEvent(payment, { id: 'evt_2' })

/** What one account gains by these facts, each of one đồng. */
const gain = (account: string, kinds: readonly PostingKind[] = []): number =>
  kinds.reduce((sum, kind) => {
    const { from, to } = postingWays[kind]
    return sum + (to === account ? 1 : 0) - (from === account ? 1 : 0)
  }, 0)

describe('the facts of an attempt’s moves', () => {
  it('bring money into the house by every move to paid, and take it out by every move away from it', () => {
    const wrong = transitions.filter(
      ({ from, to, posts }) => gain('portal_clearing', posts) !== Number(to === 'paid') - Number(from === 'paid'),
    )
    expect(wrong).toEqual([])
  })

  it('lay aside what was taken in another amount, and take out of suspense whatever else an attempt becomes', () => {
    const aside = transitions.filter(({ posts }) => posts?.includes('amount_differs'))
    expect(aside).toEqual(transitions.filter(({ on, to }) => on === 'amount_differs' && to === 'mismatch'))
    const leaves = transitions.filter(({ from }) => from === 'mismatch')
    expect(leaves.every(({ posts }) => posts?.[0] === 'suspense_released')).toBe(true)
  })

  it('are none where no money moves, and where nobody knows whether it did', () => {
    const silent = transitions.filter(({ posts }) => posts === undefined).map(({ to }) => to)
    expect(new Set(silent)).toEqual(
      new Set(['awaiting_payer', 'in_doubt', 'failed', 'expired', 'cancelling', 'cancelled']),
    )
  })

  it('cite their event, and are as much as was asked for', () => {
    const [row] = transitions.filter(({ on }) => on === 'reversed')
    expect(postingsOfMove(row ?? {}, { payment, event })).toEqual([
      {
        kind: 'payment_reversed',
        paymentId: payment.id,
        attemptId: payment.attempt.id,
        cites: 'evt_2',
        amount: money(50_000),
        postedAtMs: aMoment,
      },
    ])
  })

  it('are as much as the portal took where that is another amount, and nothing where it is no đồng', () => {
    const row = { posts: ['amount_differs'] as const }
    expect(postingsOfMove(row, { payment, event, taken: money(7) })).toMatchObject([{ amount: money(7) }])
    expect(postingsOfMove(row, { payment, event })).toEqual([])
  })
})

describe('the facts of a refund’s moves', () => {
  it('put money on its way when the portal accepts, never when somebody asks or decides', () => {
    const wrong = refundTransitions.filter(({ from, to, posts }) => {
      const isGiven = (state: typeof to) => Number(sumOfRefund(state) === 'refunded')
      return -gain('portal_clearing', posts) !== isGiven(to) - isGiven(from)
    })
    expect(wrong).toEqual([])
  })

  it('leave nothing on its way when a refund is over', () => {
    const onTheWay = refundTransitions.filter(
      ({ from, to, posts }) => gain('refunds', posts) !== Number(to === 'accepted') - Number(from === 'accepted'),
    )
    expect(onTheWay).toEqual([])
  })

  it('are as much as the refund', () => {
    const refund = { amount: money(20_000) } as Parameters<typeof postingsOfRefundMove>[1]['refund']
    expect(postingsOfRefundMove({ posts: ['refund_accepted'] }, { payment, event, refund })).toMatchObject([
      { kind: 'refund_accepted', cites: 'evt_2', amount: money(20_000) },
    ])
  })
})

describe('what was taken twice', () => {
  it('is held apart from the attempt’s own, under the name of its transaction', () => {
    const second = { transactionId: 'T2', amount: money(30_000), seenAtMs: aMoment }
    expect(postingOfSecondCharge(payment, second)).toMatchObject({
      kind: 'double_charge',
      cites: 'T2',
      otherTransaction: 'T2',
      amount: money(30_000),
    })
  })

  it('is the attempt’s own where it stands beside a live one', () => {
    const posting = postingOfPaidBesides(payment, aMoment)
    expect(posting).toMatchObject({ kind: 'paid_besides', cites: payment.attempt.portalReference })
    expect(posting).not.toHaveProperty('otherTransaction')
  })
})
