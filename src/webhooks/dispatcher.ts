/**
 * Brings every endpoint what it is owed. Each is served on its own: one that is slow or down takes its own places and nobody
 * else's. What is due stands in the rows, so any number of processes may do this, and one that dies leaves nothing behind
 * but claims that run out.
 */
import type { WebhookEndpoint } from '#domain/webhook.ts'
import { serveEndpoint, type ServeDeps } from './serve-endpoint.ts'

export interface WebhookDispatcher {
  /** Something may be due now. Cheap: many calls are one look. */
  wake(): void
  /** Begins nothing new, and waits for the tries that are on their way. */
  stop(): Promise<void>
}

/** Endpoints served at the same moment; sixteen times as many sockets. */
const maxServed = 64
/** Rows of one look: three times as many as can be busy, so that slow ones do not hide the others. */
const maxLookedAt = 200
/** Between two looks, however often it is woken: payments come in hundreds a second. */
const lookEveryMs = 200
/** What nobody announced is found by then: another process may have died over it. */
const lookAtLeastEveryMs = 60_000
/** Due and not to be had: somebody else holds it, or the one before it. */
const lookAgainMs = 1_000

export function createDispatcher(deps: ServeDeps): WebhookDispatcher {
  const { clock, deliveries, log } = deps
  const serving = new Map<string, Promise<void>>()
  let isStopped = false
  let looking: Promise<void> | undefined
  let cancelTimer = () => {}
  let plannedMs = Infinity
  let lastLookMs = -Infinity

  /** The next look, unless an earlier one is planned. */
  const lookAt = (atMs: number): void => {
    const dueMs = Math.max(atMs, lastLookMs + lookEveryMs)
    if (isStopped || dueMs >= plannedMs) return
    cancelTimer()
    plannedMs = dueMs
    cancelTimer = clock.schedule(dueMs - clock.monotonicMs(), () => {
      plannedMs = Infinity
      looking ??= look().finally(() => (looking = undefined))
    })
  }

  const look = async (): Promise<void> => {
    lastLookMs = clock.monotonicMs()
    try {
      const nextMs = await beginDue()
      lookAt(lastLookMs + Math.min(lookAtLeastEveryMs, nextMs))
    } catch (error) {
      log.warn({ component: 'webhooks', error }, 'what is owed to receivers could not be read')
      lookAt(lastLookMs + lookAtLeastEveryMs)
    }
  }

  /** In how many milliseconds the first of the others is due. */
  const beginDue = async (): Promise<number> => {
    const owed = await deliveries.owed(maxLookedAt)
    const nowMs = clock.nowMs()
    for (const { endpoint, dueAtMs } of owed) if (dueAtMs <= nowMs) begin(endpoint)
    const next = owed.find(({ dueAtMs }) => dueAtMs > nowMs)
    return next === undefined ? Infinity : next.dueAtMs - nowMs
  }

  const begin = (endpoint: WebhookEndpoint): void => {
    if (isStopped || serving.size >= maxServed || serving.has(endpoint.id)) return
    serving.set(endpoint.id, serve(endpoint))
  }

  const serve = async (endpoint: WebhookEndpoint): Promise<void> => {
    try {
      await serveEndpoint(deps, endpoint, () => isStopped)
    } catch (error) {
      log.warn({ component: 'webhooks', error }, 'a receiver could not be served')
    } finally {
      serving.delete(endpoint.id)
      lookAt(clock.monotonicMs() + lookAgainMs)
    }
  }

  return {
    wake: () => lookAt(clock.monotonicMs()),
    stop: async () => {
      isStopped = true
      cancelTimer()
      await looking
      await Promise.all(serving.values())
    },
  }
}
