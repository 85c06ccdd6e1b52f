/** Every đồng of a payment in double entry, from the payer's pocket to the agency's account and back, through the whole house. */
import { randomUUID } from 'node:crypto'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import type { PaymentJournalView } from '#payments/list-payment-postings.ts'
import { readMigrations } from '#store/migrate.ts'
import { created, payer, reaches, type Payment } from '../support/payment-journey.ts'
import { casesOf, reconciled } from '../support/reconciling.ts'
import { openHouse, type RunningHouse } from '../support/running-house.ts'

let house: RunningHouse

beforeAll(async () => {
  house = await openHouse()
})
afterEach(async () => {
  expect(await house.rows('select * from gateway.journal_faults')).toEqual([])
  await house.control.remove('/faults')
})
afterAll(() => house.close())
vi.setConfig({ testTimeout: 40_000 })

const paid = async (): Promise<Payment> => {
  const payment = await created(house)
  await payer(house, payment, 'paid')
  return reaches(house, payment.id, 'paid')
}
const refund = async (payment: Payment, amount: number, expectedRefundable: number) => {
  const { status } = await house.client.post(
    `/v1/payments/${payment.id}/refunds`,
    { amount, reason: 'Nộp thừa', expectedRefundable },
    { 'idempotency-key': randomUUID() },
  )
  expect(status).toBe(201)
}

const journalOf = async ({ id }: Payment): Promise<PaymentJournalView> =>
  (await house.client.get<PaymentJournalView>(`/v1/payments/${id}/journal`)).body
const kindsOf = async (payment: Payment) => (await journalOf(payment)).data.map(({ kind }) => kind)
/** Accounts in which something stands. */
async function balancesOf(payment: Payment): Promise<Readonly<Record<string, number>>> {
  const { balances } = await journalOf(payment)
  return Object.fromEntries(balances.filter(({ amount }) => amount !== 0).map((one) => [one.account, one.amount]))
}

describe('the journal of a payment', () => {
  it('is empty until the portal has said that money moved', async () => {
    const payment = await created(house)
    expect(await journalOf(payment)).toMatchObject({ data: [], hasMore: false })
    expect(await balancesOf(payment)).toEqual({})
  })

  it('follows the money: paid, transferred, a part given back, then the rest', async () => {
    const payment = await paid()
    expect(await balancesOf(payment)).toEqual({ payer: -50_000, portal_clearing: 50_000 })

    await reconciled(house)
    expect(await balancesOf(payment)).toEqual({ payer: -50_000, beneficiary: 50_000 })
    await reconciled(house)
    expect(await kindsOf(payment)).toEqual(['payment_received', 'settled'])

    await refund(payment, 20_000, 50_000)
    expect(await balancesOf(payment)).toEqual({ payer: -30_000, portal_clearing: -20_000, beneficiary: 50_000 })
    await refund(payment, 30_000, 30_000)
    expect(await balancesOf(payment)).toEqual({ portal_clearing: -50_000, beneficiary: 50_000 })

    await reconciled(house)
    expect(await balancesOf(payment)).toEqual({})
    expect(await kindsOf(payment)).toEqual([
      'payment_received',
      'settled',
      'refund_accepted',
      'refund_completed',
      'refund_accepted',
      'refund_completed',
      'refund_settled',
      'refund_settled',
    ])
    const { data } = await journalOf(payment)
    for (const { entries } of data) expect(entries.reduce((sum, { amount }) => sum + amount, 0)).toBe(0)
  })

  it('lays another amount in suspense, as it was taken, until the portal says that it is ours after all', async () => {
    const payment = await created(house)
    await house.control.fault({
      system: 'payment_portal',
      operation: 'QUERY',
      fault: 'wrong-amount',
      match: { reference: payment.attempt.portalReference },
    })
    await payer(house, payment, 'paid')
    await reaches(house, payment.id, 'mismatch')
    const { suspense = 0, ...rest } = await balancesOf(payment)
    expect(suspense).toBeGreaterThan(0)
    expect(suspense).not.toBe(50_000)
    expect(rest).toEqual({ payer: -suspense })

    await house.control.remove('/faults')
    await reconciled(house)
    await reaches(house, payment.id, 'paid')
    expect(await kindsOf(payment)).toEqual(['amount_differs', 'suspense_released', 'payment_received', 'settled'])
    expect(await balancesOf(payment)).toEqual({ payer: -50_000, beneficiary: 50_000 })
  })

  it('holds what the portal took twice until a person has given it back', async () => {
    const payment = await paid()
    await house.control.fault({
      system: 'payment_portal',
      operation: 'RECON_FILE',
      fault: 'file-double-charge',
      times: 1,
    })
    await reconciled(house)
    const charged = (await casesOf(house, '&kind=double_charge'))[0]
    const held = (await house.client.get<PaymentJournalView>(`/v1/payments/${charged?.paymentId}/journal`)).body
    expect(held.balances.find(({ account }) => account === 'suspense')?.amount).toBe(50_000)

    const word = { resolution: 'refunded_manually', note: 'Hoàn qua uỷ nhiệm chi', reference: 'UNC-1' }
    await house.client.post(`/v1/cases/${charged?.id}/resolution`, word, { 'idempotency-key': randomUUID() })
    const after = (await house.client.get<PaymentJournalView>(`/v1/payments/${charged?.paymentId}/journal`)).body
    expect(after.data.at(-1)).toMatchObject({ kind: 'suspense_released', cites: charged?.id })
    expect(after.balances.find(({ account }) => account === 'suspense')?.amount).toBe(0)
    expect(await balancesOf(payment)).toEqual({ payer: -50_000, beneficiary: 50_000 })
  })

  it('is shown to its own tenant alone', async () => {
    const payment = await paid()
    const stranger = await house.newClient('ha-giang-clerk', 'ha-giang')
    expect(await stranger.get(`/v1/payments/${payment.id}/journal`)).toMatchObject({
      status: 404,
      body: { code: 'payment_not_found' },
    })
  })

  it('of what happened before there was a journal is the same, but for what was never written down', async () => {
    const lines = () =>
      house.rows<{ line: string }>(
        `select p.payment_id || ' ' || p.kind || ' ' || p.cites || ' ' || string_agg(e.account || e.dong, ' ' order by e.dong) as line
         from gateway.journal_postings p join gateway.journal_entries e on e.posting = p.position
         where p.kind not in ('amount_differs', 'double_charge', 'suspense_released')
         group by p.position order by p.payment_id, p.kind, p.cites`,
      )
    const kept = await lines()
    expect(kept.length).toBeGreaterThan(10)
    await house.rows(`do $$ begin
      drop view gateway.journal_faults;
      drop table gateway.journal_entries, gateway.journal_postings, gateway.posting_kinds;
      drop function gateway.check_entries_balance, gateway.check_posting_has_entries;
    end $$`)
    const journal = (await readMigrations()).find(({ text }) => text.includes('create table gateway.journal_postings'))
    await house.rows(journal?.text ?? '')
    expect(await lines()).toEqual(kept)
  })
})
