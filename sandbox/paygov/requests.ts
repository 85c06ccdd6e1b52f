/**
 * What a partner asks of PayGov. A request is understood in this order: does the sharing platform let it through, is it
 * JSON, is its checksum right, is it within the contract; then the kind's own file answers.
 */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { loadOpenApi } from '../kernel/check-openapi.ts'
import { readBody, type Kernel } from '../kernel/kernel.ts'
import type { Answer } from '../kernel/simulator.ts'
import { parseObject } from '../paying/deliveries.ts'
import { answerSettlementFile, paymentRows, settlementFaults } from '../paying/settlement-file.ts'
import { answered, turnedAway } from './answers.ts'
import type { createCreate } from './create.ts'
import type { Door } from './door.ts'
import type { Ledger, Order } from './ledger.ts'
import type { Receipts } from './receipts.ts'
import { createOrder, isSigned, receiptOrder, settlementOrder, type Message } from './signing.ts'

/** Faults this simulator carries out itself in its answers; those of notifications are in notifications.ts. */
export const answerFaults: ReadonlySet<string> = new Set([
  'other-error',
  'bad-request',
  'bad-checksum',
  'token-refused',
  'wrong-reference',
  'foreign-receipt',
  'receipt-not-ready',
  'early-notification',
  ...settlementFaults,
])

type Kind = 'CREATE' | 'RECEIPT'

export interface RequestsDeps {
  readonly kernel: Kernel
  readonly door: Door
  readonly ledger: Ledger
  readonly create: ReturnType<typeof createCreate>
  readonly receipts: Receipts
  /** The payer pays at once, and the IPN is on its way before the answer. */
  payEarly(order: Order): Promise<void>
}

export function createRequests({ kernel, door, ledger, create, receipts, payEarly }: RequestsDeps) {
  const { partnerCode, accessKey, secret } = kernel.credentials.payGov
  const { nowMs } = kernel.clock
  const contract = loadOpenApi(new URL('paygov/openapi.yaml', kernel.contracts))
  const breachesOf = { CREATE: contract.checker('CreateRequest'), RECEIPT: contract.checker('ReceiptRequest') }
  const signedOver = {
    CREATE: { before: [secret, accessKey], order: createOrder },
    RECEIPT: { before: [secret], order: receiptOrder },
  }
  const complainOf = (operation: string) => (pointer: string, message: string) =>
    kernel.violations.add({ system: 'paygov', operation, pointer, message })

  const refusalOf = (kind: Kind, message: Message | undefined, fault: string | undefined): Answer | undefined => {
    const complain = complainOf(kind)
    if (fault === 'other-error') return answered('FAILED')
    if (fault === 'bad-request') return answered('INVALID_REQUEST')
    if (fault === 'bad-checksum') return answered('SIGNATURE_WRONG')
    if (!message) {
      complain('', 'is not a JSON object')
      return answered('INVALID_REQUEST')
    }
    const { before, order } = signedOver[kind]
    const isOurs = message['partnerCode'] === partnerCode && message['accessKey'] === accessKey
    if (!isOurs || !isSigned(before, order, message)) {
      complain(isOurs ? '/checksum' : '/partnerCode', isOurs ? 'does not belong to the message' : 'is not known')
      return answered('SIGNATURE_WRONG')
    }
    const breaches = breachesOf[kind](message)
    for (const { pointer, message: text } of breaches) complain(pointer, text)
    return breaches.length > 0 ? answered('INVALID_REQUEST') : undefined
  }

  const answers: Record<Kind, (message: Message, raw: Uint8Array, fault: string | undefined) => Promise<Answer>> = {
    async CREATE(message, raw, fault) {
      const order = create.admit(message, raw)
      if (order && fault === 'early-notification') await payEarly(order)
      return create.answer(order, fault)
    },
    RECEIPT: async (message, _raw, fault) => receipts.answer(message, fault),
  }

  return {
    async post(kind: Kind, req: IncomingMessage, res: ServerResponse): Promise<void> {
      const raw = (await readBody(req)) ?? Buffer.alloc(0)
      const message = parseObject(raw.toString('utf8'))
      const reference = text(message?.['requestCode'])
      const keys = { client: text(message?.['partnerCode']), ...(reference !== '' && { reference }) }
      await kernel.serve(
        { system: 'paygov', operation: kind, keys, ...(reference !== '' && { requestId: reference }), req, res },
        async (fault) => {
          if (fault?.fault === 'token-refused' || !door.isOpenTo(req, complainOf(kind))) return turnedAway
          const refusal = refusalOf(kind, message, fault?.fault)
          return refusal ?? answers[kind](message ?? {}, raw, fault?.fault)
        },
        answerFaults,
      )
    },

    async settlementFile(req: IncomingMessage, res: ServerResponse, query: URLSearchParams): Promise<void> {
      const client = query.get('partnerCode') ?? ''
      const isTrusted =
        client === partnerCode && isSigned([secret, accessKey], settlementOrder, Object.fromEntries(query))
      const request = { partnerCode, day: query.get('date') ?? '', isTrusted }
      const rows = () => ledger.all().flatMap((order) => paymentRows(order, nowMs()))
      await kernel.serve(
        { system: 'paygov', operation: 'RECON_FILE', keys: { client }, req, res },
        (fault) => {
          if (fault?.fault === 'token-refused' || !door.isOpenTo(req, complainOf('RECON_FILE'))) return turnedAway
          return answerSettlementFile(request, rows, nowMs(), fault?.fault)
        },
        answerFaults,
      )
    },
  }
}

const text = (value: unknown): string => (typeof value === 'string' ? value : '')
