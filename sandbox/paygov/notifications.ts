/** The IPN: what PayGov says by itself, and what it takes for an acknowledgement. See notifications.yaml. */
import type { Kernel } from '../kernel/kernel.ts'
import { createDeliveries, deliveryFaults, parseObject } from '../paying/deliveries.ts'
import { compactLocalTime } from '../paying/local-time.ts'
import type { Order } from './ledger.ts'
import { checksumOf, notificationOrder } from './signing.ts'

export const notificationFaults: ReadonlySet<string> = new Set([...deliveryFaults, 'wrong-amount', 'wrong-checksum'])

const operation = 'IPN'

export interface Notifier {
  /** Tells the partner; resolves when the first try is over, which need not be a success. */
  notify(order: Order): Promise<void>
  reset(): void
}

export function createNotifier(kernel: Kernel): Notifier {
  const { partnerCode, accessKey, secret } = kernel.credentials.payGov

  const judge = (status: number, text: string): string => {
    if (status !== 200) return `HTTP ${status}`
    const code = parseObject(text)?.['error_code']
    if (code === 'SUCCESSFUL') return 'acknowledged'
    if (code === 'FAILED' || code === 'SIGNATURE_WRONG') return code
    kernel.violations.add({ system: 'paygov', operation, pointer: '', message: 'the acknowledgement is not one' })
    return 'bad acknowledgement'
  }

  const deliveries = createDeliveries({
    kernel,
    system: 'paygov',
    operation,
    client: partnerCode,
    faults: notificationFaults,
    url: () => doorOf(kernel.notifyUrl()),
    judge,
  })

  return {
    notify(order) {
      const message = messageOf(order)
      return deliveries.begin(order, {
        resultCode: message.errorCode,
        write(fault) {
          const told = fault === 'wrong-amount' ? { ...message, amount: message.amount + 1000 } : message
          const checksum = checksumOf([secret, accessKey], notificationOrder, told)
          const body = { ...told, checksum: fault === 'wrong-checksum' ? flipped(checksum) : checksum }
          return { body, amount: told.amount }
        },
      })
    },
    reset: deliveries.reset,
  }
}

/** A partner's door for PayGov is beside the one for the payment platform: `…/notifications/paygov`. */
const doorOf = (notifyUrl: string | undefined): string | undefined =>
  notifyUrl === undefined ? undefined : new URL('paygov', notifyUrl).href

const messageOf = (order: Order) => ({
  amount: order.amount,
  orderId: order.orderId,
  orderInfo: order.description,
  requestCode: order.reference,
  transactionNo: order.transactionNo,
  payDate: compactLocalTime(order.settledAtMs ?? order.openedAtMs),
  paygate: order.bank,
  errorCode: order.standing === 'paid' ? '00' : '99',
  type: '1',
  transactionCode: order.transactionId,
})

const flipped = (hex: string): string => (hex.startsWith('0') ? '1' : '0') + hex.slice(1)
