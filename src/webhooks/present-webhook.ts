/** Endpoints and deliveries as they are answered. No secret is among it. */
import type { DeliveryTry, WebhookDelivery, WebhookEndpoint } from '#domain/webhook.ts'
import type { WebhooksDeps } from './deps.ts'
import { isResting } from './receiver-health.ts'

const instant = (epochMs: number): string => new Date(epochMs).toISOString()

export function presentEndpoint(
  { keysUrl, livemode, clock }: Pick<WebhooksDeps, 'keysUrl' | 'livemode' | 'clock'>,
  endpoint: WebhookEndpoint,
) {
  const { id, url, eventTypes, description, scheme, secret, formerSecret, state, disabledBy, health } = endpoint
  const nowMs = clock.nowMs()
  return {
    id,
    url,
    eventTypes,
    ...(description === undefined ? {} : { description }),
    signatureScheme: scheme,
    ...(scheme === 'ed25519' ? { keysUrl } : {}),
    ...(scheme === 'hmac-sha256' ? { secretVersion: secret.version } : {}),
    ...(formerSecret === undefined || formerSecret.untilMs <= nowMs
      ? {}
      : { formerSecretUntil: instant(formerSecret.untilMs) }),
    state,
    ...(disabledBy === undefined ? {} : { disabledBy }),
    failures: health.failures,
    ...(health.restsUntilMs !== undefined && isResting(health, nowMs)
      ? { restsUntil: instant(health.restsUntilMs) }
      : {}),
    createdAt: instant(endpoint.createdAtMs),
    livemode: livemode(endpoint.tenant),
  }
}

export type EndpointView = ReturnType<typeof presentEndpoint>

export function presentDelivery(delivery: WebhookDelivery, livemode: boolean) {
  const { id, endpointId, eventId, eventType, subject, state, tries, dueAtMs, last } = delivery
  return {
    id,
    endpoint: endpointId,
    event: eventId,
    eventType,
    subject,
    state,
    tries,
    ...(dueAtMs === undefined ? {} : { nextTryAt: instant(dueAtMs) }),
    ...(last === undefined ? {} : { lastTry: presentTry(last) }),
    createdAt: instant(delivery.createdAtMs),
    livemode,
  }
}

export type DeliveryView = ReturnType<typeof presentDelivery>

export const presentTry = ({ number, atMs, durationMs, status, failure }: DeliveryTry) => ({
  number,
  at: instant(atMs),
  durationMs,
  ...(status === undefined ? {} : { status }),
  ...(failure === undefined ? {} : { failure }),
})

export type TryView = ReturnType<typeof presentTry>
