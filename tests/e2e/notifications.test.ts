import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { eventually } from '../support/eventually.ts'
import {
  aNotification,
  created,
  notify,
  payer,
  portalRecord,
  reaches,
  read,
  storyOf,
  type Payment,
} from '../support/payment-journey.ts'
import { openHouse, type RunningHouse } from '../support/running-house.ts'

let house: RunningHouse

beforeAll(async () => {
  house = await openHouse({ deadlines: { initMs: 2_000, queryMs: 2_000 } })
})
afterEach(async () => {
  expect(await house.control.violations()).toEqual([])
  await house.control.post('/reset')
})
afterAll(() => house.close())

interface Kept {
  readonly raw: Buffer
  readonly outcome: string | null
}

const keptAbout = (reference: string): Promise<Kept[]> =>
  house.rows<Kept>('select raw, outcome from gateway.portal_notifications where reference = $1', [reference])

/** What became of every notification about it, once nothing of it is open. */
const outcomesOf = async ({ attempt }: Payment): Promise<readonly (string | null)[]> => {
  const kept = await eventually(
    () => keptAbout(attempt.portalReference),
    (rows) => rows.length > 0 && rows.every(({ outcome }) => outcome !== null),
  )
  return kept.map(({ outcome }) => outcome)
}

const invalidCount = async (): Promise<number> => {
  const text = await (await fetch(`${house.operationsUrl}/metrics`)).text()
  return Number(/lienthong_notifications_total\{outcome="invalid"\} (\d+)/.exec(text)?.[1] ?? 0)
}

describe('a forged notification', () => {
  it('with a wrong checksum changes nothing, is counted, and no word of it is kept', async () => {
    const payment = await created(house)
    const counted = await invalidCount()
    const { status, body } = await notify(house, { ...aNotification(payment), MaXacThuc: '0'.repeat(64) })
    expect([status, body['MaLoi']]).toEqual([200, '07'])
    expect(await keptAbout(payment.attempt.portalReference)).toEqual([])
    expect((await read(house, payment.id)).state).toBe('awaiting_payer')
    expect(await invalidCount()).toBe(counted + 1)
  })

  it.each(['', '{', '[]', '{"MaThamChieu":"A","MaThamChieu":"B"}', '<html></html>'])(
    'that is no message at all is refused in the portal’s own form: %s',
    async (text) => {
      const { status, body } = await notify(house, text)
      expect([status, body['MaLoi']]).toEqual([200, '07'])
    },
  )

  it('with a right checksum over a lie is believed no more than the portal’s own record', async () => {
    const payment = await created(house)
    const { body } = await notify(house, aNotification(payment, { SoTien: 49_000 }))
    expect(body['MaLoi']).toBe('00')
    expect(await outcomesOf(payment)).toEqual(['handed_over'])
    expect(await read(house, payment.id)).toMatchObject({ state: 'awaiting_payer', refundable: 0 })
  })

  it('about a reference nobody has is acknowledged, kept, and moves nothing', async () => {
    const payment = await created(house)
    const stranger = { ...payment, attempt: { ...payment.attempt, portalReference: 'ZZZZZZZZZZZZZZZZZZZZ' } }
    expect((await notify(house, aNotification(stranger))).body['MaLoi']).toBe('00')
    expect(await outcomesOf(stranger)).toEqual(['suspense'])
  })

  it('for an account nobody configured finds no door', async () => {
    const answer = await fetch(`${house.url}/notifications/other-portal`, { method: 'POST', body: '{}' })
    expect(answer.status).toBe(404)
  })
})

describe('a true notification', () => {
  it('a hundred times at once has one effect and a hundred acknowledgements', async () => {
    const payment = await created(house)
    await house.control.fault({ system: 'payment_portal', operation: 'CONFIRM', fault: 'drop-notification' })
    await payer(house, payment, 'paid')
    const message = aNotification(payment)
    const answers = await Promise.all(Array.from({ length: 100 }, () => notify(house, message)))
    expect(new Set(answers.map(({ status, body }) => `${status} ${String(body['MaLoi'])}`))).toEqual(
      new Set(['200 00']),
    )
    await reaches(house, payment.id, 'paid')
    expect(await outcomesOf(payment)).toHaveLength(1)
    expect((await storyOf(house, payment.id)).filter((line) => line.startsWith('paid'))).toEqual(['paid: portal_paid'])
  })

  it('twice from the portal itself is one payment', async () => {
    const payment = await created(house)
    await house.control.fault({ system: 'payment_portal', operation: 'CONFIRM', fault: 'duplicate-notification' })
    await payer(house, payment, 'paid')
    await reaches(house, payment.id, 'paid')
    expect((await storyOf(house, payment.id)).filter((line) => line.startsWith('paid'))).toHaveLength(1)
  })

  it('thirty days late is as good as one in time', async () => {
    const payment = await created(house)
    await house.control.fault({ system: 'payment_portal', operation: 'CONFIRM', fault: 'late-notification', times: 1 })
    await payer(house, payment, 'paid')
    expect((await read(house, payment.id)).state).toBe('awaiting_payer')
    await house.control.post('/clock', { advanceMs: 31 * 86_400_000 })
    await reaches(house, payment.id, 'paid')
  })

  it('before the answer of its INIT is kept until the attempt is ready for it', async () => {
    await house.control.fault({ system: 'payment_portal', operation: 'INIT', fault: 'early-notification', times: 1 })
    const payment = await created(house)
    expect(['submitting', 'awaiting_payer', 'paid']).toContain(payment.state)
    await reaches(house, payment.id, 'paid')
    expect((await portalRecord(house, payment))?.notifications.at(-1)?.result).toBe('acknowledged')
  })

  it('that says too much or in another currency does not change what was paid', async () => {
    for (const fault of ['wrong-amount', 'wrong-currency']) {
      const payment = await created(house)
      await house.control.fault({ system: 'payment_portal', operation: 'CONFIRM', fault, times: 1 })
      await payer(house, payment, 'paid')
      expect(await reaches(house, payment.id, 'paid')).toMatchObject({ amount: 50_000, refundable: 50_000 })
    }
  })
})

describe('a record of the portal that differs from ours', () => {
  it.each(['wrong-amount', 'wrong-currency'])(
    'is a mismatch, never paid, until the record is right: %s',
    async (fault) => {
      const payment = await created(house)
      const match = { reference: payment.attempt.portalReference }
      await house.control.fault({ system: 'payment_portal', operation: 'QUERY', fault, match })
      await payer(house, payment, 'paid')
      expect(await reaches(house, payment.id, 'mismatch')).toMatchObject({ finished: false, refundable: 0 })
      await house.control.remove('/faults')
      await reaches(house, payment.id, 'paid')
      expect((await storyOf(house, payment.id)).at(-1)).toBe('paid: mismatch_resolved')
    },
  )
})
