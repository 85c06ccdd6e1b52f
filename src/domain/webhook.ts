/** What clients are told of their own accord: events, the addresses that receive them, and every try to deliver one. */
import type { Case } from './case.ts'
import type { Money } from './money.ts'
import { paymentStates, type PaymentEvent } from './payment.ts'
import { refundStates } from './refund.ts'

/** Every type there is (api.md, "Event"); an endpoint may ask for some of them. */
export const eventTypes = [
  ...paymentStates.map((state) => `payment.${state}` as const),
  'payment.corrected',
  ...refundStates.map((state) => `refund.${state}` as const),
  'case.opened',
] as const
export type EventType = (typeof eventTypes)[number]

/** One event as the store knows it; its words are those of the module that made it. */
export type ToldEvent =
  | {
      readonly kind: 'payment'
      readonly payment: { readonly id: string; readonly amount: Money }
      readonly event: PaymentEvent
    }
  /** `id`: `evt_` and the case's own 26 characters, for a case is opened once. */
  | { readonly kind: 'case'; readonly id: string; readonly opened: Case }

/** `ed25519`: `v1a` of Standard Webhooks, the receiver holds no secret. `hmac-sha256`: `v1`, both sides hold one. */
export const signatureSchemes = ['ed25519', 'hmac-sha256'] as const
export type SignatureScheme = (typeof signatureSchemes)[number]

/** Names a secret without holding it: secrets are derived from a key outside the database. */
export interface SecretName {
  /** Of the key it is derived from. */
  readonly epoch: number
  /** 1, 2, … within the endpoint. */
  readonly version: number
}

export const endpointStates = ['enabled', 'disabled'] as const
export type EndpointState = (typeof endpointStates)[number]

/** Where a client wants to be told. */
export interface WebhookEndpoint {
  /** `whe_…` */
  readonly id: string
  readonly tenant: string
  readonly url: string
  /** Empty: all of them. */
  readonly eventTypes: readonly EventType[]
  readonly description?: string
  readonly scheme: SignatureScheme
  readonly secret: SecretName
  /** After a rotation: signs beside its successor until then. */
  readonly formerSecret?: SecretName & { readonly untilMs: number }
  readonly state: EndpointState
  /** `gone`: the receiver answered 410. */
  readonly disabledBy?: 'client' | 'gone'
  /** Grows with every change by a client: the fence. */
  readonly version: number
  readonly health: EndpointHealth
  readonly createdAtMs: number
}

/** What the last tries have shown of a receiver; two processes may write over each other here, nothing rests on it. */
export interface EndpointHealth {
  /** Since the last success. */
  readonly failures: number
  /** Nothing is sent before: it is down, and is not to be hammered. */
  readonly restsUntilMs?: number
}

export const deliveryStates = ['pending', 'delivered', 'dead'] as const
export type DeliveryState = (typeof deliveryStates)[number]

/** Why a try did not deliver. A closed set: no word of a receiver is kept. */
export type DeliveryFailure =
  /** An answer other than 2xx; `status` says which. */
  | 'refused'
  | 'redirected'
  | 'gone'
  /** The address may not be called: not public, or not what the guard lets through. */
  | 'address_not_allowed'
  | 'address_unknown'
  | 'no_connection'
  | 'timeout'
  | 'connection_lost'

/** One event on its way to one endpoint. */
export interface WebhookDelivery {
  /** `whd_…` */
  readonly id: string
  readonly tenant: string
  readonly endpointId: string
  readonly eventId: string
  readonly eventType: EventType
  /** What the event is about, `pay_…` or `cas_…`. */
  readonly subject: string
  readonly state: DeliveryState
  /** Grows with every claim and every outcome: the fence. */
  readonly version: number
  readonly tries: number
  /** While pending: when it may be tried again. A claim moves it beyond its own deadline. */
  readonly dueAtMs?: number
  readonly last?: DeliveryTry
  readonly createdAtMs: number
}

export interface DeliveryTry {
  /** 1, 2, … */
  readonly number: number
  readonly atMs: number
  readonly durationMs: number
  /** Of the answer, if there was one. */
  readonly status?: number
  /** Absent: delivered. */
  readonly failure?: DeliveryFailure
}

/** A delivery that was claimed, and what is to be sent. */
export interface ClaimedDelivery {
  readonly delivery: WebhookDelivery
  readonly told: ToldEvent
}
