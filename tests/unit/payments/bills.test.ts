import { describe, expect, it } from 'vitest'
import { limboOffsetsMs } from '#payments/limbo-schedule.ts'
import { aRequest } from '../../support/a-request.ts'
import { billOf, faults } from '../../support/fake-portal.ts'
import { paymentHouse } from '../../support/payment-house.ts'

const day = 24 * 3_600_000
/** From the payment to the job's first look. */
const firstLook = 120_000

/** A paid payment whose bill is owed; nobody has asked for it yet. */
async function paidHouse() {
  const house = paymentHouse()
  const { id, attempt } = await house.paid()
  const bill = () => house.store.bills.find('lao-cai', attempt.id)
  const get = () => house.payments.getPortalBill(id, aRequest())
  return { ...house, id, attempt, bill, get }
}

describe("the portal's bill", () => {
  it('is owed by the very commit that makes the attempt paid', async () => {
    const { store, bill, attempt } = await paidHouse()
    const [move] = store.units.flatMap(({ writes }) =>
      writes.flatMap((write) => (write.kind === 'attempt_move' && write.move.to === 'paid' ? [write.move] : [])),
    )
    expect(move?.billDueAtMs).toBe((move?.event.createdAtMs ?? 0) + firstLook)
    expect(await bill()).toMatchObject({ attemptId: attempt.id, state: 'wanted', tries: 0 })
  })

  it('is owed by nothing that is not paid', async () => {
    const house = paymentHouse()
    const { attempt } = await house.created()
    house.portal.fail(attempt.portalReference)
    await house.pass(15 * 60_000)
    expect(house.state()).toBe('failed')
    expect(await house.store.bills.find('lao-cai', attempt.id)).toBeUndefined()
  })

  it('is fetched two minutes later, with what a portal prints, and kept byte for byte', async () => {
    const { pass, store, portal, bill, attempt, accountability } = await paidHouse()
    await pass(firstLook - 1_000)
    expect(portal.calls.fetchBill).toBe(0)
    await pass(1_000)
    expect(await bill()).toMatchObject({ state: 'kept', tries: 1 })
    const kept = await store.bills.read('lao-cai', attempt.id)
    expect(kept?.pdf).toEqual(billOf(attempt.portalReference))
    expect(portal.billRequests).toMatchObject([
      {
        reference: attempt.portalReference,
        payer: { fullName: 'Nguyễn Thị Hoà' },
        dossierCode: 'H38.17-261123-0007',
        procedureName: 'Cấp bản sao trích lục hộ tịch',
        unit: { code: 'H38.17' },
        portalTransactionId: `T${attempt.portalReference}`,
      },
    ])
    expect(accountability.steps.at(-1)).toMatchObject({ action: 'fetchBill', result: 'bill_kept' })
  })

  it('waits while a rush of notifications is being confirmed, and stays due', async () => {
    const { clock, restart, portal, payments, bill, attempt } = await paidHouse()
    clock.advance(firstLook)
    const job = { kind: 'fetch_bill', tenant: 'lao-cai', attemptId: attempt.id } as const
    const before = await bill()
    const rush = { hasBacklog: (count: number) => Promise.resolve(count < 1_000) }
    await restart((deps) => ({ ...deps, notifications: { ...deps.notifications, ...rush } })).fetchBill(job)
    expect([portal.calls.fetchBill, await bill()]).toEqual([0, before])
    await payments.fetchBill(job)
    expect(await bill()).toMatchObject({ state: 'kept' })
  })

  it('is asked for once by two jobs of one process and of two, and kept once', async () => {
    const { clock, payments, restart, store, bill, attempt } = await paidHouse()
    clock.advance(firstLook)
    const job = { kind: 'fetch_bill', tenant: 'lao-cai', attemptId: attempt.id } as const
    await Promise.all([payments.fetchBill(job), payments.fetchBill(job), restart().fetchBill(job)])
    await payments.fetchBill(job)
    expect(await bill()).toMatchObject({ state: 'kept', version: 2 })
    const moves = store.units.flatMap(({ writes }) => writes.filter(({ kind }) => kind === 'bill_move'))
    expect(moves).toHaveLength(1)
  })

  it.each([
    ['not ready', (house: Awaited<ReturnType<typeof paidHouse>>) => (house.portal.bill = 'not_ready'), 'not_ready'],
    [
      'not paid over there',
      (house: Awaited<ReturnType<typeof paidHouse>>) => (house.portal.bill = 'not_paid'),
      'not_paid',
    ],
    [
      'in trouble',
      (house: Awaited<ReturnType<typeof paidHouse>>) => (house.portal.standing = faults.billFails),
      'upstream_timeout',
    ],
  ])('is asked for again when the portal is %s, and what it said is remembered', async (_, set, lastAnswer) => {
    const house = await paidHouse()
    set(house)
    await house.pass(firstLook)
    expect(await house.bill()).toMatchObject({ state: 'wanted', tries: 1, lastAnswer })
    await house.pass(9_999)
    expect(house.portal.calls.fetchBill).toBe(1)
    await house.pass(1)
    expect(house.portal.calls.fetchBill).toBe(2)
    house.portal.bill = 'issued'
    house.portal.standing = undefined
    await house.pass(day)
    expect(await house.bill()).toMatchObject({ state: 'kept' })
  })

  it('is parked after a month, told as such, and still asked for by who wants it', async () => {
    const { pass, portal, store, bill, get, accountability } = await paidHouse()
    portal.bill = 'not_ready'
    for (let tries = 0; tries <= limboOffsetsMs.length; tries += 1) await pass(day)
    expect(await bill()).toMatchObject({ state: 'parked', tries: limboOffsetsMs.length, lastAnswer: 'not_ready' })
    expect(await store.bills.parked()).toBe(1)
    expect(accountability.steps.at(-1)).toMatchObject({ result: 'bill_parked' })
    const before = portal.calls.fetchBill
    await pass(day)
    expect(portal.calls.fetchBill).toBe(before)
    await expect(get()).rejects.toMatchObject({ code: 'portal_bill_not_ready', retryAfterSeconds: 3_600 })
    portal.bill = 'issued'
    await get()
    expect(await bill()).toMatchObject({ state: 'kept' })
  })

  it('that a refund ended is not asked for again', async () => {
    const { pass, portal, bill } = await paidHouse()
    portal.bill = 'ended'
    await pass(firstLook)
    expect(await bill()).toMatchObject({ state: 'ended' })
    await pass(30 * day)
    expect(portal.calls.fetchBill).toBe(1)
  })

  it('waits for its portal when the account was taken out of the configuration', async () => {
    const { clock, restart, bill, attempt } = await paidHouse()
    clock.advance(firstLook)
    const payments = restart((deps) => ({ ...deps, portal: () => undefined }))
    await payments.fetchBill({ kind: 'fetch_bill', tenant: 'lao-cai', attemptId: attempt.id })
    expect(await bill()).toMatchObject({ state: 'wanted', lastAnswer: 'upstream_not_configured' })
  })
})

describe("reading the portal's bill", () => {
  it('gives what was kept without asking, with an audit entry before it leaves', async () => {
    const { pass, portal, get, attempt, accountability, store } = await paidHouse()
    await pass(firstLook)
    const bill = await get()
    expect(bill).toMatchObject({ pdf: billOf(attempt.portalReference), portalReference: attempt.portalReference })
    expect(portal.calls.fetchBill).toBe(1)
    expect(accountability.steps.at(-1)).toMatchObject({ action: 'getPortalBill', result: 'bill_answered' })
    store.isAway = true
    await expect(get()).rejects.toMatchObject({ code: 'storage_unavailable' })
  })

  it('does not give what it cannot account for', async () => {
    const { pass, id, restart } = await paidHouse()
    await pass(firstLook)
    const failing = restart((deps) => ({
      ...deps,
      unitOfWork: { commit: () => Promise.reject(new Error('no commit')) },
    }))
    await expect(failing.getPortalBill(id, aRequest())).rejects.toThrow('no commit')
  })

  it('asks on the way for what is not here yet, keeps it, and asks no more', async () => {
    const { get, portal, bill, pass } = await paidHouse()
    await get()
    expect(await bill()).toMatchObject({ state: 'kept' })
    await pass(day)
    await get()
    expect(portal.calls.fetchBill).toBe(1)
  })

  it('says when to ask again while it is not ready, and leaves the schedule alone', async () => {
    const { get, portal, bill } = await paidHouse()
    portal.bill = 'not_ready'
    const before = await bill()
    await expect(get()).rejects.toMatchObject({
      code: 'portal_bill_not_ready',
      retryAfterSeconds: 5,
      details: { lastAnswer: 'not_ready' },
    })
    portal.standing = faults.billFails
    await expect(get()).rejects.toMatchObject({ details: { lastAnswer: 'upstream_timeout' } })
    expect(await bill()).toEqual(before)
  })

  it('waits no longer than two seconds for the portal', async () => {
    const { id, portal, restart } = await paidHouse()
    const waits: number[] = []
    const payments = restart((deps) => ({
      ...deps,
      portal: () => ({
        ...portal,
        port: {
          ...portal.port,
          fetchBill: (wanted, call) => {
            waits.push(call.deadlineMs - deps.clock.monotonicMs())
            return portal.port.fetchBill(wanted, call)
          },
        },
      }),
    }))
    await payments.getPortalBill(id, aRequest())
    expect(waits).toEqual([2_000])
  })

  it('refuses what is not paid, what is in doubt, and what a refund ended, each for its own reason', async () => {
    const house = paymentHouse()
    const { id, attempt } = await house.created()
    const get = () => house.payments.getPortalBill(id, aRequest())
    await expect(get()).rejects.toMatchObject({ code: 'payment_not_paid', details: { state: 'awaiting_payer' } })
    await house.cancel(id)
    await expect(get()).rejects.toMatchObject({ code: 'outcome_unknown' })
    house.portal.pay(attempt.portalReference)
    await house.pass(5_000)
    await house.pass(5_000)
    await get()
    await house.refund(id)
    await expect(get()).rejects.toMatchObject({ code: 'portal_bill_ended' })
  })

  it('takes the portal’s word that it has ended, also where we know of no refund', async () => {
    const { get, portal, bill } = await paidHouse()
    portal.bill = 'ended'
    await expect(get()).rejects.toMatchObject({ code: 'portal_bill_ended' })
    expect(await bill()).toMatchObject({ state: 'ended' })
    await expect(get()).rejects.toMatchObject({ code: 'portal_bill_ended' })
    expect(portal.calls.fetchBill).toBe(1)
  })

  it('of another tenant is not found', async () => {
    const { id, payments } = await paidHouse()
    const request = aRequest()
    const elsewhere = { ...request, principal: { ...request.principal, tenant: 'ha-giang' } }
    await expect(payments.getPortalBill(id, elsewhere)).rejects.toMatchObject({ code: 'payment_not_found' })
  })
})
