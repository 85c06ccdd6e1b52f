import { describe, expect, it } from 'vitest'
import { aRequest } from '../../support/a-request.ts'
import { faults } from '../../support/fake-portal.ts'
import { aClient, anOrder, keyed, paymentHouse, type PaymentHouse } from '../../support/payment-house.ts'

const second = 1_000
const minute = 60 * second
const hour = 60 * minute
const day = 24 * hour

/** A payment whose INIT met `fault`. */
async function inTrouble(fault: (typeof faults)[keyof typeof faults]): Promise<PaymentHouse> {
  const house = paymentHouse()
  house.portal.faults.push(fault)
  await house.create()
  return house
}
const attemptOf = (house: PaymentHouse) => {
  const attempt = house.store.all()[0]?.attempt
  if (attempt === undefined) throw new Error('no payment')
  return attempt
}
const story = async (house: PaymentHouse) =>
  (await house.payments.events(house.store.all()[0]?.id ?? '', aRequest())).map(
    ({ type, data }) => `${type} ${data.cause}`,
  )

describe('a lost INIT', () => {
  it('whose answer was lost is asked about, then sent again byte for byte, and gets the same pay URL', async () => {
    const house = await inTrouble(faults.initLost)
    await house.pass(5 * second)
    const { portalReference, payUrl, state } = attemptOf(house)
    expect({ state, payUrl }).toEqual({
      state: 'awaiting_payer',
      payUrl: `https://portal.example/pay/${portalReference}`,
    })
    expect(house.portal.inits).toHaveLength(2)
    expect(house.portal.inits[1]).toEqual(house.portal.inits[0])
    expect(house.portal.transactions.size).toBe(1)
  })

  it('that never arrived is sent again under the same reference', async () => {
    const house = await inTrouble(faults.initDropped)
    const { portalReference } = attemptOf(house)
    await house.pass(5 * second)
    expect(attemptOf(house)).toMatchObject({ state: 'awaiting_payer', portalReference })
    expect(house.portal.calls.findTransaction).toBe(1)
  })

  it('that never left is asked about first all the same', async () => {
    const house = await inTrouble(faults.initNotSent)
    await house.pass(10 * second)
    expect(house.portal.calls.findTransaction).toBe(1)
    expect(house.state()).toBe('awaiting_payer')
  })

  it('is not sent again when the portal says that it is paid', async () => {
    const house = await inTrouble(faults.initLost)
    house.portal.pay(attemptOf(house).portalReference)
    await house.pass(5 * second)
    expect(house.state()).toBe('paid')
    expect(house.portal.inits).toHaveLength(1)
    expect(await story(house)).toEqual([
      'payment.submitting created',
      'payment.in_doubt answer_lost',
      'payment.corrected settled_after_doubt',
    ])
  })

  it('stays doubt for thirty days of silence, asked at the published moments, and is never failed', async () => {
    const house = await inTrouble(faults.initLost)
    house.portal.standing = faults.queryFails
    const beganMs = house.clock.nowMs()
    const askedAt: number[] = []
    for (let looks = 0; looks < 104; looks += 1) {
      await house.pass((attemptOf(house).dueAtMs ?? Number.NaN) - house.clock.nowMs())
      askedAt.push(house.clock.nowMs() - beganMs)
    }
    expect(askedAt.slice(0, 7)).toEqual([5, 15, 60, 300, 900, 3_600, 7_200].map((s) => s * second))
    expect(askedAt.at(-1)).toBe(30 * day)
    expect(attemptOf(house)).toMatchObject({ state: 'in_doubt' })
    expect(attemptOf(house).dueAtMs).toBeUndefined()
    house.portal.standing = undefined
    house.portal.pay(attemptOf(house).portalReference)
    expect((await house.payments.get(house.store.all()[0]?.id ?? '', aRequest())).state).toBe('paid')
  })

  it('is dead when twice not found across half an hour, and frees its obligation', async () => {
    const house = await inTrouble(faults.initDropped)
    house.portal.standing = { ...faults.initNotSent }
    await house.pass(5 * second)
    expect(house.state()).toBe('in_doubt')
    for (const wait of [10 * second, 45 * second, 4 * minute, 10 * minute]) await house.pass(wait)
    expect(house.state()).toBe('in_doubt')
    await house.pass(45 * minute)
    expect(house.state()).toBe('failed')
    expect((await story(house)).at(-1)).toBe('payment.corrected settled_after_doubt')
    house.portal.standing = undefined
    expect((await house.created({ reference: 'other' }, 'key-2')).state).toBe('awaiting_payer')
  })

  it('is not dead while an INIT was sent, and maybe heard, within that half-hour', async () => {
    const house = await inTrouble(faults.initDropped)
    house.portal.standing = { ...faults.initDropped }
    for (const wait of [5 * second, 10 * second, 45 * second, 4 * minute, 10 * minute]) await house.pass(wait)
    expect(house.state()).toBe('in_doubt')
    // First seen missing forty-four minutes ago, but last sent twenty-nine minutes ago.
    house.clock.advance(29 * minute)
    const { id } = house.store.all()[0] ?? { id: '' }
    expect((await house.payments.get(id, aRequest())).state).toBe('in_doubt')
    house.clock.advance(minute)
    expect((await house.payments.get(id, aRequest())).state).toBe('failed')
  })

  it('is not taken for dead by the refusal of a repeated INIT', async () => {
    const house = await inTrouble(faults.initLost)
    house.portal.faults.push(faults.initRefused)
    await house.pass(5 * second)
    expect(house.state()).toBe('in_doubt')
  })
})

describe('a refusal of an INIT sent by the job', () => {
  it('proves nothing even where nobody wrote down an earlier sending, for a job may have died with it', async () => {
    const house = await inTrouble(faults.initNotSent)
    house.portal.faults.push(faults.initRefused)
    await house.pass(10 * second)
    expect(house.state()).toBe('in_doubt')
  })
})

describe('a process that died while it was sending', () => {
  it('is taken over after fifteen seconds, not before', async () => {
    const house = paymentHouse()
    await diedSending(house)
    await house.pass(14_999)
    expect(house.portal.calls.findTransaction).toBe(0)
    await house.pass(1)
    expect(house.state()).toBe('awaiting_payer')
  })

  it('leaves doubt when the portal cannot be asked', async () => {
    const house = paymentHouse()
    await diedSending(house)
    house.portal.standing = faults.queryFails
    await house.pass(15 * second)
    expect(house.state()).toBe('in_doubt')
    expect((await story(house)).at(-1)).toBe('payment.in_doubt worker_lost')
  })
})

describe('a payer who takes time', () => {
  it('is found to have paid when the portal’s notification never came', async () => {
    const house = paymentHouse()
    await house.create()
    house.portal.pay(attemptOf(house).portalReference)
    await house.pass(10 * minute)
    expect(house.state()).toBe('paid')
  })

  it('is waited for until expiresAt, then asked about: pending is doubt, and may still be paid days later', async () => {
    const house = paymentHouse()
    await house.create({ expiresAt: '2026-11-23T02:35:00.000Z' })
    await house.pass(5 * minute - 1)
    expect(house.state()).toBe('awaiting_payer')
    await house.pass(1)
    expect(house.state()).toBe('in_doubt')
    house.portal.pay(attemptOf(house).portalReference)
    await house.pass(day)
    expect(house.state()).toBe('paid')
  })

  it('who never pays lets the payment expire when the portal closes it', async () => {
    const house = paymentHouse()
    const { id } = await house.created()
    for (let hours = 0; hours < 24; hours += 1) await house.pass(hour)
    house.portal.fail(attemptOf(house).portalReference)
    // The look at expiresAt found "pending": doubt, which the portal's 4 ends as failed.
    expect(['in_doubt', 'awaiting_payer']).toContain(house.state())
    await house.pass(day)
    expect((await house.payments.get(id, aRequest())).finished).toBe(true)
  })

  it('whose bank refused is a failed payment', async () => {
    const house = paymentHouse()
    await house.create()
    house.portal.fail(attemptOf(house).portalReference)
    await house.pass(10 * minute)
    expect(house.state()).toBe('failed')
  })
})

describe('an amount that is not ours', () => {
  it('is a mismatch, never paid, and is resolved when the portal corrects itself', async () => {
    const house = paymentHouse()
    await house.create()
    house.portal.pay(attemptOf(house).portalReference, 40_000n)
    await house.pass(10 * minute)
    expect(house.state()).toBe('mismatch')
    house.portal.pay(attemptOf(house).portalReference)
    await house.pass(5 * second)
    expect(house.state()).toBe('paid')
    expect((await story(house)).slice(-2)).toEqual([
      'payment.mismatch amount_differs',
      'payment.corrected mismatch_resolved',
    ])
  })

  it('comes to a mismatch through doubt when the answer to INIT was lost', async () => {
    const house = await inTrouble(faults.initLost)
    house.portal.pay(attemptOf(house).portalReference, 1n)
    await house.pass(5 * second)
    expect(house.state()).toBe('mismatch')
  })
})

describe('the job', () => {
  it('does nothing for an attempt that is not due, however often it comes', async () => {
    const house = paymentHouse()
    await house.create()
    const id = house.store.all()[0]?.id ?? ''
    for (let times = 0; times < 5; times += 1) {
      await house.payments.settleAttempt({ kind: 'settle_attempt', tenant: 'lao-cai', paymentId: id })
    }
    expect(house.portal.calls.findTransaction).toBe(0)
    expect(house.store.units).toHaveLength(2)
  })

  it('does nothing for another tenant’s payment', async () => {
    const house = await inTrouble(faults.initLost)
    house.clock.advance(5 * second)
    const paymentId = house.store.all()[0]?.id ?? ''
    await house.payments.settleAttempt({ kind: 'settle_attempt', tenant: 'ha-giang', paymentId })
    expect(house.portal.calls.findTransaction).toBe(0)
  })

  it('twice at once moves the attempt once', async () => {
    const house = await inTrouble(faults.initLost)
    house.clock.advance(5 * second)
    const job = { kind: 'settle_attempt', tenant: 'lao-cai', paymentId: house.store.all()[0]?.id ?? '' } as const
    await Promise.all([house.payments.settleAttempt(job), house.payments.settleAttempt(job)])
    expect(attemptOf(house)).toMatchObject({ state: 'awaiting_payer', version: 3 })
    expect(await story(house)).toHaveLength(3)
  })

  it('writes one audit entry for a move and none for a look that moved nothing', async () => {
    const house = await inTrouble(faults.initLost)
    house.portal.standing = faults.queryFails
    await house.pass(5 * second)
    expect(house.store.units.at(-1)).toMatchObject({ entries: [], writes: [{ kind: 'attempt_schedule' }] })
    house.portal.standing = undefined
    await house.pass(10 * second)
    expect(house.store.units.at(-1)?.entries).toHaveLength(1)
  })

  it('keeps asking later when the portal account was taken out of the configuration', async () => {
    const house = await inTrouble(faults.initLost)
    house.clock.advance(5 * second)
    const payments = house.restart((deps) => ({ ...deps, portal: () => undefined }))
    await payments.settleAttempt({
      kind: 'settle_attempt',
      tenant: 'lao-cai',
      paymentId: house.store.all()[0]?.id ?? '',
    })
    expect(attemptOf(house)).toMatchObject({ state: 'in_doubt', checks: 1 })
  })

  it('leaves the attempt due when the store goes away in the middle', async () => {
    const house = await inTrouble(faults.initLost)
    house.clock.advance(5 * second)
    const payments = house.restart((deps) => ({
      ...deps,
      unitOfWork: {
        commit: (unit) => {
          house.store.isAway = true
          return deps.unitOfWork.commit(unit)
        },
      },
    }))
    const job = { kind: 'settle_attempt', tenant: 'lao-cai', paymentId: house.store.all()[0]?.id ?? '' } as const
    await expect(payments.settleAttempt(job)).rejects.toMatchObject({ code: 'storage_unavailable' })
    house.store.isAway = false
    await house.pass(0)
    expect(house.state()).toBe('awaiting_payer')
  })
})

/** A process that is lost with its INIT, whether or not that arrived. */
async function diedSending(house: PaymentHouse): Promise<void> {
  await new Promise<void>((dead) => {
    const payments = house.restart((deps) => ({
      ...deps,
      portal: () => ({
        ...house.portal,
        port: {
          ...house.portal.port,
          openTransaction: () => {
            dead()
            return new Promise(() => {})
          },
        },
      }),
    }))
    void payments.create(anOrder(), aClient, keyed(anOrder()), aRequest())
  })
}
