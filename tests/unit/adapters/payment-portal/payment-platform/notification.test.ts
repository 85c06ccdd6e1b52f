import { checksum } from '#adapters/payment-portal/payment-platform/checksum.ts'
import { acknowledge, readNotification } from '#adapters/payment-portal/payment-platform/notification.ts'
import { checksumOrder } from '#adapters/payment-portal/payment-platform/wire.ts'
import { describe, expect, it } from 'vitest'

const account = { partnerCode: 'TESTPARTNER', secret: 'test-secret' }

const fields = {
  LoaiBanTin: 'CONFIRM',
  MaLoi: '00',
  MaDoiTac: 'TESTPARTNER',
  MaThamChieu: 'TPT0000001',
  SoTien: '50000',
  MaTienTe: 'VND',
  MaGiaoDich: 'GD0000001',
  MaNganHang: 'TESTBANK',
  ThoiGianGD: '20260102150510',
  ThongTinGiaoDich: 'THANH TOAN HO SO H00.00.00-260101-0001',
}

/** The notification signed over exactly these texts; `SoTien` stands in it as a number with these characters. */
function notification(differing: Partial<typeof fields> = {}, secret = account.secret): Buffer {
  const message = { ...fields, ...differing }
  const MaXacThuc = checksum(
    checksumOrder.confirm.map((name) => message[name]),
    secret,
  )
  const text = JSON.stringify({ ...message, SoTien: '#', MaXacThuc }).replace('"#"', message.SoTien)
  return Buffer.from(text)
}

const read = (raw: Uint8Array) => readNotification(raw, account)

describe('a notification', () => {
  it('is read when its checksum belongs to it', () => {
    expect(read(notification())).toEqual({
      kind: 'valid',
      notification: {
        reference: 'TPT0000001',
        portalTransactionId: 'GD0000001',
        claims: 'paid',
        amount: { dong: 50_000n },
        currency: 'VND',
      },
    })
  })

  it('may carry fields nobody told us of', () => {
    const raw = Buffer.from(notification().toString().replace('{', '{"MaHoSo":"H38","TheNganHang":{"so":"x"},'))
    expect(read(raw)).toMatchObject({ kind: 'valid' })
  })

  it('is told with another amount or currency as it stands: whether it is right is not decided here', () => {
    const told = read(notification({ SoTien: '1', MaTienTe: 'USD' }))
    expect(told).toMatchObject({ notification: { amount: { dong: 1n }, currency: 'USD' } })
  })

  it.each([
    ['another secret', notification({}, 'other')],
    ['another partner', notification({ MaDoiTac: 'OTHER' })],
    ['the answer to a QUERY, which is signed alike', notification({ LoaiBanTin: 'QUERY' })],
    ['an amount with decimals', notification({ SoTien: '50000.0' })],
    ['an amount in exponents', notification({ SoTien: '5e4' })],
    ['a negative amount', notification({ SoTien: '-50000' })],
    ['no amount', notification({ SoTien: 'null' })],
    ['an amount re-formatted after signing', Buffer.from(notification().toString().replace(':50000,', ':50000.0,'))],
    ['two amounts', Buffer.from(notification().toString().replace('"SoTien"', '"SoTien":1,"SoTien"'))],
    ['a key __proto__', Buffer.from(notification().toString().replace('{', '{"__proto__":{},'))],
    ['nothing', Buffer.alloc(0)],
    ['an array', Buffer.from('[]')],
    ['text', Buffer.from('hello')],
    ['half of it', notification().subarray(0, 100)],
    ['more than 64 KiB', Buffer.concat([notification(), Buffer.alloc(64 * 1024, ' ')])],
    ['bytes that are not UTF-8', Buffer.concat([notification(), Buffer.from([0xff])])],
  ])('is invalid with %s', (_, raw) => {
    expect(read(raw)).toEqual({ kind: 'invalid' })
  })

  it('is invalid after any change of any signed byte', () => {
    const raw = notification()
    for (let at = 0; at < raw.length; at++) {
      const changed = Buffer.from(raw)
      changed[at] = (changed[at] ?? 0) ^ 0x01
      expect(read(changed), `byte ${at}`).toEqual({ kind: 'invalid' })
    }
  })

  it('is invalid when the separator is moved from one field into the next', () => {
    const raw = notification({ MaGiaoDich: 'GD|X', MaNganHang: 'B' }).toString()
    const shifted = raw.replace('"GD|X"', '"GD"').replace('"MaNganHang":"B"', '"MaNganHang":"X|B"')
    // The joined text is the same, so the checksum holds: the contract's weakness, and why QUERY decides.
    expect(read(Buffer.from(shifted))).toMatchObject({ kind: 'valid' })
  })
})

describe('the acknowledgement', () => {
  const receivedAt = Date.parse('2026-01-02T15:05:11+07:00')
  const answer = (raw: Uint8Array, verdict: 'received' | 'invalid' | 'try_again') =>
    JSON.parse(acknowledge(raw, verdict, receivedAt, account)) as Record<string, string>

  it('is signed as the contract says', () => {
    expect(answer(notification(), 'received')).toEqual({
      MaLoi: '00',
      MoTaLoi: 'Thành công',
      MaDoiTac: 'TESTPARTNER',
      MaThamChieu: 'TPT0000001',
      ThoiGianGD: '20260102150511',
      MaXacThuc: '22ebcc4d8b883e34de862774ac43a3a67ce464782f1983f0eaf754cee520b65b',
    })
  })

  it('says 07 for an invalid one and 99 for one that should come again', () => {
    expect(answer(notification(), 'invalid')).toMatchObject({ MaLoi: '07' })
    expect(answer(notification(), 'try_again')).toMatchObject({ MaLoi: '99' })
  })

  it.each(['not JSON', '{"MaThamChieu":"a|b"}', `{"MaThamChieu":"${'A'.repeat(21)}"}`, '{"MaThamChieu":7}', '{}'])(
    'signs no text of a stranger: %s',
    (text) => {
      expect(answer(Buffer.from(text), 'invalid')).toMatchObject({ MaThamChieu: '' })
    },
  )
})
