import { execFileSync, spawnSync } from 'node:child_process'
import { crc32, deflateSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { qrMatrix } from '#sandbox/payment-portal/qr-matrix.ts'
import { crc16, vietQrText } from '#sandbox/payment-portal/viet-qr.ts'

/** Of the operating system, where it is installed. */
const qrReader = 'zbarimg'

const order = {
  account: '99000000000001',
  amount: 50_000,
  billNumber: 'TPT0000001',
  purpose: 'THANH TOAN HO SO H00.00.00-260101-0001',
}

/** Tag, two digits of length, value, until the end. */
function parseTlv(text: string): Map<string, string> {
  const found = new Map<string, string>()
  let at = 0
  while (at < text.length) {
    const length = Number(text.slice(at + 2, at + 4))
    found.set(text.slice(at, at + 2), text.slice(at + 4, at + 4 + length))
    at += 4 + length
  }
  if (at !== text.length) throw new Error('the last value is cut off')
  return found
}

describe('VietQR text', () => {
  it('knows the check value of CRC-16/CCITT-FALSE', () => {
    expect(crc16('123456789')).toBe('29B1')
  })

  it('ends in a CRC over everything before it, its own tag and length included', () => {
    const text = vietQrText(order)
    expect(text.slice(-8, -4)).toBe('6304')
    expect(text.slice(-4)).toBe(crc16(text.slice(0, -4)))
    expect(crc16(text.slice(0, -4).replace('50000', '50001'))).not.toBe(text.slice(-4))
  })

  it('says what the tags of the specification want', () => {
    const tags = parseTlv(vietQrText(order))
    expect([...tags.keys()]).toEqual(['00', '01', '38', '53', '54', '58', '62', '63'])
    expect(Object.fromEntries(tags)).toMatchObject({ '00': '01', '01': '12', '53': '704', '54': '50000', '58': 'VN' })
    const account = parseTlv(tags.get('38') ?? '')
    expect(account.get('00')).toBe('A000000727')
    expect(account.get('02')).toBe('QRIBFTTA')
    expect(parseTlv(account.get('01') ?? '')).toEqual(
      new Map([
        ['00', '990000'],
        ['01', order.account],
      ]),
    )
    expect(parseTlv(tags.get('62') ?? '')).toEqual(
      new Map([
        ['01', order.billNumber],
        ['08', 'THANH TOAN HO SO H00.00.0'],
      ]),
    )
  })

  it('stays below 512 characters for the longest order', () => {
    const longest = {
      account: '9'.repeat(19),
      amount: 999_999_999_999,
      billNumber: 'Z'.repeat(20),
      purpose: 'W'.repeat(255),
    }
    const text = vietQrText(longest)
    expect(text.length).toBeLessThan(512)
    expect(parseTlv(text).get('54')).toBe('999999999999')
  })

  const hasZbar = spawnSync(qrReader, ['--version']).error === undefined
  if (!hasZbar)
    process.stderr.write('SKIPPED: zbarimg is not installed, so no independent reader decodes the QR image\n')

  it.skipIf(!hasZbar)('is read back from the picture by an independent reader', () => {
    const text = vietQrText(order)
    const read = execFileSync(qrReader, ['--quiet', '--raw', 'png:-'], {
      input: pngOf(text),
      stdio: ['pipe', 'pipe', 'ignore'],
    })
    expect(read.toString('utf8').trim()).toBe(text)
  })
})

/** A grey PNG of the code, eight pixels a module, with the quiet zone. */
function pngOf(text: string): Buffer {
  const { size, isDark } = qrMatrix(text)
  const scale = 8
  const side = (size + 8) * scale
  const rows = Array.from({ length: side }, (_, y) => {
    const row = Buffer.alloc(side + 1, 0xff)
    row[0] = 0
    for (let x = 0; x < side; x++) {
      const [moduleRow, moduleColumn] = [Math.floor(y / scale) - 4, Math.floor(x / scale) - 4]
      const inside = moduleRow >= 0 && moduleRow < size && moduleColumn >= 0 && moduleColumn < size
      if (inside && isDark(moduleRow, moduleColumn)) row[x + 1] = 0
    }
    return row
  })
  const header = Buffer.alloc(13)
  header.writeUInt32BE(side, 0)
  header.writeUInt32BE(side, 4)
  header.writeUInt8(8, 8)
  return Buffer.concat([
    Buffer.from('89504e470d0a1a0a', 'hex'),
    pngChunk('IHDR', header),
    pngChunk('IDAT', deflateSync(Buffer.concat(rows))),
    pngChunk('IEND', Buffer.alloc(0)),
  ])
}

function pngChunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data])
  const chunk = Buffer.alloc(body.length + 8)
  chunk.writeUInt32BE(data.length, 0)
  body.copy(chunk, 4)
  chunk.writeUInt32BE(crc32(body), body.length + 4)
  return chunk
}
