/** The IPN, which PayGov sends by itself, and our acknowledgement. Nobody can ask back: it moves no money, it raises doubt. */
import { notificationRecord, unlessBroken } from '../notification-gate.ts'
import { isSignedBy } from './checksum.ts'
import type { PartnerAccount } from './client.ts'
import { checksumOrder, notificationForms } from './wire.ts'
import { ContractBreach } from '#adapters/transport/fate.ts'
import { required, scalarOf, stringOf } from '#adapters/transport/json-gate.ts'
import type { PortalNotification } from '#domain/portal.ts'
import type { JsonRecord } from '#domain/strict-json.ts'

type Read = { readonly kind: 'valid'; readonly notification: PortalNotification } | { readonly kind: 'invalid' }

export function readNotification(raw: Uint8Array, { accessKey, secretKey }: PartnerAccount): Read {
  return unlessBroken<Read>({ kind: 'invalid' }, () => {
    const record = notificationRecord(raw)
    const given = required(stringOf(record, 'checksum'), 'checksum')
    if (!isSignedBy(record, checksumOrder.notification, [secretKey, accessKey], given)) return { kind: 'invalid' }
    const told = formsOf(record)
    if (!told.orderId.endsWith(`-${told.requestCode}`)) return { kind: 'invalid' }
    return {
      kind: 'valid',
      notification: {
        reference: told.requestCode,
        portalTransactionId: told.transactionCode,
        claims: told.errorCode === '00' ? 'paid' : 'failed',
        amount: { dong: BigInt(told.amount) },
        currency: 'VND',
      },
    }
  })
}

type Told = Readonly<Record<keyof typeof notificationForms, string>>

/** Every value in its form: see `notificationForms`. */
function formsOf(record: JsonRecord): Told {
  const entries = Object.entries(notificationForms).map(([name, form]) => {
    const value = required(scalarOf(record, name), name)
    if (!form.test(value)) throw new ContractBreach(`${name} has not the form of the contract`)
    return [name, value] as const
  })
  return Object.fromEntries(entries) as Told
}

const verdicts = {
  received: { error_code: 'SUCCESSFUL', error_message: 'Thành công' },
  invalid: { error_code: 'SIGNATURE_WRONG', error_message: 'Sai mã xác thực' },
  try_again: { error_code: 'FAILED', error_message: 'Chưa lưu được, xin gửi lại' },
} as const

export const acknowledge = (verdict: keyof typeof verdicts): string => JSON.stringify(verdicts[verdict])
