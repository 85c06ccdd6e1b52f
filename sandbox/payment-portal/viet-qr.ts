/**
 * The text of a dynamic VietQR (NAPAS, EMVCo merchant-presented QR): tag, two digits of length, value, and a CRC over
 * everything before it. Scanning it can never move real money: the bank number 990000 is nobody's.
 */
export interface VietQrOrder {
  /** An account that exists for this bill alone. */
  readonly account: string
  readonly amount: number
  readonly billNumber: string
  /** Unaccented; cut to the 25 characters the tag holds. */
  readonly purpose: string
}

/** Not assigned by NAPAS: real numbers begin with 9704. */
const simulatedBin = '990000'

export function vietQrText({ account, amount, billNumber, purpose }: VietQrOrder): string {
  const beneficiary = tlv('00', simulatedBin) + tlv('01', account)
  const body =
    tlv('00', '01') +
    tlv('01', '12') +
    tlv('38', tlv('00', 'A000000727') + tlv('01', beneficiary) + tlv('02', 'QRIBFTTA')) +
    tlv('53', '704') +
    tlv('54', String(amount)) +
    tlv('58', 'VN') +
    tlv('62', tlv('01', billNumber) + tlv('08', purpose.slice(0, 25))) +
    '6304'
  return body + crc16(body)
}

const tlv = (tag: string, value: string): string => tag + String(value.length).padStart(2, '0') + value

/** CRC-16/CCITT-FALSE: polynomial 0x1021, initial value 0xFFFF, four upper-case hex digits. ASCII only. */
export function crc16(ascii: string): string {
  let crc = 0xffff
  for (let at = 0; at < ascii.length; at++) {
    crc = ((crc << 8) ^ (table[((crc >> 8) ^ ascii.charCodeAt(at)) & 0xff] ?? 0)) & 0xffff
  }
  return crc.toString(16).toUpperCase().padStart(4, '0')
}

const table = Uint16Array.from({ length: 256 }, (_, byte) => {
  let crc = byte << 8
  for (let bit = 0; bit < 8; bit++) crc = crc & 0x8000 ? (crc << 1) ^ 0x1021 : crc << 1
  return crc & 0xffff
})
