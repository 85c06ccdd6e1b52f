/** Settlement files written by hand from the contract, whole unless a test spoils them. */
import { createHash } from 'node:crypto'

export interface WrittenRow {
  readonly kind?: 'TT' | 'HT'
  readonly transactionId?: string
  readonly reference?: string
  readonly refundReference?: string
  readonly amount?: string
  readonly currency?: string
  readonly status?: string
  readonly at?: string
  readonly bank?: string
  readonly transferId?: string
}

export const aRow = (differing: WrittenRow = {}): string => {
  const row = {
    kind: 'TT',
    transactionId: 'GD261123A1',
    reference: '00000000000000000001',
    refundReference: '',
    amount: '50000',
    currency: 'VND',
    status: '1',
    at: '20261123120000',
    bank: 'SAOBIEN',
    transferId: 'CT20261123SAOBIEN',
    ...differing,
  }
  const { kind, transactionId, reference, refundReference, amount, currency, status, at, bank, transferId } = row
  return [
    'D',
    kind,
    transactionId,
    reference,
    refundReference,
    '',
    amount,
    currency,
    status,
    at,
    bank,
    transferId,
  ].join('|')
}

export interface WrittenFile {
  readonly partner?: string
  readonly date?: string
  readonly count?: number
  readonly sum?: bigint
  readonly digest?: string
}

/** The whole text of a file of these rows. */
export function aSettlementFile(rows: readonly string[], differing: WrittenFile = {}): string {
  const { partner = 'LAOCAITEST', date = '2026-11-23' } = differing
  const day = date.replaceAll('-', '')
  const body = [`H|DOISOAT|1.0|${partner}|${day}|${day}235959`, ...rows].map((line) => `${line}\n`).join('')
  const sum = rows.reduce((total, row) => total + amountOf(row), 0n)
  const digest = differing.digest ?? createHash('sha256').update(body).digest('hex')
  return `${body}T|${differing.count ?? rows.length}|${differing.sum ?? sum}|${digest}\n`
}

const amountOf = (row: string): bigint => {
  const amount = row.split('|')[6] ?? ''
  return /^\d{1,12}$/.test(amount) ? BigInt(amount) : 0n
}
