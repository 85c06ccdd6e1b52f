/**
 * One client system and its payers. It behaves as the manners ask: the same key until there is an answer, at whichever
 * gateway listens; and now and then as people do: twice at once, the same obligation under two references, paying late.
 */
import { hash } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import type { Chance } from './chance.ts'
import type { Call, History, Outcome } from './history.ts'

export interface OneStopOptions {
  readonly worker: number
  readonly chance: Chance
  readonly history: History
  /** Addresses of the gateways. */
  readonly gateways: readonly [string, ...string[]]
  readonly token: (isFresh: boolean) => Promise<string>
  /** What the payer does at the portal. */
  readonly pay: (portalReference: string, outcome: 'paid' | 'failed') => Promise<boolean>
  /** Begins every dossier code, so that two runs never meet. */
  readonly run: string
  /** From then on nothing new is begun. */
  readonly isOver: () => boolean
  /** Opened one after the other before the last of them is followed to its end; of the others all that is known is whether somebody paid. */
  readonly ordersInARow: number
  /** Between two such rows, on average. */
  readonly pauseMs: number
}

interface Order {
  readonly reference: string
  readonly dossier: string
  readonly amount: number
}

interface Answer {
  readonly outcome: Outcome
  readonly status?: number
  readonly code?: string
  readonly view?: PaymentView
}

interface PaymentView {
  readonly id: string
  readonly state: string
  readonly refundable: number
  readonly attempt: { readonly portalReference: string }
}

/** A client that gives up sooner than the gateway answers is the rule, not the exception. */
const patienceMs = [400, 2_000, 9_000, 12_000] as const
/** A minute of them covers every restart; an order without an answer after that stays `info`. */
const maxTries = 60

export async function runOneStop(options: OneStopOptions): Promise<void> {
  const { chance, isOver, ordersInARow, pauseMs, worker } = options
  await pause(chance.between(0, pauseMs))
  for (let count = 1; !isOver(); count += 1) {
    const startedMs = performance.now()
    const dossier = `${options.run}-${worker}-${count}`
    for (let before = 1; before < ordersInARow && !isOver(); before += 1) {
      await takeInPassing(options, `${dossier}-${before}`)
    }
    await serveCitizen(options, dossier)
    const leftMs = pauseMs * (0.5 + chance.next()) - (performance.now() - startedMs)
    if (leftMs > 0) await pause(leftMs)
  }
}

async function takeInPassing(options: OneStopOptions, dossier: string): Promise<void> {
  const order = { reference: `${dossier}:1`, dossier, amount: 1_000 * options.chance.between(1, 900) }
  const { view } = await submit(options, order)
  if (view === undefined || options.chance.happens(0.3)) return
  await options.pay(view.attempt.portalReference, 'paid').catch(() => false)
}

/** One citizen with one fee to pay, from the order to the end, as far as people follow things through. */
async function serveCitizen(options: OneStopOptions, dossier: string): Promise<void> {
  const { chance } = options
  const amount = 1_000 * chance.between(1, 900)
  const order = { reference: `${dossier}:1`, dossier, amount }
  const draw = chance.next()
  const answers = await (draw < 0.08
    ? twice(options, order)
    : draw < 0.16
      ? rivals(options, order)
      : once(options, order))
  const payment = answers.find(({ outcome, view }) => outcome === 'ok' && view !== undefined)?.view
  if (payment === undefined) return
  if (chance.happens(0.15)) await submit(options, order)
  await followThrough(options, order, payment)
}

const once = async (options: OneStopOptions, order: Order) => [await submit(options, order)]
/** The button was pressed twice. */
const twice = (options: OneStopOptions, order: Order) => Promise.all([submit(options, order), submit(options, order)])
/** Two officers, two references, one obligation. */
const rivals = (options: OneStopOptions, order: Order) =>
  Promise.all([submit(options, order), submit(options, { ...order, reference: `${order.dossier}:2` })])

async function followThrough(options: OneStopOptions, order: Order, payment: PaymentView): Promise<void> {
  const { chance, pay } = options
  const { portalReference } = payment.attempt
  const draw = chance.next()
  if (draw < 0.55) {
    await payPatiently(options, portalReference, 'paid')
    if (chance.happens(0.2)) await again(options, order)
    if (chance.happens(0.1)) await refund(options, payment, order)
  } else if (draw < 0.7) {
    await payPatiently(options, portalReference, 'failed')
    await afterFailure(options, order, payment)
  } else if (draw < 0.76) {
    // Banks report late: a success after a failure. Nobody else may take this obligation meanwhile.
    if (await payPatiently(options, portalReference, 'failed')) await pay(portalReference, 'paid').catch(() => false)
  } else if (draw < 0.82) {
    await cancel(options, payment)
    if (chance.happens(0.5)) await payPatiently(options, portalReference, 'paid')
  }
  if (chance.happens(0.5)) await look(options, payment.id)
}

/** Somebody orders what is being collected already. */
const again = (options: OneStopOptions, order: Order) =>
  submit(options, { ...order, reference: `${order.dossier}:again` })

/** The obligation is free again once the failure is known here: another attempt, or another payment. */
async function afterFailure(options: OneStopOptions, order: Order, payment: PaymentView): Promise<void> {
  for (let tries = 0; tries < 10 && !options.isOver(); tries += 1) {
    const { view } = await look(options, payment.id)
    if (view?.state === 'failed') break
    await pause(300)
  }
  const isAttempt = options.chance.happens(0.5)
  const next = isAttempt
    ? await persist(options, {
        op: 'attempt',
        path: `/v1/payments/${payment.id}/attempts`,
        body: {},
        payment: payment.id,
      })
    : await submit(options, { ...order, reference: `${order.dossier}:next` })
  const reference = next.view?.attempt.portalReference
  if (reference !== undefined && options.chance.happens(0.7)) await payPatiently(options, reference, 'paid')
}

/** The pay page may not know the transaction yet: its INIT may still be on its way. */
async function payPatiently(options: OneStopOptions, reference: string, outcome: 'paid' | 'failed'): Promise<boolean> {
  await pause(options.chance.between(0, 400))
  for (let tries = 0; tries < 6 && !options.isOver(); tries += 1) {
    if (await options.pay(reference, outcome).catch(() => false)) return true
    await pause(500)
  }
  return false
}

const submit = (options: OneStopOptions, order: Order): Promise<Answer> =>
  persist(options, {
    op: 'create',
    path: '/v1/payments',
    key: `key-${order.reference}`,
    body: bodyOf(order),
    about: { reference: order.reference, obligation: `${order.dossier}/P01/1`, amount: order.amount },
  })

const cancel = (options: OneStopOptions, { id }: PaymentView): Promise<Answer> =>
  persist(options, { op: 'cancel', path: `/v1/payments/${id}/cancellation`, body: {}, payment: id })

const refund = async (options: OneStopOptions, { id }: PaymentView, { amount }: Order): Promise<Answer> => {
  const { view } = await look(options, id)
  if (view?.state !== 'paid') return { outcome: 'info' }
  const body = { amount: options.chance.happens(0.5) ? amount : 1_000, reason: 'thu thừa', expectedRefundable: amount }
  return persist(options, { op: 'refund', path: `/v1/payments/${id}/refunds`, body, payment: id })
}

const look = (options: OneStopOptions, id: string): Promise<Answer> =>
  call(options, { op: 'get', path: `/v1/payments/${id}`, payment: id })

interface Question {
  readonly op: Call['op']
  readonly path: string
  readonly body?: object
  readonly key?: string
  readonly payment?: string
  readonly about?: Partial<Call>
}

/** The same key until the answer is definite. */
async function persist(options: OneStopOptions, question: Question): Promise<Answer> {
  const keyed = { key: `key-${question.op}-${question.payment ?? ''}`, ...question }
  for (let tries = 1; ; tries += 1) {
    const answer = await call(options, keyed)
    if (answer.outcome !== 'info' || tries === maxTries) return answer
    await pause(Math.min(100 * tries, 1_000))
  }
}

async function call(options: OneStopOptions, question: Question): Promise<Answer> {
  const { chance, gateways, history, worker } = options
  const startMs = Date.now()
  const told = { worker, op: question.op, startMs, ...(question.key && { key: question.key }), ...question.about }
  try {
    const response = await fetch(`${chance.pick(gateways)}${question.path}`, {
      method: question.body === undefined ? 'GET' : 'POST',
      headers: {
        authorization: `Bearer ${await options.token(false)}`,
        ...(question.body && { 'content-type': 'application/json' }),
        ...(question.key && { 'idempotency-key': question.key }),
      },
      ...(question.body && { body: JSON.stringify(question.body) }),
      signal: AbortSignal.timeout(chance.pick(patienceMs)),
    })
    const text = await response.text()
    const body = JSON.parse(text) as Readonly<Record<string, unknown>>
    const answer = judge(response.status, body)
    if (response.status === 401) await options.token(true)
    history.add({
      ...told,
      endMs: Date.now(),
      outcome: answer.outcome,
      status: response.status,
      ...(answer.code !== undefined && { code: answer.code }),
      ...(typeof body['existing'] === 'string' && { existing: body['existing'] }),
      ...seenIn(question, answer, body),
      isReplayed: response.headers.get('idempotent-replayed') === 'true',
      bytes: hash('sha256', text, 'base64url'),
    })
    return answer
  } catch (error) {
    const { name, cause } = error as Error
    const code = (cause as { code?: string } | undefined)?.code ?? name
    history.add({
      ...told,
      endMs: Date.now(),
      outcome: 'info',
      code,
      ...(question.payment && { payment: question.payment }),
    })
    return { outcome: 'info', code }
  }
}

/** What may be different a moment later is `info`: the caller comes again. */
const passing = new Set([
  'request_in_progress',
  'invalid_token',
  'rate_limited',
  'outcome_unknown',
  'attempt_in_flight',
])

function judge(status: number, body: Readonly<Record<string, unknown>>): Answer {
  if (status < 300) return { outcome: 'ok', status, view: body as unknown as PaymentView }
  const code = String(body['code'])
  return { outcome: status >= 500 || passing.has(code) ? 'info' : 'fail', status, code }
}

function seenIn(question: Question, { outcome, view }: Answer, body: Readonly<Record<string, unknown>>): Partial<Call> {
  if (question.op === 'refund') {
    return {
      ...(question.payment && { payment: question.payment }),
      ...(outcome === 'ok' && { refund: String(body['id']), state: String(body['state']) }),
    }
  }
  if (outcome !== 'ok' || view === undefined) return question.payment === undefined ? {} : { payment: question.payment }
  return { payment: view.id, state: view.state, portalReference: view.attempt.portalReference }
}

const bodyOf = ({ reference, dossier, amount }: Order) => ({
  reference,
  dossierCode: dossier,
  procedureCode: '2.000635',
  procedureName: 'Cấp bản sao trích lục hộ tịch',
  payer: { fullName: 'Nguyễn Thị Hoà', personalId: '015185000011' },
  lines: [{ code: 'P01', name: 'Phí cấp bản sao trích lục hộ tịch', kind: 'phi', amount }],
  collectingUnit: 'H38.17',
  returnUrl: 'https://one-stop.example/return',
})
