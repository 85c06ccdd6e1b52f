/**
 * What the clients saw, one JSON line per call, as the checker reads it. `ok`: answered as asked. `fail`: refused for
 * good, nothing happened. `info`: nobody knows; a time-out or a broken connection is never a failure.
 */
import { closeSync, openSync, writeSync } from 'node:fs'

export type Outcome = 'ok' | 'fail' | 'info'

export interface Call {
  readonly worker: number
  readonly op: 'create' | 'get' | 'attempt' | 'cancel' | 'refund'
  readonly outcome: Outcome
  readonly startMs: number
  readonly endMs: number
  /** HTTP status; absent when no answer came. */
  readonly status?: number
  /** The problem's code, or what broke. */
  readonly code?: string
  readonly key?: string
  readonly reference?: string
  /** What is owed: dossier and line. */
  readonly obligation?: string
  readonly amount?: number
  readonly payment?: string
  readonly refund?: string
  readonly state?: string
  readonly portalReference?: string
  readonly isReplayed?: boolean
  /** SHA-256 of the answer's bytes, base64url. */
  readonly bytes?: string
  /** The payment a refusal names. */
  readonly existing?: string
}

export interface History {
  add(call: Call): void
  /** Distinct orders that were answered 201 so far. */
  acknowledged(): number
  close(): void
}

export function openHistory(path: string): History {
  const file = openSync(path, 'w')
  const acknowledged = new Set<string>()
  return {
    add(call) {
      if (call.op === 'create' && call.outcome === 'ok' && call.payment !== undefined) acknowledged.add(call.payment)
      writeSync(file, `${JSON.stringify(call)}\n`)
    },
    acknowledged: () => acknowledged.size,
    close: () => closeSync(file),
  }
}
