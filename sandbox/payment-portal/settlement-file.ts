/** The daily settlement file: written from contracts/payment-portal/settlement-file.md, and spoiled in every way it can be. */
import { hash, timingSafeEqual } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Kernel } from '../kernel/kernel.ts'
import type { Answer } from '../kernel/simulator.ts'
import { standingAt, type Ledger, type Refund, type Transaction } from './ledger.ts'
import { compactLocalTime, isRealLocalTime } from './local-time.ts'

export const settlementPath = '/nen-tang-thanh-toan/doi-soat'

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

export interface SettlementDeps {
  readonly kernel: Kernel
  readonly ledger: Ledger
}

export function createSettlementFiles({ kernel, ledger }: SettlementDeps) {
  const { partnerCode, secret } = kernel.credentials.paymentPortal

  const answer = (query: URLSearchParams, fault: string | undefined): Answer => {
    const day = query.get('NgayDoiSoat') ?? ''
    if (query.get('MaDoiTac') !== partnerCode || !isSigned(query, secret)) return plain(401, 'sai mã xác thực\n')
    const nowMs = kernel.clock.nowMs()
    if (!/^\d{8}$/.test(day) || !isRealLocalTime(`${day}000000`)) return plain(400, 'không có ngày này\n')
    if (fault === 'no-file' || day > compactLocalTime(nowMs).slice(0, 8)) return plain(404, 'chưa có tệp\n')
    const rows = spoiledRows(rowsOfDay(ledger, day, nowMs), fault, day)
    return plain(200, spoiledText(fileOf({ partnerCode, day, rows }), fault))
  }

  return async (req: IncomingMessage, res: ServerResponse): Promise<void> => {
    const query = new URL(req.url ?? '', 'http://sandbox').searchParams
    const keys = { client: query.get('MaDoiTac') ?? '' }
    await kernel.serve(
      { system: 'payment_portal', operation: 'RECON_FILE', keys, req, res },
      (fault) => answer(query, fault?.fault),
      settlementFaults,
    )
  }
}

function isSigned(query: URLSearchParams, secret: string): boolean {
  const parts = ['RECON_FILE', query.get('MaDoiTac'), query.get('NgayDoiSoat'), secret]
  const expected = Buffer.from(hash('sha256', parts.join('|'), 'hex'))
  const given = Buffer.from(query.get('MaXacThuc') ?? '')
  return given.length === expected.length && timingSafeEqual(given, expected)
}

const plain = (status: number, body: string): Answer => ({
  status,
  headers: { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store' },
  body,
})

interface Row {
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

/** Everything that was settled on the day, oldest first. What nobody ever paid is not in it. */
function rowsOfDay(ledger: Ledger, day: string, nowMs: number): readonly Row[] {
  const isThatDay = ({ atMs }: Row) => compactLocalTime(atMs).startsWith(day)
  return [...ledger.all()]
    .flatMap((transaction) => [...paymentRows(transaction, nowMs), ...refundRows(transaction)])
    .filter(isThatDay)
    .toSorted((a, b) => a.atMs - b.atMs)
}

function paymentRows(transaction: Transaction, nowMs: number): readonly Row[] {
  const standing = standingAt(transaction, nowMs)
  const hasExpired = transaction.history.at(-1)?.event === 'expired'
  const { settledAtMs, reference, transactionId, amount, bank } = transaction
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

const refundRows = ({ refunds, reference, bank }: Transaction): readonly Row[] =>
  [...refunds.values()].filter(({ standing }) => standing === 'SUCCESS').map(refundRow(reference, bank))

const refundRow =
  (reference: string, bank: string) =>
  ({ transactionId, refundReference, amount, atMs }: Refund): Row => ({
    kind: 'HT',
    transactionId,
    reference,
    refundReference,
    amount,
    status: '1',
    atMs,
    bank,
    transferId: '',
  })

const firstPayment = (rows: readonly Row[]): number => rows.findIndex(({ kind }) => kind === 'TT')

/** What the file says instead of the truth; a fault about a row strikes the first payment of the day. */
function spoiledRows(rows: readonly Row[], fault: string | undefined, day: string): readonly Row[] {
  const at = firstPayment(rows)
  const first = rows[at]
  if (fault === 'file-extra-row') return [...rows, strangerOf(day)]
  if (first === undefined) return rows
  const but = (differing: Partial<Row>) => rows.with(at, { ...first, ...differing })
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
const strangerOf = (day: string): Row => ({
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
  readonly rows: readonly Row[]
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

const lineOf = (row: Row): string =>
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
