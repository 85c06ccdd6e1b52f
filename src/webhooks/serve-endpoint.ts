/** Sends one endpoint what is due, a few deliveries at a time, until nothing is left that may be sent now. */
import type { WebhookEndpoint } from '#domain/webhook.ts'
import { claimForMs, deliver, type DeliverDeps } from './deliver.ts'
import type { WebhooksDeps } from './deps.ts'
import { isResting, mayTryOnlyOne } from './receiver-health.ts'

export type ServeDeps = DeliverDeps & Pick<WebhooksDeps, 'deliveries'>

/** To one receiver at once: enough for a hundred a second over a slow line, little enough for a small server. */
const maxAtOnce = 16

/** `isStopped` ends it after the tries that are on their way. Rejects when the store is away. */
export async function serveEndpoint(
  deps: ServeDeps,
  endpoint: WebhookEndpoint,
  isStopped: () => boolean = () => false,
): Promise<void> {
  const { clock, deliveries } = deps
  let present = endpoint
  while (present.state === 'enabled' && !isResting(present.health, clock.nowMs()) && !isStopped()) {
    const nowMs = clock.nowMs()
    const limit = mayTryOnlyOne(present.health) ? 1 : maxAtOnce
    const claimed = await deliveries.claim({ endpointId: present.id, nowMs, untilMs: nowMs + claimForMs, limit })
    if (claimed.length === 0) return
    present = await deliver(deps, present, claimed)
  }
}
