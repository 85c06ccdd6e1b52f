import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { plant } from './planted.ts'
import { plantedBugs } from './planted-bugs.ts'

const root = new URL('../../', import.meta.url)

/** A few here; `npm run proof` plants all of them. */
const sample = [
  'a notification is believed without asking',
  'a notification of a portal that cannot be asked is believed',
  'a time-out means failed',
  'evidence leaves without its entry',
]

describe('the rig is trusted only because it turns red', () => {
  it('on at least twenty planted bugs, each of which still fits our sources', () => {
    const misfits = plantedBugs.flatMap(({ name, edits }) =>
      edits
        .filter(({ file, find }) => readFileSync(new URL(file, root), 'utf8').split(find).length !== 2)
        .map(({ file }) => `${name}: ${file}`),
    )
    expect(misfits).toEqual([])
    expect(plantedBugs.length).toBeGreaterThanOrEqual(20)
    expect(new Set(plantedBugs.map(({ name }) => name)).size).toBe(plantedBugs.length)
  })

  it.each(sample)('when %s', { timeout: 240_000 }, async (name) => {
    const bug = plantedBugs.find((one) => one.name === name)
    expect(bug).toBeDefined()
    if (bug !== undefined) expect((await plant(bug)).by).toMatch(/\w/)
  })
})
