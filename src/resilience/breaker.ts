/**
 * One opossum breaker per operation class. What bites in opossum and how it is avoided here:
 * its `timeout` and `abortController` are shared by neighbours (each attempt has its own, in attempt.ts);
 * its percentiles cost 1.8 ms per failing call with a full window (off); without `volumeThreshold` one failure opens it.
 */
import CircuitBreaker from 'opossum'
import { UpstreamError, type UpstreamSystem } from '#domain/errors.ts'
import type { ClassLimits } from './policy.ts'

export type BreakerState = 'closed' | 'open' | 'half_open'

export interface Breaker {
  /** Runs `attempt` unless open; rejects with `upstream_circuit_open` (fate `not_sent`) when it is. */
  run<T>(operation: string, attempt: () => Promise<T>): Promise<T>
  readonly state: BreakerState
  close(): void
}

export interface BreakerOptions {
  readonly system: UpstreamSystem
  readonly limits: ClassLimits
  /** Asks the upstream something without effect. Given for classes with writes: their trial call is never somebody's payment. */
  readonly probe?: () => Promise<void>
  readonly onChange: (state: BreakerState) => void
}

/** At least so many calls in the window before failures may open it. */
const volumeThreshold = 10
const windowMs = 10_000

export function createBreaker({ system, limits, probe, onChange }: BreakerOptions): Breaker {
  const circuit = new CircuitBreaker<[() => Promise<unknown>]>((attempt) => attempt(), {
    timeout: false,
    rollingPercentilesEnabled: false,
    enableSnapshots: false,
    rollingCountTimeout: windowMs,
    rollingCountBuckets: 10,
    volumeThreshold,
    errorThresholdPercentage: 50,
    resetTimeout: limits.openForMs,
    capacity: limits.maxInFlight,
    errorFilter: (error: unknown) => !isUnavailability(error),
  })
  circuit.on('open', () => onChange('open'))
  circuit.on('close', () => onChange('closed'))
  circuit.on('halfOpen', () => {
    onChange('half_open')
    if (probe !== undefined) void probeThenDecide(circuit, probe)
  })

  const refuse = (operation: string): never => {
    throw new UpstreamError('upstream_circuit_open', `the breaker for ${system} is open`, {
      upstream: system,
      operation,
      fate: 'not_sent',
      retryAfterSeconds: Math.ceil(limits.openForMs / 1000),
    })
  }

  return {
    async run<T>(operation: string, attempt: () => Promise<T>): Promise<T> {
      if (probe !== undefined && circuit.halfOpen) refuse(operation)
      try {
        return (await circuit.fire(attempt)) as T
      } catch (error) {
        if (isOpenRefusal(error)) refuse(operation)
        throw error
      }
    },
    get state() {
      if (circuit.halfOpen) return 'half_open'
      return circuit.opened ? 'open' : 'closed'
    },
    close() {
      circuit.shutdown()
    },
  }
}

async function probeThenDecide(
  circuit: CircuitBreaker<[() => Promise<unknown>]>,
  probe: () => Promise<void>,
): Promise<void> {
  try {
    await probe()
    circuit.close()
  } catch {
    // Still down: open again, which starts opossum's timer for the next half-open moment.
    circuit.open()
  }
}

/**
 * What feeds the breaker: the upstream is away, silent, broken or talks nonsense. A business fault, a refusal, our own
 * saturation or a caller who hung up says nothing about its health.
 */
function isUnavailability(error: unknown): boolean {
  if (!(error instanceof UpstreamError)) return false
  switch (error.code) {
    case 'upstream_unavailable':
    case 'upstream_timeout':
    case 'upstream_connection_lost':
    case 'upstream_failed':
    case 'upstream_contract_broken':
      return true
    default:
      return false
  }
}

const isOpenRefusal = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && (error.code === 'EOPENBREAKER' || error.code === 'ESHUTDOWN')
