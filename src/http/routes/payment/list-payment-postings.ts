/** The journal of a payment: double entry, and what stands in each account. */
import { z } from 'zod'
import { GatewayError } from '#domain/errors.ts'
import { journalAccounts, postingWays, type PostingKind } from '#domain/journal.ts'
import { defineRoute } from '../../define-route.ts'
import { idOf, instant, isId, listOf, pathId } from '../schemas.ts'

const entry = z
  .strictObject({
    account: z.enum(journalAccounts).meta({
      description:
        '`payer`: below zero by what the payer has given, net of what came back. `portal_clearing`: with the portal; below zero where it transferred first and gave back later. `beneficiary`: transferred to the collecting unit. `refunds`: on its way back. `suspense`: taken, and no rule can say for what.',
    }),
    amount: z.int().meta({ description: 'Whole đồng, signed.' }),
  })
  .meta({ id: 'JournalEntry' })

const kinds = Object.keys(postingWays) as [PostingKind, ...PostingKind[]]

const posting = z
  .strictObject({
    kind: z.enum(kinds),
    attempt: idOf('att'),
    cites: z.string().meta({
      description:
        'What makes it one fact: the event that moved something, the case that was resolved, or the portal’s own number.',
    }),
    postedAt: instant,
    entries: z.array(entry).min(2).meta({ description: 'They sum to zero.' }),
  })
  .meta({ id: 'Posting' })

export const paymentJournalExample = {
  data: [
    {
      kind: 'payment_received',
      attempt: 'att_01JD8Q3V5N7R9T2W4Y6A8C0E1H',
      cites: 'evt_01JD8Q3V5N7R9T2W4Y6A8C0E1K',
      postedAt: '2026-11-23T02:34:00.000Z',
      entries: [
        { account: 'payer', amount: -50_000 },
        { account: 'portal_clearing', amount: 50_000 },
      ],
    },
  ],
  hasMore: false,
  balances: [
    { account: 'payer', amount: -50_000 },
    { account: 'portal_clearing', amount: 50_000 },
    { account: 'beneficiary', amount: 0 },
    { account: 'refunds', amount: 0 },
    { account: 'suspense', amount: 0 },
  ],
} as const

export const listPaymentPostings = defineRoute({
  operation: 'listPaymentPostings',
  method: 'GET',
  path: '/v1/payments/{id}/journal',
  tag: 'payment',
  summary: { vi: 'Sổ cái của khoản thanh toán', en: 'Read the journal of a payment' },
  description: {
    vi: 'Ghi sổ kép từng đồng của khoản thanh toán, cũ nhất trước: mỗi bút toán có tổng bằng không và không bao giờ bị sửa. `balances` là số dư của từng tài khoản.',
    en: 'Every đồng of the payment in double entry, oldest first: each posting sums to zero and is never changed. `balances` says what stands in each account.',
  },
  scope: 'payment:read',
  idempotency: 'none',
  personalData: true,
  params: pathId('pay'),
  answers: {
    200: {
      description: 'The postings and balances.',
      schema: listOf(posting, 'PaymentJournal')
        .extend({ balances: z.array(entry) })
        .meta({ id: 'PaymentJournal' }),
      example: paymentJournalExample,
    },
  },
  problems: ['payment_not_found', 'storage_unavailable'],
  handle:
    ({ payments }) =>
    async ({ params: { id }, request }) => {
      if (!isId('pay', id)) throw new GatewayError('payment_not_found', 'not an id of a payment')
      return { status: 200, body: await payments.postings(id, request) }
    },
})
