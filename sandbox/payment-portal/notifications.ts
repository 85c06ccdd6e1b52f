/**
 * CONFIRM, the instant payment notification: sent when a transaction is settled and again until it is acknowledged,
 * on the simulator's clock, so that advancing the clock sends what became due. See notifications.yaml.
 */
import { acknowledgementOrder, confirmOrder, isSigned, type Message } from './signing.ts'
import type { Kernel } from '../kernel/kernel.ts'
import type { ActiveFault } from '../kernel/faults.ts'
import type { Note } from './effects.ts'
import type { Transaction } from './ledger.ts'
import { confirmedFields } from './query.ts'
import { signOrLie } from './tamper.ts'

const second = 1000
const hour = 3_600_000

/** Milliseconds after the outcome at which a try is due. */
const retryOffsetsMs: readonly number[] = [
  0,
  5 * second,
  30 * second,
  300 * second,
  1800 * second,
  ...Array.from({ length: 72 }, (_, at) => (at + 1) * hour),
]

/** Real time, not the simulator's: it is a network that is waited for. */
const acknowledgeWithinMs = 10_000
const defaultLatenessMs = 30 * 24 * hour

export const notificationFaults: ReadonlySet<string> = new Set([
  'duplicate-notification',
  'late-notification',
  'drop-notification',
  'wrong-amount',
  'wrong-currency',
  'wrong-checksum',
])

/** One settled outcome on its way to the partner. */
interface Delivery {
  readonly transaction: Transaction
  readonly message: Message
  /** When the schedule begins; moved by `late-notification`. */
  startMs: number
  isPostponed: boolean
  tries: number
}

export interface Notifier {
  /** Tells the partner; resolves when the first try is over, which need not be a success. */
  notify(transaction: Transaction): Promise<void>
  reset(): void
}

/** `note` hears of each acknowledgement. */
export function createNotifier(kernel: Kernel, note: Note = () => {}): Notifier {
  const { clock, credentials } = kernel
  const { partnerCode, secret } = credentials.paymentPortal
  const pending = new Set<() => void>()
  let abort = new AbortController()

  const tryOnce = async (delivery: Delivery): Promise<void> => {
    const { signal } = abort
    const fault = takeFault(delivery.transaction)
    if (fault?.fault === 'late-notification' && !delivery.isPostponed) {
      delivery.isPostponed = true
      delivery.startMs += fault.params?.delayMs ?? defaultLatenessMs
      return plan(delivery)
    }
    delivery.tries += 1
    const isAcknowledged = await carryOut(delivery, fault)
    if (!isAcknowledged && !signal.aborted) plan(delivery)
  }

  const takeFault = ({ reference }: Transaction) =>
    kernel.faults.take('payment_portal', 'CONFIRM', { reference, client: partnerCode }, ({ fault }) =>
      notificationFaults.has(fault),
    )

  const carryOut = async ({ transaction, message }: Delivery, fault: ActiveFault | undefined): Promise<boolean> => {
    const body = signOrLie(confirmOrder, message, secret, fault?.fault)
    const record = {
      atMs: clock.nowMs(),
      resultCode: String(message['MaLoi']),
      amount: Number(body['SoTien']),
      result: 'sent',
    }
    transaction.notifications.push(record)
    const url = kernel.notifyUrl()
    if (fault?.fault === 'drop-notification') record.result = 'dropped'
    else if (url === undefined) record.result = 'nowhere to send it'
    else {
      const twin = fault?.fault === 'duplicate-notification' ? deliver(url, body) : undefined
      record.result = await deliver(url, body)
      await twin
    }
    const isAcknowledged = record.result === 'acknowledged'
    if (isAcknowledged) {
      const { atMs, resultCode, amount } = record
      note({ effect: 'acknowledged', reference: transaction.reference, resultCode, amount, atMs })
    }
    return isAcknowledged
  }

  /** A due try runs now; a later one when the clock gets there. After the last offset it is given up. */
  const plan = (delivery: Delivery): void => {
    const offsetMs = retryOffsetsMs[delivery.tries]
    if (offsetMs === undefined) return
    const waitMs = delivery.startMs + offsetMs - clock.nowMs()
    const run = () => {
      pending.delete(cancel)
      void tryOnce(delivery)
    }
    const cancel = waitMs > 0 ? clock.schedule(waitMs, run) : () => {}
    if (waitMs > 0) pending.add(cancel)
    else run()
  }

  const deliver = async (url: string, body: Message): Promise<string> => {
    try {
      const answer = await fetch(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json; charset=utf-8' },
        body: JSON.stringify(body),
        redirect: 'manual',
        signal: AbortSignal.any([abort.signal, AbortSignal.timeout(acknowledgeWithinMs)]),
      })
      return judge(answer.status, await answer.text(), body)
    } catch {
      return 'no answer'
    }
  }

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

  return {
    notify(transaction) {
      const message = {
        LoaiBanTin: 'CONFIRM',
        MaLoi: transaction.standing === 'paid' ? '00' : '99',
        MaDoiTac: partnerCode,
        MaThamChieu: transaction.reference,
        ...confirmedFields(transaction),
      }
      return tryOnce({ transaction, message, startMs: clock.nowMs(), isPostponed: false, tries: 0 })
    },
    reset() {
      for (const cancel of pending) cancel()
      pending.clear()
      abort.abort()
      abort = new AbortController()
    },
  }
}

function parseObject(text: string): Message | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Message) : undefined
  } catch {
    return undefined
  }
}
