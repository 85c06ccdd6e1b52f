/** GET_BILL: the platform's own receipt. The answer is the PDF itself, or JSON saying why there is none. */
import { isWholePdf } from '../whole-pdf.ts'
import { refuse, resultOf, type PartnerAccount, type PortalClient } from './client.ts'
import { encodeKey } from './find-transaction.ts'
import { checksumOrder } from './wire.ts'
import { ContractBreach, decoding, type CallSite } from '#adapters/transport/fate.ts'
import { mediaTypeOf, type HttpAnswer } from '#adapters/transport/http-answer.ts'
import { isJson, passJsonGate, stringOf } from '#adapters/transport/json-gate.ts'
import type { CallContext } from '#domain/call-context.ts'
import type { Bill, TransactionKey } from '#domain/portal.ts'

const site: CallSite = { upstream: 'payment_portal', operation: 'fetchBill', effect: 'read' }

/** `TrangThaiBienLai` [OURS]: why there is no bill. */
const reasons: Readonly<Record<string, Exclude<Bill['kind'], 'issued'>>> = {
  CHUA_THANH_TOAN: 'not_paid',
  CHUA_CO: 'not_ready',
  HET_HIEU_LUC: 'ended',
}

export async function fetchBill(client: PortalClient, key: TransactionKey, call: CallContext): Promise<Bill> {
  const answer = await client.post(encodeKey('GET_BILL', key, client.account), site, call)
  const decoded = decoding(site, () => decodeBill(answer, key, client.account))
  return decoded.kind === 'refused' ? refuse(decoded.result, site) : decoded
}

type Decoded = Bill | { readonly kind: 'refused'; readonly result: string }

function decodeBill(answer: HttpAnswer, key: TransactionKey, account: PartnerAccount): Decoded {
  if (isJson(answer)) return decodeRefusal(answer, key, account)
  if (mediaTypeOf(answer).type !== 'application/pdf') throw new ContractBreach('a bill that is neither PDF nor JSON')
  if (!isWholePdf(answer.body)) throw new ContractBreach('a bill that is not a whole PDF')
  return { kind: 'issued', pdf: answer.body }
}

function decodeRefusal(answer: HttpAnswer, key: TransactionKey, account: PartnerAccount): Decoded {
  const record = passJsonGate(answer)
  const expected = { kind: 'GET_BILL', reference: key.reference, order: checksumOrder.billRefusal }
  const result = resultOf(record, expected, account)
  if (result === '00') throw new ContractBreach('a bill that says success and is not there')
  const reason = stringOf(record, 'TrangThaiBienLai')
  if (reason === undefined) return { kind: 'refused', result }
  const kind = Object.hasOwn(reasons, reason) ? reasons[reason] : undefined
  if (kind === undefined || result !== '99') throw new ContractBreach('TrangThaiBienLai is not one of the contract')
  return { kind }
}
