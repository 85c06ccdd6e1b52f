/**
 * Instant payment notifications: sent when a payment is settled and again until they are acknowledged, on the simulator's
 * clock, so that advancing the clock sends what became due. What is said, and what counts as an acknowledgement, each
 * portal says itself.
 */
import type { ActiveFault } from '../kernel/faults.ts'
import type { Kernel } from '../kernel/kernel.ts'
import type { System } from '../kernel/simulator.ts'
import type { NotificationTry, Paid } from './standing.ts'

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

/** Faults of a delivery itself, whatever it says. */
export const deliveryFaults = ['duplicate-notification', 'late-notification', 'drop-notification'] as const

type Message = Readonly<Record<string, unknown>>

/** One settled outcome as it is told. */
export interface Notice {
  readonly resultCode: string
  /** What is posted; with a fault, perhaps something else than the truth. */
  write(fault: string | undefined): { readonly body: Message; readonly amount: number }
}

export interface DeliveryRules {
  readonly kernel: Kernel
  readonly system: System
  readonly operation: string
  readonly client: string
  readonly faults: ReadonlySet<string>
  /** Where notifications go; undefined: nowhere yet. */
  readonly url: () => string | undefined
  /** `acknowledged`, or why not. */
  readonly judge: (status: number, text: string, sent: Message) => string
  readonly onAcknowledged?: (reference: string, done: NotificationTry) => void
}

interface Delivery {
  readonly payment: Pick<Paid, 'reference' | 'notifications'>
  readonly notice: Notice
  /** When the schedule begins; moved by `late-notification`. */
  startMs: number
  isPostponed: boolean
  tries: number
}

export interface Deliveries {
  /** Resolves when the first try is over, which need not be a success. */
  begin(payment: Delivery['payment'], notice: Notice): Promise<void>
  reset(): void
}

export function createDeliveries(rules: DeliveryRules): Deliveries {
  const { kernel, system, operation, client, faults } = rules
  const { clock } = kernel
  const pending = new Set<() => void>()
  let abort = new AbortController()

  const tryOnce = async (delivery: Delivery): Promise<void> => {
    const { signal } = abort
    const { reference } = delivery.payment
    const fault = kernel.faults.take(system, operation, { reference, client }, ({ fault }) => faults.has(fault))
    if (fault?.fault === 'late-notification' && !delivery.isPostponed) {
      delivery.isPostponed = true
      delivery.startMs += fault.params?.delayMs ?? defaultLatenessMs
      return plan(delivery)
    }
    delivery.tries += 1
    const isAcknowledged = await carryOut(delivery, fault)
    if (!isAcknowledged && !signal.aborted) plan(delivery)
  }

  const carryOut = async ({ payment, notice }: Delivery, fault: ActiveFault | undefined): Promise<boolean> => {
    const { body, amount } = notice.write(fault?.fault)
    const record = { atMs: clock.nowMs(), resultCode: notice.resultCode, amount, result: 'sent' }
    payment.notifications.push(record)
    const url = rules.url()
    if (fault?.fault === 'drop-notification') record.result = 'dropped'
    else if (url === undefined) record.result = 'nowhere to send it'
    else {
      const twin = fault?.fault === 'duplicate-notification' ? deliver(url, body) : undefined
      record.result = await deliver(url, body)
      await twin
    }
    const isAcknowledged = record.result === 'acknowledged'
    if (isAcknowledged) rules.onAcknowledged?.(payment.reference, record)
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
      return rules.judge(answer.status, await answer.text(), body)
    } catch {
      return 'no answer'
    }
  }

  return {
    begin: (payment, notice) => tryOnce({ payment, notice, startMs: clock.nowMs(), isPostponed: false, tries: 0 }),
    reset() {
      for (const cancel of pending) cancel()
      pending.clear()
      abort.abort()
      abort = new AbortController()
    },
  }
}

/** A JSON object, whoever wrote it; undefined for everything else. */
export function parseObject(text: string): Message | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Message) : undefined
  } catch {
    return undefined
  }
}
