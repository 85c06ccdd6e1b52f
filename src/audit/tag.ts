/**
 * How the audit log names people without naming them: a keyed tag. Twelve structured digits fall to any plain hash in
 * seconds, so the key lies outside the database, and it changes by epochs: destroying an old one erases what it named.
 */
import { createHmac, type KeyObject } from 'node:crypto'

export interface TagKey {
  readonly epoch: number
  readonly secret: KeyObject
}

export interface TagKeys {
  current(): TagKey
}

export type TagType = 'person' | 'business' | 'payment' | 'officer' | 'dossier' | 'upstream_ref'

/** Separates these tags from every other use of HMAC, now and later. */
const domain = 'lienthong/audit-tag/v1'
const tagBytes = 16

/** `<epoch>.<22 characters>`: HMAC-SHA-256 over domain, type and value, its first 16 bytes. Equal values of a type and epoch are equal tags. */
export function tagOf({ epoch, secret }: TagKey, type: TagType, value: string): string {
  // Neither domain nor type holds the separator, so no two (type, value) give the same text.
  const mac = createHmac('sha256', secret)
    .update(`${domain}\0${type}\0${value.normalize('NFC').trim()}`)
    .digest()
  return `${epoch}.${mac.toString('base64url', 0, tagBytes)}`
}
