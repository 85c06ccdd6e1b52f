/** What is paid for, out of `ThongTinBienLai`: the pay page, the bill and the check of sums all read it here. */
import type { Message } from './signing.ts'

interface ReceiptLine {
  readonly name: string
  readonly kind: 'Phí' | 'Lệ phí' | 'Tiền phạt'
  readonly dong: number
}

/** Fees where there are any; a fine has only the plain list of sums. */
export function receiptLines(receipt: Message): ReceiptLine[] {
  const fees = rowsOf(receipt['PhiLePhi'])
  if (fees.length > 0) {
    return fees.map((fee) => ({
      name: field(fee, 'TenPhiLePhi'),
      kind: field(fee, 'LoaiPhiLePhi') === '1' ? 'Phí' : 'Lệ phí',
      dong: Number(field(fee, 'SoTien')),
    }))
  }
  return listedSums(receipt).map(({ name, dong }) => ({ name, kind: 'Tiền phạt', dong }))
}

/** `DSKhoanNop`. */
export function listedSums(receipt: Message): { name: string; dong: number }[] {
  return rowsOf(receipt['DSKhoanNop']).map((sum) => ({
    name: field(sum, 'NoiDung'),
    dong: Number(field(sum, 'SoTien')),
  }))
}

/** A text of the receipt block; empty when unused, as the contract sends it. */
export function field(message: Message, name: string): string {
  const value = message[name]
  return typeof value === 'string' ? value : ''
}

const rowsOf = (value: unknown): Message[] => (Array.isArray(value) ? (value as Message[]) : [])
