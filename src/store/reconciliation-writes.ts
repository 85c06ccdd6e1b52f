/** What reconciliation writes, as rows in JSON: see commit-rows.ts. */
import type { Write } from '#domain/ports/unit-of-work.ts'
import type { ReconciliationRow } from '#domain/reconciliation.ts'
import type { SettlementRow } from '#domain/settlement.ts'
import type { AddRow } from './commit-rows.ts'

type ReconciliationWrite = Extract<
  Write,
  {
    kind:
      | 'settlement_rows'
      | 'settlement_file'
      | 'reconciliation'
      | 'reconciliation_move'
      | 'reconciliation_rows'
      | 'case'
      | 'case_resolved'
  }
>

export function addReconciliationWrite(add: AddRow, tenant: string, write: ReconciliationWrite): void {
  switch (write.kind) {
    case 'settlement_rows':
      for (const row of write.rows) add('settlement_rows', settlementRow(tenant, write.fileId, row))
      return
    case 'settlement_file': {
      const { id, connection, date, sha256, rows, quarantined, sum, source, receivedAtMs } = write.row
      const numbers = { row_count: rows, quarantined, sum_dong: String(sum.dong), received_at_ms: receivedAtMs }
      add('settlement_files', { id, tenant_id: tenant, connection, settled_on: date, sha256, source, ...numbers })
      return
    }
    case 'reconciliation': {
      const { id, connection, date, state, cursor, askedBy, startedAtMs } = write.row
      const row = { id, tenant_id: tenant, connection, settled_on: date, state, cursor }
      add('reconciliations', { ...row, asked_by: askedBy, started_at_ms: startedAtMs })
      return
    }
    case 'reconciliation_move': {
      const { id, expectedCursor, cursor, state, fileId, refusal, rowsInFile, finishedAtMs } = write.move
      const place = { id, tenant_id: tenant, expected_cursor: expectedCursor, cursor }
      const found = { file_id: fileId, refusal, rows_in_file: rowsInFile, finished_at_ms: finishedAtMs }
      add('reconciliation_moves', { ...place, state, ...found })
      return
    }
    case 'reconciliation_rows':
      for (const row of write.rows) add('reconciliation_rows', judgedRow(tenant, write.reconciliationId, row))
      return
    case 'case': {
      const { id, kind, paymentId, connection, details, openedAtMs } = write.row
      const subject = { kind, payment_id: paymentId, connection, details }
      add('cases', { id, tenant_id: tenant, ...subject, opened_at_ms: openedAtMs })
      return
    }
    case 'case_resolved': {
      const { resolution, note, reference, by, atMs } = write.resolved
      const words = { resolution, note, resolution_reference: reference }
      add('case_resolutions', { id: write.id, tenant_id: tenant, ...words, resolved_by: by, resolved_at_ms: atMs })
      return
    }
    default:
      write satisfies never
  }
}

function settlementRow(tenant: string, fileId: string, row: SettlementRow): object {
  const place = { file_id: fileId, line: row.line, tenant_id: tenant }
  if (!('settled' in row)) return { ...place, problem: row.problem, raw: row.raw }
  const { settled } = row
  return {
    ...place,
    kind: settled.kind,
    transaction_id: settled.transactionId,
    reference: settled.reference,
    refund_reference: settled.refundReference,
    amount_dong: String(settled.amount.dong),
    standing: settled.standing,
    settled_at_ms: settled.settledAtMs,
    bank_code: settled.bankCode,
    transfer_id: settled.transferId,
  }
}

const judgedRow = (tenant: string, reconciliationId: string, row: ReconciliationRow): object => ({
  reconciliation_id: reconciliationId,
  position: row.position,
  tenant_id: tenant,
  outcome: row.outcome,
  line: row.line,
  reference: row.reference,
  transaction_id: row.transactionId,
  transfer_id: row.transferId,
  payment_id: row.paymentId,
  amount_there_dong: row.amountThere === undefined ? undefined : String(row.amountThere.dong),
  amount_here_dong: row.amountHere === undefined ? undefined : String(row.amountHere.dong),
  state_there: row.stateThere,
  state_here: row.stateHere,
  is_healed: row.isHealed,
  is_unasked: row.isUnasked,
  case_id: row.caseId,
  reason: row.reason,
})
