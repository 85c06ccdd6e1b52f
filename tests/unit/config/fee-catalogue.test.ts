import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { readFeeCatalogue } from '#config/fee-catalogue.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'fees-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

function read(text: string) {
  const file = join(folder, 'fees.yaml')
  writeFileSync(file, text)
  const problems: string[] = []
  const catalogue = readFeeCatalogue(file, { units: ['H38.17', 'H38.29'], report: (problem) => problems.push(problem) })
  return { catalogue, problems: problems.map((problem) => problem.replace(file, 'fees.yaml')) }
}

const entry = (differing: Record<string, string> = {}): string => {
  const fields = {
    code: 'P01',
    name: 'Phí',
    kind: 'phi',
    amount: '50000',
    validFrom: '2024-01-01',
    collectingUnit: 'H38.17',
  }
  const lines = Object.entries({ ...fields, ...differing }).map(([name, value]) => `${name}: ${value}`)
  return `- ${lines.join('\n  ')}\n`
}

describe('a fee catalogue', () => {
  it('is read by code, several entries of one code beside each other', () => {
    const { catalogue, problems } = read(
      entry({ validUntil: '2025-12-31' }) +
        entry({ validFrom: '2026-01-01', amount: '60000' }) +
        entry({ collectingUnit: 'H38.29' }),
    )
    expect(problems).toEqual([])
    expect(catalogue.get('P01')?.map(({ amount: { dong }, collectingUnit }) => [dong, collectingUnit])).toEqual([
      [50_000n, 'H38.17'],
      [60_000n, 'H38.17'],
      [50_000n, 'H38.29'],
    ])
  })

  it('names every wrong entry with its line', () => {
    const { problems } = read(
      entry() + entry({ code: 'P02', kind: 'gift' }) + entry({ code: 'P03', amount: '50000.5' }),
    )
    expect(problems).toHaveLength(2)
    expect(problems[0]).toMatch(/^fees\.yaml line 9, entry 2, kind: /)
    expect(problems[1]).toMatch(/^fees\.yaml line 16, entry 3, amount: /)
  })

  it.each([
    ['a day that does not exist', entry({ validFrom: '2026-02-30' }), /line 5, entry 1, validFrom: a date that exists/],
    ['a field nobody knows', entry({ price: '1' }), /line 1, entry 1: .*price/],
    ['a field that is missing', '- code: P01\n', /line 1, entry 1, name: /],
    [
      'an end before the beginning',
      entry({ validUntil: '2023-12-31' }),
      /line 1, entry 1: validUntil 2023-12-31 is before/,
    ],
    ['a unit nobody configured', entry({ collectingUnit: 'H99' }), /line 1, entry 1: no collecting unit "H99"/],
    ['nothing at all', '', /line 1: /],
    ['no YAML', 'a: [', /^fees\.yaml: /],
  ])('refuses %s', (_, text, expected) => {
    const { problems } = read(text)
    expect(problems.join('\n')).toMatch(expected)
  })

  it.each([
    ['without an end', entry() + entry({ validFrom: '2025-01-01' }), true],
    ['on one day', entry({ validUntil: '2025-01-01' }) + entry({ validFrom: '2025-01-01' }), true],
    ['in either order', entry({ validFrom: '2025-01-01' }) + entry({ validUntil: '2025-01-01' }), true],
    ['twice the same', entry() + entry(), true],
    ['on following days', entry({ validUntil: '2024-12-31' }) + entry({ validFrom: '2025-01-01' }), false],
    ['of two units', entry() + entry({ collectingUnit: 'H38.29' }), false],
    ['of two codes', entry() + entry({ code: 'P02' }), false],
  ])('says whether entries overlap: %s', (_, text, isOverlap) => {
    const { problems } = read(text)
    expect(problems.map((problem) => problem.includes('is valid already by line'))).toEqual(isOverlap ? [true] : [])
  })

  it('says when its file is not there', () => {
    const problems: string[] = []
    readFeeCatalogue(join(folder, 'none.yaml'), { units: [], report: (problem) => problems.push(problem) })
    expect(problems).toEqual([`${join(folder, 'none.yaml')} cannot be read`])
  })
})
