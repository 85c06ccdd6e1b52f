/**
 * Ed25519 public keys that OpenSSL imports but nobody should trust: the eight points of small order, under which
 * signatures can be made without a private key, and encodings outside the field (RFC 8032 section 5.1.3).
 */

const fieldPrime = 2n ** 255n - 19n

const orderEightY = 0x05fc536d880238b13933c6d305acdfd5f098eff289f4c345b027b2c28f95e826n

/** The y coordinates of the points of order 1, 2, 4 and 8; each order-8 y belongs to two points that differ in sign. */
const smallOrderY = new Set([1n, fieldPrime - 1n, 0n, orderEightY, fieldPrime - orderEightY])

/** Whether 32 octets (little-endian, sign in the top bit) name a point of small order or no field element at all. */
export function isWeakEdwardsPoint(encoded: Uint8Array): boolean {
  const bigEndian = Buffer.from(encoded.toReversed()).toString('hex')
  const y = BigInt(`0x${bigEndian}`) & ((1n << 255n) - 1n)
  return y >= fieldPrime || smallOrderY.has(y)
}
