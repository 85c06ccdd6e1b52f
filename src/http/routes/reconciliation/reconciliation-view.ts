/** Reconciliations, their rows and cases as answered; `reconciliation/` makes them. */
import { z } from 'zod'
import { caseKinds, caseResolutions, caseStates } from '#domain/case.ts'
import { attemptStates } from '#domain/payment.ts'
import { reconciliationStates, rowOutcomes } from '#domain/reconciliation.ts'
import { means } from '../../meaning.ts'
import { amount, currency, dateOnly, idOf, instant, line, livemode } from '../schemas.ts'

export const connectionName = line(64).meta({
  ...means('A portal account of the configuration.', 'Tên tài khoản cổng thanh toán trong cấu hình.'),
  examples: ['payment-portal'],
})

/** A sum of amounts, which may be nothing. */
const sum = z.int().min(0).meta({ description: 'Integer đồng.' })
const count = z.int().min(0)

export const reconciliationView = z
  .strictObject({
    id: idOf('rec'),
    connection: z.string(),
    date: dateOnly.meta({ description: 'The day of settlement, in Vietnam.' }),
    state: z.enum(reconciliationStates).meta({
      description: '`no_file` and `file_refused` are tried again every hour for a week.',
    }),
    refusal: z.string().exactOptional().meta({ description: 'Why the file was not taken, e.g. `wrong_count`.' }),
    settlementFile: idOf('stf').exactOptional(),
    rowsInFile: count.exactOptional(),
    rowsDone: count,
    outcomes: z.array(
      z.strictObject({ outcome: z.enum(rowOutcomes), count, sum, healed: count, unasked: count, cases: count }),
    ),
    healed: count.meta({ description: 'Differences the portal, asked, confirmed: they are gone.' }),
    unasked: count.meta({ description: 'Differences the portal could not be asked about: run it again.' }),
    cases: count.meta({ description: 'What a person must look at.' }),
    askedBy: z.string(),
    startedAt: instant,
    finishedAt: instant.exactOptional(),
    livemode,
  })
  .meta({ id: 'Reconciliation' })

export const reconciliationExample = {
  id: 'rec_01JD8Q3V5N7R9T2W4Y6A8C0E1G',
  connection: 'payment-portal',
  date: '2026-11-22',
  state: 'done',
  settlementFile: 'stf_7ZD8Q3V5N7R9T2W4Y6A8C0E1GX',
  rowsInFile: 2,
  rowsDone: 2,
  outcomes: [
    { outcome: 'matched', count: 1, sum: 50_000, healed: 0, unasked: 0, cases: 0 },
    { outcome: 'missing_here', count: 1, sum: 70_000, healed: 0, unasked: 0, cases: 1 },
  ],
  healed: 0,
  unasked: 0,
  cases: 1,
  askedBy: 'client:demo-one-stop',
  startedAt: '2026-11-23T02:30:00.000Z',
  finishedAt: '2026-11-23T02:30:01.000Z',
  livemode: false,
}

export const reconciliationRowView = z
  .strictObject({
    position: z.int().min(1),
    outcome: z.enum(rowOutcomes),
    line: z.int().min(1).exactOptional().meta({ description: 'Of the file.' }),
    reference: z.string().exactOptional().meta({ description: 'MaThamChieu.' }),
    transactionId: z.string().exactOptional().meta({ description: 'MaGiaoDich.' }),
    transferId: z.string().exactOptional(),
    paymentId: idOf('pay').exactOptional(),
    amountThere: amount.exactOptional(),
    amountHere: amount.exactOptional(),
    stateThere: z.enum(['paid', 'failed']).exactOptional(),
    stateHere: z.enum(attemptStates).exactOptional().meta({ description: 'Before anything was healed.' }),
    healed: z.boolean(),
    unasked: z.boolean(),
    caseId: idOf('cas').exactOptional(),
    reason: z.string().exactOptional(),
  })
  .meta({ id: 'ReconciliationRow' })

export const reconciliationRowExample = {
  position: 1,
  outcome: 'matched',
  line: 2,
  reference: '01JD8Q3V5N7R9T2W4Y6A',
  transactionId: 'GD261122A1B2C3000001',
  transferId: 'CT20261122SAOBIEN',
  paymentId: 'pay_01JD8Q3V5N7R9T2W4Y6A8C0E1G',
  stateThere: 'paid',
  stateHere: 'paid',
  amountThere: 50_000,
  amountHere: 50_000,
  healed: false,
  unasked: false,
}

export const settlementFileView = z
  .strictObject({
    id: idOf('stf'),
    connection: z.string(),
    date: dateOnly,
    sha256: z.string(),
    rows: count,
    quarantined: count.meta({ description: 'Rows put aside because they cannot be read.' }),
    sum,
    source: z.enum(['portal', 'upload']),
    receivedAt: instant,
    livemode,
  })
  .meta({ id: 'SettlementFile' })

export const settlementFileExample = {
  id: 'stf_7ZD8Q3V5N7R9T2W4Y6A8C0E1GX',
  connection: 'payment-portal',
  date: '2026-11-22',
  sha256: 'n4bQgYhMfWWaL-qgxVrQFaO_TxsrC4Is0V1sFbDwCgg',
  rows: 2,
  quarantined: 0,
  sum: 120_000,
  source: 'upload',
  receivedAt: '2026-11-23T02:30:00.000Z',
  livemode: false,
}

export const transferRowView = z
  .strictObject({
    paymentId: idOf('pay').exactOptional().meta({ description: 'Absent for what is not ours.' }),
    dossierCode: z.string().exactOptional(),
    kind: z.enum(['payment', 'refund']),
    portalReference: z.string(),
    transactionId: z.string(),
    amount,
    currency,
    settledAt: instant,
    settlementDate: dateOnly,
    line: z.int().min(1),
  })
  .meta({ id: 'TransferPayment' })

export const transferRowExample = {
  paymentId: 'pay_01JD8Q3V5N7R9T2W4Y6A8C0E1G',
  dossierCode: 'H38.17-261123-0007',
  kind: 'payment',
  portalReference: '01JD8Q3V5N7R9T2W4Y6A',
  transactionId: 'GD261122A1B2C3000001',
  amount: 50_000,
  currency: 'VND',
  settledAt: '2026-11-22T07:30:15.000Z',
  settlementDate: '2026-11-22',
  line: 2,
}

export const caseView = z
  .strictObject({
    id: idOf('cas'),
    kind: z.enum(caseKinds),
    state: z.enum(caseStates),
    refundDue: z.boolean().meta({ description: 'Money has to go back to a payer.' }),
    paymentId: idOf('pay').exactOptional(),
    connection: z.string().exactOptional(),
    details: z.record(z.string(), z.union([z.string(), z.number()])),
    openedAt: instant,
    resolved: z
      .strictObject({
        resolution: z.enum(caseResolutions),
        note: z.string(),
        reference: z.string().exactOptional(),
        by: z.string(),
        at: instant,
      })
      .exactOptional(),
    livemode,
  })
  .meta({ id: 'Case' })

export const caseExample = {
  id: 'cas_7ZD8Q3V5N7R9T2W4Y6A8C0E1GX',
  kind: 'double_charge',
  state: 'open',
  refundDue: true,
  paymentId: 'pay_01JD8Q3V5N7R9T2W4Y6A8C0E1G',
  connection: 'payment-portal',
  details: {
    attempt: 'att_01JD8Q3V5N7R9T2W4Y6A8C0E1H',
    portalReference: '01JD8Q3V5N7R9T2W4Y6A',
    amountDong: 50_000,
    portalTransactionId: 'GD261122A1B2C3000001',
    otherTransactionId: 'GD261122A1B2C3000002',
  },
  openedAt: '2026-11-23T02:30:01.000Z',
  livemode: false,
}
