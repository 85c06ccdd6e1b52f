/** A bound on calls in flight. It refuses at once instead of queueing: a queue in front of a hung upstream only hides it. */
export interface Bulkhead {
  /** True when a place was taken; give it back with `leave`. */
  tryEnter(): boolean
  leave(): void
  readonly inFlight: number
  readonly limit: number
}

export function createBulkhead(limit: number): Bulkhead {
  let inFlight = 0
  return {
    tryEnter() {
      if (inFlight >= limit) return false
      inFlight += 1
      return true
    },
    leave() {
      inFlight -= 1
    },
    get inFlight() {
      return inFlight
    },
    limit,
  }
}
