/**
 * `checksum`: which values are joined, in which order, without anything between them. Written from
 * contracts/paygov/signing.md; the adapter has its own copy on purpose, so that one side's slip cannot agree with itself.
 */
import { hash, timingSafeEqual } from 'node:crypto'

export type Message = Readonly<Record<string, unknown>>

export const createOrder = ['partnerCode', 'orderId', 'requestCode', 'amount'] as const
export const receiptOrder = [
  'partnerCode',
  'accessKey',
  'payerId',
  'payerName',
  'payerAddress',
  'payerDistrict',
  'payerProvince',
  'docCode',
  'decisionDate',
  'procedureName',
  'paids',
  'otherInfo',
] as const
export const notificationOrder = [
  'amount',
  'orderId',
  'orderInfo',
  'requestCode',
  'transactionNo',
  'payDate',
  'paygate',
  'errorCode',
  'type',
  'transactionCode',
] as const
export const settlementOrder = ['partnerCode', 'date'] as const

/** `before`: the keys that come first. Our own numbers are integers, so their spelling is their digits. */
export function checksumOf(before: readonly string[], order: readonly string[], message: Message): string {
  return hash('sha256', [...before, ...order.map((field) => text(message[field]))].join(''), 'hex')
}

export function isSigned(before: readonly string[], order: readonly string[], message: Message): boolean {
  const given = Buffer.from(text(message['checksum']))
  const expected = Buffer.from(checksumOf(before, order, message))
  return given.length === expected.length && timingSafeEqual(given, expected)
}

const text = (value: unknown): string =>
  typeof value === 'string' ? value : typeof value === 'number' ? String(value) : ''
