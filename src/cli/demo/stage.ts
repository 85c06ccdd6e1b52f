/** Where a journey is played: it asks the gateway, works the sandbox, and prints request, answer and what happened upstream. */
import { StartupError } from '#domain/errors.ts'
import { createPaper } from './paper.ts'

export interface StageOptions {
  readonly apiUrl: string
  readonly sandboxUrl: string
  readonly token: string
  readonly isColoured: boolean
  readonly out: (line: string) => void
}

export interface Ask {
  readonly method?: 'GET' | 'POST'
  readonly path: string
  readonly body?: object
  readonly headers?: Readonly<Record<string, string>>
  /** Members of the answer worth showing, in this order; the whole answer when absent. */
  readonly show?: readonly string[]
}

export interface Answer {
  readonly status: number
  readonly text: string
  readonly json: Readonly<Record<string, unknown>>
}

export interface Stage {
  journey(number: number, title: string, reason: string): void
  tell(sentence: string): void
  /** Sends one request to the gateway and prints it, its answer and the exchanges it caused upstream. */
  ask(ask: Ask): Promise<Answer>
  /** Works the sandbox's control; printed as a stage direction. */
  direct(sentence: string, path: string, body: object): Promise<void>
  /** Asks quietly until `isDone`, as a client that polls would; prints the last answer. */
  until(ask: Ask, isDone: (answer: Answer) => boolean): Promise<Answer>
  curtain(): void
}

interface Exchange {
  readonly at: string
  readonly system: string
  readonly operation: string
  readonly status?: number
  readonly fault?: string
  readonly durationMs: number
}

const pollEveryMs = 500
const pollAtMost = 60

export function createStage({ apiUrl, sandboxUrl, token, isColoured, out }: StageOptions): Stage {
  const paper = createPaper(isColoured)
  let seen = 0

  async function send({
    method = 'GET',
    path,
    body,
    headers = {},
  }: Ask): Promise<Answer & { readonly tookMs: number; readonly replayed: boolean }> {
    const since = performance.now()
    const response = await fetch(`${apiUrl}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    const text = await response.text()
    return {
      status: response.status,
      text,
      json: JSON.parse(text) as Record<string, unknown>,
      tookMs: performance.now() - since,
      replayed: response.headers.has('idempotent-replayed'),
    }
  }

  async function control(path: string, body?: object): Promise<unknown> {
    const init =
      body === undefined
        ? {}
        : { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }
    const response = await fetch(`${sandboxUrl}${path}`, init).catch((cause: unknown) => {
      throw new StartupError(`no sandbox answers at ${sandboxUrl}`, {
        cure: 'Run `npm start` first, in another terminal.',
        cause,
      })
    })
    return response.json()
  }

  async function newExchanges(): Promise<readonly Exchange[]> {
    const { data } = (await control('/_sandbox/exchanges')) as { data: readonly Exchange[] }
    const fresh = data.filter((_, at) => at >= seen)
    seen = data.length
    return fresh
  }

  const printAnswer = (answer: Awaited<ReturnType<typeof send>>, show: readonly string[] | undefined): void => {
    for (const line of paper.answer(answer, chosen(answer.json, show))) out(line)
  }
  const printUpstream = async (): Promise<void> => {
    for (const { exchange, times } of grouped(await newExchanges())) out(paper.upstream(exchange, times))
    out('')
  }

  return {
    journey(number, title, reason) {
      for (const line of paper.title(number, title, reason)) out(line)
    },
    tell: (sentence) => out(paper.sentence(sentence)),
    async ask(ask) {
      await newExchanges()
      for (const line of paper.request(ask.method ?? 'GET', ask.path, ask.body, ask.headers)) out(line)
      const answer = await send(ask)
      printAnswer(answer, ask.show)
      await printUpstream()
      return answer
    },
    async direct(sentence, path, body) {
      out(paper.direction(sentence))
      await control(path, body)
    },
    async until(ask, isDone) {
      for (let polls = 0; polls < pollAtMost; polls += 1) {
        const answer = await send(ask)
        if (isDone(answer)) {
          for (const line of paper.request(ask.method ?? 'GET', ask.path, ask.body, ask.headers)) out(line)
          printAnswer(answer, ask.show)
          await printUpstream()
          return answer
        }
        await new Promise((resolve) => setTimeout(resolve, pollEveryMs))
      }
      throw new StartupError(`${ask.path} did not come to the expected end`, {
        cure: 'Look at the gateway log and at the sandbox page.',
      })
    },
    curtain: () =>
      out(
        paper.sentence(
          'That is all of it. The API description is at /docs, the sandbox at its own page; break something there and run this again.',
        ),
      ),
  }
}

/** The same exchange many times in a row is one line. */
function grouped(exchanges: readonly Exchange[]): { readonly exchange: Exchange; times: number }[] {
  const groups: { readonly exchange: Exchange; times: number }[] = []
  for (const exchange of exchanges) {
    const last = groups.at(-1)
    if (last?.exchange.operation === exchange.operation && last.exchange.fault === exchange.fault) last.times += 1
    else groups.push({ exchange, times: 1 })
  }
  return groups
}

const chosen = (json: Readonly<Record<string, unknown>>, show: readonly string[] | undefined): object =>
  show === undefined ? json : Object.fromEntries(show.filter((name) => name in json).map((name) => [name, json[name]]))
