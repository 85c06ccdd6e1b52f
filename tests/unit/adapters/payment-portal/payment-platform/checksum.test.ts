import { checksum, isSignedBy, signed } from '#adapters/payment-portal/payment-platform/checksum.ts'
import { checksumOrder } from '#adapters/payment-portal/payment-platform/wire.ts'
import { readStrictJson, type JsonRecord } from '#domain/strict-json.ts'
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'

/** Every `joined text -> checksum` of the contract. */
const vectors = [
  ...readFileSync(new URL('../../../../../contracts/payment-portal/signing.md', import.meta.url), 'utf8').matchAll(
    /^(.+\|test-secret)\n +-> ([0-9a-f]{64})$/gm,
  ),
].map(([, joined = '', expected = '']) => ({ joined, expected }))

const secret = 'test-secret'
const notification = (amount: string) =>
  readStrictJson(
    `{"LoaiBanTin":"CONFIRM","MaLoi":"00","MaDoiTac":"TESTPARTNER","MaThamChieu":"TPT0000001","SoTien":${amount},
      "MaTienTe":"VND","MaGiaoDich":"GD0000001","MaNganHang":"TESTBANK","ThoiGianGD":"20260102150510",
      "ThongTinGiaoDich":"THANH TOAN HO SO H00.00.00-260101-0001"}`,
    { maxLength: 10_000, numbers: 'text' },
  ) as JsonRecord
const ofContract = '877029b8bb4ea5da478759d67137c503a2578a52253a00775f6186efe1b46628'

describe('the checksum', () => {
  it.each(vectors)('agrees with the contract on $joined', ({ joined, expected }) => {
    const values = joined.split('|').slice(0, -1)
    expect(checksum(values, secret)).toBe(expected)
  })

  it('has vectors to agree with', () => {
    expect(vectors.length).toBeGreaterThan(8)
  })

  it('takes a number exactly as it was written', () => {
    expect(isSignedBy(notification('50000'), checksumOrder.confirm, ofContract, secret)).toBe(true)
    expect(isSignedBy(notification('"50000"'), checksumOrder.confirm, ofContract, secret)).toBe(true)
    expect(isSignedBy(notification('50000.0'), checksumOrder.confirm, ofContract, secret)).toBe(false)
    expect(isSignedBy(notification('5e4'), checksumOrder.confirm, ofContract, secret)).toBe(false)
  })

  it.each([
    ['another secret', ofContract, 'other-secret'],
    ['capitals', ofContract.toUpperCase(), secret],
    ['nothing', '', secret],
    ['a shorter text', ofContract.slice(0, -1), secret],
    ['a longer text', `${ofContract}0`, secret],
    ['one other digit', `${ofContract.slice(0, -1)}9`, secret],
    ['text of many bytes', 'đ'.repeat(64), secret],
  ])('does not accept %s', (_, given, key) => {
    expect(isSignedBy(notification('50000'), checksumOrder.confirm, given, key)).toBe(false)
  })

  it('signs what it sends in the order of the contract, not of the object', () => {
    const key = { MaDoiTac: 'TESTPARTNER', ThoiGianGD: '20260102150405', PhienBan: '1.0.6', MaThamChieu: 'TPT0000001' }
    expect(signed({ ...key, LoaiBanTin: 'QUERY' }, checksumOrder.key, secret).MaXacThuc).toBe(
      'aebbbdbbe2f5a9a509def29565a23e5f84e5d9de3242ec996b0f7c0345c8c3f2',
    )
    expect(signed({ ...key, LoaiBanTin: 'GET_BILL' }, checksumOrder.key, secret).MaXacThuc).toBe(
      '56f5e8c75b2ac214dd7623fc8c396e07612ae3295a81a2b6d8d7f43dc4fb5ea0',
    )
  })
})
