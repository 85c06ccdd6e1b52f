/** What an answer of a receiver means for the delivery: pure. */
import { assertNever } from '#domain/errors.ts'
import type { WebhookAnswer } from '#domain/ports/webhook-sender.ts'
import type { DeliveryFailure } from '#domain/webhook.ts'

export interface Judgement {
  readonly status?: number
  /** Absent: delivered. */
  readonly failure?: DeliveryFailure
  /** What the receiver asked for. */
  readonly retryAfterSeconds?: number
}

export function judgeAnswer(answer: WebhookAnswer): Judgement {
  switch (answer.kind) {
    case 'answered':
      return judgeStatus(answer)
    case 'not_allowed':
      return { failure: 'address_not_allowed' }
    case 'not_sent':
    case 'unknown':
      return { failure: answer.reason }
    default:
      return assertNever(answer)
  }
}

function judgeStatus({ status, retryAfterSeconds }: Extract<WebhookAnswer, { kind: 'answered' }>): Judgement {
  if (status >= 200 && status < 300) return { status }
  // 410 Gone is how a receiver says for good that nobody wants this any more (Standard Webhooks, "Operational considerations").
  if (status === 410) return { status, failure: 'gone' }
  if (status >= 300 && status < 400) return { status, failure: 'redirected' }
  return { status, failure: 'refused', ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }) }
}
