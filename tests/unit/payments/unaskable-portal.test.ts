/** A portal without a status query (decision 0013): what it says by itself leads into doubt, its settlement file out of it. */
import { describe, expect, it } from 'vitest'
import { money } from '#domain/money.ts'
import type { AttemptState } from '#domain/payment.ts'
import type { CitedRow, SettledTransaction } from '#domain/settlement.ts'
import { decide, type Decision } from '#payments/decide.ts'
import type { Observation } from '#payments/observation.ts'
import { aPayment, noon } from '../../support/a-payment.ts'
import { aRequest } from '../../support/a-request.ts'
import { faults } from '../../support/fake-portal.ts'
import { aClient, anOrder, keyed, paymentHouse, viewOf, type PaymentHouse } from '../../support/payment-house.ts'

const second = 1_000
const minute = 60 * second
const day = 86_400_000
const connection = 'payment-portal'

/** The fake portal without its questions, its cancellation proof and its refunds. */
const muteHouse = () =>
  paymentHouse((deps) => ({
    ...deps,
    portal: (tenant, name) => {
      const portal = deps.portal(tenant, name)
      if (portal === undefined) return undefined
      const { prepareRefund: _, ...codec } = portal.codec
      const { openTransaction, fetchBill } = portal.port
      return { codec, port: { openTransaction, fetchBill } }
    },
  }))

async function waiting(): Promise<{ house: PaymentHouse; id: string; reference: string }> {
  const house = muteHouse()
  const { id, attempt } = await house.created()
  return { house, id, reference: attempt.portalReference }
}

async function told(house: PaymentHouse, reference: string, differing: Record<string, unknown> = {}): Promise<void> {
  await house.payments.receiveNotification(connection, house.portal.notificationOf(reference, differing))
  await house.drain()
}

const rowOf = (reference: string, differing: Partial<SettledTransaction> = {}): CitedRow => ({
  settled: {
    kind: 'payment',
    transactionId: `T${reference}`,
    reference,
    amount: money(50_000),
    standing: 'paid',
    settledAtMs: noon,
    ...differing,
  },
  line: 2,
  file: { id: 'stf_1', sha256: 'sha-of-file' },
})
const settle = (house: PaymentHouse, reference: string, differing: Partial<SettledTransaction> = {}) =>
  house.payments.confirmSettlement({ tenant: 'lao-cai', connection, reference, row: rowOf(reference, differing) })

const story = async (house: PaymentHouse, id: string) =>
  (await house.payments.events(id, aRequest())).map(({ type, data }) => `${type} ${data.cause}`)
const outcomes = (house: PaymentHouse) =>
  house.accountability.steps.filter(({ action }) => action === 'confirmNotification').map(({ result }) => result)
const attemptOf = (house: PaymentHouse) => house.store.all()[0]?.attempt ?? expect.fail('no payment')
const casesOf = (house: PaymentHouse) =>
  house.store.units.flatMap(({ writes }) => writes.flatMap((write) => (write.kind === 'case' ? [write.row] : [])))
const codeOf = ({ answer }: { readonly answer: { readonly body: string } }) =>
  (JSON.parse(answer.body) as { code?: string }).code

describe('its notification', () => {
  it('"paid" is a reason to doubt, kept with its bytes and cited by the event', async () => {
    const { house, id, reference } = await waiting()
    await told(house, reference)
    expect(await house.payments.get(id, aRequest())).toMatchObject({ state: 'in_doubt', outcomeCertain: false })
    const [, , event] = await house.payments.events(id, aRequest())
    expect(event).toMatchObject({
      type: 'payment.in_doubt',
      data: { cause: 'told_unconfirmed', actor: 'portal', portalRecord: { transactionId: `T${reference}` } },
    })
    expect(outcomes(house)).toEqual(['told_unconfirmed'])
    expect(attemptOf(house).dueAtMs).toBeUndefined()
  })

  it('of another amount is a claim that money moved, and no less a reason to doubt', async () => {
    const { house, reference } = await waiting()
    await told(house, reference, { amount: '1' })
    expect(house.state()).toBe('in_doubt')
  })

  it('"failed" moves nothing: the payer may try again', async () => {
    const { house, id, reference } = await waiting()
    await told(house, reference, { claims: 'failed' })
    expect(house.state()).toBe('awaiting_payer')
    expect(outcomes(house)).toEqual(['no_effect'])
    expect(await story(house, id)).toHaveLength(2)
  })

  it('that is forged moves nothing and leaves nothing', async () => {
    const { house, reference } = await waiting()
    const units = house.store.units.length
    await told(house, reference, { valid: false })
    expect(house.store.units).toHaveLength(units)
    expect(house.state()).toBe('awaiting_payer')
  })

  it('that cannot be read any more since the secret changed is taken for the worse', async () => {
    const { house, reference } = await waiting()
    await house.payments.receiveNotification(connection, house.portal.notificationOf(reference, { claims: 'failed' }))
    const [queued] = house.queue.splice(0)
    const rotated = house.restart((deps) => ({
      ...deps,
      portal: (tenant, name) => {
        const portal = deps.portal(tenant, name)
        return portal && { ...portal, codec: { ...portal.codec, readNotification: () => ({ kind: 'invalid' }) } }
      },
    }))
    if (queued?.job.kind === 'confirm_notification') await rotated.confirmNotification(queued.job)
    expect(house.state()).toBe('in_doubt')
  })

  it('repeated in other bytes changes nothing once there is doubt', async () => {
    const { house, id, reference } = await waiting()
    await told(house, reference)
    await told(house, reference, { note: 'again' })
    expect(outcomes(house)).toEqual(['told_unconfirmed', 'awaits_settlement'])
    expect(await story(house, id)).toHaveLength(3)
  })

  it('before the answer to create is not taken back by the answer', async () => {
    const house = muteHouse()
    const payments = house.restart((deps) => ({
      ...deps,
      portal: (tenant, name) => {
        const portal = deps.portal(tenant, name)
        if (portal === undefined) return undefined
        const openTransaction: typeof portal.port.openTransaction = async (prepared, call) => {
          const opened = await portal.port.openTransaction(prepared, call)
          await told(house, prepared.reference)
          return opened
        }
        return { ...portal, port: { openTransaction, fetchBill: portal.port.fetchBill } }
      },
    }))
    const { answer } = await payments.create(anOrder(), aClient, keyed(anOrder()), aRequest())
    expect(viewOf(answer)).toMatchObject({ state: 'in_doubt', outcomeCertain: false })
    await house.pass(20 * minute)
    expect(house.state()).toBe('in_doubt')
    expect(house.portal.inits).toHaveLength(1)
  })

  it('while create is being sent again waits for its answer, which would take back the doubt', async () => {
    const house = muteHouse()
    house.portal.faults.push(faults.initLost)
    const { id, attempt } = viewOf((await house.create()).answer)
    house.queue.splice(0)
    await told(house, attempt.portalReference)
    expect(outcomes(house)).toEqual([])
    await house.pass(minute)
    await house.pass(minute)
    expect(await story(house, id)).toEqual([
      'payment.submitting created',
      'payment.in_doubt answer_lost',
      'payment.awaiting_payer portal_opened',
      'payment.in_doubt told_unconfirmed',
    ])
  })

  it('about a dead attempt is a case, and forbids another attempt until a file had time to come', async () => {
    const { house, id, reference } = await waiting()
    await settle(house, reference, { standing: 'failed' })
    expect(house.state()).toBe('failed')
    await told(house, reference, { transactionId: 'T2' })
    expect(outcomes(house)).toEqual(['disputed'])
    expect(casesOf(house)).toMatchObject([
      { kind: 'state_differs', paymentId: id, details: { otherTransactionId: 'T2', stateHere: 'failed' } },
    ])
    expect(codeOf(await house.again(id))).toBe('outcome_unknown')
    await house.pass(7 * day)
    expect(house.state()).toBe('failed')
    expect((await house.again(id, 'key-2')).answer.status).toBe(201)
  })
})

describe('its lost create', () => {
  it('is sent again byte for byte without having asked', async () => {
    const house = muteHouse()
    house.portal.faults.push(faults.initLost)
    const view = viewOf((await house.create()).answer)
    expect(view).toMatchObject({ state: 'in_doubt', outcomeCertain: false })
    await house.pass(5 * second)
    expect(house.state()).toBe('awaiting_payer')
    expect(house.portal.inits).toHaveLength(2)
    expect(house.portal.inits[1]).toEqual(house.portal.inits[0])
    expect(house.portal.transactions.size).toBe(1)
  })

  it('of a process that died is sent by its successor', async () => {
    const house = muteHouse()
    house.portal.faults.push(faults.initNotSent)
    await house.create()
    await house.pass(10 * second)
    expect(house.state()).toBe('awaiting_payer')
  })

  it('is not sent any more once nobody may pay, and stays in doubt for ever', async () => {
    const house = muteHouse()
    house.portal.standing = faults.initLost
    const { id } = viewOf((await house.create()).answer)
    for (let hours = 0; hours < 30; hours += 1) await house.pass(60 * minute)
    const sent = house.portal.inits.length
    await house.pass(40 * day)
    expect(house.portal.inits).toHaveLength(sent)
    expect(house.state()).toBe('in_doubt')
    expect(codeOf(await house.again(id))).toBe('outcome_unknown')
    expect(attemptOf(house).dueAtMs).toBeUndefined()
  })
})

describe('the clock', () => {
  it('leads into doubt when the payer should no longer be able to pay, and never to an end', async () => {
    const { house, id } = await waiting()
    await house.pass(day - minute)
    expect(house.state()).toBe('awaiting_payer')
    await house.pass(minute)
    expect(house.state()).toBe('in_doubt')
    for (let days = 0; days < 40; days += 1) await house.pass(day)
    expect(house.state()).toBe('in_doubt')
    expect(await story(house, id)).toEqual([
      'payment.submitting created',
      'payment.awaiting_payer portal_opened',
      'payment.in_doubt unknown_after_expiry',
    ])
    expect(codeOf(await house.again(id))).toBe('outcome_unknown')
  })

  it('wakes nobody before `expiresAt` after the first look', async () => {
    const { house } = await waiting()
    await house.pass(10 * minute)
    const { dueAtMs, expiresAtMs } = attemptOf(house)
    expect(dueAtMs).toBe(expiresAtMs)
  })
})

describe('its settlement file', () => {
  it('ends the doubt, citing file and line', async () => {
    const { house, id, reference } = await waiting()
    await told(house, reference)
    expect(await settle(house, reference)).toBe('asked')
    expect(await house.payments.get(id, aRequest())).toMatchObject({ state: 'paid', refundable: 50_000 })
    expect((await house.payments.events(id, aRequest())).at(-1)).toMatchObject({
      type: 'payment.corrected',
      data: {
        cause: 'settled_after_doubt',
        portalRecord: { transactionId: `T${reference}`, answerSha256: 'sha-of-file', file: 'stf_1', line: 2 },
      },
    })
    await settle(house, reference)
    expect(await story(house, id)).toHaveLength(4)
  })

  const row = (differing: Partial<SettledTransaction> = {}) => differing
  it.each([
    ['paid, of which nobody told', row(), 'paid'],
    ['paid with another amount', row({ amount: money(49_999) }), 'mismatch'],
    ['failed', row({ standing: 'failed' }), 'failed'],
  ])('says %s', async (_, differing, state) => {
    const { house, reference } = await waiting()
    await settle(house, reference, differing)
    expect(house.state()).toBe(state)
  })

  it('calls paid what it had called failed', async () => {
    const { house, id, reference } = await waiting()
    await settle(house, reference, { standing: 'failed' })
    await settle(house, reference)
    expect(await story(house, id)).toContain('payment.corrected paid_late')
    expect(house.state()).toBe('paid')
  })

  it('that is silent moves nothing', async () => {
    const { house, reference } = await waiting()
    await told(house, reference)
    expect(await house.payments.confirmSettlement({ tenant: 'lao-cai', connection, reference })).toBe('asked')
    expect(house.state()).toBe('in_doubt')
  })
})

describe('a cancellation', () => {
  it('stays asked for until a file closes it', async () => {
    const { house, id, reference } = await waiting()
    expect(viewOf((await house.cancel(id)).answer)).toMatchObject({
      state: 'in_doubt',
      attempt: { state: 'cancelling' },
    })
    await house.pass(40 * day)
    expect(attemptOf(house).state).toBe('cancelling')
    await settle(house, reference, { standing: 'failed' })
    expect(house.state()).toBe('cancelled')
  })

  it('of what the payer pays all the same is in doubt, then paid', async () => {
    const { house, id, reference } = await waiting()
    await house.cancel(id)
    await told(house, reference)
    expect(await story(house, id)).toContain('payment.in_doubt told_unconfirmed')
    await settle(house, reference)
    expect(house.state()).toBe('paid')
  })

  it('that was paid with another amount becomes a mismatch by one row', async () => {
    const { house, id, reference } = await waiting()
    await house.cancel(id)
    await settle(house, reference, { amount: money(1) })
    expect(house.state()).toBe('mismatch')
  })
})

describe('what is seen of it, in each state', () => {
  const unaskable: Observation = { kind: 'unaskable' }
  const announced: Observation = { kind: 'told', portalTransactionId: 'T1', notificationSha256: 'sha' }
  const brief = (decision: Decision) =>
    decision.kind === 'move' ? `${decision.row.to} by ${decision.row.correction ?? decision.row.on}` : decision.kind
  const look = (state: AttemptState, seen: Observation, nowMs: number) =>
    brief(decide(aPayment({ state, dueAtMs: noon, ...(state === 'in_doubt' ? {} : { payUrl: 'u' }) }), seen, nowMs))

  const expected: Readonly<Record<AttemptState, readonly [before: string, after: string, told: string]>> = {
    submitting: ['wait', 'in_doubt by unknown_after_expiry', 'in_doubt by told_unconfirmed'],
    awaiting_payer: ['wait', 'in_doubt by unknown_after_expiry', 'in_doubt by told_unconfirmed'],
    cancelling: ['wait', 'wait', 'in_doubt by told_unconfirmed'],
    in_doubt: ['resend', 'wait', 'rest'],
    mismatch: ['wait', 'wait', 'rest'],
    paid: ['wait', 'wait', 'wait'],
    failed: ['wait', 'wait', 'wait'],
    expired: ['wait', 'wait', 'wait'],
    cancelled: ['wait', 'wait', 'wait'],
  }
  it.each(Object.entries(expected))('%s', (state, [before, after, announcedThen]) => {
    expect(look(state as AttemptState, unaskable, noon)).toBe(before)
    expect(look(state as AttemptState, unaskable, noon + day)).toBe(after)
    expect(look(state as AttemptState, announced, noon)).toBe(announcedThen)
  })
})
