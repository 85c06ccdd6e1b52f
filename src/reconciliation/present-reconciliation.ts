/** Reconciliations as they are answered. Nothing in them is personal: ids, dates, amounts. */
import { toJsonAmount } from '#domain/money.ts'
import type { OutcomeTotal, Reconciliation, ReconciliationRow } from '#domain/reconciliation.ts'
import type { TransferRow } from '#domain/ports/reconciliation-stores.ts'

const instant = (epochMs: number): string => new Date(epochMs).toISOString()

export function presentReconciliation(run: Reconciliation, totals: readonly OutcomeTotal[], livemode: boolean) {
  const { id, connection, date, state, refusal, fileId, rowsInFile, askedBy, startedAtMs, finishedAtMs } = run
  const outcomes = totals.map(({ sum, ...total }) => ({ ...total, sum: toJsonAmount(sum) }))
  const all = (of: (total: OutcomeTotal) => number) => totals.reduce((total, one) => total + of(one), 0)
  return {
    id,
    connection,
    date,
    state,
    ...(refusal === undefined ? {} : { refusal }),
    ...(fileId === undefined ? {} : { settlementFile: fileId }),
    ...(rowsInFile === undefined ? {} : { rowsInFile }),
    rowsDone: all(({ count }) => count),
    outcomes,
    healed: all(({ healed }) => healed),
    unasked: all(({ unasked }) => unasked),
    cases: all(({ cases }) => cases),
    askedBy,
    startedAt: instant(startedAtMs),
    ...(finishedAtMs === undefined ? {} : { finishedAt: instant(finishedAtMs) }),
    livemode,
  }
}

export type ReconciliationView = ReturnType<typeof presentReconciliation>

export function presentRow(row: ReconciliationRow) {
  const { amountThere, amountHere, isHealed, isUnasked, ...rest } = row
  return {
    ...rest,
    ...(amountThere === undefined ? {} : { amountThere: toJsonAmount(amountThere) }),
    ...(amountHere === undefined ? {} : { amountHere: toJsonAmount(amountHere) }),
    healed: isHealed,
    unasked: isUnasked,
  }
}

export type ReconciliationRowView = ReturnType<typeof presentRow>

export function presentTransferRow({ date, line, settled, paymentId, dossierCode }: TransferRow) {
  return {
    ...(paymentId === undefined ? {} : { paymentId }),
    ...(dossierCode === undefined ? {} : { dossierCode }),
    kind: settled.kind,
    portalReference: settled.reference,
    transactionId: settled.transactionId,
    amount: toJsonAmount(settled.amount),
    currency: 'VND' as const,
    settledAt: instant(settled.settledAtMs),
    settlementDate: date,
    line,
  }
}

export type TransferRowView = ReturnType<typeof presentTransferRow>
