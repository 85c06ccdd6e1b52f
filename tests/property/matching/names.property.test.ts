import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { nameProblem } from '#domain/person-name.ts'
import { compareNames } from '#matching/names.ts'
import { anotherTone, spell, spellings, vietnameseName, type Syllable } from '../../support/vietnamese-names.ts'

const registered = (name: readonly Syllable[]): string => spell(name).toUpperCase()

/** A name and the same name with one syllable said in another tone. */
const twoTones = vietnameseName.chain((name) =>
  fc.nat(name.length - 1).chain((index) => {
    const syllable = name[index] as Syllable
    return anotherTone(syllable.tone).map((tone) => ({ name, other: name.with(index, { ...syllable, tone }) }))
  }),
)

describe('5,000 names', () => {
  it('never match a name with another tone, however either is spelt', () => {
    fc.assert(
      fc.property(twoTones, ({ name, other }) => {
        const their = registered(other)
        const wrong = Object.values(spellings)
          .map(({ of }) => compareNames(of(name), their))
          .filter(({ verdict, hints }) => verdict !== 'mismatch' || hints.join() !== 'accents_differ')
        expect(wrong).toEqual([])
      }),
      { numRuns: 5_000 },
    )
  })

  it('never match a name that lacks a syllable', () => {
    fc.assert(
      fc.property(vietnameseName, ([first, ...rest]) => {
        const name = [first as Syllable, ...rest]
        expect(compareNames(spell(rest), registered(name)).verdict).toBe('mismatch')
        expect(compareNames(spell(name), registered(rest)).verdict).toBe('mismatch')
      }),
      { numRuns: 5_000 },
    )
  })

  it.each(Object.entries(spellings))('are the same person when %s', (_, { verdict, of }) => {
    fc.assert(
      fc.property(vietnameseName, (name) => {
        const declared = of(name)
        // Not every name has a letter the spelling touches; then there is nothing to normalise.
        const expected = declared === spell(name) ? 'match' : verdict
        expect(compareNames(declared, registered(name))).toEqual({ verdict: expected, hints: [] })
        expect(nameProblem(declared)).toBeUndefined()
      }),
      { numRuns: 5_000 },
    )
  })

  it('come to the same verdict whichever side is which', () => {
    const spelling = fc.constantFrom(...Object.values(spellings))
    fc.assert(
      fc.property(vietnameseName, vietnameseName, spelling, spelling, (name, other, ours, theirs) => {
        for (const [a, b] of [
          [name, name],
          [name, other],
        ] as const) {
          expect(compareNames(ours.of(a), theirs.of(b))).toEqual(compareNames(theirs.of(b), ours.of(a)))
        }
      }),
      { numRuns: 1_000 },
    )
  })
})

describe('any two texts', () => {
  it('are compared without trouble, and equal texts match', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'binary' }), (a, b) => {
        expect(['match', 'match_normalised', 'mismatch', 'no_data']).toContain(compareNames(a, b).verdict)
        if (a.trim() !== '') expect(compareNames(a, a).verdict).toBe('match')
      }),
      { numRuns: 2_000 },
    )
  })
})
