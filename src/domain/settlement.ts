/** The portal's daily settlement file as this house understands it: contracts/payment-portal/settlement-file.md. */
import type { Money } from './money.ts'

/** One transaction, or one refund of one, as the portal settled it. */
export interface SettledTransaction {
  readonly kind: 'payment' | 'refund'
  /** `MaGiaoDich`; of a refund the refund's own. */
  readonly transactionId: string
  /** `MaThamChieu`. */
  readonly reference: string
  /** `MaHoanTien`, of a refund. */
  readonly refundReference?: string
  readonly amount: Money
  /** `TrangThaiGD` 1 or 4. */
  readonly standing: 'paid' | 'failed'
  readonly settledAtMs: number
  readonly bankCode?: string
  /** The bank transfer by which the money reaches the beneficiary. */
  readonly transferId?: string
}

/** A readable row, and the whole file it stands in: what may be cited. */
export interface CitedRow {
  readonly settled: SettledTransaction
  readonly line: number
  readonly file: Pick<SettlementFile, 'id' | 'sha256'>
}

/** Why a row could not be taken for what it says. */
export type RowProblem =
  | 'not_utf8'
  | 'too_long'
  | 'wrong_field_count'
  | 'bad_kind'
  | 'bad_transaction_id'
  | 'bad_reference'
  | 'bad_refund_reference'
  | 'bad_amount'
  | 'bad_currency'
  | 'bad_standing'
  | 'bad_time'
  | 'bad_bank'
  | 'bad_transfer_id'

/** A row of a file; `line` counts from 1, the header included. */
export type SettlementRow =
  | { readonly line: number; readonly settled: SettledTransaction }
  /** Put aside: it moves nothing and blocks nothing. `raw` is its text, clipped, control characters replaced. */
  | { readonly line: number; readonly problem: RowProblem; readonly raw: string }

/** Why a whole file is not worked with: nothing is posted from a file that may not be whole. */
export type FileRefusal =
  | 'empty'
  | 'not_a_settlement_file'
  | 'wrong_partner'
  | 'wrong_date'
  | 'truncated'
  | 'wrong_count'
  | 'wrong_sum'
  | 'wrong_digest'
  | 'rows_after_trailer'
  | 'too_large'

/** A file that was found whole. Its id is made from what it is, so the same file twice is one file. */
export interface SettlementFile {
  /** `stf_…` */
  readonly id: string
  readonly connection: string
  /** `YYYY-MM-DD` in Vietnam: the day the transactions were settled. */
  readonly date: string
  /** Of the bytes as received, base64url. */
  readonly sha256: string
  readonly rows: number
  readonly quarantined: number
  /** Of the rows that could be read, payments and refunds alike. */
  readonly sum: Money
  readonly source: 'portal' | 'upload'
  readonly receivedAtMs: number
}
