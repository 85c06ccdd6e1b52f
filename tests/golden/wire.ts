/** How a golden case is played: each port operation over a transport that answers from a file. */
import { createRegistryClient } from '#adapters/business-registry/client.ts'
import { findBusiness } from '#adapters/business-registry/find-business.ts'
import { createPayGovClient } from '#adapters/payment-portal/paygov/client.ts'
import { encodeOrder as encodeCreate, openTransaction as openAtPayGov } from '#adapters/payment-portal/paygov/create.ts'
import { fetchBill as fetchReceipt } from '#adapters/payment-portal/paygov/receipt.ts'
import { createPortalClient } from '#adapters/payment-portal/payment-platform/client.ts'
import { fetchBill } from '#adapters/payment-portal/payment-platform/fetch-bill.ts'
import { findTransaction } from '#adapters/payment-portal/payment-platform/find-transaction.ts'
import { encodeOrder, openTransaction } from '#adapters/payment-portal/payment-platform/open-transaction.ts'
import {
  encodeRefund,
  findRefund,
  refundTransaction,
} from '#adapters/payment-portal/payment-platform/refund-transaction.ts'
import { createPopulationClient } from '#adapters/population/client.ts'
import { confirmPerson } from '#adapters/population/confirm-person.ts'
import { dancu037 } from '#adapters/population/dancu037/index.ts'
import { findPerson } from '#adapters/population/find-person.ts'
import { qcvn109 } from '#adapters/population/qcvn109/index.ts'
import type { Http } from '#adapters/transport/http.ts'
import { loadSoapContract } from '#adapters/transport/soap.ts'
import type { BusinessCode } from '#domain/business.ts'
import type { CallContext } from '#domain/call-context.ts'
import type { Clock } from '#domain/clock.ts'
import type { PersonQuery } from '#domain/person.ts'
import type { Bill, BillRequest, RefundKey, RefundOrder, TransactionKey, TransactionOrder } from '#domain/portal.ts'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { aCall } from '../support/a-call.ts'
import { answerOf, type WrittenAnswer } from '../support/recorded-http.ts'

export interface GoldenInput {
  /** What the answer has besides its body. */
  readonly response?: Partial<WrittenAnswer>
  readonly dialect?: 'dancu037' | 'qcvn109'
  readonly query?: PersonQuery
  readonly code?: BusinessCode
  /** Amounts as numbers. */
  readonly order?: TransactionOrder
  readonly key?: TransactionKey
  readonly bill?: BillRequest
  /** Amounts as numbers. */
  readonly refund?: RefundOrder
  readonly refundKey?: RefundKey
}

type Play = (input: GoldenInput, http: Http) => Promise<unknown>

/** 2026-11-23 08:30:00 in Vietnam. */
const nowMs = Date.parse('2026-11-23T01:30:00Z')
const clock: Clock = { nowMs: () => nowMs, monotonicMs: () => 0, schedule: () => () => undefined }

const population = (input: GoldenInput, http: Http) => {
  const dialect = input.dialect === 'qcvn109' ? qcvn109 : dancu037
  const wsdl = fileURLToPath(new URL(`../../contracts/population/${dialect.wsdl}`, import.meta.url))
  const contract = loadSoapContract({ http, url: 'http://population.test/037', wsdl })
  const credentials = { user: 'golden-user', secret: 'golden-secret', hashUrl: 'https://registered.test/037' }
  return { dialect, client: createPopulationClient({ dialect: dialect.name, contract, credentials, clock }) }
}

const registry = (http: Http) =>
  createRegistryClient({
    http,
    clock,
    url: 'http://registry.test/chiTietDoanhNghiep',
    tokens: { current: async () => 'golden-token', discard: () => undefined },
  })

/** The same request id in every file. */
const call: CallContext = { ...aCall(), requestId: 'req_00000000000000000000000000' }

const account = { partnerCode: 'TESTPARTNER', secret: 'test-secret' }
const payGovAccount = { partnerCode: 'TESTPARTNER', accessKey: 'TESTKEY', secretKey: 'test-secret' }
const payGov = (http: Http) =>
  createPayGovClient({
    http,
    clock,
    account: payGovAccount,
    url: 'https://portal.test/paygov',
    tokens: { current: async () => 'golden-token', discard: () => undefined },
    lgspAccessToken: 'golden-lgsp-token',
  })
const billFile = new URL('payment-portal/fetch-bill/bill/response.pdf', import.meta.url)
/** Whatever is fetched after the answer is a whole PDF. */
const thenPdf = (http: Http): Http => ({
  ...http,
  send: (request, ...rest) =>
    request.method === 'POST'
      ? http.send(request, ...rest)
      : Promise.resolve(answerOf({ contentType: 'application/pdf', body: readFileSync(billFile) })),
})
const portal = (http: Http) => createPortalClient({ http, clock, account, url: 'https://portal.test/messages' })

export const wire: Readonly<Record<string, Play>> = {
  'population/find-person': (input, http) => {
    const { client, dialect } = population(input, http)
    return findPerson(client, dialect, given(input.query), call)
  },
  'population/confirm-person': (input, http) => confirmPerson(population(input, http).client, given(input.query), call),
  'business-registry/find-business': (input, http) => findBusiness(registry(http), given(input.code), call),
  'payment-portal/open-transaction': (input, http) => {
    const order = orderIn(input)
    const prepared = { reference: order.reference, body: encodeOrder(order, account) }
    return openTransaction(portal(http), prepared, call)
  },
  'payment-portal/find-transaction': (input, http) => findTransaction(portal(http), given(input.key), call),
  'payment-portal/refund-transaction': (input, http) => {
    const order = given(input.refund)
    return refundTransaction(portal(http), { ...order, body: encodeRefund(order, account) }, aCall())
  },
  'payment-portal/find-refund': (input, http) => findRefund(portal(http), given(input.refundKey), aCall()),
  'payment-portal/fetch-bill': async (input, http) => shortened(await fetchBill(portal(http), given(input.key), call)),
  'paygov/open-transaction': (input, http) => {
    const order = orderIn(input)
    const body = encodeCreate(order, payGovAccount, 'https://gateway.test/return/paygov')
    return openAtPayGov(payGov(http), { reference: order.reference, body }, call)
  },
  'paygov/fetch-bill': async (input, http) =>
    shortened(await fetchReceipt(payGov(thenPdf(http)), given(input.bill), call)),
}

const shortened = (bill: Bill) => (bill.kind === 'issued' ? { kind: bill.kind, pdf: `${bill.pdf.length} bytes` } : bill)

function orderIn(input: GoldenInput): TransactionOrder {
  const { amount, lines, ...order } = given(input.order)
  const money = ({ dong }: { readonly dong: bigint | number }) => ({ dong: BigInt(dong) })
  return { ...order, amount: money(amount), lines: lines.map((line) => ({ ...line, amount: money(line.amount) })) }
}

function given<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('input.json lacks what this operation asks')
  return value
}
