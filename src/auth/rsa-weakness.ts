/** RSA public keys that must not be trusted although they parse: too small, trivial exponent, known bad generators. */

const minModulusBits = 2_048
/** Verifying a larger one is work for strangers: the cost grows with the square. */
const maxModulusBits = 4_096
/** FIPS 186-5 section A.1.1: e is odd and above 2^16; the upper bound keeps verification cheap. */
const minExponent = 65_537n
const maxExponent = 0xffff_ffffn

/** Why this modulus and exponent (big-endian octets) are refused; undefined when nothing speaks against them. */
export function rsaWeakness(modulus: Uint8Array, exponent: Uint8Array): string | undefined {
  const [n, e] = [toInteger(modulus), toInteger(exponent)]
  const bits = n.toString(2).length
  if (bits < minModulusBits || bits > maxModulusBits) {
    return `an RSA modulus has ${minModulusBits} to ${maxModulusBits} bits`
  }
  if (e < minExponent || e > maxExponent || e % 2n === 0n) return 'the RSA exponent must be odd and at least 65537'
  if (smallPrimes.some((prime) => n % prime === 0n)) return 'the RSA modulus has a small factor'
  if (hasRocaFingerprint(n)) return 'the RSA modulus carries the ROCA fingerprint (CVE-2017-15361)'
  return undefined
}

const toInteger = (octets: Uint8Array): bigint => BigInt(`0x${Buffer.from(octets).toString('hex') || '0'}`)

/** All primes up to 751: a real modulus has none of them. */
const smallPrimes = primesUpTo(751)

/**
 * Primes of the broken generator are powers of 65537 modulo the primorial that was used, so the modulus is one modulo
 * each small prime (Nemec et al., CCS 2017, section 2.1). By chance that happens to 1 key in 2^27 with the primes to 167.
 */
function hasRocaFingerprint(n: bigint): boolean {
  return rocaResidues.every(({ prime, residues }) => residues.has(n % prime))
}

const rocaResidues = primesUpTo(167)
  .filter((prime) => prime > 2n)
  .map((prime) => ({ prime, residues: powersOf(65_537n, prime) }))

function powersOf(base: bigint, prime: bigint): ReadonlySet<bigint> {
  const powers = new Set<bigint>()
  for (let power = 1n; !powers.has(power); power = (power * base) % prime) powers.add(power)
  return powers
}

function primesUpTo(limit: number): bigint[] {
  const primes: number[] = []
  for (let candidate = 2; candidate <= limit; candidate++) {
    if (primes.every((prime) => candidate % prime !== 0)) primes.push(candidate)
  }
  return primes.map(BigInt)
}
