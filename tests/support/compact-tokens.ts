/** Signs any header and any payload, as an attacker or a careless library would, byte for byte as given. */
import { sign, type KeyObject } from 'node:crypto'

export type Part = string | object | Uint8Array

export function signCompact(header: Part, payload: Part, privateKey: KeyObject): string {
  const input = `${encodePart(header)}.${encodePart(payload)}`
  const options =
    privateKey.asymmetricKeyType === 'ec' ? { key: privateKey, dsaEncoding: 'ieee-p1363' as const } : privateKey
  const digest = privateKey.asymmetricKeyType === 'ed25519' ? undefined : 'sha256'
  return `${input}.${sign(digest, Buffer.from(input), options).toString('base64url')}`
}

/** Text and bytes as they are, objects as JSON. */
export function encodePart(part: Part): string {
  const bytes = part instanceof Uint8Array ? part : Buffer.from(typeof part === 'string' ? part : JSON.stringify(part))
  return Buffer.from(bytes).toString('base64url')
}
