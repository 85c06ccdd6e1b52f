/** Who asks for a settlement file signs the day; refunds stand in it beside the payments. */
import { hash, timingSafeEqual } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Kernel } from '../kernel/kernel.ts'
import { answerSettlementFile, paymentRows, settlementFaults, type SettlementRow } from '../paying/settlement-file.ts'
import type { Ledger, Refund, Transaction } from './ledger.ts'

export const settlementPath = '/nen-tang-thanh-toan/doi-soat'

export interface SettlementDeps {
  readonly kernel: Kernel
  readonly ledger: Ledger
}

export function createSettlementFiles({ kernel, ledger }: SettlementDeps) {
  const { partnerCode, secret } = kernel.credentials.paymentPortal
  const { nowMs } = kernel.clock
  const rows = () =>
    [...ledger.all()].flatMap((transaction) => [...paymentRows(transaction, nowMs()), ...refundRows(transaction)])

  return async (req: IncomingMessage, res: ServerResponse): Promise<void> => {
    const query = new URL(req.url ?? '', 'http://sandbox').searchParams
    const client = query.get('MaDoiTac') ?? ''
    const isTrusted = client === partnerCode && isSigned(query, secret)
    const request = { partnerCode, day: query.get('NgayDoiSoat') ?? '', isTrusted }
    await kernel.serve(
      { system: 'payment_portal', operation: 'RECON_FILE', keys: { client }, req, res },
      (fault) => answerSettlementFile(request, rows, nowMs(), fault?.fault),
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

const refundRows = ({ refunds, reference, bank }: Transaction): readonly SettlementRow[] =>
  [...refunds.values()].filter(({ standing }) => standing === 'SUCCESS').map(refundRow(reference, bank))

const refundRow =
  (reference: string, bank: string) =>
  ({ transactionId, refundReference, amount, atMs }: Refund): SettlementRow => ({
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
