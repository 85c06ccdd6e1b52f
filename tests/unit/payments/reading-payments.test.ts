import { describe, expect, it } from 'vitest'
import { aRequest } from '../../support/a-request.ts'
import { faults } from '../../support/fake-portal.ts'
import { paymentHouse } from '../../support/payment-house.ts'

const elsewhere = () => {
  const request = aRequest()
  return { ...request, principal: { ...request.principal, tenant: 'ha-giang' } }
}

describe('reading a payment', () => {
  it('of another tenant is not found, neither are its story and its journal', async () => {
    const house = paymentHouse()
    const { id } = await house.created()
    await expect(house.payments.get(id, elsewhere())).rejects.toMatchObject({ code: 'payment_not_found' })
    await expect(house.payments.events(id, elsewhere())).rejects.toMatchObject({ code: 'payment_not_found' })
    await expect(house.payments.postings(id, elsewhere())).rejects.toMatchObject({ code: 'payment_not_found' })
    expect(await house.payments.list({}, { limit: 10 }, elsewhere())).toEqual({ items: [] })
  })

  it('that nobody doubts asks no portal', async () => {
    const house = paymentHouse()
    const { id } = await house.created()
    await house.payments.get(id, aRequest())
    expect(house.portal.calls.findTransaction).toBe(0)
  })

  it('whose INIT may still be answered asks no portal', async () => {
    const house = paymentHouse()
    house.portal.faults.push(faults.initNotSent)
    const { id } = await house.created()
    expect((await house.payments.get(id, aRequest())).state).toBe('submitting')
    expect(house.portal.calls.findTransaction).toBe(0)
  })

  it('in doubt asks the portal and shows what it said, durably', async () => {
    const house = paymentHouse()
    house.portal.faults.push(faults.initLost)
    const { id, attempt } = await house.created()
    house.portal.pay(attempt.portalReference)
    expect(await house.payments.get(id, aRequest())).toMatchObject({ state: 'paid', outcomeCertain: true })
    expect(house.state()).toBe('paid')
    expect(house.store.units.at(-1)?.entries).toHaveLength(1)
  })

  it('that was announced while the portal could not be asked asks it now', async () => {
    const house = paymentHouse()
    const { id, attempt } = await house.created()
    house.portal.pay(attempt.portalReference)
    house.portal.standing = faults.queryFails
    await house.payments.receiveNotification('payment-portal', house.portal.notificationOf(attempt.portalReference))
    await house.drain()
    expect(house.state()).toBe('awaiting_payer')
    house.portal.standing = undefined
    expect(await house.payments.get(id, aRequest())).toMatchObject({ state: 'paid' })
  })

  it('in doubt, asked again and again, neither sends INIT nor disturbs the schedule', async () => {
    const house = paymentHouse()
    house.portal.faults.push(faults.initLost)
    const { id } = await house.created()
    const before = house.store.all()[0]?.attempt
    for (let times = 0; times < 5; times += 1) await house.payments.get(id, aRequest())
    expect(house.store.all()[0]?.attempt).toEqual(before)
    expect(house.portal.inits).toHaveLength(1)
  })

  it('in doubt does not wait longer than two seconds for the portal', async () => {
    const house = paymentHouse()
    house.portal.faults.push(faults.initLost)
    const { id } = await house.created()
    let deadlineMs = 0
    const payments = house.restart((deps) => ({
      ...deps,
      portal: () => ({
        ...house.portal,
        port: {
          ...house.portal.port,
          findTransaction: (key, call) => {
            deadlineMs = call.deadlineMs
            return house.portal.port.findTransaction(key, call)
          },
        },
      }),
    }))
    await payments.get(id, aRequest())
    expect(deadlineMs - house.clock.monotonicMs()).toBe(2_000)
  })

  it('in doubt is shown in doubt when the portal cannot be asked', async () => {
    const house = paymentHouse()
    house.portal.faults.push(faults.initLost)
    const { id } = await house.created()
    house.portal.standing = faults.queryFails
    expect(await house.payments.get(id, aRequest())).toMatchObject({
      state: 'in_doubt',
      outcomeCertain: false,
      finished: false,
    })
  })

  it('in doubt is shown as it is stored when nothing can be written', async () => {
    const house = paymentHouse()
    house.portal.faults.push(faults.initLost)
    const { id, attempt } = await house.created()
    house.portal.pay(attempt.portalReference)
    const payments = house.restart((deps) => ({
      ...deps,
      unitOfWork: {
        commit: async () => {
          house.store.isAway = true
          return deps.unitOfWork.commit({ tenant: 'lao-cai', entries: [], writes: [] })
        },
      },
    }))
    expect((await payments.get(id, aRequest())).state).toBe('in_doubt')
  })

  it('past its time asks the portal although nobody doubted it yet', async () => {
    const house = paymentHouse()
    const { id, attempt } = await house.created({ expiresAt: '2026-11-23T02:31:00.000Z' })
    house.portal.fail(attempt.portalReference)
    house.clock.advance(60_000)
    expect((await house.payments.get(id, aRequest())).state).toBe('expired')
  })

  it('shows the pay URL only while the payer may use it', async () => {
    const house = paymentHouse()
    const { id, attempt } = await house.created()
    house.portal.pay(attempt.portalReference)
    await house.pass(600_000)
    expect((await house.payments.get(id, aRequest())).attempt).not.toHaveProperty('payUrl')
  })
})

describe('listing payments', () => {
  it('gives what the store gives, in the same form as a single one', async () => {
    const house = paymentHouse()
    const { id } = await house.created()
    const single = await house.payments.get(id, aRequest())
    expect(await house.payments.list({ state: 'awaiting_payer' }, { limit: 10 }, aRequest())).toEqual({
      items: [single],
    })
    expect(await house.payments.list({ state: 'paid' }, { limit: 10 }, aRequest())).toEqual({ items: [] })
  })
})

describe('the payer’s way back', () => {
  it('leads to the client’s return URL with a signed word, and keeps what the URL carried', async () => {
    const house = paymentHouse()
    const { id, attempt } = await house.created({ returnUrl: 'https://one-stop.example/return?hồ-sơ=7&lt=forged#top' })
    const onward = await house.payments.returnPayer('payment-portal', attempt.portalReference)
    const location = new URL(onward?.location ?? '')
    expect(location.searchParams.getAll('lt')).toEqual([`${id}.awaiting_payer`])
    expect(location.searchParams.get('hồ-sơ')).toBe('7')
    expect(location.hash).toBe('#top')
  })

  it('leads nowhere for an unknown reference, another connection, or a client without a return URL', async () => {
    const house = paymentHouse()
    const { attempt } = await house.created()
    expect(await house.payments.returnPayer('payment-portal', 'ZZZZZZZZZZZZZZZZZZZZ')).toBeUndefined()
    expect(await house.payments.returnPayer('other', attempt.portalReference)).toBeUndefined()
  })

  it('asks no portal and changes nothing, for anybody may open it', async () => {
    const house = paymentHouse()
    house.portal.faults.push(faults.initLost)
    const { attempt } = await house.created()
    const units = house.store.units.length
    await house.payments.returnPayer('payment-portal', attempt.portalReference)
    expect(house.portal.calls.findTransaction).toBe(0)
    expect(house.store.units).toHaveLength(units)
  })
})
