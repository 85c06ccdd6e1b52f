/** QUERY: what the platform says of one of our references. `MaLoi` 00 says that the question worked, nothing more. */
import { amountIn } from '../amount.ts'
import { signed } from './checksum.ts'
import { refuse, resultOf, type PartnerAccount, type PortalClient } from './client.ts'
import { checksumOrder, noBankYet, standings, version, type MessageKind } from './wire.ts'
import { ContractBreach, decoding, type CallSite } from '#adapters/transport/fate.ts'
import { digestOf } from '#adapters/transport/http-answer.ts'
import { passJsonGate, required, scalarOf, stringOf } from '#adapters/transport/json-gate.ts'
import { localStamp } from '#adapters/transport/vietnam-time.ts'
import type { CallContext } from '#domain/call-context.ts'
import type { TransactionKey, TransactionStanding } from '#domain/portal.ts'
import type { JsonRecord } from '#domain/strict-json.ts'

const site: CallSite = { upstream: 'payment_portal', operation: 'findTransaction', effect: 'read' }

export async function findTransaction(
  client: PortalClient,
  key: TransactionKey,
  call: CallContext,
): Promise<TransactionStanding> {
  const answer = await client.post(encodeKey('QUERY', key, client.account), site, call)
  const decoded = decoding(site, () => decodeStanding(passJsonGate(answer), key, client.account))
  if (decoded.kind === 'refused') return refuse(decoded.result, site)
  return { ...decoded, answerSha256: digestOf(answer) }
}

/** QUERY and GET_BILL have one shape; `ThoiGianGD` is that of INIT, unchanged. */
export function encodeKey(kind: MessageKind, key: TransactionKey, account: PartnerAccount): string {
  const message = {
    LoaiBanTin: kind,
    PhienBan: version,
    MaDoiTac: account.partnerCode,
    MaThamChieu: key.reference,
    ThoiGianGD: localStamp(key.issuedAtMs),
  }
  return JSON.stringify(signed(message, checksumOrder.key, account.secret))
}

type Known = Omit<Extract<TransactionStanding, { kind: 'known' }>, 'answerSha256'>
type Decoded = Known | { readonly kind: 'not_found' } | { readonly kind: 'refused'; readonly result: string }

/** Amount and currency are told as they stand; whether they are the right ones, payments decides. */
function decodeStanding(record: JsonRecord, key: TransactionKey, account: PartnerAccount): Decoded {
  const expected = { kind: 'QUERY', reference: key.reference, order: checksumOrder.confirm }
  const result = resultOf(record, expected, account)
  if (result === '01') return { kind: 'not_found' }
  if (result !== '00') return { kind: 'refused', result }
  const standing = standings[required(scalarOf(record, 'TrangThaiGD'), 'TrangThaiGD')]
  if (standing === undefined) throw new ContractBreach('TrangThaiGD is not one of the contract')
  const portalTransactionId = stringOf(record, 'MaGiaoDich') || undefined
  const bankCode = stringOf(record, 'MaNganHang') || undefined
  if (standing === 'paid' && portalTransactionId === undefined) throw new ContractBreach('MaGiaoDich is missing')
  return {
    kind: 'known',
    standing,
    amount: { dong: amountIn(record, 'SoTien') },
    currency: required(stringOf(record, 'MaTienTe'), 'MaTienTe'),
    ...(portalTransactionId !== undefined && { portalTransactionId }),
    ...(bankCode !== undefined && bankCode !== noBankYet && { bankCode }),
  }
}
