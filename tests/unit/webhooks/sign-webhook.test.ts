import { verify } from 'node:crypto'
import { Webhook } from 'standardwebhooks'
import { describe, expect, it } from 'vitest'
import { secretsOf, secretText, signWebhook } from '#webhooks/sign-webhook.ts'
import { aWebhookEndpoint, someWebhookKeys } from '../../support/a-webhook-endpoint.ts'

const nowMs = Date.now()
const message = { id: 'evt_00000000000000000000000001', body: '{"type":"payment.paid","tên":"phí"}' }
const hmac = aWebhookEndpoint({ scheme: 'hmac-sha256' })

const signaturesOf = (headers: { readonly 'webhook-signature': string }) =>
  headers['webhook-signature'].split(' ').map((one) => one.split(',', 2) as [string, string])

describe('the signature of a webhook', () => {
  it('is Ed25519 over id, seconds and body, which the public key alone can check', () => {
    const { keys, publicKeys } = someWebhookKeys()
    const headers = signWebhook(keys, aWebhookEndpoint(), message, nowMs)
    expect(headers['webhook-timestamp']).toBe(String(Math.floor(nowMs / 1_000)))
    const [[version, signature]] = signaturesOf(headers) as [[string, string]]
    const content = `${message.id}.${headers['webhook-timestamp']}.${message.body}`
    const isRight = (text: string) =>
      verify(null, Buffer.from(text), publicKeys[0] as never, Buffer.from(signature, 'base64'))
    expect(version).toBe('v1a')
    expect(isRight(content)).toBe(true)
    expect(isRight(content.replace('paid', 'fail'))).toBe(false)
  })

  it('is made by both Ed25519 keys while one takes over from the other', () => {
    const { keys, publicKeys } = someWebhookKeys({ former: 1 })
    const headers = signWebhook(keys, aWebhookEndpoint(), message, nowMs)
    const content = Buffer.from(`${message.id}.${headers['webhook-timestamp']}.${message.body}`)
    const signatures = signaturesOf(headers)
    expect(signatures).toHaveLength(2)
    expect(
      publicKeys.map((key, index) => verify(null, content, key, Buffer.from(signatures[index]?.[1] ?? '', 'base64'))),
    ).toEqual([true, true])
  })

  it('is HMAC-SHA-256 on request, as the library of Standard Webhooks checks it', () => {
    const { keys } = someWebhookKeys()
    const headers = signWebhook(keys, hmac, message, nowMs)
    const [secret] = secretsOf(keys, hmac, nowMs).map(secretText)
    expect(new Webhook(secret ?? '').verify(message.body, headers)).toEqual(JSON.parse(message.body))
    expect(() => new Webhook(secret ?? '').verify(`${message.body} `, headers)).toThrow('No matching signature')
  })

  it('carries both signatures after a rotation, and for seven days only', () => {
    const { keys } = someWebhookKeys()
    const [old] = secretsOf(keys, hmac, nowMs).map(secretText)
    const untilMs = nowMs + 7 * 86_400_000
    const rotated = { ...hmac, secret: { epoch: 1, version: 2 }, formerSecret: { epoch: 1, version: 1, untilMs } }
    const headers = signWebhook(keys, rotated, message, nowMs)
    const secrets = secretsOf(keys, rotated, nowMs).map(secretText)
    expect(new Set(secrets).size).toBe(2)
    for (const secret of [old, ...secrets]) {
      expect(new Webhook(secret ?? '').verify(message.body, headers)).toBeDefined()
    }
    expect(signaturesOf(signWebhook(keys, rotated, message, untilMs))).toHaveLength(1)
  })

  it('rests on secrets that differ between endpoints and are long enough to guess nothing', () => {
    const { keys } = someWebhookKeys()
    const other = aWebhookEndpoint({ id: 'whe_00000000000000000000000002', scheme: 'hmac-sha256' })
    const [[one], [another]] = [secretsOf(keys, hmac, nowMs), secretsOf(keys, other, nowMs)]
    expect(one).toHaveLength(32)
    expect(one?.equals(another as Buffer)).toBe(false)
  })

  it('is not made up where the key it rests on is missing', () => {
    const { keys } = someWebhookKeys()
    const lost = aWebhookEndpoint({ scheme: 'hmac-sha256', secret: { epoch: 9, version: 1 } })
    expect(() => signWebhook(keys, lost, message, nowMs)).toThrow('epoch 9')
  })
})
