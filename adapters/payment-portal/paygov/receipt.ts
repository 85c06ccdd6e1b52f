/** The receipt: PayGov says where its PDF lies, and it is fetched from there, provided that it lies on PayGov's own origin. */
import { clip } from '../plain-text.ts'
import { isWholePdf } from '../whole-pdf.ts'
import { checksum } from './checksum.ts'
import type { PartnerAccount, PayGovClient } from './client.ts'
import { refuse } from './faults.ts'
import { checksumOrder } from './wire.ts'
import { ContractBreach, decoding, type CallSite } from '#adapters/transport/fate.ts'
import { mediaTypeOf, type HttpAnswer } from '#adapters/transport/http-answer.ts'
import { passJsonGate, required, stringOf } from '#adapters/transport/json-gate.ts'
import { localStamp } from '#adapters/transport/vietnam-time.ts'
import type { CallContext } from '#domain/call-context.ts'
import type { Bill, BillRequest } from '#domain/portal.ts'
import type { JsonRecord } from '#domain/strict-json.ts'

const site: CallSite = { upstream: 'payment_portal', operation: 'fetchBill', effect: 'read' }

/** [OURS] Why there is no receipt. */
const reasons: Readonly<Record<string, Exclude<Bill['kind'], 'issued'>>> = {
  NOT_PAID: 'not_paid',
  RECEIPT_NOT_READY: 'not_ready',
}

export async function fetchBill(client: PayGovClient, bill: BillRequest, call: CallContext): Promise<Bill> {
  // A receipt is asked for by PayGov's own id. Who has none has never heard of a payment.
  if (bill.portalTransactionId === undefined) return { kind: 'not_paid' }
  const body = encodeReceipt(bill, bill.portalTransactionId, client.account)
  const answer = await client.post('/receipts', body, site, call)
  const decoded = decoding(site, () => decodeReceipt(passJsonGate(answer), client.at('').origin))
  switch (decoded.kind) {
    case 'issued': {
      const file = await client.get(decoded.path, site, call)
      return { kind: 'issued', pdf: decoding(site, () => pdfIn(file)) }
    }
    case 'refused':
      return refuse(decoded.errorCode, site)
    default:
      return decoded
  }
}

function encodeReceipt(bill: BillRequest, transactionCode: string, account: PartnerAccount): string {
  const { payer, unit, dossierCode, procedureName, issuedAtMs } = bill
  const { partnerCode, accessKey, secretKey } = account
  const fields = {
    partnerCode,
    accessKey,
    payerId: payer.personalId ?? '',
    payerName: clip(payer.fullName, 250),
    payerAddress: clip(payer.address ?? '', 500),
    payerDistrict: '',
    payerProvince: '',
    docCode: dossierCode,
    decisionDate: dayOf(issuedAtMs),
    procedureName: clip(procedureName, 500),
    paids: inBase64([transactionCode]),
    otherInfo: inBase64({ beneficiaryUnitCode: unit.agencyCode, beneficiaryUnitName: unit.name }),
  }
  const values = checksumOrder.receipt.map((name) => fields[name])
  return JSON.stringify({ ...fields, checksum: checksum([secretKey, ...values]) })
}

const inBase64 = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64')

/** dd-MM-yyyy. */
function dayOf(epochMs: number): string {
  const stamp = localStamp(epochMs)
  return `${stamp.slice(6, 8)}-${stamp.slice(4, 6)}-${stamp.slice(0, 4)}`
}

type Decoded =
  | { readonly kind: 'issued'; readonly path: string }
  | Exclude<Bill, { kind: 'issued' }>
  | { readonly kind: 'refused'; readonly errorCode: string }

function decodeReceipt(record: JsonRecord, origin: string): Decoded {
  const errorCode = stringOf(record, 'error_code') ?? 'SUCCESSFUL'
  const kind = Object.hasOwn(reasons, errorCode) ? reasons[errorCode] : undefined
  if (kind !== undefined) return { kind }
  if (errorCode !== 'SUCCESSFUL') return { kind: 'refused', errorCode }
  const text = required(stringOf(record, 'transactionReceipt'), 'transactionReceipt')
  const url = text.length <= 2_048 && URL.canParse(text) ? new URL(text) : undefined
  // It would lead our servers anywhere: of an answer only a path is followed.
  if (url?.origin !== origin) throw new ContractBreach('transactionReceipt is not on the origin of PayGov')
  return { kind: 'issued', path: url.pathname + url.search }
}

function pdfIn(file: HttpAnswer): Uint8Array {
  if (mediaTypeOf(file).type !== 'application/pdf') throw new ContractBreach('a receipt that is no PDF')
  if (!isWholePdf(file.body)) throw new ContractBreach('a receipt that is not a whole PDF')
  return file.body
}
