import { describe, expect, it } from 'vitest'
import {
  isClean,
  progressLine,
  reportLines,
  type ReportedReconciliation,
} from '../../../src/cli/reconciliation-report.ts'

const aRun = (differing: Partial<ReportedReconciliation> = {}): ReportedReconciliation => ({
  id: 'rec_1',
  connection: 'payment-portal',
  date: '2026-11-22',
  state: 'done',
  rowsInFile: 1_200,
  rowsDone: 1_200,
  outcomes: [
    { outcome: 'matched', count: 1_199, sum: 59_950_000, healed: 0, unasked: 0, cases: 0 },
    { outcome: 'missing_here', count: 1, sum: 70_000, healed: 0, unasked: 0, cases: 1 },
  ],
  healed: 0,
  unasked: 0,
  cases: 1,
  ...differing,
})

describe('the report of a reconciliation', () => {
  it('is a table with counts and sums that line up, and says where to look', () => {
    expect(reportLines(aRun())).toEqual([
      'payment-portal 2026-11-22: compared, 1.200 rows in the file',
      '',
      'outcome        rows        đồng  healed  to ask again  cases',
      'matched       1.199  59.950.000       0             0      0',
      'missing_here      1      70.000       0             0      1',
      '',
      'rows: GET /v1/reconciliations/rec_1/rows (Accept: text/csv for a table)',
      '1 to look at: GET /v1/cases?state=open',
    ])
  })

  it('never calls a day compared that was not', () => {
    expect(reportLines(aRun({ state: 'no_file', outcomes: [] }))[0]).toContain('nothing was compared')
    expect(reportLines(aRun({ state: 'file_refused', refusal: 'truncated', outcomes: [] }))[0]).toContain('truncated')
  })

  it('is clean only when nothing is left for people or for another look', () => {
    expect(isClean(aRun({ cases: 0 }))).toBe(true)
    for (const left of [{ cases: 1 }, { unasked: 1 }, { state: 'no_file' }, { state: 'file_refused' }] as const) {
      expect(isClean(aRun({ cases: 0, ...left }))).toBe(false)
    }
  })

  it('draws how far it is', () => {
    const { rowsInFile: _, ...unknown } = aRun()
    expect(progressLine(unknown)).toBe('getting the file …')
    expect(progressLine(aRun({ rowsDone: 600 }))).toBe(`${'█'.repeat(15)}${'░'.repeat(15)} 600 of 1.200 rows`)
    expect(progressLine(aRun({ rowsDone: 0, rowsInFile: 0 }))).toMatch(/^█{30} 0 of 0 rows$/)
  })
})
