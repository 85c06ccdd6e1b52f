/** Endpoints, deliveries and events as answered; `webhooks/` makes them. */
import { z } from 'zod'
import { deliveryStates, endpointStates, eventTypes, signatureSchemes } from '#domain/webhook.ts'
import { means } from '../../meaning.ts'
import { idOf, instant, line, livemode } from '../schemas.ts'
import { paymentEventExample } from '../payment/payment-view.ts'

const count = z.int().min(0)

/** Not checked here but where the reasons are: `webhook_url_not_allowed` names each of them. */
export const webhookUrl = line(2_000).meta({
  ...means(
    'https on port 443 or 8443 under a public host name, without user name, password or fragment.',
    'https, cổng 443 hoặc 8443, tên miền công khai; không kèm tên đăng nhập, mật khẩu hay phần sau dấu #.',
  ),
  examples: ['https://one-stop.example/hooks/lien-thong'],
})

export const wantedTypes = z
  .array(z.enum(eventTypes))
  .max(eventTypes.length)
  .default([])
  .meta({
    ...means('Empty or absent: all of them.', 'Để trống hoặc không gửi: mọi loại.'),
    examples: [['payment.paid', 'payment.corrected']],
  })

export const description = line(200).meta({ ...means('For people.', 'Ghi chú cho người đọc.') })

export const endpointView = z
  .strictObject({
    id: idOf('whe'),
    url: z.string(),
    eventTypes: z.array(z.enum(eventTypes)).meta({ description: 'Empty: all of them.' }),
    description: z.string().exactOptional(),
    signatureScheme: z.enum(signatureSchemes).meta({
      description: '`ed25519` is `v1a` of Standard Webhooks, `hmac-sha256` is `v1`.',
    }),
    keysUrl: z.string().exactOptional().meta({ description: 'Of `ed25519`: where the public keys are.' }),
    secretVersion: z.int().min(1).exactOptional().meta({ description: 'Of `hmac-sha256`: grows with each rotation.' }),
    formerSecretUntil: instant.exactOptional().meta({ description: 'Until then the former secret signs as well.' }),
    state: z.enum(endpointStates),
    disabledBy: z.enum(['client', 'gone']).exactOptional().meta({ description: '`gone`: the receiver answered 410.' }),
    failures: count.meta({ description: 'Since the last success.' }),
    restsUntil: instant.exactOptional().meta({ description: 'It is down: nothing is sent before.' }),
    createdAt: instant,
    livemode,
  })
  .meta({ id: 'WebhookEndpoint' })

export const endpointExample = {
  id: 'whe_01JD8Q3V5N7R9T2W4Y6A8C0E1M',
  url: 'https://one-stop.example/hooks/lien-thong',
  eventTypes: [],
  signatureScheme: 'ed25519',
  keysUrl: 'http://127.0.0.1:8080/.well-known/webhook-keys.json',
  state: 'enabled',
  failures: 0,
  createdAt: '2026-11-23T02:30:00.000Z',
  livemode: false,
}

export const secretView = z
  .strictObject({
    id: idOf('whe'),
    secret: z.string().meta({ description: '`whsec_…`, as receivers’ libraries take it.' }),
    former: z
      .strictObject({ secret: z.string(), until: instant })
      .exactOptional()
      .meta({ description: 'Signs as well until then.' }),
    livemode,
  })
  .meta({ id: 'WebhookSecret' })

export const secretExample = {
  id: endpointExample.id,
  secret: 'whsec_bm90LWEtc2VjcmV0LWp1c3QtYW4tZXhhbXBsZS0tLS0=',
  livemode: false,
}

const deliveryTry = z.strictObject({
  number: z.int().min(1),
  at: instant,
  durationMs: count,
  status: z.int().exactOptional().meta({ description: 'Of the answer, if there was one.' }),
  failure: z
    .enum([
      'refused',
      'redirected',
      'gone',
      'address_not_allowed',
      'address_unknown',
      'no_connection',
      'timeout',
      'connection_lost',
    ])
    .exactOptional()
    .meta({ description: 'Absent: delivered.' }),
})

const delivery = {
  id: idOf('whd'),
  endpoint: idOf('whe'),
  event: idOf('evt'),
  eventType: z.enum(eventTypes),
  subject: z.string().meta({ description: 'What the event is about: `pay_…` or `cas_…`.' }),
  state: z
    .enum(deliveryStates)
    .meta({ description: '`dead`: given up after thirteen tries, until somebody replays it.' }),
  tries: count,
  nextTryAt: instant.exactOptional(),
  lastTry: deliveryTry.exactOptional(),
  createdAt: instant,
  livemode,
}

export const deliveryView = z.strictObject(delivery).meta({ id: 'WebhookDelivery' })

export const deliveryWithLog = z
  .strictObject({
    ...delivery,
    log: z.array(deliveryTry).meta({ description: 'Newest first, at most 100.' }),
  })
  .meta({ id: 'WebhookDeliveryWithLog' })

const tryExample = { number: 1, at: '2026-11-23T02:30:01.000Z', durationMs: 84, status: 204 }

export const deliveryExample = {
  id: 'whd_7ZD8Q3V5N7R9T2W4Y6A8C0E1GX',
  endpoint: endpointExample.id,
  event: paymentEventExample.id,
  eventType: 'payment.submitting',
  subject: paymentEventExample.data.id,
  state: 'delivered',
  tries: 1,
  lastTry: tryExample,
  createdAt: '2026-11-23T02:30:00.000Z',
  livemode: false,
}

export const deliveryWithLogExample = { ...deliveryExample, log: [tryExample] }

export const eventView = z
  .strictObject({
    id: idOf('evt'),
    type: z.enum(eventTypes),
    createdAt: instant,
    sequence: z.int().min(1).meta({
      description: 'Of its subject, from 1 and without gaps. Order is told by it, never by arrival.',
    }),
    data: z
      .looseObject({ id: z.string(), state: z.string() })
      .meta({ description: 'What `GET /v1/payments/{id}/events` or `GET /v1/cases` says of it; no personal data.' }),
    livemode,
  })
  .meta({ id: 'Event' })

export const eventExample = paymentEventExample
