/** Refunds as answered; `payments/` makes them. */
import { z } from 'zod'
import { refundStates } from '#domain/refund.ts'
import { amount, currency, idOf, instant, livemode } from '../schemas.ts'

export const refundView = z
  .strictObject({
    id: idOf('ref'),
    payment: idOf('pay'),
    state: z.enum(refundStates),
    finished: z.boolean(),
    outcomeCertain: z.boolean().meta({ description: 'False while nobody can honestly say what became of it.' }),
    amount,
    currency,
    reason: z.string(),
    approvalRequired: z.boolean().meta({ description: 'Beyond the limit of the tenant: a second person decides.' }),
    portalReference: z.string().meta({ description: 'MaHoanTien: fixed once, never another one.' }),
    portalTransactionId: z.string().exactOptional().meta({ description: 'MaGiaoDichHoanTien.' }),
    refusal: z.string().exactOptional().meta({ description: 'The portal’s own code, e.g. `EXCEEDS_PAID`.' }),
    createdAt: instant,
    livemode,
    evidence: z.string().exactOptional().meta({ description: 'Compact JWS, on the answers of steps.' }),
  })
  .meta({ id: 'Refund' })

export const refundExample = {
  id: 'ref_01JD8Q3V5N7R9T2W4Y6A8C0E1K',
  payment: 'pay_01JD8Q3V5N7R9T2W4Y6A8C0E1G',
  state: 'completed',
  finished: true,
  outcomeCertain: true,
  amount: 20_000,
  currency: 'VND',
  reason: 'Nộp thừa',
  approvalRequired: false,
  portalReference: '01JD8Q3V5N7R9T2W4Y6B',
  portalTransactionId: 'HT0000001',
  createdAt: '2026-11-25T02:30:00.000Z',
  livemode: false,
}
