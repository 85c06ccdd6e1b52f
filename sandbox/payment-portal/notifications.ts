/** CONFIRM, the platform's notification: what it says, and what it takes for an acknowledgement. See notifications.yaml. */
import type { Kernel } from '../kernel/kernel.ts'
import { createDeliveries, deliveryFaults, parseObject } from '../paying/deliveries.ts'
import type { Note } from './effects.ts'
import type { Transaction } from './ledger.ts'
import { confirmedFields } from './query.ts'
import { acknowledgementOrder, confirmOrder, isSigned, type Message } from './signing.ts'
import { signOrLie } from './tamper.ts'

export const notificationFaults: ReadonlySet<string> = new Set([
  ...deliveryFaults,
  'wrong-amount',
  'wrong-currency',
  'wrong-checksum',
])

export interface Notifier {
  /** Tells the partner; resolves when the first try is over, which need not be a success. */
  notify(transaction: Transaction): Promise<void>
  reset(): void
}

/** `note` hears of each acknowledgement. */
export function createNotifier(kernel: Kernel, note: Note = () => {}): Notifier {
  const { partnerCode, secret } = kernel.credentials.paymentPortal

  const judge = (status: number, text: string, sent: Message): string => {
    if (status !== 200) return `HTTP ${status}`
    const acknowledgement = parseObject(text)
    const code = acknowledgement?.['MaLoi']
    if (!acknowledgement || typeof code !== 'string') return complain('', 'the acknowledgement is not one')
    if (code !== '00') return `MaLoi ${code.slice(0, 2)}`
    if (acknowledgement['MaDoiTac'] !== sent['MaDoiTac']) return complain('/MaDoiTac', 'is not the partner notified')
    if (acknowledgement['MaThamChieu'] !== sent['MaThamChieu']) {
      return complain('/MaThamChieu', 'is not the reference notified')
    }
    if (!isSigned(acknowledgementOrder, acknowledgement, secret)) {
      return complain('/MaXacThuc', 'does not belong to the acknowledgement')
    }
    return 'acknowledged'
  }

  const complain = (pointer: string, message: string): string => {
    kernel.violations.add({ system: 'payment_portal', operation: 'CONFIRM', pointer, message })
    return 'bad acknowledgement'
  }

  const deliveries = createDeliveries({
    kernel,
    system: 'payment_portal',
    operation: 'CONFIRM',
    client: partnerCode,
    faults: notificationFaults,
    url: kernel.notifyUrl,
    judge,
    onAcknowledged: (reference, { resultCode, amount, atMs }) =>
      note({ effect: 'acknowledged', reference, resultCode, amount, atMs }),
  })

  return {
    notify(transaction) {
      const resultCode = transaction.standing === 'paid' ? '00' : '99'
      const message = {
        LoaiBanTin: 'CONFIRM',
        MaLoi: resultCode,
        MaDoiTac: partnerCode,
        MaThamChieu: transaction.reference,
        ...confirmedFields(transaction),
      }
      return deliveries.begin(transaction, {
        resultCode,
        write(fault) {
          const body = signOrLie(confirmOrder, message, secret, fault)
          return { body, amount: Number(body['SoTien']) }
        },
      })
    },
    reset: deliveries.reset,
  }
}
