/**
 * The signature of Standard Webhooks (specification 1.0): over id, seconds and body, joined by dots. `v1a` is Ed25519, so that
 * a receiver holds no secret; `v1` is HMAC-SHA-256 for those whose library knows nothing else. While a key is being replaced
 * both sign, and a receiver accepts any signature it can check.
 */
import { createHmac, sign, type KeyObject } from 'node:crypto'
import type { SecretName, WebhookEndpoint } from '#domain/webhook.ts'
import type { WebhookKeys } from './deps.ts'

export interface SignedHeaders {
  readonly 'webhook-id': string
  /** Seconds since the epoch, of this try. */
  readonly 'webhook-timestamp': string
  readonly 'webhook-signature': string
}

export function signWebhook(
  keys: WebhookKeys,
  endpoint: WebhookEndpoint,
  message: { readonly id: string; readonly body: string },
  nowMs: number,
): SignedHeaders {
  const timestamp = String(Math.floor(nowMs / 1_000))
  const content = `${message.id}.${timestamp}.${message.body}`
  const signatures =
    endpoint.scheme === 'ed25519'
      ? keys.signingKeys().map((key) => `v1a,${sign(null, Buffer.from(content), key).toString('base64')}`)
      : secretsOf(keys, endpoint, nowMs).map(
          (secret) => `v1,${createHmac('sha256', secret).update(content).digest('base64')}`,
        )
  return { 'webhook-id': message.id, 'webhook-timestamp': timestamp, 'webhook-signature': signatures.join(' ') }
}

/** The present secret first, then the one before it while it still signs. */
export function secretsOf(
  keys: WebhookKeys,
  { id, secret, formerSecret }: WebhookEndpoint,
  nowMs: number,
): readonly Buffer[] {
  const names = formerSecret !== undefined && nowMs < formerSecret.untilMs ? [secret, formerSecret] : [secret]
  return names.map((name) => deriveSecret(keys, id, name))
}

/** 32 bytes that stand nowhere: whoever has only the database cannot sign. */
function deriveSecret(keys: WebhookKeys, endpointId: string, { epoch, version }: SecretName): Buffer {
  const key = keys.secretKey(epoch)
  if (key === undefined) throw new Error(`the key of webhook secrets, epoch ${epoch}, is not there`)
  return hmac(key, `${endpointId} ${version}`)
}

const hmac = (key: KeyObject, text: string): Buffer => createHmac('sha256', key).update(text).digest()

/** As libraries for receivers take it. */
export const secretText = (secret: Buffer): string => `whsec_${secret.toString('base64')}`
