/** Request bodies of the API that are right in everything, for tests to spoil in one place. */
import type { CreatePaymentInput } from '#payments/check-order.ts'

export const aVerification = (differing: Record<string, unknown> = {}): Record<string, unknown> => ({
  subject: aSubject(),
  purpose: { procedureCode: '2.000635', dossierCode: 'H38.17-261123-0007', officerId: '015080000123' },
  ...differing,
})

export const aSubject = (differing: Record<string, unknown> = {}): Record<string, unknown> => ({
  personalId: '015185000011',
  fullName: 'Nguyễn Thị Hoà',
  dateOfBirth: '1985-03-07',
  ...differing,
})

export const aPaymentOrder = (differing: Partial<CreatePaymentInput> = {}): CreatePaymentInput => ({
  reference: 'H38.17-261123-0007:P01',
  dossierCode: 'H38.17-261123-0007',
  procedureCode: '2.000635',
  procedureName: 'Cấp bản sao trích lục hộ tịch',
  payer: { fullName: 'Nguyễn Thị Hoà', personalId: '015185000011' },
  lines: [{ code: 'P01', name: 'Phí cấp bản sao trích lục hộ tịch', kind: 'phi', amount: 50_000, instalment: 1 }],
  collectingUnit: 'H38.17',
  ...differing,
})
