/** Chance by a seed: what the rig decides is decided alike at every run; what processes make of it is theirs. */
export interface Chance {
  /** 0 <= x < 1. */
  next(): number
  /** A whole number, both ends included. */
  between(least: number, most: number): number
  happens(share: number): boolean
  pick<T>(choices: readonly [T, ...T[]]): T
  /** A sequence of its own, so that one part's draws do not move another's. */
  branch(name: string): Chance
}

/** mulberry32: 32 bits of state are plenty for choosing what to break. */
export function chanceOf(seed: number): Chance {
  let state = seed >>> 0
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  const between = (least: number, most: number) => least + Math.floor(next() * (most - least + 1))
  return {
    next,
    between,
    happens: (share) => next() < share,
    pick: (choices) => choices[between(0, choices.length - 1)] ?? choices[0],
    branch(name) {
      let branched = seed >>> 0
      for (const character of name) branched = (Math.imul(branched, 31) + (character.codePointAt(0) ?? 0)) >>> 0
      return chanceOf(branched)
    },
  }
}
