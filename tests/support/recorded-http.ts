/** Transport that answers with what the test wrote and remembers what was asked. */
import type { HttpAnswer } from '#adapters/transport/http-answer.ts'
import type { Http, HttpRequest } from '#adapters/transport/http.ts'

export interface RecordedHttp extends Http {
  readonly sent: HttpRequest[]
}

export interface WrittenAnswer {
  /** 200 unless told. */
  readonly status?: number
  readonly contentType?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body: string | Uint8Array
}

export function answering(...answers: WrittenAnswer[]): RecordedHttp {
  const sent: HttpRequest[] = []
  return {
    sent,
    send: async (request) => {
      sent.push(request)
      const answer = answers[Math.min(sent.length, answers.length) - 1]
      if (answer === undefined) throw new Error('the test wrote no answer')
      return answerOf(answer)
    },
    close: async () => undefined,
  }
}

export function answerOf({ status = 200, contentType, headers, body }: WrittenAnswer): HttpAnswer {
  const type = contentType === undefined ? {} : { 'content-type': contentType }
  return { status, headers: { ...type, ...headers }, body: Buffer.from(body) }
}

export const json = (value: unknown): WrittenAnswer => ({
  contentType: 'application/json; charset=utf-8',
  body: typeof value === 'string' ? value : JSON.stringify(value),
})
