/** Speaks to the simulated register by hand, byte for byte: neither the gateway's encoder nor the simulator's reader is trusted. */
import { createHash } from 'node:crypto'

export interface PopulationAccount {
  readonly user: string
  readonly secret: string
  readonly hashUrl: string
}

export interface Question {
  readonly operation?: 'TraCuuThongTinCongDan' | 'XacThucThongTinCongDan'
  /** 12 or 9 digits. */
  readonly number: string
  readonly name: string
  /** `yyyyMMdd` or `yyyy`. */
  readonly birth: string
  readonly requestId?: string
  readonly procedure?: string
  readonly officer?: string
}

export const hoa: Question = { number: '015185000011', name: 'NGUYENTHIHOA', birth: '19850307' }

let asked = 0

export function envelopeOf(question: Question): string {
  const { operation = 'TraCuuThongTinCongDan', number, name, birth } = question
  const { requestId = `test-${++asked}`, procedure = '2.000635', officer = '015080000123' } = question
  const key = number.length === 9 ? 'SoCMND' : 'SoDinhDanh'
  const date = birth.length === 4 ? 'Nam' : 'NgayThangNam'
  const message = [
    leaf('MaYeuCau', requestId),
    leaf('MaDVC', procedure),
    leaf('MaTichHop', '037'),
    leaf('MaCanBo', officer),
    leaf(key, number),
    leaf('HoVaTen', name),
    `<dan:NgayThangNamSinh>${leaf(date, birth)}</dan:NgayThangNamSinh>`,
  ].join('')
  return wrapped(`<dan:${operation} xmlns:dan="http://dancuquocgia.bca">${message}</dan:${operation}>`)
}

export const wrapped = (body: string): string =>
  `<?xml version="1.0" encoding="UTF-8"?><env:Envelope xmlns:env="http://schemas.xmlsoap.org/soap/envelope/"><env:Body>${body}</env:Body></env:Envelope>`

const leaf = (name: string, text: string): string => `<dan:${name}>${text}</dan:${name}>`

/** `timestamp` as it goes into the header: seconds or milliseconds. */
export function headersFor(
  { user, secret, hashUrl }: PopulationAccount,
  timestamp = String(Date.now()),
): Record<string, string> {
  const password = createHash('sha256').update(`${hashUrl}${user}${timestamp}${secret}`).digest('hex')
  return {
    'content-type': 'application/xml',
    soapaction: '""',
    timestamp,
    authorization: `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`,
  }
}

export interface Reply {
  readonly status: number
  readonly headers: Headers
  readonly text: string
}

export async function post(url: string, body: string, headers: Readonly<Record<string, string>>): Promise<Reply> {
  const answer = await fetch(url, {
    method: 'POST',
    body,
    headers,
    redirect: 'manual',
    signal: AbortSignal.timeout(10_000),
  })
  return { status: answer.status, headers: answer.headers, text: await answer.text() }
}
