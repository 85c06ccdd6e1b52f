/** 2,000 damaged answers per adapter: each ends in a typed error or in a value that could be true, in nothing else. */
import { readFileSync } from 'node:fs'
import { createRegistryClient } from '#adapters/business-registry/client.ts'
import { findBusiness } from '#adapters/business-registry/find-business.ts'
import { createPayGovClient } from '#adapters/payment-portal/paygov/client.ts'
import { openTransaction as openAtPayGov } from '#adapters/payment-portal/paygov/create.ts'
import { fetchBill as fetchReceipt } from '#adapters/payment-portal/paygov/receipt.ts'
import { createPortalClient } from '#adapters/payment-portal/payment-platform/client.ts'
import { fetchBill } from '#adapters/payment-portal/payment-platform/fetch-bill.ts'
import { findTransaction } from '#adapters/payment-portal/payment-platform/find-transaction.ts'
import { encodeOrder, openTransaction } from '#adapters/payment-portal/payment-platform/open-transaction.ts'
import { createPopulationClient } from '#adapters/population/client.ts'
import { confirmPerson } from '#adapters/population/confirm-person.ts'
import { dancu037 } from '#adapters/population/dancu037/index.ts'
import { findPerson } from '#adapters/population/find-person.ts'
import { qcvn109 } from '#adapters/population/qcvn109/index.ts'
import type { BusinessAnswer, BusinessCode } from '#domain/business.ts'
import { UpstreamError } from '#domain/errors.ts'
import type { PersonAnswer } from '#domain/person.ts'
import type { Bill, OpenedTransaction, PortalReference, TransactionStanding } from '#domain/portal.ts'
import { systemClock as clock } from '#main/clock.ts'
import { describe, expect, it } from 'vitest'
import type { HttpRequest } from '#adapters/transport/http.ts'
import { aBillRequest } from '../../support/a-bill-request.ts'
import { aCall } from '../../support/a-call.ts'
import { anOrder } from '../../support/an-order.ts'
import { createMutator } from '../../support/mutations.ts'
import { queryForHoa } from '../../support/person-queries.ts'
import { answering } from '../../support/recorded-http.ts'

const golden = (path: string) => readFileSync(new URL(`../../golden/${path}`, import.meta.url))

/** Runs `call` over damaged copies of the answers; `isPossible` judges what it says. Returns how many were said. */
async function damage<T>(
  total: number,
  answers: readonly Buffer[],
  call: (body: Buffer) => Promise<T>,
  isPossible: (value: T) => void,
): Promise<{ values: number; errors: number }> {
  const mutator = createMutator(20261123)
  const seen = { values: 0, errors: 0 }
  for (let at = 0; at < total; at++) {
    const body = mutator.mutate(answers[at % answers.length] ?? Buffer.alloc(0))
    const outcome = await call(body).then(
      (value) => ({ value }),
      (error: unknown) => ({ error }),
    )
    if ('value' in outcome) {
      isPossible(outcome.value)
      seen.values++
      continue
    }
    if (!(outcome.error instanceof UpstreamError)) throw outcome.error
    const { message, upstreamCode, cause } = outcome.error
    expect(`${message} ${upstreamCode} ${cause instanceof Error ? cause.message : ''}`).not.toMatch(
      /NGUY|HO[ÀA]\b|015185|SAO MAI/,
    )
    seen.errors++
  }
  expect(Object.keys(Object.prototype)).toEqual([])
  return seen
}

const clientOver = (dialect: typeof dancu037, body: Buffer) =>
  createPopulationClient({
    dialect: dialect.name,
    clock,
    credentials: { user: 'u', secret: 's', hashUrl: 'https://x.test' },
    // The request is of no interest here: the SOAP package would be most of the time.
    contract: Promise.resolve({
      invoke: () =>
        answering({ body, contentType: 'text/xml; charset=utf-8' }).send({} as never, {} as never, {} as never),
    }),
  })

describe('damaged answers of the population register', () => {
  const isPossiblePerson = (answer: PersonAnswer) => {
    if (answer.kind === 'none') return
    const { personalId, fullName, gender, dateOfBirth, permanentAddress } = answer.person
    expect(personalId).toBe('015185000011')
    expect(fullName.trim()).not.toBe('')
    expect([undefined, 'male', 'female']).toContain(gender)
    expect(dateOfBirth?.month ?? 1).toBeLessThanOrEqual(12)
    expect(permanentAddress?.provinceCode ?? '15').toMatch(/^\d{2}$/)
  }

  it.each([
    {
      dialect: dancu037,
      cases: [
        'dancu037-found-after-2025',
        'dancu037-found-before-2025',
        'dancu037-nobody-empty-collection',
        'fault-004-with-500',
      ],
    },
    { dialect: qcvn109, cases: ['qcvn109-found', 'qcvn109-nobody'] },
  ])('never make anybody up in $dialect.name', async ({ dialect, cases }) => {
    const answers = cases.map((name) => golden(`population/find-person/${name}/response.xml`))
    const find = (body: Buffer) => findPerson(clientOver(dialect, body), dialect, queryForHoa(), aCall())
    const seen = await damage(1_500, answers, find, isPossiblePerson)
    expect(seen.errors).toBeGreaterThan(500)
    expect(seen.values).toBeGreaterThan(50)
  })

  it('never turn a question into a yes', async () => {
    const answers = [golden('population/confirm-person/no/response.xml')]
    const confirm = (body: Buffer) => confirmPerson(clientOver(dancu037, body), queryForHoa(), aCall())
    await damage(500, answers, confirm, ({ exists }) => expect(typeof exists).toBe('boolean'))
  })
})

describe('damaged answers of the business registry', () => {
  it('never become another firm', async () => {
    const answers = ['found', 'older-form-and-numbers-as-strings', 'suspended', 'not-found'].map((name) =>
      golden(`business-registry/find-business/${name}/response.json`),
    )
    const find = (body: Buffer) =>
      findBusiness(
        createRegistryClient({
          clock,
          url: 'http://registry.test/x',
          http: answering({ body, contentType: 'application/json' }),
          tokens: { current: async () => 't', discard: () => undefined },
        }),
        '9900123459' as BusinessCode,
        aCall(),
      )
    const seen = await damage(2_000, answers, find, (answer: BusinessAnswer) => {
      if (answer.kind === 'none') return
      expect(answer.business.code).toBe('9900123459')
      expect(answer.business.name).not.toBe('')
      expect(answer.business.registeredOn ?? '2012-05-18').toMatch(/^\d{4}-\d\d-\d\d$/)
      expect(answer.business.charterCapital ?? '1').toMatch(/^\d+(?:\.\d+)?$/)
    })
    expect(seen.errors).toBeGreaterThan(500)
  })
})

describe('damaged answers of the payment portal', () => {
  const reference = 'TPT00000010000000001' as PortalReference
  const account = { partnerCode: 'TESTPARTNER', secret: 'test-secret' }
  const clientFor = (body: Buffer, contentType = 'application/json') =>
    createPortalClient({ clock, account, url: 'https://portal.test/x', http: answering({ body, contentType }) })

  it('never open anything but what was signed', async () => {
    const answers = [golden('payment-portal/open-transaction/fees/response.json')]
    const prepared = { reference, body: encodeOrder(anOrder({ reference }), account) }
    const open = (body: Buffer) => openTransaction(clientFor(body), prepared, aCall())
    await damage(700, answers, open, (opened: OpenedTransaction) => {
      expect(opened.reference).toBe(reference)
      expect(opened.payUrl).toMatch(/^https:\/\//)
    })
  })

  it('never change what was signed: amount, currency, transaction', async () => {
    const answers = ['paid', 'pending', 'not-found'].map((name) =>
      golden(`payment-portal/find-transaction/${name}/response.json`),
    )
    const key = { reference, issuedAtMs: 0 }
    const find = (body: Buffer) => findTransaction(clientFor(body), key, aCall())
    const seen = await damage(1_000, answers, find, (standing: TransactionStanding) => {
      if (standing.kind === 'not_found') return
      expect(standing).toMatchObject({ amount: { dong: 50_000n }, currency: 'VND', portalTransactionId: 'GD0000001' })
    })
    expect(seen.errors).toBeGreaterThan(500)
  })

  it('never hand over half a bill', async () => {
    const answers = [golden('payment-portal/fetch-bill/bill/response.pdf')]
    const fetch = (body: Buffer) => fetchBill(clientFor(body, 'application/pdf'), { reference, issuedAtMs: 0 }, aCall())
    await damage(300, answers, fetch, (bill: Bill) =>
      expect(bill.kind === 'issued' && Buffer.from(bill.pdf).subarray(0, 5).toString()).toBe('%PDF-'),
    )
  })
})

describe('damaged answers of PayGov', () => {
  const order = anOrder({ reference: 'TPT00000010000000001' as PortalReference })
  const sent: HttpRequest[] = []
  const clientFor = (body: Buffer) => {
    const http = answering({ body, contentType: 'application/json' })
    return createPayGovClient({
      clock,
      account: { partnerCode: 'TESTPARTNER', accessKey: 'TESTKEY', secretKey: 'test-secret' },
      url: 'https://portal.test/paygov',
      http: { ...http, send: (request, ...rest) => (sent.push(request), http.send(request, ...rest)) },
      tokens: { current: async () => 't', discard: () => undefined },
      lgspAccessToken: 't',
    })
  }

  it('never open another payment, nor a page that is no page', async () => {
    const answers = ['created', 'public-form-of-the-answer', 'failed'].map((name) =>
      golden(`paygov/open-transaction/${name}/response.json`),
    )
    const open = (body: Buffer) => openAtPayGov(clientFor(body), { reference: order.reference, body: '{}' }, aCall())
    const seen = await damage(1_000, answers, open, (opened: OpenedTransaction) => {
      expect(opened.reference).toBe(order.reference)
      expect(opened.payUrl).toMatch(/^https:\/\//)
    })
    expect(seen.errors).toBeGreaterThan(500)
  })

  it('never lead anywhere but to PayGov', async () => {
    sent.length = 0
    const answers = [
      golden('paygov/fetch-bill/issued/response.json'),
      golden('paygov/fetch-bill/not-ready/response.json'),
    ]
    const fetch = (body: Buffer) => fetchReceipt(clientFor(body), aBillRequest(order, 'PG0000001'), aCall())
    await damage(1_000, answers, fetch, (bill: Bill) => expect(bill.kind).toBe('not_ready'))
    expect(new Set(sent.map(({ target }) => target.origin))).toEqual(new Set(['https://portal.test']))
  })
})
