/**
 * Numbers for Prometheus. Every label comes from a closed set (operation names, systems, codes, states), never from
 * what somebody sent, so the number of series is bounded by the source code.
 */
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client'

export interface Metrics {
  /** One answered request. `operation` is an operationId or `unknown`. */
  requestFinished(operation: string, status: number, durationMs: number): void
  /** One finished port call or a breaker's change, as `resilience/protect` observes them. */
  upstreamEvent(event: UpstreamObservation): void
  /** One group commit of `size` units. */
  commitFinished(size: number, durationMs: number): void
  /** Units waiting for the next group commit. */
  commitQueue(depth: number): void
  /** One background job. `outcome`: `done` or `failed`. */
  jobFinished(kind: string, outcome: 'done' | 'failed'): void
  /** Jobs that failed every time, and wait for a person. */
  jobsParked(count: number): void
  billsParked(count: number): void
  /** One try to deliver a webhook: `delivered`, or why not. */
  webhookTried(outcome: string): void
  /** One notification at the portal's door, by what became of it. */
  notification(outcome: string): void
  exposition(): Promise<{ readonly contentType: string; readonly text: string }>
}

type UpstreamObservation =
  | {
      readonly kind: 'call'
      readonly system: string
      readonly operation: string
      readonly outcome: string
      readonly durationMs: number
      readonly attempts: number
    }
  | {
      readonly kind: 'breaker'
      readonly system: string
      readonly operationClass: string
      readonly state: 'closed' | 'open' | 'half_open'
    }

/** `promtool check metrics` refuses these three defaults of prom-client: gauges named like counters. */
const misnamed = ['nodejs_active_handles_total', 'nodejs_active_requests_total', 'nodejs_active_resources_total']

const secondsBuckets = [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30]
const batchBuckets = [1, 2, 4, 8, 16, 32, 64, 128]
const breakerStates = ['closed', 'half_open', 'open'] as const

export function createMetrics(): Metrics {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  for (const name of misnamed) registry.removeSingleMetric(name)
  const instruments = createInstruments(registry)

  return {
    requestFinished(operation, status, durationMs) {
      instruments.requests.observe({ operation, status_class: `${Math.floor(status / 100)}xx` }, durationMs / 1_000)
    },
    upstreamEvent(event) {
      if (event.kind === 'breaker') return showBreaker(instruments.breaker, event)
      const { system, operation, outcome, durationMs, attempts } = event
      instruments.upstreamCalls.observe({ system, operation, outcome }, durationMs / 1_000)
      if (attempts > 1) instruments.upstreamRepeats.inc({ system, operation }, attempts - 1)
    },
    commitFinished(size, durationMs) {
      instruments.commitUnits.observe(size)
      instruments.commitSeconds.observe(durationMs / 1_000)
    },
    commitQueue: (depth) => instruments.commitQueue.set(depth),
    jobFinished: (kind, outcome) => instruments.jobs.inc({ kind, outcome }),
    jobsParked: (count) => instruments.parkedJobs.set(count),
    billsParked: (count) => instruments.parkedBills.set(count),
    webhookTried: (outcome) => instruments.webhookTries.inc({ outcome }),
    notification: (outcome) => instruments.notifications.inc({ outcome }),
    async exposition() {
      return { contentType: registry.contentType, text: await registry.metrics() }
    },
  }
}

function createInstruments(registry: Registry) {
  const registers = [registry]
  return {
    requests: new Histogram({
      name: 'lienthong_request_duration_seconds',
      help: 'Time from the head of a request to the end of its answer.',
      labelNames: ['operation', 'status_class'] as const,
      buckets: secondsBuckets,
      registers,
    }),
    upstreamCalls: new Histogram({
      name: 'lienthong_upstream_call_duration_seconds',
      help: 'Time of a port call, repeats included, by outcome: ok or an error code.',
      labelNames: ['system', 'operation', 'outcome'] as const,
      buckets: secondsBuckets,
      registers,
    }),
    upstreamRepeats: new Counter({
      name: 'lienthong_upstream_repeats_total',
      help: 'Attempts beyond the first.',
      labelNames: ['system', 'operation'] as const,
      registers,
    }),
    breaker: new Gauge({
      name: 'lienthong_breaker_state',
      help: '1 for the present state of a breaker, 0 for the others.',
      labelNames: ['system', 'operation_class', 'state'] as const,
      registers,
    }),
    commitUnits: new Histogram({
      name: 'lienthong_commit_batch_units',
      help: 'Units of work that shared one commit.',
      buckets: batchBuckets,
      registers,
    }),
    commitSeconds: new Histogram({
      name: 'lienthong_commit_duration_seconds',
      help: 'Time of a group commit.',
      buckets: secondsBuckets,
      registers,
    }),
    commitQueue: new Gauge({
      name: 'lienthong_commit_queue_units',
      help: 'Units of work waiting for the next commit.',
      registers,
    }),
    jobs: new Counter({
      name: 'lienthong_jobs_total',
      help: 'Background jobs by outcome.',
      labelNames: ['kind', 'outcome'] as const,
      registers,
    }),
    parkedBills: new Gauge({
      name: 'lienthong_parked_bills',
      help: 'Bills of the portal that were asked for in vain for a month.',
      registers,
    }),
    parkedJobs: new Gauge({
      name: 'lienthong_parked_jobs',
      help: 'Background jobs that failed every time; lienthong doctor says what to do.',
      registers,
    }),
    webhookTries: new Counter({
      name: 'lienthong_webhook_tries_total',
      help: 'Tries to deliver a webhook by how they ended.',
      labelNames: ['outcome'] as const,
      registers,
    }),
    notifications: new Counter({
      name: 'lienthong_notifications_total',
      help: 'Messages at the portal door by what became of them.',
      labelNames: ['outcome'] as const,
      registers,
    }),
  }
}

function showBreaker(
  gauge: Gauge<'system' | 'operation_class' | 'state'>,
  { system, operationClass, state }: Extract<UpstreamObservation, { kind: 'breaker' }>,
): void {
  for (const each of breakerStates) {
    gauge.set({ system, operation_class: operationClass, state: each }, each === state ? 1 : 0)
  }
}
