import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { provenStatement } from '../support/check-evidence.ts'
import { eventually } from '../support/eventually.ts'
import {
  anOrder,
  create,
  created,
  payer,
  portalJournal,
  portalRecord,
  pressOnPayPage,
  reaches,
  read,
  storyOf,
} from '../support/payment-journey.ts'
import { openHouse, type RunningHouse } from '../support/running-house.ts'

let house: RunningHouse

beforeAll(async () => {
  house = await openHouse()
})
afterEach(async () => {
  expect(await house.control.violations()).toEqual([])
  await house.control.post('/reset')
})
afterAll(() => house.close())

const problemOf = ({ status, body }: { status: number; body: object }) => ({ status, ...body })

describe('a fee', () => {
  it('is paid on the pay page, notified, asked about, and only then paid; the browser comes back with a signed word', async () => {
    const payment = await created(house)
    expect(payment).toMatchObject({
      state: 'awaiting_payer',
      finished: false,
      outcomeCertain: true,
      amount: 50_000,
      currency: 'VND',
      refundable: 0,
      livemode: false,
    })
    const wayBack = await pressOnPayPage(payment.attempt.payUrl ?? '', 'paid')
    const paid = await reaches(house, payment.id, 'paid')
    expect(paid).toMatchObject({ finished: true, outcomeCertain: true, refundable: 50_000, attempt: { state: 'paid' } })
    expect(paid.attempt.payUrl).toBeUndefined()
    expect(await storyOf(house, payment.id)).toEqual([
      'submitting: created',
      'awaiting_payer: portal_opened',
      'paid: portal_paid',
    ])

    const browser = await fetch(wayBack, { redirect: 'manual' })
    const location = new URL(browser.headers.get('location') ?? '')
    expect([browser.status, location.origin, location.pathname]).toEqual([303, 'https://one-stop.example', '/return'])
    const { header, claims } = await provenStatement(house.url, location.searchParams.get('lt') ?? '')
    expect(header.typ).toBe('return+jwt')
    expect(claims).toMatchObject({ iss: house.url, sub: payment.id, state: 'paid' })
    expect(Number(claims['exp']) - Number(claims['iat'])).toBe(300)
  })

  it('has its creation, its answer and its payment in the audit log, the evidence naming the answer’s entry', async () => {
    const payment = await created(house)
    await payer(house, payment, 'paid')
    await reaches(house, payment.id, 'paid')
    const { claims } = await provenStatement(house.url, payment.evidence ?? '')
    expect(claims).toMatchObject({ purpose: 'createPayment', result: 'portal_opened', upstream: 'payment_portal' })
    const rows = await house.rows<{ leaf: string }>(
      `select leaf from gateway.audit_entries where leaf like '%"subject_tag":"' || $1 || '"%' order by writer_seq`,
      [claims['subject_tag']],
    )
    const moves = rows
      .map(({ leaf }) => JSON.parse(leaf) as Record<string, unknown>)
      .map((leaf) => [leaf['purpose_code'], leaf['prev_state'], leaf['next_state'], leaf['amount']])
    expect(moves).toEqual([
      ['createPayment', 'none', 'submitting', 50_000],
      ['createPayment', 'submitting', 'awaiting_payer', 50_000],
      ['confirmNotification', 'awaiting_payer', 'paid', 50_000],
    ])
  })

  it('of one đồng and one of 999,999,999,999 are collected to the đồng', async () => {
    for (const amount of [1, 999_999_999_999]) {
      const lines = [{ code: 'P01', name: 'Phí', kind: 'phi', amount, instalment: 1 }] as const
      const payment = await created(house, { lines })
      await payer(house, payment, 'paid')
      expect(await reaches(house, payment.id, 'paid')).toMatchObject({ amount, refundable: amount })
      expect((await portalRecord(house, payment))?.amount).toBe(amount)
    }
  })

  it('that the bank refuses has failed, and its obligation is free to be collected again', async () => {
    const payment = await created(house)
    await pressOnPayPage(payment.attempt.payUrl ?? '', 'failed')
    expect(await reaches(house, payment.id, 'failed')).toMatchObject({ finished: true, outcomeCertain: true })
    const dossierCode = payment.reference.replace(':P01', '')
    const again = await created(house, { dossierCode, reference: `${dossierCode}:P01-2` })
    expect(again.state).toBe('awaiting_payer')
  })

  it('that the bank does not decide waits for two days, and is paid when the bank says so', async () => {
    const payment = await created(house)
    await pressOnPayPage(payment.attempt.payUrl ?? '', 'pending')
    expect((await portalRecord(house, payment))?.standing).toBe('bank_pending')
    expect((await read(house, payment.id)).state).toBe('awaiting_payer')
    await house.control.post('/clock', { advanceMs: 48 * 3_600_000 })
    expect((await read(house, payment.id)).state).toBe('awaiting_payer')
    await payer(house, payment, 'paid')
    await reaches(house, payment.id, 'paid')
  })

  it('that was taken for failed and is paid after all is corrected, citing the portal’s record', async () => {
    const payment = await created(house)
    await payer(house, payment, 'failed')
    await reaches(house, payment.id, 'failed')
    await payer(house, payment, 'paid')
    await reaches(house, payment.id, 'paid')
    expect((await storyOf(house, payment.id)).at(-1)).toBe('paid: paid_late')
    const { body } = await house.client.get<{ data: { type: string; data: { portalRecord?: object } }[] }>(
      `/v1/payments/${payment.id}/events`,
    )
    const record = await portalRecord(house, payment)
    expect(body.data.at(-1)).toMatchObject({
      type: 'payment.corrected',
      data: { portalRecord: { transactionId: record?.transactionId } },
    })
  })

  it('is left alone by a payer who leaves the page', async () => {
    const payment = await created(house)
    const wayBack = await pressOnPayPage(payment.attempt.payUrl ?? '', 'leave')
    const browser = await fetch(wayBack, { redirect: 'manual' })
    const { claims } = await provenStatement(
      house.url,
      new URL(browser.headers.get('location') ?? '').searchParams.get('lt') ?? '',
    )
    expect(claims['state']).toBe('awaiting_payer')
    expect((await read(house, payment.id)).state).toBe('awaiting_payer')
  })
})

describe('the payer’s time', () => {
  it('being over is no verdict: the portal is asked, and while it says pending the payment is in doubt', async () => {
    const payment = await created(house, { expiresAt: new Date(Date.now() + 1_200).toISOString() })
    expect(await reaches(house, payment.id, 'in_doubt')).toMatchObject({ finished: false, outcomeCertain: false })
    await house.control.post('/clock', { advanceMs: 25 * 3_600_000 })
    expect(await reaches(house, payment.id, 'failed')).toMatchObject({ finished: true })
    expect((await portalRecord(house, payment))?.status).toBe('4')
  })

  it('being over at the portal too, before anybody asked, makes it expired', async () => {
    const payment = await created(house, { expiresAt: new Date(Date.now() + 1_500).toISOString() })
    await house.control.post('/clock', { advanceMs: 25 * 3_600_000 })
    expect((await read(house, payment.id)).state).toBe('awaiting_payer')
    await reaches(house, payment.id, 'expired')
    expect((await storyOf(house, payment.id)).at(-1)).toBe('expired: validity_over')
  })
})

describe('the same request again', () => {
  it('with the same key is the same bytes, also after the payment has moved on, and no second transaction', async () => {
    const order = anOrder()
    const first = await create(house, order, 'same-key')
    const replay = await create(house, order, 'same-key')
    expect([replay.status, replay.text]).toEqual([201, first.text])
    expect(replay.headers.get('idempotent-replayed')).toBe('true')
    expect(first.headers.get('idempotent-replayed')).toBeNull()
    await payer(house, first.body, 'paid')
    await reaches(house, first.body.id, 'paid')
    expect((await create(house, order, 'same-key')).text).toBe(first.text)
    expect(await portalJournal(house)).toHaveLength(1)
  })

  it('twenty times at once is one payment and one transaction', async () => {
    const order = anOrder()
    const answers = await Promise.all(Array.from({ length: 20 }, () => create(house, order, 'at-once')))
    const ids = new Set(answers.filter(({ status }) => status === 201).map(({ body }) => body.id))
    expect(ids.size).toBe(1)
    for (const answer of answers.filter(({ status }) => status !== 201)) {
      expect(problemOf(answer)).toMatchObject({ status: 409, code: 'request_in_progress' })
      expect(answer.headers.get('retry-after')).toMatch(/^\d+$/)
    }
    expect(await portalJournal(house)).toHaveLength(1)
  })

  it('with the same key and another body is refused', async () => {
    await create(house, anOrder(), 'reused')
    expect(problemOf(await create(house, anOrder(), 'reused'))).toMatchObject({
      status: 422,
      code: 'idempotency_key_reused',
    })
    expect(await portalJournal(house)).toHaveLength(1)
  })

  it('without any key is refused', async () => {
    expect(problemOf(await house.client.post('/v1/payments', anOrder()))).toMatchObject({
      status: 400,
      code: 'idempotency_key_required',
    })
    expect(await portalJournal(house)).toEqual([])
  })

  it('under a reference that was used is refused, naming the first payment, for ever', async () => {
    const payment = await created(house)
    await payer(house, payment, 'failed')
    await reaches(house, payment.id, 'failed')
    const again = await create(house, anOrder({ reference: payment.reference }))
    expect(problemOf(again)).toMatchObject({ status: 409, code: 'reference_exists', existing: payment.id })
  })

  it('for an obligation that is being collected or was paid is refused, naming who collects it', async () => {
    const payment = await created(house)
    const dossierCode = payment.reference.replace(':P01', '')
    const again = () => create(house, anOrder({ dossierCode, reference: `${dossierCode}:${Math.random()}` }))
    expect(problemOf(await again())).toMatchObject({ status: 409, code: 'obligation_exists', existing: payment.id })
    await payer(house, payment, 'paid')
    await reaches(house, payment.id, 'paid')
    expect(problemOf(await again())).toMatchObject({ status: 409, code: 'obligation_exists', existing: payment.id })
  })
})

describe('an order that cannot be taken', () => {
  it.each([
    ['a way back to a stranger', { returnUrl: 'https://evil.example/' }, 422, 'return_url_not_allowed', '/returnUrl'],
    ['an unknown collecting unit', { collectingUnit: 'H99.99' }, 422, 'unknown_collecting_unit', '/collectingUnit'],
    ['an end in the past', { expiresAt: '2020-01-01T00:00:00Z' }, 422, 'expiry_not_acceptable', '/expiresAt'],
    ['nothing to pay', { lines: [] }, 400, 'invalid_request', '/lines'],
  ])('is refused, naming the field, before anything is begun: %s', async (_, differing, status, code, pointer) => {
    const answer = await create(house, anOrder(differing))
    expect(problemOf(answer)).toMatchObject({ status, code, errors: [{ pointer }] })
    expect(await portalJournal(house)).toEqual([])
  })
})

describe('payments', () => {
  it('are listed by dossier, reference and state, to their tenant only', async () => {
    const payment = await created(house)
    const dossierCode = payment.reference.replace(':P01', '')
    const list = async (query: string, client = house.client) => {
      const { body } = await client.get<{ data: { id: string }[] }>(`/v1/payments?${query}`)
      return body.data.map(({ id }) => id)
    }
    expect(await list(`dossierCode=${dossierCode}`)).toEqual([payment.id])
    expect(await list(`reference=${payment.reference}&state=awaiting_payer`)).toEqual([payment.id])
    expect(await list(`reference=${payment.reference}&state=paid`)).toEqual([])

    const neighbour = await house.newClient('phu-tho-cashier', 'phu-tho')
    expect(await list(`dossierCode=${dossierCode}`, neighbour)).toEqual([])
    for (const path of ['', '/events']) {
      const foreign = await neighbour.get(`/v1/payments/${payment.id}${path}`)
      expect(problemOf(foreign)).toMatchObject({ status: 404, code: 'payment_not_found' })
    }
  })
})

describe('the way back', () => {
  it('is nowhere for a reference nobody has, and for a payment without a return URL', async () => {
    const { returnUrl: _, ...order } = anOrder()
    const { body } = await create(house, order)
    for (const reference of [body.attempt.portalReference, 'A'.repeat(20), '../../etc']) {
      const answer = await fetch(`${house.url}/return/payment-portal?MaThamChieu=${reference}`, { redirect: 'manual' })
      expect(answer.status).toBe(404)
    }
  })
})

describe('the portal’s journal', () => {
  it('shows that its notification was acknowledged the first time', async () => {
    const payment = await created(house)
    await payer(house, payment, 'paid')
    const record = await eventually(
      () => portalRecord(house, payment),
      (seen) => seen?.notifications[0]?.result !== 'sent',
    )
    expect(record?.notifications.map(({ result }) => result)).toEqual(['acknowledged'])
  })
})
