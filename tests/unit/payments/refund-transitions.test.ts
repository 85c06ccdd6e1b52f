import { describe, expect, it } from 'vitest'
import { money } from '#domain/money.ts'
import type { RefundStanding } from '#domain/portal.ts'
import { refundStates, type Refund, type RefundState } from '#domain/refund.ts'
import { decideRefund } from '#payments/decide-refund.ts'
import type { RefundObservation } from '#payments/refund-observation.ts'
import {
  isLegalRefundMove,
  isRefundFinished,
  refundHappenings,
  refundTransitions,
  sumOfRefund,
} from '#payments/refund-transitions.ts'

const published: Readonly<Record<RefundState, readonly RefundState[]>> = {
  requested: ['approved', 'rejected'],
  approved: ['submitting'],
  submitting: ['in_doubt', 'accepted', 'rejected'],
  in_doubt: ['accepted', 'rejected'],
  accepted: ['completed', 'reversed'],
  completed: [],
  rejected: [],
  reversed: [],
}
const pairs = refundStates.flatMap((from) => refundStates.map((to) => [from, to] as const))

describe('the table of a refund', () => {
  it.each(pairs)('from %s to %s allows what is published and nothing else', (from, to) => {
    expect(isLegalRefundMove(from, to)).toBe(published[from].includes(to))
  })

  it('ends where nothing leads on, uses every happening, and has one row at most for a state and a happening', () => {
    expect(refundStates.filter(isRefundFinished)).toEqual(refundStates.filter((state) => published[state].length === 0))
    expect(new Set(refundTransitions.map(({ on }) => on))).toEqual(new Set(refundHappenings))
    const edges = refundTransitions.map(({ from, on }) => `${from} ${on}`)
    expect(new Set(edges).size).toBe(edges.length)
  })

  it('counts no đồng in two sums, and frees it where nothing was given back', () => {
    const freed = refundStates.filter((state) => sumOfRefund(state) === 'none')
    expect(freed).toEqual(['rejected', 'reversed'])
  })

  it('is rejected by the portal or a person only, never by a lost answer', () => {
    const causes = refundTransitions.filter(({ to }) => to === 'rejected' || to === 'reversed').map(({ on }) => on)
    expect(new Set(causes)).toEqual(new Set(['declined', 'portal_refused']))
  })
})

const aRefund = (state: RefundState, checks = 0): Refund => ({
  id: 'ref_1',
  tenant: 'lao-cai',
  paymentId: 'pay_1',
  attemptId: 'att_1',
  state,
  version: 1,
  connection: 'payment-portal',
  portalReference: '0'.repeat(20) as Refund['portalReference'],
  refundReference: '1'.repeat(20) as Refund['refundReference'],
  issuedAtMs: 0,
  body: '{}',
  amount: money(20_000),
  reason: 'Nộp thừa',
  requestedBy: { clientId: 'demo-one-stop' },
  needsApproval: false,
  checks,
  createdAtMs: 0,
})
const said = (standing: 'completed' | 'accepted' | 'refused', dong = 20_000n, currency = 'VND'): RefundStanding => ({
  kind: 'known',
  standing,
  amount: money(dong),
  currency,
  answerSha256: 'sha',
})

describe('what is seen of a refund', () => {
  it.each([
    ['another amount', said('completed', 19_999n)],
    ['another currency', said('completed', 20_000n, 'USD')],
  ])('about %s settles nothing', (_, seen) => {
    expect(decideRefund(aRefund('in_doubt'), seen, 0).kind).toBe('wait')
  })

  it.each([
    ['submitting', 'resend'],
    ['in_doubt', 'resend'],
    ['accepted', 'wait'],
  ] as const)('as not found while %s means: %s', (state, kind) => {
    expect(decideRefund(aRefund(state), { kind: 'not_found', answerSha256: 'sha' }, 0).kind).toBe(kind)
  })

  it('as refused proves nothing the second time the bytes are sent', () => {
    const refused = (isFirst: boolean): RefundObservation => ({ kind: 'send_refused', isFirst })
    expect(decideRefund(aRefund('submitting'), refused(true), 0)).toMatchObject({ row: { to: 'rejected' } })
    expect(decideRefund(aRefund('submitting'), refused(false), 0)).toMatchObject({ row: { to: 'in_doubt' } })
    expect(decideRefund(aRefund('in_doubt'), refused(false), 0).kind).toBe('wait')
  })

  it('is asked for less and less often, and never given up into a verdict', () => {
    const unasked: RefundObservation = { kind: 'unasked' }
    const waits = [0, 1, 2, 3, 200].map((checks) => decideRefund(aRefund('in_doubt', checks), unasked, 0))
    expect(waits).toMatchObject([
      { kind: 'wait', outlook: { dueAtMs: 10_000 } },
      { kind: 'wait', outlook: { dueAtMs: 45_000 } },
      { kind: 'wait', outlook: { dueAtMs: 240_000 } },
      { kind: 'wait', outlook: { dueAtMs: 600_000 } },
      { kind: 'wait', outlook: { dueAtMs: null } },
    ])
  })

  it.each(refundStates.filter(isRefundFinished))('of one that is %s changes nothing', (state) => {
    for (const standing of ['completed', 'accepted', 'refused'] as const) {
      expect(decideRefund(aRefund(state), said(standing), 0)).toEqual({ kind: 'rest' })
    }
  })
})
