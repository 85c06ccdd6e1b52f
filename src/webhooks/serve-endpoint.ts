/**
 * Sends one endpoint what is due, a few deliveries at a time, until nothing is left that may be sent now. Each has a place of its
 * own: one that its receiver takes long over holds up none of the others.
 */
import type { ClaimedDelivery, DeliveryTry, EndpointHealth, WebhookEndpoint } from '#domain/webhook.ts'
import { chanceOf, claimForMs, deliver, type DeliverDeps } from './deliver.ts'
import type { WebhooksDeps } from './deps.ts'
import { healthAfter, isResting, mayTryOnlyOne } from './receiver-health.ts'

export type ServeDeps = DeliverDeps & Pick<WebhooksDeps, 'deliveries'>

/** To one receiver at once: enough for a hundred a second over a slow line, little enough for a small server. */
const maxAtOnce = 16
/** So many places must be free before more is claimed: a claim is a question to the database, and one for each delivery is too many. */
const worthClaiming = maxAtOnce / 2
/** For what has come due while all that is on its way takes long. */
const lookAgainMs = 1_000

type Failure = DeliveryTry['failure']

/** `isStopped` ends it after the tries that are on their way. Rejects when the store is away, after them as well. */
export async function serveEndpoint(
  deps: ServeDeps,
  endpoint: WebhookEndpoint,
  isStopped: () => boolean = () => false,
): Promise<void> {
  const { clock, deliveries } = deps
  const onTheWay = new Set<Promise<void>>()
  const ended: Failure[] = []
  let trouble: { readonly error: unknown } | undefined
  let present = endpoint

  const claim = async () => {
    const nowMs = clock.nowMs()
    if (present.state !== 'enabled' || isResting(present.health, nowMs) || isStopped()) return []
    const free = (mayTryOnlyOne(present.health) ? 1 : maxAtOnce) - onTheWay.size
    if (free < (onTheWay.size === 0 ? 1 : worthClaiming)) return []
    return deliveries.claim({ endpointId: present.id, nowMs, untilMs: nowMs + claimForMs, limit: free })
  }

  const begin = (claimed: ClaimedDelivery) => {
    const trying = deliver(deps, present, claimed)
      .then(
        (failure) => void ended.push(failure),
        (error: unknown) => void (trouble ??= { error }),
      )
      .finally(() => onTheWay.delete(trying))
    onTheWay.add(trying)
  }

  /** Or it is time to see what has come due beside what takes long. */
  const somethingEnds = () =>
    new Promise<void>((resolve) => {
      const cancel = clock.schedule(lookAgainMs, resolve)
      void Promise.race(onTheWay).then(() => {
        cancel()
        resolve()
      })
    })

  try {
    do {
      present = await conclude(deps, present, ended.splice(0))
      for (const claimed of await claim()) begin(claimed)
      if (onTheWay.size > 0) await somethingEnds()
      if (trouble !== undefined) throw trouble.error
    } while (onTheWay.size > 0 || ended.length > 0)
  } finally {
    await Promise.all(onTheWay)
  }
}

/** The endpoint as it is after these tries. */
async function conclude(
  deps: ServeDeps,
  endpoint: WebhookEndpoint,
  failures: readonly Failure[],
): Promise<WebhookEndpoint> {
  if (failures.length === 0 || endpoint.state !== 'enabled') return endpoint
  if (failures.includes('gone')) return disable(deps, endpoint)
  const failed = failures.filter((failure) => failure !== undefined).length
  const moment = { nowMs: deps.clock.nowMs(), chance: chanceOf(deps) }
  return noteHealth(
    deps,
    endpoint,
    healthAfter(endpoint.health, { succeeded: failures.length - failed, failed }, moment),
  )
}

async function disable({ unitOfWork, log }: ServeDeps, endpoint: WebhookEndpoint): Promise<WebhookEndpoint> {
  const { id, tenant } = endpoint
  await unitOfWork.commit({ tenant, entries: [], writes: [{ kind: 'webhook_endpoint_gone', endpointId: id }] })
  log.info({ component: 'webhooks', tenant }, 'a webhook receiver is gone; its endpoint is disabled')
  return { ...endpoint, state: 'disabled', disabledBy: 'gone' }
}

async function noteHealth(
  { unitOfWork }: ServeDeps,
  endpoint: WebhookEndpoint,
  health: EndpointHealth,
): Promise<WebhookEndpoint> {
  const { id, tenant, health: known } = endpoint
  if (health.failures === known.failures && health.restsUntilMs === known.restsUntilMs) return endpoint
  await unitOfWork.commit({ tenant, entries: [], writes: [{ kind: 'webhook_health', endpointId: id, health }] })
  return { ...endpoint, health }
}
