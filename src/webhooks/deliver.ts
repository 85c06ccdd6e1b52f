/**
 * Sends what was claimed of one endpoint, all at once, and writes down how each try ended, fenced by the version the claim gave:
 * who was paused past its claim finds that somebody else has gone on, and changes nothing.
 */
import { before } from '#domain/deadline.ts'
import { CommitConflict, type DeliveryOutcome } from '#domain/ports/unit-of-work.ts'
import type { ClaimedDelivery, DeliveryTry, EndpointHealth, WebhookEndpoint } from '#domain/webhook.ts'
import type { WebhooksDeps } from './deps.ts'
import { judgeAnswer, type Judgement } from './judge-answer.ts'
import { healthAfter } from './receiver-health.ts'
import { retryWaitMs } from './retry-schedule.ts'
import { signWebhook } from './sign-webhook.ts'

/** A receiver that needs longer should answer first and work later (reliability 5.4). */
const tryWithinMs = 15_000
/** How long a claim holds: the try, and the commit of its end, with room to spare. */
export const claimForMs = 60_000

export type DeliverDeps = Pick<
  WebhooksDeps,
  'sender' | 'unitOfWork' | 'keys' | 'present' | 'livemode' | 'observe' | 'clock' | 'ids' | 'log'
>

/** The endpoint as it is afterwards. Rejects with `storage_unavailable`: then the claims run out. */
export async function deliver(
  deps: DeliverDeps,
  endpoint: WebhookEndpoint,
  claimed: readonly ClaimedDelivery[],
): Promise<WebhookEndpoint> {
  const failures = await Promise.all(claimed.map((one) => deliverOne(deps, endpoint, one)))
  if (failures.includes('gone')) return disable(deps, endpoint)
  const failed = failures.filter((failure) => failure !== undefined).length
  const tally = { succeeded: failures.length - failed, failed }
  const moment = { nowMs: deps.clock.nowMs(), chance: chanceOf(deps) }
  return noteHealth(deps, endpoint, healthAfter(endpoint.health, tally, moment))
}

async function deliverOne(
  deps: DeliverDeps,
  endpoint: WebhookEndpoint,
  { delivery, told }: ClaimedDelivery,
): Promise<DeliveryTry['failure']> {
  const atMs = deps.clock.nowMs()
  const startedMs = deps.clock.monotonicMs()
  const event = deps.present(told, deps.livemode(endpoint.tenant))
  const body = JSON.stringify(event)
  const signature = signWebhook(deps.keys, endpoint, { id: event.id, body }, atMs)
  const message = { url: endpoint.url, headers: { ...signature, 'content-type': 'application/json' }, body }
  const answer = await before(deps, startedMs + tryWithinMs, (call) => deps.sender.send(message, call))
  const judgement = judgeAnswer(answer)
  const made: DeliveryTry = {
    number: delivery.tries + 1,
    atMs,
    durationMs: Math.round(deps.clock.monotonicMs() - startedMs),
    ...(judgement.status === undefined ? {} : { status: judgement.status }),
    ...(judgement.failure === undefined ? {} : { failure: judgement.failure }),
  }
  deps.observe?.(made.failure ?? 'delivered')
  const next = nextOf(deps, made, judgement)
  await write(deps, endpoint.tenant, { deliveryId: delivery.id, expectedVersion: delivery.version, made, next })
  return made.failure
}

function nextOf(
  deps: DeliverDeps,
  made: DeliveryTry,
  { failure, retryAfterSeconds }: Judgement,
): DeliveryOutcome['next'] {
  if (failure === undefined) return 'delivered'
  const waitMs = retryWaitMs(made.number, chanceOf(deps), retryAfterSeconds)
  return waitMs === undefined ? 'dead' : { dueAtMs: deps.clock.nowMs() + waitMs }
}

async function write({ unitOfWork }: DeliverDeps, tenant: string, outcome: DeliveryOutcome): Promise<void> {
  try {
    await unitOfWork.commit({ tenant, entries: [], writes: [{ kind: 'webhook_try', outcome }] })
  } catch (error) {
    if (!(error instanceof CommitConflict) || error.conflict !== 'stale') throw error
  }
}

async function disable({ unitOfWork, log }: DeliverDeps, endpoint: WebhookEndpoint): Promise<WebhookEndpoint> {
  const { id, tenant } = endpoint
  await unitOfWork.commit({ tenant, entries: [], writes: [{ kind: 'webhook_endpoint_gone', endpointId: id }] })
  log.info({ component: 'webhooks', tenant }, 'a webhook receiver is gone; its endpoint is disabled')
  return { ...endpoint, state: 'disabled', disabledBy: 'gone' }
}

async function noteHealth(
  { unitOfWork }: DeliverDeps,
  endpoint: WebhookEndpoint,
  health: EndpointHealth,
): Promise<WebhookEndpoint> {
  const { id, tenant, health: known } = endpoint
  if (health.failures === known.failures && health.restsUntilMs === known.restsUntilMs) return endpoint
  await unitOfWork.commit({ tenant, entries: [], writes: [{ kind: 'webhook_health', endpointId: id, health }] })
  return { ...endpoint, health }
}

/** In [0, 1). */
const chanceOf = ({ ids }: Pick<DeliverDeps, 'ids'>): number => (ids.random(1)[0] ?? 0) / 256
