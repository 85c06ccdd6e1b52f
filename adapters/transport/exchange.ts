/**
 * One request on one connection of an undici pool, and the only place that decides what an accident means.
 * Before undici takes a connection for the request nothing was written (`not_sent`); from then on it may have been.
 */
import { fateOfUnusable, trouble, type CallSite } from './fate.ts'
import type { HttpAnswer } from './http-answer.ts'
import type { CallContext } from '#domain/call-context.ts'
import type { Clock } from '#domain/clock.ts'
import type { UpstreamError } from '#domain/errors.ts'
import { errors, type Dispatcher } from 'undici'

/** One answer. Files and settlement lists do not travel this way. */
const maxAnswerBytes = 2 * 1024 * 1024

export class Exchange implements Dispatcher.DispatchHandler {
  readonly site: CallSite
  readonly #call: CallContext
  readonly #cancelDeadline: () => void
  readonly #onAbort = () => this.#end('the caller went away or the attempt was given up')
  #controller: Dispatcher.DispatchController | undefined
  #settle: { resolve: (answer: HttpAnswer) => void; reject: (error: UpstreamError) => void } | undefined
  #status = 0
  #headers: HttpAnswer['headers'] = {}
  readonly #chunks: Buffer[] = []
  #received = 0

  constructor(site: CallSite, call: CallContext, clock: Clock) {
    this.site = site
    this.#call = call
    const remainingMs = Math.max(0, call.deadlineMs - clock.monotonicMs())
    this.#cancelDeadline = clock.schedule(remainingMs, () => this.#end('no complete answer before the deadline'))
    call.signal.addEventListener('abort', this.#onAbort, { once: true })
  }

  /** Sends `request` over `dispatcher`. Resolves with any complete answer, rejects with an `UpstreamError` only. */
  run(dispatcher: Dispatcher, request: Dispatcher.DispatchOptions): Promise<HttpAnswer> {
    return new Promise((resolve, reject) => {
      this.#settle = { resolve, reject }
      if (this.#call.signal.aborted) return this.#onAbort()
      dispatcher.dispatch(request, this)
    })
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller
    if (this.#settle === undefined) controller.abort(new Error('given up while waiting for a connection'))
  }

  onResponseStart(
    _controller: Dispatcher.DispatchController,
    status: number,
    headers: Record<string, string | string[] | undefined>,
  ): void {
    if (status < 200) return
    this.#status = status
    this.#headers = headers
    const encoding = headers['content-encoding']
    if (encoding !== undefined && encoding !== 'identity') return this.#refuse('an encoded answer was not asked for')
    if (Number(headers['content-length'] ?? 0) > maxAnswerBytes) this.#refuse('the answer is larger than 2 MiB')
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#received += chunk.length
    if (this.#received > maxAnswerBytes) return this.#refuse('the answer is larger than 2 MiB')
    this.#chunks.push(chunk)
  }

  onResponseEnd(): void {
    const [first] = this.#chunks
    const body = first !== undefined && this.#chunks.length === 1 ? first : Buffer.concat(this.#chunks, this.#received)
    this.#finish()?.resolve({ status: this.#status, headers: this.#headers, body })
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    this.#finish()?.reject(this.#accident(error))
  }

  #accident(error: Error): UpstreamError {
    if (this.#controller === undefined) {
      return trouble('upstream_unavailable', 'no connection could be made', 'not_sent', this.site, { cause: error })
    }
    if (error instanceof errors.HTTPParserError || error instanceof errors.HeadersOverflowError) {
      // No cause: undici's parser error carries bytes of the answer.
      return trouble('upstream_contract_broken', 'the answer is not HTTP', fateOfUnusable(this.site), this.site)
    }
    return trouble('upstream_connection_lost', 'the connection broke after sending', 'unknown', this.site, {
      cause: error,
    })
  }

  #end(why: string): void {
    const fate = this.#controller === undefined ? 'not_sent' : 'unknown'
    this.#giveUp(trouble('upstream_timeout', why, fate, this.site))
  }

  #refuse(why: string): void {
    this.#giveUp(trouble('upstream_contract_broken', why, fateOfUnusable(this.site), this.site))
  }

  /** Rejects, and takes the connection down: half an answer must not be read by the next request. */
  #giveUp(error: UpstreamError): void {
    this.#finish()?.reject(error)
    this.#controller?.abort(error)
  }

  /** The first to finish settles; everyone after gets nothing. */
  #finish() {
    const settle = this.#settle
    this.#settle = undefined
    this.#cancelDeadline()
    this.#call.signal.removeEventListener('abort', this.#onAbort)
    return settle
  }
}
