/**
 * The platform's one address. A message is understood in this order: is it JSON of a known kind, is its checksum
 * right, is it within the contract; then the kind's own file answers.
 */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { loadOpenApi } from '../kernel/check-openapi.ts'
import { readBody, type Kernel } from '../kernel/kernel.ts'
import type { Answer } from '../kernel/simulator.ts'
import { send } from '../kernel/transport-faults.ts'
import { refused, type AnswerFrame } from './answers.ts'
import { answerGetBill } from './get-bill.ts'
import { createInit } from './init.ts'
import type { Ledger } from './ledger.ts'
import type { Notifier } from './notifications.ts'
import { answerQuery, findAsked } from './query.ts'
import { createRefunds } from './refund.ts'
import { isSigned, requestOrder, type Message, type RequestKind } from './signing.ts'

/** Faults this simulator carries out itself in its answers; those of notifications are in notifications.ts. */
export const answerFaults: ReadonlySet<string> = new Set([
  'other-error',
  'bad-request',
  'bad-checksum',
  'not-yet-visible',
  'wrong-amount',
  'wrong-currency',
  'wrong-reference',
  'wrong-partner',
  'wrong-checksum',
  'stays-pending',
  'taken-back',
  'bill-not-ready',
  'refund-pending',
  'early-notification',
])

export interface MessagesDeps {
  readonly kernel: Kernel
  readonly ledger: Ledger
  readonly notifier: Notifier
}

export function createMessages({ kernel, ledger, notifier }: MessagesDeps) {
  const { partnerCode, secret } = kernel.credentials.paymentPortal
  const { nowMs } = kernel.clock
  const contract = loadOpenApi(new URL('payment-portal/openapi.yaml', kernel.contracts))
  const breachesOf = {
    INIT: contract.checker('InitRequest'),
    QUERY: contract.checker('QueryRequest'),
    GET_BILL: contract.checker('GetBillRequest'),
    REFUND: contract.checker('RefundRequest'),
    QUERY_REFUND: contract.checker('QueryRefundRequest'),
  } satisfies Record<RequestKind, unknown>

  const complainOf = (operation: string) => (pointer: string, message: string) =>
    kernel.violations.add({ system: 'payment_portal', operation, pointer, message })

  const init = createInit({
    ledger,
    nowMs,
    origin: () => kernel.originOf('payment_portal'),
    complain: complainOf('INIT'),
  })
  const refundsFor = (kind: RequestKind) => createRefunds({ ledger, nowMs, complain: complainOf(kind) })
  const refunds = { REFUND: refundsFor('REFUND'), QUERY_REFUND: refundsFor('QUERY_REFUND') }

  const answers: Record<
    RequestKind,
    (frame: AnswerFrame, message: Message, raw: Uint8Array) => Answer | Promise<Answer>
  > = {
    async INIT(frame, message, raw) {
      const transaction = init.admit(message, raw)
      if (transaction && frame.fault === 'early-notification') {
        if (ledger.settle(transaction, 'paid', nowMs()) === 'settled') await notifier.notify(transaction)
      }
      return init.answer(frame, transaction)
    },
    QUERY: (frame, message) =>
      answerQuery(frame, message, findAsked({ ledger, complain: complainOf('QUERY') }, message), nowMs()),
    GET_BILL: (frame, message) =>
      answerGetBill(frame, message, findAsked({ ledger, complain: complainOf('GET_BILL') }, message), nowMs()),
    REFUND: (frame, message, raw) => refunds.REFUND.refund(frame, raw, message),
    QUERY_REFUND: (frame, message) => refunds.QUERY_REFUND.query(frame, message),
  }

  const answer = (kind: RequestKind, message: Message, raw: Uint8Array, fault: string | undefined) => {
    const complain = complainOf(kind)
    if (fault === 'other-error') return refused('99', kind)
    if (fault === 'bad-request') return refused('02', kind)
    if (fault === 'bad-checksum') return refused('07', kind)
    if (message['MaDoiTac'] !== partnerCode) {
      complain('/MaDoiTac', 'is not a partner code of ours')
      return refused('07', kind)
    }
    if (!isSigned(requestOrder[kind], message, secret)) {
      complain('/MaXacThuc', 'does not belong to the message')
      return refused('07', kind)
    }
    const breaches = breachesOf[kind](message)
    for (const { pointer, message } of breaches) complain(pointer, message)
    if (breaches.length > 0) return refused('02', kind)
    return answers[kind]({ kind, partner: partnerCode, secret, fault }, message, raw)
  }

  return async (req: IncomingMessage, res: ServerResponse): Promise<void> => {
    const raw = await readBody(req, maxMessageBytes)
    const message = raw && parseObject(raw)
    const kind = message?.['LoaiBanTin']
    if (!raw || !message || !isKind(kind)) {
      complainOf('unknown')(message ? '/LoaiBanTin' : '', message ? 'is not a known message' : 'is not a JSON object')
      return send(res, refused('02'))
    }
    checkHeaders(req, complainOf(kind))
    const keys = { reference: text(message['MaThamChieu']), client: text(message['MaDoiTac']) }
    await kernel.serve(
      { system: 'payment_portal', operation: kind, keys, requestId: keys.reference, req, res },
      (fault) => answer(kind, message, raw, fault?.fault),
      answerFaults,
    )
  }
}

/** Fifty fees of the longest names stay well below. */
const maxMessageBytes = 256 * 1024

function checkHeaders(req: IncomingMessage, complain: (pointer: string, message: string) => void): void {
  const type = req.headers['content-type'] ?? ''
  if (!/^application\/json(;|$)/i.test(type)) complain('/headers/content-type', 'is not application/json')
}

const isKind = (value: unknown): value is RequestKind => typeof value === 'string' && Object.hasOwn(requestOrder, value)
const text = (value: unknown): string => (typeof value === 'string' ? value : '')

function parseObject(raw: Uint8Array): Message | undefined {
  try {
    const value: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(raw))
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Message) : undefined
  } catch {
    return undefined
  }
}
