import type { TransactionOrder } from '#domain/portal.ts'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { aBillRequest } from '../support/a-bill-request.ts'
import { aCall } from '../support/a-call.ts'
import { anOrder } from '../support/an-order.ts'
import { eventually } from '../support/eventually.ts'
import { openNotificationDoor, type NotificationDoor } from '../support/notification-door.ts'
import { openThreeSystems, type ThreeSystems } from '../support/three-systems.ts'
import { failureOf } from '../support/upstream-failure.ts'
import { deadlineOf, faultRows, paramsOf, type FaultRow } from './fault-rows.ts'

let systems: ThreeSystems
let payGov: ReturnType<ThreeSystems['freshPayGov']>
let door: NotificationDoor

beforeAll(async () => {
  door = await openNotificationDoor()
  systems = await openThreeSystems(door.url)
  payGov = systems.freshPayGov()
  door.openTo(payGov.codec)
})
beforeEach(async () => {
  await systems.control.post('/reset')
  door.notified.length = 0
})
afterAll(async () => {
  await systems.close()
  door.close()
})

const rows = faultRows('paygov')

const fault = (row: FaultRow) =>
  systems.control.fault({
    system: 'paygov',
    fault: row.name,
    // `refuse` closes the port, for every operation.
    ...(row.name !== 'refuse' && { operation: row.operation }),
    params: paramsOf(row),
  })

const open = (order: TransactionOrder, withinMs?: number) =>
  payGov.openTransaction(payGov.codec.prepareTransaction(order), aCall(withinMs === undefined ? {} : { withinMs }))
const outcome = (order: TransactionOrder, what = 'paid') =>
  systems.control.post(`/payments/${order.reference}/outcome`, { outcome: what })

/** Pays, and says under which id PayGov knows it. */
async function pay(order: TransactionOrder): Promise<string> {
  const { body } = await outcome(order)
  return String(body['transactionId'])
}

const bill = (order: TransactionOrder, transactionId: string, withinMs?: number) =>
  payGov.fetchBill(aBillRequest(order, transactionId), aCall(withinMs === undefined ? {} : { withinMs }))

/** What each request needs before it can go wrong, and the call that then does. */
const asking: Readonly<Record<string, (row: FaultRow, order: TransactionOrder) => Promise<unknown>>> = {
  TOKEN: async (row, order) => {
    await fault(row)
    const fresh = systems.freshPayGov()
    return fresh.openTransaction(fresh.codec.prepareTransaction(order), aCall({ withinMs: deadlineOf(row) }))
  },
  CREATE: async (row, order) => {
    await open(anOrder())
    await fault(row)
    return open(order, deadlineOf(row))
  },
  RECEIPT: async (row, order) => {
    await open(order)
    const transactionId = await pay(order)
    await fault(row)
    return bill(order, transactionId, deadlineOf(row))
  },
  RECON_FILE: async (row, order) => {
    await open(order)
    await pay(order)
    await fault(row)
    return settlementFile({ withinMs: deadlineOf(row) })
  },
}

/** Today's, as it came. */
async function settlementFile(call: Parameters<typeof aCall>[0]): Promise<readonly string[] | undefined> {
  const chunks: Uint8Array[] = []
  const accept = async (chunk: Uint8Array) => void chunks.push(chunk)
  const today = new Date(Date.now() + 7 * 3_600_000).toISOString().slice(0, 10)
  const answer = await payGov.fetchSettlementFile(today, accept, aCall(call))
  return answer === 'none' ? undefined : Buffer.concat(chunks).toString().split('\n')
}

/** The lines of a file about one payment, spoiled as the row says. */
const spoiled = async (row: FaultRow, order: TransactionOrder): Promise<readonly string[]> =>
  ((await asking['RECON_FILE']?.(row, order)) as readonly string[] | undefined) ?? []

const detailsOf = (lines: readonly string[]) =>
  lines.filter((line) => line.startsWith('D|')).map((line) => line.split('|'))

const notified = (count = 1) =>
  eventually(
    () => door.notified,
    ({ length }) => length >= count,
  )
const read = (raw: Buffer | undefined) => payGov.codec.readNotification(raw ?? Buffer.alloc(0))
const paid = async (row: FaultRow, order: TransactionOrder): Promise<Buffer[]> => {
  await open(order)
  await fault(row)
  await pay(order)
  return notified()
}

/** What happens instead of an error. */
const harmless: Readonly<Record<string, (row: FaultRow, order: TransactionOrder) => Promise<void>>> = {
  'PG-30 RECEIPT': async (row, order) => {
    expect(await asking['RECEIPT']?.(row, order)).toEqual({ kind: 'not_ready' })
  },
  'PG-40 IPN': async (row, order) => {
    await paid(row, order)
    const [first, second] = await notified(2)
    expect(second?.equals(first ?? Buffer.alloc(0))).toBe(true)
    expect(read(second)).toEqual(read(first))
  },
  'PG-41 IPN': async (row, order) => {
    await open(order)
    await fault(row)
    await pay(order)
    await systems.control.post('/clock', { advanceMs: 31 * 86_400_000 })
    const [raw] = await notified()
    expect(read(raw)).toMatchObject({ kind: 'valid', notification: { reference: order.reference } })
  },
  'PG-42 IPN': async (row, order) => {
    await open(order)
    await fault(row)
    await pay(order)
    expect(detailsOf((await settlementFile({})) ?? [])).toHaveLength(1)
    expect(door.notified).toEqual([])
  },
  'PG-43 CREATE': async (row, order) => {
    expect(await asking['CREATE']?.(row, order)).toMatchObject({ reference: order.reference })
    expect(read(door.notified[0])).toMatchObject({ kind: 'valid', notification: { reference: order.reference } })
  },
  'PG-44 IPN': async (row, order) => {
    const [raw] = await paid(row, order)
    expect(read(raw)).toMatchObject({ kind: 'valid', notification: { amount: { dong: 51_000n } } })
  },
  'PG-45 IPN': async (row, order) => {
    const [raw] = await paid(row, order)
    expect(read(raw)).toEqual({ kind: 'invalid' })
  },
  'PG-50 RECON_FILE': async (row, order) => {
    expect(await asking['RECON_FILE']?.(row, order)).toBeUndefined()
  },
  'PG-51 RECON_FILE': async (row, order) => {
    expect(detailsOf(await spoiled(row, order))).toEqual([])
  },
  'PG-52 RECON_FILE': async (row, order) => {
    const references = detailsOf(await spoiled(row, order)).map((fields) => fields[3])
    expect(references).toEqual([order.reference, 'STRANGER000000000001'])
  },
  'PG-53 RECON_FILE': async (row, order) => {
    expect(detailsOf(await spoiled(row, order))[0]?.[6]).toBe('51000')
  },
  'PG-54 RECON_FILE': async (row, order) => {
    expect(detailsOf(await spoiled(row, order))[0]?.[8]).toBe('4')
  },
  'PG-55 RECON_FILE': async (row, order) => {
    const [first, second] = detailsOf(await spoiled(row, order))
    expect(second).toEqual(first)
  },
  'PG-56 RECON_FILE': async (row, order) => {
    const [first, second] = detailsOf(await spoiled(row, order))
    expect([second?.[3], second?.[2]]).toEqual([first?.[3], `${first?.[2]}X`])
  },
  'PG-57 RECON_FILE': async (row, order) => {
    expect(detailsOf(await spoiled(row, order))[0]?.[10]).toBe('NGÂN HÀNG')
  },
  'PG-58 RECON_FILE': async (row, order) => {
    expect((await spoiled(row, order)).at(-2)).toMatch(/^T\|1\|50001\|/)
  },
  'PG-59 RECON_FILE': async (row, order) => {
    expect((await spoiled(row, order)).at(-2)).toMatch(/^D\|/)
  },
  'PG-60 RECON_FILE': async (row, order) => {
    expect((await spoiled(row, order)).slice(0, -1).every((line) => line.endsWith('\r'))).toBe(true)
  },
}

const isHarmless = (row: FaultRow) => row.code === 'none'

describe('PayGov faults', () => {
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
    await systems.control.fault({ system: 'paygov', operation: 'CREATE', fault: 'swallow-after-effect', times: 1 })
    expect(await failureOf(open(order))).toMatchObject({ fate: 'unknown' })
    const first = await open(order)
    expect(await open(order)).toEqual(first)
    const { body } = await systems.control.get('/paygov/payments')
    expect(body['data']).toHaveLength(1)
  })

  it('replaces a token that was refused once, and nobody notices', async () => {
    await open(anOrder())
    for (const operation of ['CREATE', 'RECON_FILE']) {
      await systems.control.fault({ system: 'paygov', operation, fault: 'token-refused', times: 1 })
    }
    expect(await open(anOrder())).toMatchObject({ payUrl: expect.stringMatching(/^http/) as string })
    expect(await settlementFile({})).toBeDefined()
  })

  it('lets nobody in without the token of the province', async () => {
    const answer = await fetch(`${systems.sandbox.payGovUrl}/transactions`, { method: 'POST', body: '{}' })
    expect(answer.status).toBe(401)
    expect(await systems.control.violations()).toMatchObject([
      { system: 'paygov', pointer: '/headers/lgspaccesstoken' },
    ])
  })

  it('breaks nothing of the contract itself', async () => {
    const order = anOrder()
    await open(order)
    const transactionId = await pay(order)
    await notified()
    const receipt = await bill(order, transactionId)
    expect(receipt.kind === 'issued' && Buffer.from(receipt.pdf).subarray(0, 5).toString()).toBe('%PDF-')
    expect(await bill(order, 'PG000000NOBODY')).toEqual({ kind: 'not_paid' })
    expect(await payGov.fetchBill(aBillRequest(order), aCall())).toEqual({ kind: 'not_paid' })
    await open(anOrder({ payer: { fullName: 'Nguyễn Thị Hoà' }, dossierCode: 'Hồ sơ số 7' }))
    expect(await systems.control.violations()).toEqual([])
  })
})
