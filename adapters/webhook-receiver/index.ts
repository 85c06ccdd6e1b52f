/** Receivers of webhooks behind the port `WebhookSender`: strangers' servers, reached through the guard and in no other way. */
import { createEgress, type EgressOptions } from '#adapters/transport/egress.ts'
import type { WebhookSender } from '#domain/ports/webhook-sender.ts'

export type WebhookReceiverAdapter = WebhookSender & {
  /** Ends all connections; tries on their way fail. */
  close(): Promise<void>
}

export function createWebhookReceiverAdapter(options: EgressOptions): WebhookReceiverAdapter {
  const egress = createEgress(options)
  return {
    send: (message, call) => egress.post(message, call),
    close: () => egress.close(),
  }
}
