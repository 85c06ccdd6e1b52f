/** GET_BILL: the platform's own receipt. The answer is the PDF itself, or JSON saying why there is none. */
import { refuse, resultOf, type PartnerAccount, type PortalClient } from './client.ts'
import { encodeKey } from './find-transaction.ts'
import { checksumOrder } from './wire.ts'
import { ContractBreach, decoding, type CallSite } from '#adapters/transport/fate.ts'
import { mediaTypeOf, type HttpAnswer } from '#adapters/transport/http-answer.ts'
import { isJson, passJsonGate, stringOf } from '#adapters/transport/json-gate.ts'
import type { CallContext } from '#domain/call-context.ts'
import type { TransactionKey } from '#domain/portal.ts'

const site: CallSite = { upstream: 'payment_portal', operation: 'fetchBill', effect: 'read' }

/** Why there is no receipt: not paid, not ready yet, ended by a refund. */
const reasons = new Set(['CHUA_THANH_TOAN', 'CHUA_CO', 'HET_HIEU_LUC'])

export async function fetchBill(client: PortalClient, key: TransactionKey, call: CallContext): Promise<Uint8Array> {
  const answer = await client.post(encodeKey('GET_BILL', key, client.account), site, call)
  const decoded = decoding(site, () => decodeBill(answer, key, client.account))
  return decoded.kind === 'bill' ? decoded.pdf : refuse(decoded.result, site, decoded.reason)
}

type Decoded =
  | { readonly kind: 'bill'; readonly pdf: Uint8Array }
  | { readonly kind: 'refused'; readonly result: string; readonly reason: string | undefined }

export function decodeBill(answer: HttpAnswer, key: TransactionKey, account: PartnerAccount): Decoded {
  if (isJson(answer)) return decodeRefusal(answer, key, account)
  if (mediaTypeOf(answer).type !== 'application/pdf') throw new ContractBreach('a bill that is neither PDF nor JSON')
  const begins = answer.body.subarray(0, 5).toString('latin1') === '%PDF-'
  // Writers may add a few bytes after the marker; ISO 32000-1 readers look for it in the last kilobyte.
  const ends = answer.body.subarray(-1_024).includes('%%EOF')
  if (!begins || !ends) throw new ContractBreach('a bill that is not a whole PDF')
  return { kind: 'bill', pdf: answer.body }
}

function decodeRefusal(answer: HttpAnswer, key: TransactionKey, account: PartnerAccount): Decoded {
  const record = passJsonGate(answer)
  const expected = { kind: 'GET_BILL', reference: key.reference, order: checksumOrder.billRefusal }
  const result = resultOf(record, expected, account)
  if (result === '00') throw new ContractBreach('a bill that says success and is not there')
  const reason = stringOf(record, 'TrangThaiBienLai')
  if (reason !== undefined && !reasons.has(reason))
    throw new ContractBreach('TrangThaiBienLai is not one of the contract')
  return { kind: 'refused', result, reason }
}
