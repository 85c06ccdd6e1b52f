import { describe, expect, it } from 'vitest'
import { aRequest } from '../../support/a-request.ts'
import { faults } from '../../support/fake-portal.ts'
import { aRefund, keyedStep, paymentHouse, refundOf, type PaymentHouse } from '../../support/payment-house.ts'

const second = 1_000
const hour = 3_600 * second

const problemOf = ({ answer }: { readonly answer: { readonly body: string } }) =>
  JSON.parse(answer.body) as Record<string, unknown>
const stepsOf = async (house: PaymentHouse, id: string) =>
  (await house.payments.events(id, aRequest())).flatMap(({ type, data }) =>
    data.refund === undefined ? [] : [[type, data.cause, data.actor, data.state]],
  )
/** I5, and that the two sums of the payment are those of its refunds. */
function expectBalanced(house: PaymentHouse): void {
  for (const payment of house.store.all()) {
    const refunds = house.store.allRefunds().filter(({ paymentId }) => paymentId === payment.id)
    const sum = (...states: readonly string[]) =>
      refunds.filter(({ state }) => states.includes(state)).reduce((total, { amount }) => total + amount.dong, 0n)
    expect(payment.refunded.dong).toBe(sum('accepted', 'completed'))
    expect(payment.refundReserved.dong).toBe(sum('requested', 'approved', 'submitting', 'in_doubt'))
    expect(payment.refunded.dong + payment.refundReserved.dong).toBeLessThanOrEqual(payment.amount.dong)
  }
  expect(new Set(house.portal.refundMessages.map(({ refundReference, body }) => refundReference + body)).size).toBe(
    new Set(house.portal.refundMessages.map(({ refundReference }) => refundReference)).size,
  )
}

describe('a refund within the limit', () => {
  it('is sent at once, and the payment shows what is left', async () => {
    const house = paymentHouse()
    const { id } = await house.paid()
    const { kind, answer } = await house.refund(id)
    expect([kind, answer.status]).toEqual(['created', 201])
    expect(refundOf(answer)).toMatchObject({
      payment: id,
      state: 'completed',
      finished: true,
      outcomeCertain: true,
      amount: 20_000,
      approvalRequired: false,
    })
    expect(await house.payments.get(id, aRequest())).toMatchObject({
      state: 'partially_refunded',
      finished: true,
      refundable: 30_000,
    })
    expect(await stepsOf(house, id)).toEqual([
      ['refund.approved', 'within_limit', 'client:demo-one-stop', 'paid'],
      ['refund.submitting', 'taken_up', 'gateway', 'paid'],
      ['refund.accepted', 'portal_accepted', 'portal', 'partially_refunded'],
      ['refund.completed', 'portal_completed', 'portal', 'partially_refunded'],
    ])
    expectBalanced(house)
  })

  it('of everything that is left ends in refunded', async () => {
    const house = paymentHouse()
    const { id } = await house.paid()
    await house.refund(id, {}, 'first')
    const second = await house.refund(id, { amount: 30_000, expectedRefundable: 30_000 }, 'second')
    await house.approve(refundOf(second.answer))
    expect(await house.payments.get(id, aRequest())).toMatchObject({ state: 'refunded', refundable: 0 })
    expect(await house.payments.listRefunds(id, aRequest())).toHaveLength(2)
    expectBalanced(house)
  })

  it('names no officer in its answer, and keeps them apart in the audit log', async () => {
    const house = paymentHouse()
    const { id } = await house.paid()
    expect((await house.refund(id)).answer.body).not.toContain('015080000123')
    const requested = house.accountability.steps.find(({ result }) => result === 'refund_requested')
    expect(requested).toMatchObject({ kind: 'refund', purpose: { officerId: '015080000123' }, amountDong: 20_000n })
  })

  it('answers a repeated key with the same bytes and sends nothing again', async () => {
    const house = paymentHouse()
    const { id } = await house.paid()
    const { answer } = await house.refund(id)
    expect(await house.refund(id)).toEqual({ kind: 'replayed', answer })
    expect(house.portal.refundMessages).toHaveLength(1)
  })
})

describe('a refund is refused', () => {
  it('when something else can be given back than was believed, and says how much', async () => {
    const house = paymentHouse()
    const { id } = await house.paid()
    await house.refund(id, {}, 'first')
    const refused = await house.refund(id, {}, 'second')
    expect(problemOf(refused)).toEqual({ code: 'refundable_changed', refundable: 30_000 })
    expect(await house.refund(id, {}, 'second')).toEqual({ kind: 'replayed', answer: refused.answer })
  })

  it('when it is more than can be given back', async () => {
    const house = paymentHouse()
    const { id } = await house.paid()
    expect(problemOf(await house.refund(id, { amount: 50_001 }))).toEqual({
      code: 'refund_exceeds_refundable',
      refundable: 50_000,
    })
  })

  it('while nothing is paid', async () => {
    const house = paymentHouse()
    const { id } = await house.created()
    expect(problemOf(await house.refund(id))).toEqual({ code: 'refundable_changed', refundable: 0 })
  })

  it('by a dialect that has none', async () => {
    const house = paymentHouse()
    const { id } = await house.paid()
    const { prepareRefund: _, ...codec } = house.portal.codec
    const without = house.restart((deps) => ({ ...deps, portal: () => ({ ...house.portal, codec }) }))
    const asked = await without.requestRefund(id, aRefund(), keyedStep(id, 'refunds', aRefund()), aRequest())
    expect(problemOf(asked)).toEqual({ code: 'refund_not_supported' })
    const cases = house.store.units.flatMap(({ writes }) => writes.filter(({ kind }) => kind === 'case'))
    expect(cases).toMatchObject([
      { row: { kind: 'refund_by_hand', paymentId: id, details: { refundDong: aRefund().amount } } },
    ])
  })

  it('by a dialect that has none, of which nothing is left to a person while nothing is paid', async () => {
    const house = paymentHouse()
    const { id } = await house.created()
    const { prepareRefund: _, ...codec } = house.portal.codec
    const without = house.restart((deps) => ({ ...deps, portal: () => ({ ...house.portal, codec }) }))
    const asked = await without.requestRefund(id, aRefund(), keyedStep(id, 'refunds', aRefund()), aRequest())
    expect(problemOf(asked)).toEqual({ code: 'refundable_changed', refundable: 0 })
    expect(house.store.units.flatMap(({ writes }) => writes).filter(({ kind }) => kind === 'case')).toEqual([])
  })

  it("where the payment is another tenant's, or there is none", async () => {
    const house = paymentHouse()
    const { id } = await house.paid()
    const { principal } = aRequest()
    const request = aRequest({ principal: { ...principal, tenant: 'ha-noi' } })
    await expect(
      house.payments.requestRefund(id, aRefund(), keyedStep(id, 'refunds', aRefund()), request),
    ).rejects.toMatchObject({ code: 'payment_not_found' })
    await expect(house.payments.getRefund({ paymentId: id, refundId: 'ref_none' }, aRequest())).rejects.toMatchObject({
      code: 'refund_not_found',
    })
  })
})

describe('a refund above the limit', () => {
  const requested = async (differing = {}) => {
    const house = paymentHouse()
    const { id } = await house.paid()
    const refund = refundOf((await house.refund(id, { amount: 40_000, ...differing })).answer)
    return { house, id, refund }
  }

  it('waits for a second person, and what it asks for is reserved', async () => {
    const { house, id, refund } = await requested()
    expect(refund).toMatchObject({ state: 'requested', approvalRequired: true, finished: false })
    for (let day = 0; day < 3; day += 1) await house.pass(24 * hour)
    expect(house.portal.refundMessages).toEqual([])
    expect(await house.payments.get(id, aRequest())).toMatchObject({ state: 'paid', refundable: 10_000 })
    expectBalanced(house)
  })

  it('is one that only together with earlier ones goes beyond it', async () => {
    const house = paymentHouse()
    const { id } = await house.paid()
    expect(refundOf((await house.refund(id, {}, 'first')).answer).approvalRequired).toBe(false)
    const part = { amount: 10_000, expectedRefundable: 30_000 }
    expect(refundOf((await house.refund(id, part, 'second')).answer).approvalRequired).toBe(false)
    const last = { amount: 1, expectedRefundable: 20_000 }
    expect(refundOf((await house.refund(id, last, 'third')).answer)).toMatchObject({
      state: 'requested',
      approvalRequired: true,
    })
  })

  it('is sent when another officer approves', async () => {
    const { house, id, refund } = await requested()
    const { answer } = await house.approve(refund)
    expect(answer.status).toBe(200)
    expect(refundOf(answer)).toMatchObject({ id: refund.id, state: 'completed' })
    expect(await house.approve(refund)).toEqual({ kind: 'replayed', answer })
    expect((await stepsOf(house, id)).map(([type, , actor]) => [type, actor]).slice(0, 2)).toEqual([
      ['refund.requested', 'client:demo-one-stop'],
      ['refund.approved', 'client:demo-one-stop'],
    ])
    expectBalanced(house)
  })

  it('is given up when the other officer says no, and the money is free again', async () => {
    const { house, id, refund } = await requested()
    expect(refundOf((await house.approve(refund, { decision: 'reject' })).answer)).toMatchObject({ state: 'rejected' })
    expect(await house.payments.get(id, aRequest())).toMatchObject({ state: 'paid', refundable: 50_000 })
    expect(house.portal.refundMessages).toEqual([])
    expectBalanced(house)
  })

  it('is not approved by who asked for it', async () => {
    const { house, refund } = await requested()
    const refused = await house.approve(refund, { officerId: '015080000123' })
    expect(problemOf(refused)).toEqual({ code: 'second_person_required' })
    expect(house.portal.refundMessages).toEqual([])
  })

  it('asked for without an officer is not approved by the same system, whoever it names', async () => {
    const house = paymentHouse()
    const { id } = await house.paid()
    const { officerId: _, ...input } = aRefund({ amount: 40_000 })
    const asked = await house.payments.requestRefund(id, input, keyedStep(id, 'refunds', input), aRequest())
    const refund = refundOf(asked.answer)
    expect(problemOf(await house.approve(refund))).toEqual({ code: 'second_person_required' })
    const { principal } = aRequest()
    const other = aRequest({ principal: { ...principal, clientId: 'accounting' } })
    const subject = { paymentId: id, refundId: refund.id }
    const approved = await house.payments.approveRefund(
      subject,
      { decision: 'approve' },
      keyedStep(id, 'approval', {}, 'other'),
      other,
    )
    expect(refundOf(approved.answer).state).toBe('completed')
  })

  it('is decided once', async () => {
    const { house, refund } = await requested()
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, index) =>
        house.approve(refund, { decision: index % 2 === 0 ? 'approve' : 'reject' }, `race-${index}`),
      ),
    )
    expect(answers.filter(({ answer }) => answer.status === 200)).toHaveLength(1)
    const codes = answers.filter(({ answer }) => answer.status !== 200).map((refused) => problemOf(refused)['code'])
    expect(new Set(codes)).toEqual(new Set(['refund_already_decided']))
    expect(house.portal.refundMessages.length).toBeLessThanOrEqual(1)
    expectBalanced(house)
  })
})

describe('refunds that race (P16, I5)', () => {
  it('of fifty for the same money one is sent', async () => {
    const house = paymentHouse()
    const { id } = await house.paid()
    const answers = await Promise.all(Array.from({ length: 50 }, (_, index) => house.refund(id, {}, `race-${index}`)))
    expect(answers.filter(({ answer }) => answer.status === 201)).toHaveLength(1)
    expect(house.portal.refundMessages).toHaveLength(1)
    expectBalanced(house)
  })

  it('of parts never exceed what was paid, however they interleave', async () => {
    const house = paymentHouse()
    const { id } = await house.paid()
    const insist = async (key: string): Promise<void> => {
      for (let tries = 0; tries < 20; tries += 1) {
        const { refundable } = await house.payments.get(id, aRequest())
        const asked = await house.refund(id, { amount: 15_000, expectedRefundable: refundable }, `${key} ${tries}`)
        if (asked.answer.status === 201 || refundable < 15_000) return
      }
    }
    await Promise.all(Array.from({ length: 8 }, (_, index) => insist(`client-${index}`)))
    expect(house.store.allRefunds()).toHaveLength(3)
    expect(await house.payments.get(id, aRequest())).toMatchObject({ refundable: 5_000, state: 'partially_refunded' })
    expectBalanced(house)
  })
})

describe('a refund whose answer is lost (P14)', () => {
  it.each([faults.refundLost, faults.refundDropped, faults.refundFailed])(
    'is in doubt after %o, is asked about, and is one refund under one reference',
    async (trouble) => {
      const house = paymentHouse()
      const { id } = await house.paid()
      house.portal.faults.push(trouble)
      const refund = refundOf((await house.refund(id)).answer)
      expect(refund).toMatchObject({ state: 'in_doubt', outcomeCertain: false })
      expect(await house.payments.get(id, aRequest())).toMatchObject({ state: 'paid', refundable: 30_000 })
      for (const wait of [5, 10, 45]) await house.pass(wait * second)
      expect(house.store.allRefunds()[0]?.state).toBe('completed')
      expect(house.portal.refunds.size).toBe(1)
      expectBalanced(house)
    },
  )

  it('that never left the house stays to be sent, under the same reference', async () => {
    const house = paymentHouse()
    const { id } = await house.paid()
    house.portal.faults.push(faults.refundNotSent)
    expect(refundOf((await house.refund(id)).answer)).toMatchObject({ state: 'submitting' })
    for (const wait of [10, 50, 300]) await house.pass(wait * second)
    expect(house.store.allRefunds()[0]?.state).toBe('completed')
    expect(house.portal.refunds.size).toBe(1)
  })

  it('is asked about by every GET, which sends nothing', async () => {
    const house = paymentHouse()
    const { id } = await house.paid()
    house.portal.faults.push(faults.refundLost)
    const refund = refundOf((await house.refund(id)).answer)
    const subject = { paymentId: id, refundId: refund.id }
    expect(await house.payments.getRefund(subject, aRequest())).toMatchObject({ state: 'completed' })
    expect(house.portal.refundMessages).toHaveLength(1)
  })

  it('never becomes rejected by time alone', async () => {
    const house = paymentHouse()
    const { id } = await house.paid()
    house.portal.faults.push(faults.refundLost)
    house.portal.standing = faults.refundQueryFails
    await house.refund(id)
    for (let day = 0; day < 40; day += 1) await house.pass(24 * hour)
    expect(house.store.allRefunds()[0]?.state).toBe('in_doubt')
    house.portal.standing = undefined
    const [refund] = await house.payments.listRefunds(id, aRequest())
    const subject = { paymentId: id, refundId: refund?.id ?? '' }
    expect(await house.payments.getRefund(subject, aRequest())).toMatchObject({ state: 'completed' })
  })
})

describe('what the portal says of a refund', () => {
  it('FAILED: rejected, and the money is free again', async () => {
    const house = paymentHouse()
    const { id } = await house.paid()
    house.portal.refundStanding = 'refused'
    expect(refundOf((await house.refund(id)).answer)).toMatchObject({ state: 'rejected', refusal: 'EXCEEDS_PAID' })
    expect(await house.payments.get(id, aRequest())).toMatchObject({ state: 'paid', refundable: 50_000 })
    expectBalanced(house)
  })

  it('a definite refusal of the first message: rejected', async () => {
    const house = paymentHouse()
    const { id } = await house.paid()
    house.portal.faults.push(faults.refundRefused)
    expect(refundOf((await house.refund(id)).answer)).toMatchObject({ state: 'rejected' })
  })

  it('PENDING: accepted, asked about until it is completed', async () => {
    const house = paymentHouse()
    const { id } = await house.paid()
    house.portal.refundStanding = 'accepted'
    const refund = refundOf((await house.refund(id)).answer)
    expect(refund).toMatchObject({ state: 'accepted', finished: false })
    expect(await house.payments.get(id, aRequest())).toMatchObject({ state: 'partially_refunded' })
    await house.pass(5 * second)
    expect(house.store.allRefunds()[0]?.state).toBe('accepted')
    house.portal.settleRefund(refund.portalReference, 'completed')
    await house.pass(10 * second)
    expect(house.store.allRefunds()[0]?.state).toBe('completed')
    expectBalanced(house)
  })

  it('FAILED after PENDING: reversed, with the record it cites, and the payment is paid again (P15)', async () => {
    const house = paymentHouse()
    const { id } = await house.paid()
    house.portal.refundStanding = 'accepted'
    const refund = refundOf((await house.refund(id)).answer)
    house.portal.settleRefund(refund.portalReference, 'refused')
    await house.pass(5 * second)
    expect(house.store.allRefunds()[0]).toMatchObject({ state: 'reversed', refusal: 'EXCEEDS_PAID' })
    expect(await house.payments.get(id, aRequest())).toMatchObject({ state: 'paid', refundable: 50_000 })
    const events = await house.payments.events(id, aRequest())
    expect(events.at(-1)).toMatchObject({
      type: 'refund.reversed',
      data: { from: 'accepted', to: 'reversed', portalRecord: { answerSha256: 'sha-of-refused' } },
    })
    expectBalanced(house)
  })
})
