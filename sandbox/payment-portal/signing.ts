/**
 * `MaXacThuc`: which fields of a message are joined, in which order. Written from contracts/payment-portal/signing.md;
 * the adapter has its own copy on purpose, so that one side's slip cannot agree with itself.
 */
import { hash, timingSafeEqual } from 'node:crypto'

const confirmed = [
  'LoaiBanTin',
  'MaLoi',
  'MaDoiTac',
  'MaThamChieu',
  'SoTien',
  'MaTienTe',
  'MaGiaoDich',
  'MaNganHang',
  'ThoiGianGD',
  'ThongTinGiaoDich',
]
const asked = ['LoaiBanTin', 'PhienBan', 'MaDoiTac', 'MaThamChieu', 'ThoiGianGD']
const refunded = [
  'LoaiBanTin',
  'MaLoi',
  'MaDoiTac',
  'MaThamChieu',
  'MaHoanTien',
  'SoTien',
  'MaTienTe',
  'TrangThaiHoanTien',
  'MaGiaoDichHoanTien',
  'ThoiGianGD',
]

export const requestOrder = {
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
  QUERY: asked,
  GET_BILL: asked,
  REFUND: [
    'LoaiBanTin',
    'PhienBan',
    'MaDoiTac',
    'MaThamChieu',
    'MaHoanTien',
    'SoTien',
    'MaTienTe',
    'LyDo',
    'ThoiGianGD',
  ],
  QUERY_REFUND: ['LoaiBanTin', 'PhienBan', 'MaDoiTac', 'MaThamChieu', 'MaHoanTien', 'ThoiGianGD'],
} as const satisfies Record<string, readonly string[]>

export type RequestKind = keyof typeof requestOrder

export const answerOrder = {
  INIT: ['LoaiBanTin', 'MaLoi', 'MaDoiTac', 'MaThamChieu', 'UrlThanhToan', 'ChuoiVietQR'],
  QUERY: confirmed,
  GET_BILL: ['LoaiBanTin', 'MaLoi', 'MaDoiTac', 'MaThamChieu', 'TrangThaiBienLai'],
  REFUND: refunded,
  QUERY_REFUND: refunded,
} as const satisfies Record<RequestKind, readonly string[]>

export const confirmOrder = confirmed
export const acknowledgementOrder = ['MaLoi', 'MoTaLoi', 'MaDoiTac', 'MaThamChieu', 'ThoiGianGD'] as const

export type Message = Readonly<Record<string, unknown>>

/** Absent fields count as empty; our own numbers are integers, so their spelling is their digits. */
export function checksumOf(order: readonly string[], message: Message, secret: string): string {
  const parts = order.map((field) => text(message[field]))
  return hash('sha256', `${parts.join('|')}|${secret}`, 'hex')
}

export function sign<M extends Message>(
  order: readonly string[],
  message: M,
  secret: string,
): M & { MaXacThuc: string } {
  return { ...message, MaXacThuc: checksumOf(order, message, secret) }
}

export function isSigned(order: readonly string[], message: Message, secret: string): boolean {
  const given = Buffer.from(text(message['MaXacThuc']))
  const expected = Buffer.from(checksumOf(order, message, secret))
  return given.length === expected.length && timingSafeEqual(given, expected)
}

const text = (value: unknown): string =>
  typeof value === 'string' ? value : typeof value === 'number' ? String(value) : ''
