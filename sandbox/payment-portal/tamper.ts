/** Lies in well-formed messages, for the faults `wrong-…`: all but one are signed as if they were true. */
import { sign, type Message } from './signing.ts'

type Lie = (message: Message) => Message

const lies: Readonly<Record<string, Lie>> = {
  'wrong-amount': (message) => ({ ...message, SoTien: Number(message['SoTien']) + 1000 }),
  'wrong-currency': (message) => ({ ...message, MaTienTe: 'USD' }),
  'wrong-reference': (message) => ({ ...message, MaThamChieu: otherReference(String(message['MaThamChieu'])) }),
  'wrong-partner': (message) => ({ ...message, MaDoiTac: 'SOMEBODYELSE' }),
}

/** Signs what is to be sent; with one of the faults, something else than the truth. */
export function signOrLie(
  order: readonly string[],
  message: Message,
  secret: string,
  fault: string | undefined,
): Message {
  if (fault === undefined) return sign(order, message, secret)
  const signed = sign(order, lies[fault]?.(message) ?? message, secret)
  return fault === 'wrong-checksum' ? { ...signed, MaXacThuc: flipped(signed.MaXacThuc) } : signed
}

const otherReference = (reference: string): string => reference.slice(0, -1) + (reference.endsWith('Z') ? 'Y' : 'Z')
const flipped = (hex: string): string => (hex.startsWith('0') ? '1' : '0') + hex.slice(1)
