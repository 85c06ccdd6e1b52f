/** The servers of clients that want to be told: what reached them, whatever they answered. */
import type { WebhookAnswer, WebhookMessage } from '#domain/ports/webhook-sender.ts'

export interface ReceivedEvent {
  readonly url: string
  readonly id: string
  readonly type: string
  readonly sequence: number
  readonly subject: string
  /** Answered with 2xx: it counts as delivered from then on. */
  readonly isTaken: boolean
}

export interface ReceiverModel {
  readonly received: readonly ReceivedEvent[]
  receive(message: WebhookMessage): WebhookAnswer
  /** How it answers from now on. */
  answers(status: number): void
}

export function receiverModel(): ReceiverModel {
  const received: ReceivedEvent[] = []
  let status = 204
  return {
    received,
    receive: ({ url, headers, body }) => {
      const { type, sequence, data } = JSON.parse(body) as {
        readonly type: string
        readonly sequence: number
        readonly data: { readonly id: string }
      }
      const id = headers['webhook-id'] ?? ''
      received.push({ url, id, type, sequence, subject: data.id, isTaken: status < 300 })
      return { kind: 'answered', status }
    },
    answers: (next) => {
      status = next
    },
  }
}
