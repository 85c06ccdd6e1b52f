import { checksum } from '#adapters/payment-portal/paygov/checksum.ts'
import { acknowledge, readNotification } from '#adapters/payment-portal/paygov/notification.ts'
import { checksumOrder } from '#adapters/payment-portal/paygov/wire.ts'
import { array, assert, constantFrom, nat, pre, property, record, string } from 'fast-check'
import { describe, expect, it } from 'vitest'

const account = { partnerCode: 'TESTPARTNER', accessKey: 'TESTKEY', secretKey: 'test-secret' }
const reference = '0MSJ7XK2B9Q4T1V5Z8D3'

const fields = {
  amount: '50000',
  orderId: `H00.01-H00.01-260101-0001-${reference}`,
  orderInfo: 'THANH TOAN HO SO H00.01-260101-0001',
  requestCode: reference,
  transactionNo: 'SB0000001',
  payDate: '20260102150510',
  paygate: 'SAOBIEN',
  errorCode: '00',
  type: '1',
  transactionCode: 'PG0000001',
}
type Name = keyof typeof fields
const names = checksumOrder.notification

const signatureOf = (message: typeof fields, { accessKey, secretKey } = account) =>
  checksum([secretKey, accessKey, ...names.map((name) => message[name])])

/** These texts, signed; `amount` stands in it as a number with these characters. */
function notification(differing: Partial<typeof fields> = {}, keys = account): Buffer {
  const message = { ...fields, ...differing }
  return written(message, signatureOf(message, keys))
}

const written = (message: typeof fields, given: string): Buffer =>
  Buffer.from(JSON.stringify({ ...message, amount: '#', checksum: given }).replace('"#"', message.amount))

const read = (raw: Uint8Array) => readNotification(raw, account)
const invalid = { kind: 'invalid' }

describe('a notification of PayGov', () => {
  it('is read when its checksum belongs to it', () => {
    expect(read(notification())).toEqual({
      kind: 'valid',
      notification: {
        reference,
        portalTransactionId: 'PG0000001',
        claims: 'paid',
        amount: { dong: 50_000n },
        currency: 'VND',
      },
    })
  })

  it.each(['01', '24', '99'])('claims a failure with errorCode %s', (errorCode) => {
    expect(read(notification({ errorCode }))).toMatchObject({ notification: { claims: 'failed' } })
  })

  it('may carry fields nobody told us of', () => {
    expect(read(Buffer.from(notification().toString().replace('{', '{"bank":{"so":"x"},')))).toMatchObject({
      kind: 'valid',
    })
  })

  it('is told with another amount as it stands: whether it is right is not decided here', () => {
    expect(read(notification({ amount: '1' }))).toMatchObject({ notification: { amount: { dong: 1n } } })
  })

  it('may write the amount as digits in a string', () => {
    expect(read(Buffer.from(notification().toString().replace(':50000,', ':"50000",')))).toMatchObject({
      kind: 'valid',
    })
  })

  it.each([
    ['another secret key', notification({}, { ...account, secretKey: 'other' })],
    ['another access key', notification({}, { ...account, accessKey: 'OTHER' })],
    ['an order that is another one than its request', notification({ orderId: `H00.01-X-${'0'.repeat(20)}` })],
    ['an order id that begins with a digit', notification({ orderId: `0${fields.orderId}` })],
    ['an amount with decimals', notification({ amount: '50000.0' })],
    ['an amount in exponents', notification({ amount: '5e4' })],
    ['a negative amount', notification({ amount: '-50000' })],
    ['no amount', notification({ amount: 'null' })],
    ['an amount re-formatted after signing', Buffer.from(notification().toString().replace(':50000,', ':50000.0,'))],
    ['two amounts', Buffer.from(notification().toString().replace('"amount"', '"amount":1,"amount"'))],
    ['no checksum', Buffer.from(JSON.stringify(fields))],
    ['nothing', Buffer.alloc(0)],
    ['an array', Buffer.from('[]')],
    ['half of it', notification().subarray(0, 100)],
    ['more than 64 KiB', Buffer.concat([notification(), Buffer.alloc(64 * 1024, ' ')])],
    ['bytes that are not UTF-8', Buffer.concat([notification(), Buffer.from([0xff])])],
  ])('is invalid with %s', (_, raw) => {
    expect(read(raw)).toEqual(invalid)
  })

  it('is invalid after any change of any byte', () => {
    const raw = notification()
    for (let at = 0; at < raw.length; at++) {
      const changed = Buffer.from(raw)
      changed[at] = (changed[at] ?? 0) ^ 0x01
      expect(read(changed), `byte ${at}`).toEqual(invalid)
    }
  })

  it('is never another message under the checksum of the first, whatever moves between neighbours', () => {
    const moves = names.slice(1).flatMap((right, at) => {
      const left = names[at] ?? expect.fail('each has a neighbour')
      return [1, 2, 5].flatMap(
        (length) =>
          [
            [left, right, length],
            [right, left, length],
          ] as const,
      )
    })
    for (const [from, to, length] of moves) {
      const isForward = names.indexOf(from) < names.indexOf(to)
      const cut = isForward ? fields[from].length - length : length
      const [kept, moved] = isForward
        ? [fields[from].slice(0, cut), fields[from].slice(cut)]
        : [fields[from].slice(cut), fields[from].slice(0, cut)]
      const shifted = { ...fields, [from]: kept, [to]: isForward ? moved + fields[to] : fields[to] + moved }
      // The joined text is the same, so the checksum holds; only the forms refuse it.
      expect(signatureOf(shifted)).toBe(signatureOf(fields))
      expect(read(written(shifted, signatureOf(fields))), `${from} to ${to}`).toEqual(invalid)
    }
  })

  it('is invalid in ten thousand other ways', () => {
    const genuine = signatureOf(fields)
    const text = string({ unit: constantFrom('0', '1', '9', 'A', 'Z', 'a', 'z', '.', '-', '_', ' '), maxLength: 24 })
    const spoiled = record({
      name: constantFrom<Name>(...names),
      from: nat(60),
      length: nat(8),
      text,
    })
    assert(
      property(array(spoiled, { minLength: 1, maxLength: 3 }), (changes) => {
        const message = changes.reduce((now, { name, from, length, text: put }) => {
          return { ...now, [name]: now[name].slice(0, from) + put + now[name].slice(from + length) }
        }, fields)
        pre(names.some((name) => message[name] !== fields[name]))
        const raw = Buffer.from(JSON.stringify({ ...message, checksum: genuine }))
        expect(read(raw)).toEqual(invalid)
      }),
      { numRuns: 10_000 },
    )
  })
})

describe('the acknowledgement of PayGov', () => {
  it.each([
    ['received', 'SUCCESSFUL'],
    ['invalid', 'SIGNATURE_WRONG'],
    ['try_again', 'FAILED'],
  ] as const)('of %s is %s', (verdict, word) => {
    expect(JSON.parse(acknowledge(verdict))).toEqual({
      error_code: word,
      error_message: expect.stringMatching(/./) as string,
    })
  })
})
