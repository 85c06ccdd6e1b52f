/** Randomness a test can repeat: the same seed and the same calls give the same ids (mulberry32, 32 bits of state). */
export interface SeededRandom {
  /** 0 <= n < 1. */
  next(): number
  /** `length` characters out of `alphabet`. */
  text(length: number, alphabet?: string): string
  /** Back to the seed. */
  reset(): void
}

const crockford = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'

export function createRandom(seed: number): SeededRandom {
  let state = seed >>> 0

  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }

  return {
    next,
    text(length, alphabet = crockford) {
      return Array.from({ length }, () => alphabet[Math.floor(next() * alphabet.length)]).join('')
    },
    reset() {
      state = seed >>> 0
    },
  }
}
