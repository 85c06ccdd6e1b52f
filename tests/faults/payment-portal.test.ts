import type { RefundOrder, TransactionOrder } from '#domain/portal.ts'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { aCall } from '../support/a-call.ts'
import { anOrder } from '../support/an-order.ts'
import { eventually } from '../support/eventually.ts'
import { openNotificationDoor, type NotificationDoor } from '../support/notification-door.ts'
import { openThreeSystems, type ThreeSystems } from '../support/three-systems.ts'
import { failureOf } from '../support/upstream-failure.ts'
import { deadlineOf, faultRows, paramsOf, type FaultRow } from './fault-rows.ts'

let systems: ThreeSystems
let door: NotificationDoor

beforeAll(async () => {
  door = await openNotificationDoor()
  systems = await openThreeSystems(door.url)
  door.openTo(systems.portal.codec)
})
beforeEach(async () => {
  await systems.control.post('/reset')
  door.notified.length = 0
})
afterAll(async () => {
  await systems.close()
  door.close()
})

const rows = faultRows('payment-portal')

const fault = (row: FaultRow, operation: string | undefined = row.operation) =>
  systems.control.fault({
    system: 'payment_portal',
    fault: row.name,
    // `refuse` closes the port, for every operation.
    ...(row.name !== 'refuse' && operation !== undefined && { operation }),
    params: paramsOf(row),
  })

const open = (order: TransactionOrder) =>
  systems.portal.openTransaction(systems.portal.codec.prepareTransaction(order), aCall())
const find = (order: TransactionOrder) => systems.portal.findTransaction(order, aCall())
const pay = (order: TransactionOrder) =>
  systems.control.post(`/payments/${order.reference}/outcome`, { outcome: 'paid' })

/** Half of it back. */
const refundOf = ({ reference, issuedAtMs }: TransactionOrder): RefundOrder => ({
  reference,
  refundReference: `R${reference.slice(1)}` as RefundOrder['refundReference'],
  amount: { dong: 25_000n },
  reason: 'Nộp thừa',
  issuedAtMs,
})
const prepared = (order: TransactionOrder) =>
  systems.portal.codec.prepareRefund?.(refundOf(order)) ?? expect.fail('the dialect has refunds')
const refund = (order: TransactionOrder, withinMs?: number) =>
  systems.portal.refundTransaction(prepared(order), aCall(withinMs === undefined ? {} : { withinMs }))
const findRefund = (order: TransactionOrder, withinMs?: number) =>
  systems.portal.findRefund(refundOf(order), aCall(withinMs === undefined ? {} : { withinMs }))

/** What each message needs before it can go wrong, and the call that then does. */
const asking: Readonly<Record<string, (row: FaultRow, order: TransactionOrder) => Promise<unknown>>> = {
  INIT: async (row, order) => {
    await fault(row)
    const call = aCall({ withinMs: deadlineOf(row) })
    return systems.portal.openTransaction(systems.portal.codec.prepareTransaction(order), call)
  },
  QUERY: async (row, order) => {
    await open(order)
    await fault(row)
    return systems.portal.findTransaction(order, aCall({ withinMs: deadlineOf(row) }))
  },
  REFUND: async (row, order) => {
    await open(order)
    await pay(order)
    await fault(row)
    return refund(order, deadlineOf(row))
  },
  QUERY_REFUND: async (row, order) => {
    await open(order)
    await pay(order)
    await refund(order)
    await fault(row)
    return findRefund(order, deadlineOf(row))
  },
  GET_BILL: async (row, order) => {
    await open(order)
    await pay(order)
    await fault(row)
    return systems.portal.fetchBill(order, aCall({ withinMs: deadlineOf(row) }))
  },
  RECON_FILE: async (row, order) => {
    await open(order)
    await pay(order)
    await fault(row)
    return settlementFile({ withinMs: deadlineOf(row) })
  },
}

/** Today's, as it came: the adapter believes nothing of it, and reads nothing in it. */
async function settlementFile(call: Parameters<typeof aCall>[0]): Promise<readonly string[] | undefined> {
  const chunks: Uint8Array[] = []
  const accept = async (chunk: Uint8Array) => void chunks.push(chunk)
  const today = new Date(Date.now() + 7 * 3_600_000).toISOString().slice(0, 10)
  const answer = await systems.portal.fetchSettlementFile(today, accept, aCall(call))
  return answer === 'none' ? undefined : Buffer.concat(chunks).toString().split('\n')
}

/** The lines of a file about one payment, spoiled as the row says. */
const spoiled = async (row: FaultRow, order: TransactionOrder): Promise<readonly string[]> =>
  ((await asking['RECON_FILE']?.(row, order)) as readonly string[] | undefined) ?? []

const detailsOf = (lines: readonly string[]) =>
  lines.filter((line) => line.startsWith('D|')).map((line) => line.split('|'))

const notification = () =>
  eventually(
    () => door.notified,
    ({ length }) => length > 0,
  )
const read = (raw: Buffer | undefined) => systems.portal.codec.readNotification(raw ?? Buffer.alloc(0))
const paid = async (row: FaultRow, order: TransactionOrder): Promise<Buffer[]> => {
  await open(order)
  await fault(row, 'CONFIRM')
  await pay(order)
  return notification()
}

/** What happens instead of an error. */
const harmless: Readonly<Record<string, (row: FaultRow, order: TransactionOrder) => Promise<void>>> = {
  'PP-23 QUERY': async (row, order) => {
    expect(await asking['QUERY']?.(row, order)).toMatchObject({ kind: 'not_found' })
  },
  'PP-24 QUERY': async (row, order) => {
    expect(await asking['QUERY']?.(row, order)).toMatchObject({ kind: 'known', amount: { dong: 51_000n } })
  },
  'PP-24 CONFIRM': async (row, order) => {
    const [raw] = await paid(row, order)
    expect(read(raw)).toMatchObject({ kind: 'valid', notification: { amount: { dong: 51_000n } } })
  },
  'PP-25 QUERY': async (row, order) => {
    expect(await asking['QUERY']?.(row, order)).toMatchObject({ kind: 'known', currency: 'USD' })
  },
  'PP-25 CONFIRM': async (row, order) => {
    const [raw] = await paid(row, order)
    expect(read(raw)).toMatchObject({ kind: 'valid', notification: { currency: 'USD' } })
  },
  'PP-28N CONFIRM': async (row, order) => {
    const [raw] = await paid(row, order)
    expect(read(raw)).toEqual({ kind: 'invalid' })
    const answer = JSON.parse(systems.portal.codec.acknowledge(raw ?? Buffer.alloc(0), 'invalid', 0)) as object
    expect(answer).toMatchObject({ MaLoi: '07', MaThamChieu: order.reference })
  },
  'PP-29 QUERY': async (row, order) => {
    await open(order)
    await pay(order)
    await fault(row)
    expect(await find(order)).toMatchObject({ kind: 'known', standing: 'pending' })
  },
  'PP-32 QUERY': async (row, order) => {
    await open(order)
    await pay(order)
    await fault(row)
    expect(await find(order)).toMatchObject({ kind: 'known', standing: 'failed' })
  },
  'PP-30 GET_BILL': async (row, order) => {
    expect(await asking['GET_BILL']?.(row, order)).toEqual({ kind: 'not_ready' })
  },
  'PP-31 REFUND': async (row, order) => {
    expect(await asking['REFUND']?.(row, order)).toMatchObject({ kind: 'known', standing: 'accepted' })
  },
  'PP-31 QUERY_REFUND': async (row, order) => {
    await open(order)
    await pay(order)
    await fault(row, 'REFUND')
    await fault(row, 'QUERY_REFUND')
    await refund(order)
    expect(await findRefund(order)).toMatchObject({ kind: 'known', standing: 'accepted' })
  },
  'PP-40 CONFIRM': async (row, order) => {
    await paid(row, order)
    const [first, second] = await eventually(
      () => door.notified,
      ({ length }) => length > 1,
    )
    expect(second?.equals(first ?? Buffer.alloc(0))).toBe(true)
    expect(read(second)).toEqual(read(first))
  },
  'PP-41 CONFIRM': async (row, order) => {
    await open(order)
    await fault(row, 'CONFIRM')
    await pay(order)
    await systems.control.post('/clock', { advanceMs: 31 * 86_400_000 })
    const [raw] = await notification()
    expect(read(raw)).toMatchObject({ kind: 'valid', notification: { reference: order.reference } })
  },
  'PP-42 CONFIRM': async (row, order) => {
    await open(order)
    await fault(row, 'CONFIRM')
    await pay(order)
    expect(await find(order)).toMatchObject({ kind: 'known', standing: 'paid' })
    expect(door.notified).toEqual([])
  },
  'PP-50 RECON_FILE': async (row, order) => {
    expect(await asking['RECON_FILE']?.(row, order)).toBeUndefined()
  },
  'PP-51 RECON_FILE': async (row, order) => {
    expect(detailsOf(await spoiled(row, order))).toEqual([])
  },
  'PP-52 RECON_FILE': async (row, order) => {
    expect(detailsOf(await spoiled(row, order)).map((fields) => fields[3])).toEqual([
      order.reference,
      'STRANGER000000000001',
    ])
  },
  'PP-53 RECON_FILE': async (row, order) => {
    expect(detailsOf(await spoiled(row, order))[0]?.[6]).toBe('51000')
  },
  'PP-54 RECON_FILE': async (row, order) => {
    expect(detailsOf(await spoiled(row, order))[0]?.[8]).toBe('4')
  },
  'PP-55 RECON_FILE': async (row, order) => {
    const [first, second] = detailsOf(await spoiled(row, order))
    expect(second).toEqual(first)
  },
  'PP-56 RECON_FILE': async (row, order) => {
    const [first, second] = detailsOf(await spoiled(row, order))
    expect([second?.[3], second?.[2]]).toEqual([first?.[3], `${first?.[2]}X`])
  },
  'PP-57 RECON_FILE': async (row, order) => {
    expect(detailsOf(await spoiled(row, order))[0]?.[10]).toBe('NGÂN HÀNG')
  },
  'PP-58 RECON_FILE': async (row, order) => {
    expect((await spoiled(row, order)).at(-2)).toMatch(/^T\|1\|50001\|/)
  },
  'PP-59 RECON_FILE': async (row, order) => {
    expect((await spoiled(row, order)).at(-2)).toMatch(/^D\|/)
  },
  'PP-60 RECON_FILE': async (row, order) => {
    expect((await spoiled(row, order)).slice(0, -1).every((line) => line.endsWith('\r'))).toBe(true)
  },
  'PP-43 INIT': async (row, order) => {
    expect(await asking['INIT']?.(row, order)).toMatchObject({ reference: order.reference })
    expect(read(door.notified[0])).toMatchObject({ kind: 'valid', notification: { reference: order.reference } })
  },
}

const isHarmless = (row: FaultRow) => row.code === 'none' || row.operation === 'CONFIRM'

describe('payment portal faults', () => {
  it('knows what happens in every row that is no error', () => {
    const expected = rows.filter(isHarmless).map(({ id, operation }) => `${id} ${operation}`)
    expect(new Set(expected)).toEqual(new Set(Object.keys(harmless)))
  })

  it.each(rows.filter((row) => !isHarmless(row)))('$id $name at $operation is $code, $fate', async (row) => {
    const ask = asking[row.operation]
    if (ask === undefined) throw new Error(`${row.operation} has no test`)
    expect(await failureOf(ask(row, anOrder()))).toMatchObject({ code: row.code, fate: row.fate })
  })

  it.each(rows.filter(isHarmless))('$id $name at $operation does no harm', async (row) => {
    await harmless[`${row.id} ${row.operation}`]?.(row, anOrder())
  })

  it('gets the same pay page for the same bytes after a lost answer', async () => {
    const order = anOrder()
    await systems.control.fault({
      system: 'payment_portal',
      operation: 'INIT',
      fault: 'swallow-after-effect',
      times: 1,
    })
    expect(await failureOf(open(order))).toMatchObject({ fate: 'unknown' })
    const first = await open(order)
    expect(await open(order)).toEqual(first)
    expect(await find(order)).toMatchObject({ kind: 'known', standing: 'pending' })
  })

  it('makes one refund of the same bytes after a lost answer, and tells it again', async () => {
    const order = anOrder()
    await open(order)
    await pay(order)
    await systems.control.fault({
      system: 'payment_portal',
      operation: 'REFUND',
      fault: 'swallow-after-effect',
      times: 1,
    })
    expect(await failureOf(refund(order))).toMatchObject({ fate: 'unknown' })
    const first = await refund(order)
    expect(first).toMatchObject({ kind: 'known', standing: 'completed', amount: { dong: 25_000n } })
    expect(await findRefund(order)).toMatchObject({ kind: 'known', standing: 'completed' })
    expect(await systems.control.violations()).toEqual([])
  })

  it('breaks nothing of the contract itself, fines included', async () => {
    const order = anOrder()
    await open(order)
    await pay(order)
    expect(await find(order)).toMatchObject({ standing: 'paid', amount: { dong: 50_000n }, currency: 'VND' })
    const bill = await systems.portal.fetchBill(order, aCall())
    expect(bill.kind === 'issued' && Buffer.from(bill.pdf).subarray(0, 5).toString()).toBe('%PDF-')
    await open(
      anOrder({
        lines: [{ code: 'F01', name: 'Tiền phạt', kind: 'fine', amount: { dong: 50_000n } }],
        fine: {
          penaltyTypeCode: 'PT01',
          penaltyTypeName: 'Phạt tiền',
          decidingAgencyCode: '000.00.17.H38',
          decidingAgencyName: 'UBND xã Phong Dụ Thượng',
          treasury: 'KBNN Lào Cai',
          decisionDate: '2026-11-20',
          decisionNumber: '12/QĐ-XPHC',
          violationTime: '18/11/2026 09:15',
          violationPlace: 'Xã Phong Dụ Thượng',
          violatorName: 'Nguyễn Thị Hoà',
        },
      }),
    )
    await systems.portal.probe(aCall())
    expect(await systems.control.violations()).toEqual([])
  })
})
