/** Create, the only write: prepared once, sent as often as needed byte for byte, answered with the address of a pay page. */
import { payUrlIn } from '../pay-url.ts'
import { plainText } from '../plain-text.ts'
import { checksum } from './checksum.ts'
import type { PartnerAccount, PayGovClient } from './client.ts'
import { refuse } from './faults.ts'
import { checksumOrder } from './wire.ts'
import { ContractBreach, decoding, type CallSite } from '#adapters/transport/fate.ts'
import { fieldOf, isRecord, passJsonGate, stringOf } from '#adapters/transport/json-gate.ts'
import type { CallContext } from '#domain/call-context.ts'
import type { OpenedTransaction, PortalReference, PreparedTransaction, TransactionOrder } from '#domain/portal.ts'
import type { JsonRecord } from '#domain/strict-json.ts'

const site: CallSite = { upstream: 'payment_portal', operation: 'openTransaction', effect: 'write' }

export async function openTransaction(
  client: PayGovClient,
  prepared: PreparedTransaction,
  call: CallContext,
): Promise<OpenedTransaction> {
  const answer = await client.post('/transactions', prepared.body, site, call)
  const decoded = decoding(site, () => decodeOpened(passJsonGate(answer), prepared.reference, client))
  return decoded.kind === 'opened' ? decoded.transaction : refuse(decoded.errorCode, site)
}

/** The create message. The same order gives the same bytes. `returnUrl`: ours, without the reference. */
export function encodeOrder(order: TransactionOrder, account: PartnerAccount, returnUrl: string): string {
  const { partnerCode, accessKey, secretKey } = account
  const signed = {
    partnerCode,
    orderId: orderIdOf(order),
    requestCode: order.reference,
    amount: String(order.amount.dong),
  }
  const { orderId, requestCode } = signed
  return JSON.stringify({
    partnerCode,
    accessKey,
    returnUrl: returnUrlFor(order.reference, returnUrl),
    orderId,
    // At most 999,999,999,999: exact as a number.
    amount: Number(order.amount.dong),
    orderInfo: plainText(`THANH TOAN HO SO ${order.dossierCode}`),
    requestCode,
    ipAddress: order.unit.ip,
    checksum: checksum([secretKey, accessKey, ...checksumOrder.create.map((name) => signed[name])]),
  })
}

/** Public clients end it with a running number; ours is the reference, for an orderId is good for one payment [OURS]. */
const orderIdOf = ({ unit, dossierCode, reference }: TransactionOrder): string =>
  `${unit.code}-${plainText(dossierCode).replace(/[^0-9A-Za-z._-]/g, '_')}`.slice(0, 160) + `-${reference}`

/** PayGov adds nothing to the address, so it says itself which payment comes back. */
function returnUrlFor(reference: PortalReference, returnUrl: string): string {
  const url = new URL(returnUrl)
  url.searchParams.set('MaThamChieu', reference)
  return url.href
}

type Decoded =
  | { readonly kind: 'opened'; readonly transaction: OpenedTransaction }
  | { readonly kind: 'refused'; readonly errorCode: string }

/** The public answer is the address alone; what else is there must be right all the same. */
function decodeOpened(record: JsonRecord, reference: PortalReference, { isSecure }: PayGovClient): Decoded {
  const errorCode = stringOf(record, 'error_code') ?? 'SUCCESSFUL'
  if (errorCode !== 'SUCCESSFUL') return { kind: 'refused', errorCode }
  const data = fieldOf(record, 'data')
  if (!isRecord(data)) throw new ContractBreach('data is missing')
  const answered = stringOf(data, 'requestCode') ?? reference
  if (answered !== reference) throw new ContractBreach('requestCode is not that of our message')
  return { kind: 'opened', transaction: { reference, payUrl: payUrlIn(data, 'url', { isSecure }) } }
}
