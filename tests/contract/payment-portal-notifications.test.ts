import { pathToFileURL } from 'node:url'
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { loadOpenApi } from '#sandbox/kernel/check-openapi.ts'
import { openNotificationReceiver, type NotificationReceiver, type Reaction } from '../support/notification-receiver.ts'
import { aMessage, checksumOver, postMessage } from '../support/portal-messages.ts'
import { openSimulators, type Simulators } from '../support/simulators.ts'

const breachesOf = loadOpenApi(pathToFileURL('contracts/payment-portal/notifications.yaml')).checker('Confirm')
const confirmOrder =
  'LoaiBanTin MaLoi MaDoiTac MaThamChieu SoTien MaTienTe MaGiaoDich MaNganHang ThoiGianGD ThongTinGiaoDich'.split(' ')

const second = 1000
const hour = 3_600_000
/** Written out again here, from notifications.yaml. */
const schedule = [0, 5 * second, 30 * second, 300 * second, 1800 * second]
for (let hours = 1; hours <= 72; hours++) schedule.push(hours * hour)

let sandbox: Simulators
let partnerSide: NotificationReceiver
beforeAll(async () => {
  ;[sandbox, partnerSide] = await Promise.all([openSimulators(), openNotificationReceiver()])
})
afterAll(() => Promise.all([sandbox.close(), partnerSide.close()]))

const reference = 'TPT0000001'
let startMs = 0
beforeEach(async () => {
  await sandbox.reset()
  partnerSide.clear()
  sandbox.kernel.notifyAt(partnerSide.url)
  sandbox.kernel.clock.freeze(true)
  startMs = sandbox.kernel.clock.nowMs()
  await postMessage(sandbox.portalUrl, aMessage('init-request'))
})

interface Try {
  readonly at: string
  readonly result: string
}

const pay = (outcome = 'paid') => sandbox.control('POST', `/payments/${reference}/outcome`, { outcome })
const advance = (advanceMs: number) => sandbox.control('POST', '/clock', { advanceMs })
const fault = (name: string, more: object = {}) =>
  sandbox.fault({ system: 'payment_portal', operation: 'CONFIRM', fault: name, times: 1, ...more })
const tries = async () => {
  const { body } = await sandbox.control('GET', `/payments/${reference}`)
  return (body as { notifications: Try[] }).notifications
}
/** Until the last of `count` tries has its result. */
const settled = (count: number) =>
  vi.waitFor(
    async () => {
      const all = await tries()
      expect(all).toHaveLength(count)
      expect(all.every(({ result }) => result !== 'sent')).toBe(true)
      return all
    },
    { interval: 2, timeout: 5000 },
  )

describe('a notification', () => {
  it('is within the contract, well signed, with the amount as a number', async () => {
    await pay()
    await settled(1)
    const [message = {}] = partnerSide.received
    expect(breachesOf(message)).toEqual([])
    expect(message).toMatchObject({ LoaiBanTin: 'CONFIRM', MaLoi: '00', MaThamChieu: reference, SoTien: 50_000 })
    expect(message['MaXacThuc']).toBe(checksumOver(confirmOrder, message))
  })

  it('of a failed payment has MaLoi 99; a pending one is not notified', async () => {
    await pay('pending')
    expect(await tries()).toEqual([])
    await pay('failed')
    await settled(1)
    expect(partnerSide.received).toMatchObject([{ MaLoi: '99' }])
  })

  it('is sent once when it is acknowledged, however far the clock goes', async () => {
    await pay()
    expect(await settled(1)).toMatchObject([{ result: 'acknowledged' }])
    await advance(80 * hour)
    expect(await settled(1)).toHaveLength(1)
  })

  it.each<[Reaction, string, readonly string[]]>([
    ['HTTP 503', 'HTTP 503', []],
    ['MaLoi 99', 'MaLoi 99', []],
    ['hang-up', 'no answer', []],
    ['not JSON', 'bad acknowledgement', ['']],
    ['wrong-checksum', 'bad acknowledgement', ['/MaXacThuc']],
    ['other-reference', 'bad acknowledgement', ['/MaThamChieu']],
  ])('is not acknowledged by %s and comes again after five seconds', async (reaction, result, pointers) => {
    partnerSide.reaction = reaction
    await pay()
    expect(await settled(1)).toMatchObject([{ result }])
    expect(sandbox.kernel.violations.list().map(({ pointer }) => pointer)).toEqual(pointers)
    partnerSide.reaction = 'acknowledge'
    await advance(5 * second - 1)
    expect(partnerSide.received).toHaveLength(1)
    await advance(1)
    expect(await settled(2)).toMatchObject([{ result }, { result: 'acknowledged' }])
  })

  it('is tried at 0 s, 5 s, 30 s, 5 min, 30 min, then hourly to 72 h, and then given up', async () => {
    partnerSide.reaction = 'HTTP 503'
    await pay()
    for (const [at, offsetMs] of schedule.entries()) {
      sandbox.kernel.clock.set(startMs + offsetMs)
      await settled(at + 1)
    }
    expect((await tries()).map(({ at }) => Date.parse(at) - startMs)).toEqual(schedule)
    await advance(100 * hour)
    expect(await tries()).toHaveLength(schedule.length)
  })

  it('catches up when the clock jumps over several tries', async () => {
    partnerSide.reaction = 'HTTP 503'
    await pay()
    await settled(1)
    await advance(30 * second)
    await settled(3)
  })

  it('is sent while a partner had no address only once it has one', async () => {
    const quiet = await openSimulators()
    try {
      await postMessage(quiet.portalUrl, aMessage('init-request'))
      await quiet.control('POST', `/payments/${reference}/outcome`, { outcome: 'paid' })
      const { body } = await quiet.control('GET', `/payments/${reference}`)
      expect(body).toMatchObject({ notifications: [{ result: 'nowhere to send it' }] })
      quiet.kernel.notifyAt(partnerSide.url)
      await quiet.control('POST', '/clock', { advanceMs: 5 * second })
      await partnerSide.waitFor(1)
    } finally {
      await quiet.close()
    }
  })
})

describe('faults of notifications', () => {
  it('duplicate-notification: twice the same bytes at once, one payment', async () => {
    await fault('duplicate-notification')
    await pay()
    await partnerSide.waitFor(2)
    expect(partnerSide.received[0]).toEqual(partnerSide.received[1])
    expect(await settled(1)).toMatchObject([{ result: 'acknowledged' }])
  })

  it('late-notification: nothing for 30 days, then as if it had just happened', async () => {
    await fault('late-notification')
    await pay()
    await advance(30 * 24 * hour - 1)
    expect(await tries()).toEqual([])
    await advance(1)
    expect(await settled(1)).toMatchObject([{ result: 'acknowledged' }])
  })

  it('late-notification as a standing fault postpones each payment once, by params.delayMs', async () => {
    await sandbox.fault({
      system: 'payment_portal',
      operation: 'CONFIRM',
      fault: 'late-notification',
      params: { delayMs: 60_000 },
    })
    await pay()
    await advance(60_000)
    expect(await settled(1)).toMatchObject([{ result: 'acknowledged' }])
  })

  it('drop-notification: a try that is never sent, and the next one is', async () => {
    await fault('drop-notification')
    await pay()
    expect(await settled(1)).toMatchObject([{ result: 'dropped' }])
    expect(partnerSide.received).toEqual([])
    await advance(5 * second)
    expect(await settled(2)).toMatchObject([{ result: 'dropped' }, { result: 'acknowledged' }])
  })

  it.each([
    ['wrong-amount', { SoTien: 51_000 }, true],
    ['wrong-currency', { MaTienTe: 'USD' }, true],
    ['wrong-checksum', { SoTien: 50_000 }, false],
  ])('%s: a lie in the message, the record untouched', async (name, shown, isWellSigned) => {
    await fault(name)
    await pay()
    await settled(1)
    const [message = {}] = partnerSide.received
    expect(message).toMatchObject(shown)
    expect(message['MaXacThuc'] === checksumOver(confirmOrder, message)).toBe(isWellSigned)
    expect((await postMessage(sandbox.portalUrl, aMessage('query-request'))).body).toMatchObject({
      TrangThaiGD: '1',
      SoTien: 50_000,
      MaTienTe: 'VND',
    })
  })

  it('early-notification: the notification is there before the answer of INIT', async () => {
    await sandbox.fault({ system: 'payment_portal', operation: 'INIT', fault: 'early-notification', times: 1 })
    const early = { MaThamChieu: 'TPT0000009' }
    const { body } = await postMessage(sandbox.portalUrl, aMessage('init-request', early))
    expect(body).toMatchObject({ MaLoi: '00', ...early })
    expect(partnerSide.received).toMatchObject([{ MaLoi: '00', ...early }])
  })

  it('a reset ends every retry', async () => {
    partnerSide.reaction = 'HTTP 503'
    await pay()
    await settled(1)
    await sandbox.reset()
    sandbox.kernel.clock.freeze(true)
    await advance(80 * hour)
    expect(partnerSide.received).toHaveLength(1)
  })
})
