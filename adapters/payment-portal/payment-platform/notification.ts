/** CONFIRM, what the platform sends by itself, and our acknowledgement. The checksum proves little: QUERY decides. */
import { amountIn } from '../amount.ts'
import { notificationRecord, unlessBroken } from '../notification-gate.ts'
import { isSignedBy, signed } from './checksum.ts'
import type { PartnerAccount } from './client.ts'
import { checksumOrder } from './wire.ts'
import { required, stringOf } from '#adapters/transport/json-gate.ts'
import { localStamp } from '#adapters/transport/vietnam-time.ts'
import type { PortalNotification } from '#domain/portal.ts'

type Read = { readonly kind: 'valid'; readonly notification: PortalNotification } | { readonly kind: 'invalid' }

export function readNotification(raw: Uint8Array, account: PartnerAccount): Read {
  return unlessBroken<Read>({ kind: 'invalid' }, () => {
    const record = notificationRecord(raw)
    const given = required(stringOf(record, 'MaXacThuc'), 'MaXacThuc')
    if (!isSignedBy(record, checksumOrder.confirm, given, account.secret)) return { kind: 'invalid' }
    if (stringOf(record, 'LoaiBanTin') !== 'CONFIRM') return { kind: 'invalid' }
    if (stringOf(record, 'MaDoiTac') !== account.partnerCode) return { kind: 'invalid' }
    return {
      kind: 'valid',
      notification: {
        reference: required(stringOf(record, 'MaThamChieu'), 'MaThamChieu'),
        portalTransactionId: required(stringOf(record, 'MaGiaoDich'), 'MaGiaoDich'),
        claims: required(stringOf(record, 'MaLoi'), 'MaLoi') === '00' ? 'paid' : 'failed',
        amount: { dong: amountIn(record, 'SoTien') },
        currency: required(stringOf(record, 'MaTienTe'), 'MaTienTe'),
      },
    }
  })
}

const verdicts = {
  received: { MaLoi: '00', MoTaLoi: 'Thành công' },
  invalid: { MaLoi: '07', MoTaLoi: 'Sai mã xác thực' },
  try_again: { MaLoi: '99', MoTaLoi: 'Lỗi khác' },
} as const

/** `ThoiGianGD` is when we received it [OURS]. */
export function acknowledge(
  raw: Uint8Array,
  verdict: keyof typeof verdicts,
  nowMs: number,
  account: PartnerAccount,
): string {
  const message = {
    ...verdicts[verdict],
    MaDoiTac: account.partnerCode,
    MaThamChieu: unlessBroken('', () => referenceIn(raw)),
    ThoiGianGD: localStamp(nowMs),
  }
  return JSON.stringify(signed(message, checksumOrder.acknowledgement, account.secret))
}

/** Echoed only in the form of a reference: nobody gets a text of their choice signed with our secret. */
function referenceIn(raw: Uint8Array): string {
  const reference = stringOf(notificationRecord(raw), 'MaThamChieu') ?? ''
  return /^\w{1,20}$/.test(reference) ? reference : ''
}
