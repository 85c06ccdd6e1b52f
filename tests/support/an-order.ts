/** An order for the payment platform as payments would place it; each has a reference of its own. */
import { hash } from 'node:crypto'
import type { PortalReference, TransactionOrder } from '#domain/portal.ts'

let placed = 0

export function anOrder(differing: Partial<TransactionOrder> = {}): TransactionOrder {
  placed += 1
  const reference = `T${hash('sha256', `${process.pid} ${placed}`).slice(0, 19).toUpperCase()}` as PortalReference
  return {
    reference,
    amount: { dong: 50_000n },
    issuedAtMs: Date.parse('2026-11-23T15:04:05+07:00'),
    dossierCode: 'H38.17-261123-0007',
    procedureCode: '2.000635',
    procedureName: 'Cấp bản sao trích lục hộ tịch',
    payer: { fullName: 'Nguyễn Thị Hoà', personalId: '015185000011', address: 'Xã Phong Dụ Thượng, tỉnh Lào Cai' },
    lines: [{ code: 'P01', name: 'Phí cấp bản sao trích lục', kind: 'phi', amount: { dong: 50_000n } }],
    unit: {
      code: 'H38.17',
      portal: 'payment-portal',
      agencyCode: '000.00.17.H38',
      name: 'UBND xã Phong Dụ Thượng',
      ip: '10.0.0.1',
      beneficiary: { account: '990000000001', bank: 'TESTBANK', name: 'UBND XA PHONG DU THUONG' },
    },
    ...differing,
  }
}
