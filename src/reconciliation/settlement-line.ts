/**
 * One line of a settlement file (contracts/payment-portal/settlement-file.md). Pure, and total: whatever stands in a line,
 * the answer is a header, a row, a row to be put aside, or a trailer.
 */
import { maxAmountDong } from '#domain/money.ts'
import type { RowProblem, SettledTransaction } from '#domain/settlement.ts'
import { vietnamOffsetMs } from '#domain/vietnam-date.ts'

export type SettlementLine =
  | { readonly kind: 'header'; readonly partner: string; readonly date: string }
  | { readonly kind: 'row'; readonly settled: SettledTransaction }
  /** `amountDong`: where at least that could be read. */
  | { readonly kind: 'bad_row'; readonly problem: RowProblem; readonly amountDong: bigint | undefined }
  | { readonly kind: 'trailer'; readonly rows: number; readonly sum: bigint; readonly sha256: string }
  | { readonly kind: 'unknown' }

const headerForm = /^H\|DOISOAT\|1\.0\|([^|]{1,50})\|(\d{4})(\d{2})(\d{2})\|\d{14}$/
const trailerForm = /^T\|(\d{1,9})\|(\d{1,21})\|([0-9a-f]{64})$/

export function readSettlementLine(text: string): SettlementLine {
  if (text.startsWith('D|')) return readRow(text.split('|', 13))
  const header = headerForm.exec(text)
  if (header !== null) return { kind: 'header', partner: header[1] ?? '', date: header.slice(2, 5).join('-') }
  const trailer = trailerForm.exec(text)
  if (trailer === null) return { kind: 'unknown' }
  const [, rows = '', sum = '', sha256 = ''] = trailer
  return { kind: 'trailer', rows: Number(rows), sum: BigInt(sum), sha256 }
}

const fieldCount = 12

function readRow(fields: readonly string[]): SettlementLine {
  const [, kind = '', transactionId = '', reference = '', refundReference = '', , amount = ''] = fields
  const [currency = '', standing = '', time = '', bank = '', transferId = ''] = fields.slice(7)
  const amountDong = fields.length === fieldCount && amountForm.test(amount) ? BigInt(amount) : undefined
  const settledAtMs = epochOf(time)
  const problem = firstProblem([
    ['wrong_field_count', fields.length === fieldCount],
    ['bad_kind', kind === 'TT' || kind === 'HT'],
    ['bad_transaction_id', /^[0-9A-Za-z]{1,64}$/.test(transactionId)],
    ['bad_reference', /^\w{1,20}$/.test(reference)],
    ['bad_refund_reference', kind === 'HT' ? /^\w{1,20}$/.test(refundReference) : refundReference === ''],
    ['bad_amount', amountDong !== undefined && amountDong <= maxAmountDong],
    ['bad_currency', currency === 'VND'],
    ['bad_standing', standing === '1' || standing === '4'],
    ['bad_time', settledAtMs !== undefined],
    ['bad_bank', /^[0-9A-Za-z]{0,32}$/.test(bank)],
    ['bad_transfer_id', /^[0-9A-Za-z]{0,64}$/.test(transferId)],
  ])
  if (problem !== undefined || amountDong === undefined || settledAtMs === undefined) {
    return { kind: 'bad_row', problem: problem ?? 'bad_amount', amountDong }
  }
  return {
    kind: 'row',
    settled: {
      kind: kind === 'HT' ? 'refund' : 'payment',
      transactionId,
      reference,
      ...(refundReference === '' ? {} : { refundReference }),
      amount: { dong: amountDong },
      standing: standing === '1' ? 'paid' : 'failed',
      settledAtMs,
      ...(bank === '' ? {} : { bankCode: bank }),
      ...(transferId === '' ? {} : { transferId }),
    },
  }
}

const amountForm = /^[1-9]\d{0,11}$/

const firstProblem = (checks: readonly (readonly [RowProblem, boolean])[]): RowProblem | undefined =>
  checks.find(([, holds]) => !holds)?.[0]

/** `yyyyMMddHHmmss`; a day that does not exist is no time. */
function epochOf(stamp: string): number | undefined {
  const parts = /^(20\d{2})(\d{2})(\d{2})(\d{2})(\d{2})(\d{2})$/.exec(stamp)
  if (parts === null) return undefined
  const [, year, month, day, hour, minute, second] = parts
  const iso = `${year}-${month}-${day}T${hour}:${minute}:${second}.000Z`
  const localMs = Date.parse(iso)
  // 24:00:00 and leap seconds are no times of this file; 30 February would have become 2 March.
  return Number.isNaN(localMs) || new Date(localMs).toISOString() !== iso ? undefined : localMs - vietnamOffsetMs
}
