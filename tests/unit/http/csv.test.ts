import { describe, expect, it } from 'vitest'
import { toCsv } from '#http/csv.ts'

/** The cells of a line, as a spreadsheet would read them. */
const cellsOf = (line: string): string[] =>
  [...line.matchAll(/("(?:[^"]|"")*"|[^,]*)(?:,|$)/g)]
    .map(([, cell = '']) => (cell.startsWith('"') ? cell.slice(1, -1).replaceAll('""', '"') : cell))
    .slice(0, 2)

describe('a table', () => {
  it('begins with a byte order mark, which Excel needs to read Vietnamese', () => {
    const table = toCsv(
      ['a', 'b'],
      [
        { a: 'Đối soát, “tháng 11”', b: 50_000 },
        { a: undefined, b: true },
      ],
    )
    expect(table).toBe('\uFEFFa,b\r\n"Đối soát, “tháng 11”",50000\r\n,true\r\n')
  })

  it.each(['=cmd|calc', '+1+1', '-2+3', '@SUM(A1)', '\t=1', '\r=1', '＝cmd'])('holds no formula for %j', (canary) => {
    const [, line = ''] = toCsv(['a', 'b'], [{ a: canary, b: 'x' }]).split('\r\n')
    expect(cellsOf(line)[0]).toMatch(/^'/)
  })
})
