/** Random histories of one payment: whatever the order, what the portal holds true is where the payment ends. */
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { aRequest } from '../../support/a-request.ts'
import { faults, type PortalFault } from '../../support/fake-portal.ts'
import { paymentHouse, type PaymentHouse } from '../../support/payment-house.ts'

const minute = 60_000
const reference = (house: PaymentHouse) => house.store.all()[0]?.attempt.portalReference ?? ''
const isOpen = (house: PaymentHouse) => house.portal.transactions.has(reference(house))

const happenings = {
  notified: async (house: PaymentHouse) => {
    await house.payments.receiveNotification('payment-portal', house.portal.notificationOf(reference(house)))
  },
  notifiedAnew: async (house: PaymentHouse) => {
    const raw = house.portal.notificationOf(reference(house), { at: house.store.units.length })
    await house.payments.receiveNotification('payment-portal', raw)
  },
  forged: async (house: PaymentHouse) => {
    await house.payments.receiveNotification(
      'payment-portal',
      house.portal.notificationOf(reference(house), { valid: false }),
    )
  },
  jobs: (house: PaymentHouse) => house.drain(),
  swept: (house: PaymentHouse) => house.pass(5_000),
  later: (house: PaymentHouse) => house.pass(40 * minute),
  muchLater: (house: PaymentHouse) => house.pass(26 * 60 * minute),
  looked: async (house: PaymentHouse) => {
    await house.payments.get(house.store.all()[0]?.id ?? '', aRequest())
  },
  queryFails: async (house: PaymentHouse) => {
    house.portal.faults.push(faults.queryFails)
  },
  initLostAgain: async (house: PaymentHouse) => {
    house.portal.faults.push(faults.initLost)
  },
} satisfies Record<string, (house: PaymentHouse) => Promise<void>>
type HappeningName = keyof typeof happenings

const inits: readonly (PortalFault | undefined)[] = [undefined, faults.initLost, faults.initDropped, faults.initNotSent]
const names = Object.keys(happenings) as HappeningName[]

/** Lets every schedule run out its early part with nothing in the way. */
async function quiesce(house: PaymentHouse): Promise<void> {
  house.portal.faults.length = 0
  for (let passes = 0; passes < 8; passes += 1) await house.pass(60 * minute)
}

describe('any history', () => {
  it('in which the payer paid ends paid, by one move into paid, in a gapless story', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...inits),
        fc.array(fc.constantFrom(...names), { maxLength: 8 }),
        fc.array(fc.constantFrom(...names), { maxLength: 8 }),
        async (init, before, after) => {
          const house = paymentHouse()
          if (init !== undefined) house.portal.faults.push(init)
          const { id } = await house.created()
          for (const name of before) await happenings[name](house)
          // A payer can only pay what was opened, and not what was already proven dead.
          if (!isOpen(house)) return
          house.portal.pay(reference(house))
          for (const name of after) await happenings[name](house)
          await happenings.notifiedAnew(house)
          await quiesce(house)
          expect(house.state()).toBe('paid')
          const events = await house.payments.events(id, aRequest())
          expect(events.map(({ sequence }) => sequence)).toEqual(events.map((_, index) => index + 1))
          expect(events.filter(({ data }) => data.to === 'paid')).toHaveLength(1)
          expect(new Set(house.portal.inits.map(({ body }) => body)).size).toBe(1)
        },
      ),
      { numRuns: 150 },
    )
  })

  it('in which nobody paid never shows paid, and fails only on the portal’s word', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...inits),
        fc.array(fc.constantFrom(...names), { maxLength: 12 }),
        async (init, history) => {
          const house = paymentHouse()
          if (init !== undefined) house.portal.faults.push(init)
          await house.created()
          for (const name of history) {
            await happenings[name](house)
            expect(['submitting', 'awaiting_payer', 'in_doubt', 'failed']).toContain(house.state())
            // The portal has never said failed: only what it never heard of may be dead.
            if (house.state() === 'failed') expect(isOpen(house)).toBe(false)
          }
        },
      ),
      { numRuns: 150 },
    )
  })
})

describe('every order of the same five facts', () => {
  const facts = ['notified', 'notifiedAnew', 'looked', 'later', 'muchLater'] as const
  const orders = (rest: readonly HappeningName[]): HappeningName[][] =>
    rest.length === 0
      ? [[]]
      : rest.flatMap((first, index) => orders(rest.toSpliced(index, 1)).map((order) => [first, ...order]))

  it.each(['paid', 'failed'] as const)('that the portal says %s of comes to one end', async (truth) => {
    const ends = new Set<string>()
    for (const order of orders(facts)) {
      const house = paymentHouse()
      await house.created({ expiresAt: '2026-11-23T02:31:00.000Z' })
      if (truth === 'paid') house.portal.pay(reference(house))
      else house.portal.fail(reference(house))
      for (const name of order) {
        await happenings[name](house)
        await house.drain()
      }
      ends.add(truth === 'paid' ? house.state() : String(['failed', 'expired'].includes(house.state())))
    }
    expect([...ends]).toEqual([truth === 'paid' ? 'paid' : 'true'])
  })
})
