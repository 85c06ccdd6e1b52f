import type { CallContext } from '../call-context.ts'

export interface WebhookMessage {
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** What became of one try. */
export type WebhookAnswer =
  | { readonly kind: 'answered'; readonly status: number; readonly retryAfterSeconds?: number }
  /** The guard says no: nothing was sent. */
  | { readonly kind: 'not_allowed' }
  | { readonly kind: 'not_sent'; readonly reason: 'address_unknown' | 'no_connection' }
  /** It may have arrived. The receiver knows a repetition by its `webhook-id`. */
  | { readonly kind: 'unknown'; readonly reason: 'timeout' | 'connection_lost' }

/** Posts to addresses that strangers named: the one way out of this house that is not in the configuration. */
export interface WebhookSender {
  /** Never rejects. Follows no redirect, reads no more of the answer than its head. */
  send(message: WebhookMessage, call: CallContext): Promise<WebhookAnswer>
}
