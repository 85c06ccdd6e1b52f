/** The banks of the pay page. All invented: nobody's logo, nobody's number. */
export interface Bank {
  readonly code: string
  readonly name: string
  /** Two letters and a colour stand for a logo. */
  readonly monogram: string
  readonly colour: string
}

export const banks: readonly Bank[] = [
  { code: 'SAOBIEN', name: 'Ngân hàng Sao Biển', monogram: 'SB', colour: '#0b7285' },
  { code: 'DONGLUA', name: 'Ngân hàng Đồng Lúa', monogram: 'ĐL', colour: '#5c940d' },
  { code: 'TRUONGSON', name: 'Ngân hàng Trường Sơn', monogram: 'TS', colour: '#364fc7' },
  { code: 'HOASEN', name: 'Ngân hàng Hoa Sen', monogram: 'HS', colour: '#c2255c' },
  { code: 'PHUSA', name: 'Ngân hàng Phù Sa', monogram: 'PS', colour: '#9c4a1a' },
  { code: 'VIHAC', name: 'Ví điện tử Hạc', monogram: 'VH', colour: '#6741d9' },
]

/** What `MaNganHang` says when the payer scanned the QR instead of choosing a bank. */
export const qrBankCode = 'VIETQR'

export const bankName = (code: string): string =>
  code === qrBankCode ? 'Quét mã VietQR' : (banks.find((bank) => bank.code === code)?.name ?? code)

export const isPayableBy = (code: string): boolean => code === qrBankCode || banks.some((bank) => bank.code === code)
