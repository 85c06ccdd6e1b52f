/** Time and ids are arguments, so that a simulation can own them. Real ones are made in `main/`. */
export interface Clock {
  /** Milliseconds since the Unix epoch. For dates people see; never for measuring. */
  nowMs(): number
  /** Milliseconds on a clock that never jumps. For durations and deadlines; meaningless across processes. */
  monotonicMs(): number
  /** Runs `task` once after `delayMs`; the returned function cancels it. */
  schedule(delayMs: number, task: () => void): () => void
}

export type IdPrefix =
  | 'ver'
  | 'biz'
  | 'pay'
  | 'att'
  | 'evt'
  | 'aud'
  | 'evd'
  | 'ntf'
  | 'req'
  | 'ref'
  | 'rec'
  | 'whe'
  | 'rcp'

export interface Ids {
  /** An opaque public id such as `pay_01J…`: sortable by time, 26 characters of Crockford base 32 after the prefix. */
  next(prefix: IdPrefix): string
  /** `MaThamChieu`: 20 characters [0-9A-Z], never reused, also not after a restore from backup. */
  portalReference(): string
  /** `n` random bytes. */
  random(n: number): Uint8Array
}

/** The wait `delayMs` as a promise; rejects with the signal's reason when it aborts first. */
export function sleep(clock: Clock, delayMs: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason as Error)
    const onAbort = () => {
      cancel()
      reject(signal?.reason as Error)
    }
    const cancel = clock.schedule(delayMs, () => {
      signal?.removeEventListener('abort', onAbort)
      resolve()
    })
    signal?.addEventListener('abort', onAbort, { once: true })
  })
}
