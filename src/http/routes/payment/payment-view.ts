/** Payments as answered; `payments/` makes them. */
import { z } from 'zod'
import { attemptStates, paymentStates } from '#domain/payment.ts'
import { refundStates } from '#domain/refund.ts'
import { amount, currency, idOf, instant, livemode } from '../schemas.ts'

export const paymentLine = z.strictObject({
  code: z.string(),
  name: z.string(),
  kind: z.enum(['phi', 'le_phi', 'fine']),
  amount,
  instalment: z.int().min(1),
})

const attempt = z
  .strictObject({
    id: idOf('att'),
    state: z.enum(attemptStates),
    portalReference: z.string().meta({ description: 'MaThamChieu.' }),
    payUrl: z.string().exactOptional().meta({ description: 'Where the payer’s browser goes.' }),
    expiresAt: instant.exactOptional(),
  })
  .meta({ id: 'Attempt' })

export const paymentView = z
  .strictObject({
    id: idOf('pay'),
    reference: z.string(),
    state: z.enum(paymentStates),
    finished: z.boolean(),
    outcomeCertain: z.boolean().meta({ description: 'False while nobody can honestly say what became of it.' }),
    amount,
    currency,
    lines: z.array(paymentLine),
    refundable: z.int().min(0),
    attempt,
    createdAt: instant,
    livemode,
  })
  .meta({ id: 'Payment' })

export const paymentExample = {
  id: 'pay_01JD8Q3V5N7R9T2W4Y6A8C0E1G',
  reference: 'H38.17-261123-0007:P01',
  state: 'awaiting_payer',
  finished: false,
  outcomeCertain: true,
  amount: 50_000,
  currency: 'VND',
  lines: [{ code: 'P01', name: 'Phí cấp bản sao trích lục hộ tịch', kind: 'phi', amount: 50_000, instalment: 1 }],
  refundable: 0,
  attempt: {
    id: 'att_01JD8Q3V5N7R9T2W4Y6A8C0E1H',
    state: 'awaiting_payer',
    portalReference: '01JD8Q3V5N7R9T2W4Y6A',
    payUrl: 'http://127.0.0.1:8093/pay/01JD8Q3V5N7R9T2W4Y6A',
    expiresAt: '2026-11-24T02:30:00.000Z',
  },
  createdAt: '2026-11-23T02:30:00.000Z',
  livemode: false,
}

const moved = [...new Set([...attemptStates, ...refundStates])] as const

export const paymentEventView = z
  .strictObject({
    id: idOf('evt'),
    type: z.string().meta({ description: '`payment.<state>`, `payment.corrected` or `refund.<state>`.' }),
    createdAt: instant,
    sequence: z.int().min(1).meta({ description: 'Gapless within the payment.' }),
    data: z.strictObject({
      id: idOf('pay'),
      state: z.enum(paymentStates),
      attempt: idOf('att'),
      from: z.enum(moved).exactOptional(),
      to: z.enum(moved).meta({ description: 'The attempt’s; the refund’s in an event about a refund.' }),
      refund: idOf('ref').exactOptional(),
      amount: amount.exactOptional().meta({ description: 'Of the refund.' }),
      cause: z
        .string()
        .meta({ description: 'Why it moved, e.g. `portal_opened`, `answer_lost`, `settled_after_doubt`.' }),
      actor: z.string().meta({ description: '`client:<id>`, `gateway` or `portal`.' }),
      portalRecord: z
        .strictObject({
          transactionId: z.string().exactOptional(),
          answerSha256: z.string(),
          file: z.string().exactOptional().meta({ description: 'Of a settlement file, whose row it is then.' }),
          line: z.int().exactOptional(),
        })
        .exactOptional()
        .meta({ description: 'What a correction cites.' }),
    }),
    livemode,
  })
  .meta({ id: 'PaymentEvent' })

export const paymentEventExample = {
  id: 'evt_01JD8Q3V5N7R9T2W4Y6A8C0E1J',
  type: 'payment.submitting',
  createdAt: '2026-11-23T02:30:00.000Z',
  sequence: 1,
  data: {
    id: 'pay_01JD8Q3V5N7R9T2W4Y6A8C0E1G',
    state: 'submitting',
    attempt: 'att_01JD8Q3V5N7R9T2W4Y6A8C0E1H',
    to: 'submitting',
    cause: 'created',
    actor: 'client:demo-one-stop',
  },
  livemode: false,
}
