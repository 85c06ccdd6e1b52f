/** The daily settlement file: written from contracts/payment-portal/settlement-file.md, and spoiled in every way it can be. */
import { hash } from 'node:crypto'
import type { Answer } from '../kernel/simulator.ts'
import { compactLocalTime, isRealLocalTime } from './local-time.ts'
import { standingAt, type Paid } from './standing.ts'

export const settlementFaults: ReadonlySet<string> = new Set([
  'no-file',
  'file-missing-row',
  'file-extra-row',
  'file-wrong-amount',
  'file-wrong-state',
  'file-duplicate-row',
  'file-double-charge',
  'file-bad-row',
  'file-wrong-total',
  'file-truncated',
  'file-crlf',
])

export interface SettlementRequest {
  readonly partnerCode: string
  /** yyyyMMdd */
  readonly day: string
  readonly isTrusted: boolean
}

/** Answers with the file of the day, which holds those of `rows` that were settled on it, oldest first. */
export function answerSettlementFile(
  { partnerCode, day, isTrusted }: SettlementRequest,
  rows: () => readonly SettlementRow[],
  nowMs: number,
  fault: string | undefined,
): Answer {
  if (!isTrusted) return plain(401, 'sai mã xác thực\n')
  if (!/^\d{8}$/.test(day) || !isRealLocalTime(`${day}000000`)) return plain(400, 'không có ngày này\n')
  if (fault === 'no-file' || day > compactLocalTime(nowMs).slice(0, 8)) return plain(404, 'chưa có tệp\n')
  const ofDay = rows()
    .filter(({ atMs }) => compactLocalTime(atMs).startsWith(day))
    .toSorted((a, b) => a.atMs - b.atMs)
  return plain(200, spoiledText(fileOf({ partnerCode, day, rows: spoiledRows(ofDay, fault, day) }), fault))
}

const plain = (status: number, body: string): Answer => ({
  status,
  headers: { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store' },
  body,
})

export interface SettlementRow {
  readonly kind: 'TT' | 'HT'
  readonly transactionId: string
  readonly reference: string
  readonly refundReference: string
  readonly amount: number
  readonly status: '1' | '4'
  readonly atMs: number
  readonly bank: string
  readonly transferId: string
}

/** What nobody ever paid is not in it. */
export function paymentRows(payment: Paid, nowMs: number): readonly SettlementRow[] {
  const standing = standingAt(payment, nowMs)
  const hasExpired = payment.history.at(-1)?.event === 'expired'
  const { settledAtMs, reference, transactionId, amount, bank } = payment
  if (settledAtMs === undefined || hasExpired || (standing !== 'paid' && standing !== 'failed')) return []
  const isPaid = standing === 'paid'
  return [
    {
      kind: 'TT',
      transactionId,
      reference,
      refundReference: '',
      amount,
      status: isPaid ? '1' : '4',
      atMs: settledAtMs,
      bank,
      transferId: isPaid ? `CT${compactLocalTime(settledAtMs).slice(0, 8)}${bank}` : '',
    },
  ]
}

const firstPayment = (rows: readonly SettlementRow[]): number => rows.findIndex(({ kind }) => kind === 'TT')

/** What the file says instead of the truth; a fault about a row strikes the first payment of the day. */
function spoiledRows(rows: readonly SettlementRow[], fault: string | undefined, day: string): readonly SettlementRow[] {
  const at = firstPayment(rows)
  const first = rows[at]
  if (fault === 'file-extra-row') return [...rows, strangerOf(day)]
  if (first === undefined) return rows
  const but = (differing: Partial<SettlementRow>) => rows.with(at, { ...first, ...differing })
  switch (fault) {
    case 'file-missing-row':
      return rows.toSpliced(at, 1)
    case 'file-wrong-amount':
      return but({ amount: first.amount + 1_000 })
    case 'file-wrong-state':
      return but({ status: first.status === '1' ? '4' : '1' })
    case 'file-duplicate-row':
      return [...rows, first]
    case 'file-double-charge':
      return [...rows, { ...first, transactionId: `${first.transactionId}X` }]
    case 'file-bad-row':
      return but({ bank: 'NGÂN HÀNG' })
    default:
      return rows
  }
}

/** A payment of somebody the partner never heard of. */
const strangerOf = (day: string): SettlementRow => ({
  kind: 'TT',
  transactionId: `GD${day.slice(2)}STRANGER`,
  reference: 'STRANGER000000000001',
  refundReference: '',
  amount: 70_000,
  status: '1',
  atMs: Date.parse(`${day.slice(0, 4)}-${day.slice(4, 6)}-${day.slice(6)}T12:00:00+07:00`),
  bank: 'SAOBIEN',
  transferId: `CT${day}SAOBIEN`,
})

interface FileParts {
  readonly partnerCode: string
  readonly day: string
  readonly rows: readonly SettlementRow[]
}

function fileOf({ partnerCode, day, rows }: FileParts): string {
  // As of its last row: asked for again it is the same, byte for byte.
  const newest = rows.reduce((latest, { atMs }) => Math.max(latest, atMs), 0)
  const madeAt = newest === 0 ? `${day}000000` : compactLocalTime(newest)
  const lines = [`H|DOISOAT|1.0|${partnerCode}|${day}|${madeAt}`, ...rows.map(lineOf)]
  const body = lines.map((line) => `${line}\n`).join('')
  const sum = rows.reduce((total, { amount }) => total + amount, 0)
  return `${body}T|${rows.length}|${sum}|${hash('sha256', body, 'hex')}\n`
}

const lineOf = (row: SettlementRow): string =>
  [
    'D',
    row.kind,
    row.transactionId,
    row.reference,
    row.refundReference,
    '',
    row.amount,
    'VND',
    row.status,
    compactLocalTime(row.atMs),
    row.bank,
    row.transferId,
  ].join('|')

function spoiledText(text: string, fault: string | undefined): string {
  switch (fault) {
    case 'file-wrong-total':
      return text.replace(/^(T\|\d+\|)(\d+)/m, (_, before: string, sum: string) => `${before}${Number(sum) + 1}`)
    case 'file-truncated':
      return text.slice(0, text.lastIndexOf('\nT|') + 1)
    case 'file-crlf':
      return text.replaceAll('\n', '\r\n')
    default:
      return text
  }
}
