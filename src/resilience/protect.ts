/**
 * Takes a port and returns the same port, protected, what its dialect lacks still lacking: deadline left? -> bulkhead -> breaker -> attempt (own time-out, own
 * AbortSignal) -> repeat only if effect and fate allow. Adapters translate; everything about trouble is decided here.
 */
import type { CallContext } from '#domain/call-context.ts'
import { sleep, type Clock } from '#domain/clock.ts'
import { UpstreamError, type UpstreamSystem } from '#domain/errors.ts'
import { runAttempt } from './attempt.ts'
import { createBreaker, type Breaker, type BreakerState } from './breaker.ts'
import { createBulkhead, type Bulkhead } from './bulkhead.ts'
import { createOutcomes, type ClassHealth, type Outcomes } from './health.ts'
import {
  defaultClassLimits,
  type ClassLimits,
  type Operation,
  type OperationOf,
  type OperationPolicy,
  type PortPolicies,
} from './policy.ts'
import { createRetryBudget, delayBeforeNext, mayRepeat } from './retry.ts'

export interface ProtectOptions<Port> {
  readonly system: UpstreamSystem
  readonly policies: PortPolicies<Port>
  /** Limits per operation class; `defaultClassLimits` where absent. */
  readonly limits?: Readonly<Record<string, ClassLimits>>
  /** A harmless question, asked instead of a trial call when the breaker of a class with writes half-opens. */
  readonly probe?: (port: Port, call: CallContext) => Promise<void>
  readonly clock: Clock
  readonly random: () => number
  /** One call per finished operation and per breaker change; must not throw. */
  readonly observe?: (event: UpstreamEvent) => void
}

export type UpstreamEvent =
  | {
      readonly kind: 'call'
      readonly system: UpstreamSystem
      readonly operation: string
      /** `ok` or the error's code. */
      readonly outcome: string
      readonly durationMs: number
      readonly attempts: number
    }
  | {
      readonly kind: 'breaker'
      readonly system: UpstreamSystem
      readonly operationClass: string
      readonly state: BreakerState
    }

export interface Guard {
  health(): readonly ClassHealth[]
  close(): void
}

export interface Protected<Port> {
  readonly port: Pick<Port, OperationOf<Port>>
  readonly guard: Guard
}

/** A half-open probe gets no longer than this. */
const probeTimeoutMs = 3_000

interface OperationClass {
  readonly name: string
  readonly bulkhead: Bulkhead
  readonly breaker: Breaker
  readonly outcomes: Outcomes
  lastError?: { readonly code: string; readonly atMs: number }
}

export function protect<Port extends object>(port: Port, options: ProtectOptions<Port>): Protected<Port> {
  const { clock, system, observe } = options
  const policies = policiesOf(port, options)
  const classes = createClasses(port, policies, options)
  const budget = createRetryBudget()

  const guarded = policies.map(([name, policy]) => {
    const operation = (port as Readonly<Record<string, Operation>>)[name]
    const operationClass = classes.get(policy.operationClass)
    if (operation === undefined || operationClass === undefined) throw new Error(`no operation ${name} to protect`)
    const subject: Subject = { name, policy, operationClass, operation: operation.bind(port) }
    return [name, (...args: [...unknown[], CallContext]) => call(subject, args)] as const
  })

  async function call(subject: Subject, args: [...unknown[], CallContext]): Promise<unknown> {
    const { operationClass } = subject
    const context = args.at(-1) as CallContext
    refuseWithoutTime(context, subject)
    if (!operationClass.bulkhead.tryEnter()) throw saturated(subject)
    const startedMs = clock.monotonicMs()
    let attempts = 0
    budget.earn()
    try {
      const answer = await withRepeats(subject, context, (attemptContext) => {
        attempts += 1
        return subject.operation(...args.slice(0, -1), attemptContext)
      })
      finish(subject, 'ok', startedMs, attempts)
      return answer
    } catch (error) {
      const code = error instanceof UpstreamError ? error.code : 'unexpected'
      operationClass.lastError = { code, atMs: clock.nowMs() }
      finish(subject, code, startedMs, attempts)
      throw error
    } finally {
      operationClass.bulkhead.leave()
    }
  }

  function finish({ name, operationClass }: Subject, outcome: string, startedMs: number, attempts: number): void {
    const durationMs = clock.monotonicMs() - startedMs
    operationClass.outcomes.record(durationMs, outcome !== 'ok')
    observe?.({ kind: 'call', system, operation: name, outcome, durationMs, attempts })
  }

  async function withRepeats(
    { name, policy, operationClass }: Subject,
    context: CallContext,
    run: (call: CallContext) => Promise<unknown>,
  ): Promise<unknown> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await operationClass.breaker.run(name, () =>
          runAttempt(
            attempt === 1 ? context : { ...context, requestId: `${context.requestId}.${attempt}` },
            { clock, system, operation: name, timeoutMs: policy.attemptTimeoutMs },
            run,
          ),
        )
      } catch (error) {
        if (attempt >= policy.maxAttempts || !mayRepeat(error, policy) || context.signal.aborted) throw error
        const delayMs = delayBeforeNext(attempt, error, options.random)
        if (clock.monotonicMs() + delayMs >= context.deadlineMs || !budget.trySpend()) throw error
        await sleep(clock, delayMs, context.signal)
      }
    }
  }

  function refuseWithoutTime(context: CallContext, { name }: Subject): void {
    if (clock.monotonicMs() < context.deadlineMs) return
    throw new UpstreamError('upstream_timeout', 'the deadline had passed before the call', {
      upstream: system,
      operation: name,
      fate: 'not_sent',
    })
  }

  function saturated({ name, operationClass }: Subject): UpstreamError {
    const limit = operationClass.bulkhead.limit
    observe?.({ kind: 'call', system, operation: name, outcome: 'upstream_saturated', durationMs: 0, attempts: 0 })
    return new UpstreamError('upstream_saturated', `${limit} calls to ${system} are already in flight`, {
      upstream: system,
      operation: name,
      fate: 'not_sent',
      retryAfterSeconds: 1,
    })
  }

  return {
    port: Object.fromEntries(guarded) as unknown as Pick<Port, OperationOf<Port>>,
    guard: {
      health: () => [...classes.values()].map(describe),
      close: () => {
        for (const { breaker } of classes.values()) breaker.close()
      },
    },
  }
}

interface Subject {
  readonly name: string
  readonly policy: OperationPolicy
  readonly operationClass: OperationClass
  readonly operation: Operation
}

/** A dialect that lacks an operation has no class for it either. */
const policiesOf = <Port>(
  port: Port,
  { policies }: ProtectOptions<Port>,
): readonly (readonly [name: string, policy: OperationPolicy])[] =>
  Object.entries<OperationPolicy>(policies).filter(([name]) => port[name as keyof Port] !== undefined)

function createClasses<Port>(
  port: Port,
  operations: ReturnType<typeof policiesOf>,
  options: ProtectOptions<Port>,
): ReadonlyMap<string, OperationClass> {
  const { clock, system, observe, limits = {} } = options
  const policies = operations.map(([, policy]) => policy)
  const names = new Set(policies.map(({ operationClass }) => operationClass))
  return new Map(
    [...names].map((name) => {
      const classLimits = limits[name] ?? defaultClassLimits
      const hasWrites = policies.some(({ operationClass, effect }) => operationClass === name && effect === 'write')
      const breaker = createBreaker({
        system,
        limits: classLimits,
        onChange: (state) => observe?.({ kind: 'breaker', system, operationClass: name, state }),
        ...(hasWrites && options.probe !== undefined ? { probe: probing(port, options.probe, clock) } : {}),
      })
      const bulkhead = createBulkhead(classLimits.maxInFlight)
      return [name, { name, bulkhead, breaker, outcomes: createOutcomes() }]
    }),
  )
}

function probing<Port>(
  port: Port,
  probe: (port: Port, call: CallContext) => Promise<void>,
  clock: Clock,
): () => Promise<void> {
  return async () => {
    const controller = new AbortController()
    const cancel = clock.schedule(probeTimeoutMs, () => controller.abort(new Error('probe timed out')))
    try {
      await probe(port, {
        requestId: 'probe',
        deadlineMs: clock.monotonicMs() + probeTimeoutMs,
        signal: controller.signal,
      })
    } finally {
      cancel()
    }
  }
}

function describe({ name, bulkhead, breaker, outcomes, lastError }: OperationClass): ClassHealth {
  return {
    operationClass: name,
    breaker: breaker.state,
    inFlight: bulkhead.inFlight,
    maxInFlight: bulkhead.limit,
    ...outcomes.summary(),
    ...(lastError === undefined ? {} : { lastErrorCode: lastError.code, lastErrorAtMs: lastError.atMs }),
  }
}
