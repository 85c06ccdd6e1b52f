/** Right messages of a partner, written from the contract's examples and signed here, not by the adapter. */
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'

export type PortalMessage = Readonly<Record<string, unknown>>

export const partner = { code: 'LAOCAITEST', secret: 'sandbox-portal-secret' } as const

const orders: Readonly<Record<string, readonly string[]>> = {
  INIT: [
    'LoaiBanTin',
    'PhienBan',
    'MaDoiTac',
    'MaThamChieu',
    'SoTien',
    'LoaiHinhThanhToan',
    'MaKenhThanhToan',
    'MaThietBi',
    'NgonNgu',
    'MaTienTe',
    'MaNganHang',
    'ThongTinGiaoDich',
    'ThoiGianGD',
    'Ip',
  ],
  QUERY: ['LoaiBanTin', 'PhienBan', 'MaDoiTac', 'MaThamChieu', 'ThoiGianGD'],
  GET_BILL: ['LoaiBanTin', 'PhienBan', 'MaDoiTac', 'MaThamChieu', 'ThoiGianGD'],
  REFUND: 'LoaiBanTin PhienBan MaDoiTac MaThamChieu MaHoanTien SoTien MaTienTe LyDo ThoiGianGD'.split(' '),
  QUERY_REFUND: 'LoaiBanTin PhienBan MaDoiTac MaThamChieu MaHoanTien ThoiGianGD'.split(' '),
}

export function checksumOver(order: readonly string[], message: PortalMessage): string {
  const values = order.map((field) => String((message[field] as string | number | undefined) ?? ''))
  return createHash('sha256')
    .update(`${values.join('|')}|${partner.secret}`)
    .digest('hex')
}

/** The example of that message, changed by `overrides`, for the simulator's partner, signed. */
export function aMessage(example: string, overrides: PortalMessage = {}): PortalMessage {
  const text = readFileSync(`contracts/payment-portal/examples/${example}.json`, 'utf8')
  const message: PortalMessage = { ...(JSON.parse(text) as PortalMessage), MaDoiTac: partner.code, ...overrides }
  return { ...message, MaXacThuc: checksumOver(orders[String(message['LoaiBanTin'])] ?? [], message) }
}

export interface Posted {
  readonly status: number
  readonly type: string
  readonly bytes: Buffer
  /** Empty when the answer is not JSON. */
  readonly body: PortalMessage
}

export async function postMessage(url: string, message: PortalMessage | string): Promise<Posted> {
  const answer = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: typeof message === 'string' ? message : JSON.stringify(message),
  })
  const bytes = Buffer.from(await answer.arrayBuffer())
  const type = answer.headers.get('content-type') ?? ''
  const isJson = type.startsWith('application/json')
  return { status: answer.status, type, bytes, body: isJson ? (JSON.parse(bytes.toString()) as PortalMessage) : {} }
}
