/** REFUND and QUERY_REFUND [OURS, after API 3.6]: one refund of one refund reference, prepared once like INIT. */
import { amountIn } from '../amount.ts'
import { plainText } from '../plain-text.ts'
import { signed } from './checksum.ts'
import { refuse, resultOf, type PartnerAccount, type PortalClient } from './client.ts'
import { checksumOrder, refundStandings, version } from './wire.ts'
import { ContractBreach, decoding, type CallSite } from '#adapters/transport/fate.ts'
import { digestOf } from '#adapters/transport/http-answer.ts'
import { passJsonGate, required, stringOf } from '#adapters/transport/json-gate.ts'
import { localStamp } from '#adapters/transport/vietnam-time.ts'
import type { CallContext } from '#domain/call-context.ts'
import type { PreparedRefund, RefundKey, RefundOrder, RefundStanding } from '#domain/portal.ts'
import type { JsonRecord } from '#domain/strict-json.ts'

export async function refundTransaction(
  client: PortalClient,
  prepared: PreparedRefund,
  call: CallContext,
): Promise<RefundStanding> {
  const site: CallSite = { upstream: 'payment_portal', operation: 'refundTransaction', effect: 'write' }
  return exchange(client, { kind: 'REFUND', body: prepared.body, references: prepared, site }, call)
}

export async function findRefund(client: PortalClient, key: RefundKey, call: CallContext): Promise<RefundStanding> {
  const site: CallSite = { upstream: 'payment_portal', operation: 'findRefund', effect: 'read' }
  const body = encodeRefundKey(key, client.account)
  return exchange(client, { kind: 'QUERY_REFUND', body, references: key, site }, call)
}

/** The REFUND message. The same order gives the same bytes. */
export function encodeRefund(order: RefundOrder, account: PartnerAccount): string {
  const message = {
    LoaiBanTin: 'REFUND',
    PhienBan: version,
    MaDoiTac: account.partnerCode,
    MaThamChieu: order.reference,
    MaHoanTien: order.refundReference,
    SoTien: String(order.amount.dong),
    MaTienTe: 'VND',
    LyDo: plainText(order.reason),
    ThoiGianGD: localStamp(order.issuedAtMs),
  }
  return JSON.stringify(signed(message, checksumOrder.refund, account.secret))
}

/** `ThoiGianGD` is that of REFUND, unchanged. */
function encodeRefundKey(key: RefundKey, account: PartnerAccount): string {
  const message = {
    LoaiBanTin: 'QUERY_REFUND',
    PhienBan: version,
    MaDoiTac: account.partnerCode,
    MaThamChieu: key.reference,
    MaHoanTien: key.refundReference,
    ThoiGianGD: localStamp(key.issuedAtMs),
  }
  return JSON.stringify(signed(message, checksumOrder.refundKey, account.secret))
}

type References = Pick<RefundKey, 'reference' | 'refundReference'>

interface Message {
  readonly kind: 'REFUND' | 'QUERY_REFUND'
  readonly body: string
  readonly references: References
  readonly site: CallSite
}

async function exchange(
  client: PortalClient,
  { kind, body, references, site }: Message,
  call: CallContext,
): Promise<RefundStanding> {
  const answer = await client.post(body, site, call)
  const decoded = decoding(site, () => decodeRefund(passJsonGate(answer), kind, references, client.account))
  // To a REFUND it means that the transaction is unknown: nothing was given back.
  const isRefused = decoded.kind === 'refused' || (decoded.kind === 'not_found' && kind === 'REFUND')
  if (isRefused) return refuse(decoded.kind === 'refused' ? decoded.result : '01', site)
  return { ...decoded, answerSha256: digestOf(answer) }
}

type Known = Omit<Extract<RefundStanding, { kind: 'known' }>, 'answerSha256'>
type Decoded = Known | { readonly kind: 'not_found' } | { readonly kind: 'refused'; readonly result: string }

function decodeRefund(
  record: JsonRecord,
  kind: Message['kind'],
  { reference, refundReference }: References,
  account: PartnerAccount,
): Decoded {
  const result = resultOf(record, { kind, reference, order: checksumOrder.refundAnswer }, account)
  if (result !== '00' && result !== '01') return { kind: 'refused', result }
  if (required(stringOf(record, 'MaHoanTien'), 'MaHoanTien') !== refundReference) {
    throw new ContractBreach('MaHoanTien is not that of our message')
  }
  if (result === '01') return { kind: 'not_found' }
  const standing = refundStandings[required(stringOf(record, 'TrangThaiHoanTien'), 'TrangThaiHoanTien')]
  if (standing === undefined) throw new ContractBreach('TrangThaiHoanTien is not one of the contract')
  const portalRefundId = stringOf(record, 'MaGiaoDichHoanTien') || undefined
  if (standing === 'completed' && portalRefundId === undefined)
    throw new ContractBreach('MaGiaoDichHoanTien is missing')
  const refusal = stringOf(record, 'LyDoTuChoi') || undefined
  return {
    kind: 'known',
    standing,
    amount: { dong: amountIn(record, 'SoTien') },
    currency: required(stringOf(record, 'MaTienTe'), 'MaTienTe'),
    ...(portalRefundId !== undefined && { portalRefundId }),
    ...(refusal !== undefined && { refusal }),
  }
}
