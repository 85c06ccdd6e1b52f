import { describe, expect, it } from 'vitest'
import { money } from '#domain/money.ts'
import type { AttemptState } from '#domain/payment.ts'
import type { AttemptHere, ReadableRow } from '#domain/ports/reconciliation-stores.ts'
import type { PortalReference } from '#domain/portal.ts'
import { doubleCharge } from '#payments/money-cases.ts'
import type { SettledTransaction } from '#domain/settlement.ts'
import { judgeGroup, needsAsking, type Asked } from '#reconciliation/judge-row.ts'
import { aPayment } from '../../support/a-payment.ts'

let line = 1
const row = (differing: Partial<SettledTransaction> = {}, isReused = false): ReadableRow => ({
  line: (line += 1),
  isReused,
  settled: {
    kind: 'payment',
    transactionId: 'GD1',
    reference: 'R1',
    amount: money(50_000),
    standing: 'paid',
    settledAtMs: 0,
    ...differing,
  },
})
const refund = (differing: Partial<SettledTransaction> = {}) =>
  row({ kind: 'refund', transactionId: 'HT1', refundReference: 'F1', amount: money(20_000), ...differing })

const here = (state: AttemptState, differing: Partial<AttemptHere> = {}): AttemptHere => ({
  paymentId: 'pay_1',
  attemptId: 'att_1',
  reference: 'R1',
  state,
  amount: money(50_000),
  refunded: money(0),
  ...(state === 'paid' ? { transactionId: 'GD1' } : {}),
  ...differing,
})
const asked = (state: AttemptState, differing: Partial<AttemptHere> = {}): Asked => ({
  here: here(state, differing),
  answer: 'asked',
})

const outcomes = (rows: readonly ReadableRow[], ours: AttemptHere | undefined, answer?: Asked) =>
  judgeGroup({ rows, here: ours }, answer).map(({ row: { outcome, isHealed }, finding }) => [
    outcome,
    isHealed ? 'healed' : (finding?.kind ?? ''),
  ])

const unsettled = ['submitting', 'awaiting_payer', 'in_doubt', 'cancelling', 'failed', 'expired', 'cancelled'] as const

describe('a row the portal calls paid', () => {
  it('matches an attempt that is paid by the same transaction, and nobody is asked', () => {
    expect(outcomes([row()], here('paid'))).toEqual([['matched', '']])
    expect(needsAsking({ rows: [row()], here: here('paid') })).toBe(false)
  })

  it.each(unsettled)('is asked about where the attempt is %s, and healed when the portal confirms it', (state) => {
    const group = { rows: [row()], here: here(state) }
    expect(needsAsking(group)).toBe(true)
    expect(outcomes(group.rows, group.here, asked('paid'))).toEqual([['state_differs', 'healed']])
  })

  it.each(unsettled)('is a case where the attempt is %s and the portal itself says something else', (state) => {
    expect(outcomes([row()], here(state), asked(state))).toEqual([['state_differs', 'state_differs']])
  })

  it('that is called failed where it is paid is a case of its own once the portal agrees, and healed when it was corrected', () => {
    const failed = [row({ standing: 'failed' })]
    const agreed = { ...asked('paid'), answer: 'taken_back' } as const
    expect(outcomes(failed, here('paid'), asked('paid'))).toEqual([['state_differs', 'state_differs']])
    expect(outcomes(failed, here('paid'), agreed)).toEqual([['state_differs', 'taken_back']])
    expect(outcomes(failed, here('paid'), { ...agreed, here: here('mismatch') })).toEqual([['state_differs', 'healed']])
  })

  it('stays open while the portal cannot be asked', () => {
    const [judged] = judgeGroup({ rows: [row()], here: here('in_doubt') }, { ...asked('in_doubt'), answer: 'unasked' })
    expect(judged?.row).toMatchObject({ outcome: 'state_differs', isUnasked: true })
    expect(judged?.finding).toBeUndefined()
  })

  it('of another amount is a case, whatever the state', () => {
    const rows = [row({ amount: money(51_000) })]
    for (const state of ['paid', 'mismatch', 'awaiting_payer'] as const) {
      expect(outcomes(rows, here(state), asked(state))).toEqual([['amount_differs', 'amount_differs']])
    }
  })

  it('under a reference nobody here knows is a case', () => {
    expect(outcomes([row()], undefined)).toEqual([['missing_here', 'unknown_reference']])
  })
})

describe('a row the portal calls failed', () => {
  const failed = row({ standing: 'failed' })

  it.each(['failed', 'expired', 'cancelled'] as const)('matches an attempt that is %s', (state) => {
    expect(outcomes([failed], here(state))).toEqual([['matched', '']])
  })

  it('never takes success back: it is a case', () => {
    expect(needsAsking({ rows: [failed], here: here('paid') })).toBe(true)
    expect(outcomes([failed], here('paid'), asked('paid'))).toEqual([['state_differs', 'state_differs']])
  })

  it('is a former try where another transaction paid', () => {
    const group = { rows: [row({ standing: 'failed', transactionId: 'GD0' }), row()], here: here('paid') }
    expect(needsAsking(group)).toBe(false)
    expect(outcomes(group.rows, group.here)).toEqual([
      ['matched', ''],
      ['matched', ''],
    ])
  })
})

describe('rows of one reference', () => {
  it('twice the same are one payment and a duplicate without a case', () => {
    expect(outcomes([row(), row()], here('paid'))).toEqual([
      ['matched', ''],
      ['duplicate', ''],
    ])
  })

  it('of two paid transactions are a double charge, in one file or in two', () => {
    const second = row({ transactionId: 'GD2' })
    expect(outcomes([second, row()], here('paid'))).toEqual([
      ['matched', ''],
      ['duplicate', 'double_charge'],
    ])
    expect(outcomes([second], here('paid'))).toEqual([['duplicate', 'double_charge']])
    const [judged] = judgeGroup({ rows: [second], here: here('paid') })
    const found = { tenant: 'lao-cai', connection: 'payment-portal', paymentId: 'pay_1' }
    const payment = aPayment(
      { id: 'att_1', state: 'paid', portalTransactionId: 'GD1', portalReference: 'R1' as PortalReference },
      { id: 'pay_1' },
    )
    // As payments tells it when a notification finds it first: one case.
    expect({ ...found, ...judged?.finding }).toEqual(doubleCharge(payment, 'GD2'))
  })

  it('that contradict each other, or share a transaction with another reference, are believed by nobody', () => {
    const contested = [row(), row({ amount: money(1) })]
    expect(outcomes(contested, here('in_doubt'))).toEqual([
      ['quarantined', 'transaction_reused'],
      ['quarantined', 'transaction_reused'],
    ])
    expect(needsAsking({ rows: contested, here: here('in_doubt') })).toBe(false)
    expect(outcomes([row({}, true)], here('paid'))).toEqual([['quarantined', 'transaction_reused']])
  })
})

describe('a refund', () => {
  it('that is known here is refunded; more than is known here is a case', () => {
    expect(outcomes([refund()], here('paid', { refunded: money(20_000) }))).toEqual([['refunded', '']])
    expect(outcomes([refund()], here('paid'))).toEqual([['missing_here', 'refund_unknown']])
    const two = [refund(), refund({ transactionId: 'HT2', refundReference: 'F2' })]
    expect(outcomes(two, here('paid', { refunded: money(40_000) })).map(([outcome]) => outcome)).toEqual([
      'refunded',
      'refunded',
    ])
    expect(outcomes([refund()], undefined)).toEqual([['missing_here', 'refund_unknown']])
  })

  it('leaves its payment matched', () => {
    expect(outcomes([refund(), row()], here('paid', { refunded: money(20_000) }))).toEqual([
      ['matched', ''],
      ['refunded', ''],
    ])
  })
})

describe('what a row is for the journal', () => {
  const posted = (rows: readonly ReadableRow[], ours: AttemptHere | undefined, answer?: Asked) =>
    judgeGroup({ rows, here: ours }, answer).map(({ posting }) => posting)
  const fact = { paymentId: 'pay_1', attemptId: 'att_1' }

  it('is money transferred, where it matches what is paid or what the portal then confirms', () => {
    const settled = { ...fact, kind: 'settled', cites: 'GD1', amount: money(50_000) }
    expect(posted([row()], here('paid'))).toEqual([settled])
    expect(posted([row()], here('in_doubt'), asked('paid'))).toEqual([settled])
  })

  it('is a refund withheld from a transfer, as far as it is known here', () => {
    const known = here('paid', { refunded: money(20_000) })
    const withheld = { ...fact, kind: 'refund_settled', cites: 'HT1', amount: money(20_000) }
    expect(posted([refund()], known)).toEqual([withheld])
    expect(posted([refund()], here('paid'))).toEqual([undefined])
  })

  it('is a second charge, as much as the file says, where the attempt names its own transaction', () => {
    const second = row({ transactionId: 'GD2', amount: money(40_000) })
    expect(posted([row(), second], here('paid'))[1]).toEqual({
      ...fact,
      kind: 'double_charge',
      cites: 'GD2',
      otherTransaction: 'GD2',
      amount: money(40_000),
    })
    expect(posted([row(), second], here('awaiting_payer'), asked('awaiting_payer'))[1]).toBeUndefined()
  })

  it('is nothing, where no money moved, nobody knows whose it is, or the portal says otherwise', () => {
    expect(posted([row({ standing: 'failed' })], here('failed'))).toEqual([undefined])
    expect(posted([row()], undefined)).toEqual([undefined])
    expect(posted([row({ amount: money(1) })], here('paid'), asked('paid'))).toEqual([undefined])
    expect(posted([row(), row()], here('paid')).filter((one) => one !== undefined)).toHaveLength(1)
  })
})
