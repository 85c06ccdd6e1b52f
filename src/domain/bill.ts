/**
 * What the portal's own bill of a paid attempt has come to: `wanted` is asked for, `kept` is here byte for byte, `ended` was
 * ended by a refund before it was here, `parked` was asked for a month long and waits for somebody to look.
 */
export type BillState = 'wanted' | 'kept' | 'ended' | 'parked'

/** Owed from the commit that made the attempt paid. */
export interface OwedBill {
  readonly attemptId: string
  readonly tenant: string
  readonly paymentId: string
  readonly state: BillState
  /** Grows by one with every change: the fence. */
  readonly version: number
  /** When to ask next; present while it is wanted. */
  readonly dueAtMs?: number
  /** How often the portal was asked: the position in the limbo schedule. */
  readonly tries: number
  /** What the last try found: `not_ready`, `not_paid`, or the code of the trouble with the portal. */
  readonly lastAnswer?: string
}

/** Personal data: the bill names the payer. */
export interface KeptBill {
  readonly pdf: Uint8Array
  readonly sha256: Uint8Array
  readonly fetchedAtMs: number
}
