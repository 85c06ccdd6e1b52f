import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import {
  acknowledgementOrder,
  answerOrder,
  checksumOf,
  confirmOrder,
  isSigned,
  requestOrder,
  sign,
  type Message,
} from '#sandbox/payment-portal/signing.ts'

const secret = 'test-secret'

/** The vectors of signing.md: joined text, arrow, checksum. */
const vectors = [
  ...readFileSync('contracts/payment-portal/signing.md', 'utf8').matchAll(/^(\S.*)\n {2}-> ([0-9a-f]{64})$/gm),
].map(([, joined = '', checksum = '']) => ({ joined, checksum }))

/** Which order belongs to a vector, by its first value and its number of values. */
const ordersOfAnswers: Readonly<Record<string, readonly string[]>> = answerOrder
const ordersOfRequests: Readonly<Record<string, readonly string[]>> = requestOrder

function orderOf(values: readonly string[]): readonly string[] {
  const [kind = ''] = values
  const candidates = [
    values[1] === '1.0.6' ? ordersOfRequests[kind] : ordersOfAnswers[kind],
    kind === 'CONFIRM' ? confirmOrder : undefined,
    kind === '00' ? acknowledgementOrder : undefined,
  ]
  const order = candidates.find((one) => one !== undefined)
  if (!order) throw new Error(`no order for a vector that begins with ${kind}`)
  return order
}

describe('signing of the simulated payment platform', () => {
  it('finds at least one vector for every message of the contract', () => {
    const kinds = new Set(vectors.map(({ joined }) => joined.split('|')[0]))
    expect(vectors.length).toBeGreaterThanOrEqual(14)
    expect(kinds).toEqual(new Set(['00', 'CONFIRM', 'GET_BILL', 'INIT', 'QUERY', 'QUERY_REFUND', 'REFUND']))
  })

  it.each(vectors)('agrees with signing.md: $joined', ({ joined, checksum }) => {
    const values = joined.split('|').slice(0, -1)
    const order = orderOf(values)
    expect(order).toHaveLength(values.length)
    const message = Object.fromEntries(order.map((field, at) => [field, values[at]]))
    expect(checksumOf(order, message, secret)).toBe(checksum)
  })

  const query: Message = sign(
    requestOrder.QUERY,
    { LoaiBanTin: 'QUERY', PhienBan: '1.0.6', MaDoiTac: 'P', MaThamChieu: 'R', ThoiGianGD: '20260102150405' },
    secret,
  )

  it.each(requestOrder.QUERY)('refuses a message whose %s was changed', (field) => {
    expect(isSigned(requestOrder.QUERY, query, secret)).toBe(true)
    expect(isSigned(requestOrder.QUERY, { ...query, [field]: 'X' }, secret)).toBe(false)
  })

  it('refuses another secret, an upper-case checksum and a missing one', () => {
    expect(isSigned(requestOrder.QUERY, query, 'other-secret')).toBe(false)
    expect(
      isSigned(requestOrder.QUERY, { ...query, MaXacThuc: String(query['MaXacThuc']).toUpperCase() }, secret),
    ).toBe(false)
    expect(isSigned(requestOrder.QUERY, { ...query, MaXacThuc: undefined }, secret)).toBe(false)
  })

  it('takes an absent field for an empty one', () => {
    const { ThongTinGiaoDich: _, ...without } = { MaLoi: '01', ThongTinGiaoDich: '' }
    expect(checksumOf(confirmOrder, without, secret)).toBe(
      checksumOf(confirmOrder, { ...without, ThongTinGiaoDich: '' }, secret),
    )
  })
})
