/** An endpoint, and keys for it: a test states what it is about. */
import { createSecretKey, generateKeyPairSync } from 'node:crypto'
import type { WebhookEndpoint } from '#domain/webhook.ts'
import type { WebhookKeys } from '#webhooks/deps.ts'

export const aWebhookEndpoint = (parts: Partial<WebhookEndpoint> = {}): WebhookEndpoint => ({
  id: 'whe_00000000000000000000000001',
  tenant: 'lao-cai',
  url: 'https://receiver.vn/hook',
  eventTypes: [],
  scheme: 'ed25519',
  secret: { epoch: 1, version: 1 },
  state: 'enabled',
  version: 1,
  health: { failures: 0 },
  createdAtMs: Date.parse('2026-11-23T02:00:00.000Z'),
  ...parts,
})

/** `former` Ed25519 keys sign beside the first one. */
export function someWebhookKeys({ former = 0 }: { readonly former?: number } = {}) {
  const pairs = Array.from({ length: 1 + former }, () => generateKeyPairSync('ed25519'))
  const keys: WebhookKeys = {
    signingKeys: () => pairs.map(({ privateKey }) => privateKey),
    currentEpoch: () => 1,
    secretKey: (epoch) => (epoch === 1 ? createSecretKey(Buffer.alloc(32, 7)) : undefined),
  }
  return { keys, publicKeys: pairs.map(({ publicKey }) => publicKey) }
}
