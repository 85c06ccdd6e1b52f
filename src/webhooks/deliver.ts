/**
 * Sends one delivery that was claimed, and writes down how the try ended, fenced by the version the claim gave: who was paused past
 * its claim finds that somebody else has gone on, and changes nothing.
 */
import { before } from '#domain/deadline.ts'
import { CommitConflict, type DeliveryOutcome } from '#domain/ports/unit-of-work.ts'
import type { ClaimedDelivery, DeliveryTry, WebhookEndpoint } from '#domain/webhook.ts'
import type { WebhooksDeps } from './deps.ts'
import { judgeAnswer, type Judgement } from './judge-answer.ts'
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

/** Why it failed; undefined when it was delivered. Rejects with `storage_unavailable`: then the claim runs out. */
export async function deliver(
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

/** In [0, 1). */
export const chanceOf = ({ ids }: Pick<DeliverDeps, 'ids'>): number => (ids.random(1)[0] ?? 0) / 256
