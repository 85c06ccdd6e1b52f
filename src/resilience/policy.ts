/**
 * What may be done to each operation of a port. A port operation without a policy does not compile: `PortPolicies`
 * is a total record over the port's asynchronous operations, those that not every dialect has included.
 */
import type { CallContext } from '#domain/call-context.ts'

/** The asynchronous operations of a port; every one takes its `CallContext` last. */
export type OperationOf<Port> = {
  [K in keyof Port]-?: NonNullable<Port[K]> extends (...args: never[]) => Promise<unknown> ? K : never
}[keyof Port] &
  string

export interface OperationPolicy {
  /** A read may repeat when its outcome is unknown; a write only when nothing was sent. */
  readonly effect: 'read' | 'write'
  /** Operations of one class share a bulkhead and a breaker: what hangs together fails together. */
  readonly operationClass: string
  /** One attempt, connect to last byte. */
  readonly attemptTimeoutMs: number
  /** Attempts in all, the first included. */
  readonly maxAttempts: number
}

export type PortPolicies<Port> = { readonly [K in OperationOf<Port>]: OperationPolicy }

export interface ClassLimits {
  /** Calls in flight at most, waiting between attempts included. Checked before any work. */
  readonly maxInFlight: number
  /** How long an open breaker refuses before it lets one harmless probe through. */
  readonly openForMs: number
}

/** 64 in flight: at 200 ms per answer that is 320 calls/s, above any quota known; measured, a hang at 250/s then costs the others 1.7x p99. */
export const defaultClassLimits: ClassLimits = { maxInFlight: 64, openForMs: 5_000 }

/** A port operation as `protect` sees it. */
export type Operation = (...args: [...unknown[], CallContext]) => Promise<unknown>
