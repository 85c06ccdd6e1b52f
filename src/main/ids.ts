/**
 * Real ids. Public ids are ULID-shaped: 48 bits of time and 80 of chance, so they sort by creation and cannot be guessed.
 * Portal references begin with the time as well: after a restore from an old backup the clock has moved on, so no
 * reference that was ever sent can come again.
 */
import { randomFillSync } from 'node:crypto'
import type { Clock } from '#domain/clock.ts'
import type { IdPrefix, Ids } from '#domain/clock.ts'

const crockford = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'
const base36 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ'

export function createIds(clock: Clock): Ids {
  const chance = createChance()
  return {
    next: (prefix: IdPrefix) => `${prefix}_${digits(clock.nowMs(), crockford, 10)}${chance.text(crockford, 16)}`,
    portalReference: () => `${digits(clock.nowMs(), base36, 8)}${chance.text(base36, 12)}`,
    random: (count) => chance.bytes(count),
  }
}

/** `length` characters, most significant first; 8 characters of base 36 hold milliseconds until the year 2059. */
function digits(value: number, alphabet: string, length: number): string {
  let text = ''
  for (let rest = value; text.length < length; rest = Math.floor(rest / alphabet.length)) {
    text = alphabet.charAt(rest % alphabet.length) + text
  }
  return text
}

interface Chance {
  text(alphabet: string, length: number): string
  bytes(count: number): Uint8Array
}

/** Randomness out of a pool that is refilled in one system call per 4 KiB; no byte is handed out twice. */
function createChance(): Chance {
  const pool = new Uint8Array(4_096)
  let used = pool.length
  const nextByte = (): number => {
    if (used === pool.length) {
      randomFillSync(pool)
      used = 0
    }
    const byte = pool[used] ?? 0
    used += 1
    return byte
  }
  return {
    bytes(count) {
      if (used + count > pool.length) {
        randomFillSync(pool)
        used = 0
      }
      used += count
      return pool.slice(used - count, used)
    },
    text(alphabet, length) {
      // Bytes past the largest multiple are thrown away: no character is likelier than another.
      const fair = 256 - (256 % alphabet.length)
      let text = ''
      while (text.length < length) {
        const byte = nextByte()
        if (byte < fair) text += alphabet.charAt(byte % alphabet.length)
      }
      return text
    },
  }
}
