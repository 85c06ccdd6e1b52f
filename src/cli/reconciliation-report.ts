/** What a reconciliation found, as a finance clerk reads it in a terminal. Pure: lines of text. */

export interface ReportedReconciliation {
  readonly id: string
  readonly connection: string
  readonly date: string
  readonly state: 'running' | 'done' | 'no_file' | 'file_refused'
  readonly refusal?: string
  readonly rowsInFile?: number
  readonly rowsDone: number
  readonly outcomes: readonly {
    readonly outcome: string
    readonly count: number
    readonly sum: number
    readonly healed: number
    readonly unasked: number
    readonly cases: number
  }[]
  readonly healed: number
  readonly unasked: number
  readonly cases: number
}

/** Nothing is left to look at or to ask again. */
export const isClean = ({ state, cases, unasked }: ReportedReconciliation): boolean =>
  state === 'done' && cases === 0 && unasked === 0

const headings = ['outcome', 'rows', 'đồng', 'healed', 'to ask again', 'cases'] as const

export function reportLines(run: ReportedReconciliation): readonly string[] {
  const title = `${run.connection} ${run.date}: ${sentenceOf(run)}`
  if (run.outcomes.length === 0) return [title]
  const rows = run.outcomes.map(({ outcome, count, sum, healed, unasked, cases }) => [
    outcome,
    ...[count, sum, healed, unasked, cases].map(grouped),
  ])
  const table = [[...headings], ...rows]
  const widths = headings.map((_, column) => Math.max(...table.map((cells) => (cells[column] ?? '').length)))
  return [title, '', ...table.map((cells) => lineOf(cells, widths)), '', ...advice(run)]
}

function sentenceOf({ state, refusal, rowsInFile = 0 }: ReportedReconciliation): string {
  switch (state) {
    case 'done':
      return `compared, ${grouped(rowsInFile)} rows in the file`
    case 'no_file':
      return 'the portal has no file of this day yet; nothing was compared'
    case 'file_refused':
      return `the file is not whole (${refusal ?? 'unknown reason'}); nothing was posted`
    case 'running':
      return 'still running'
    default:
      return state satisfies never
  }
}

const advice = ({ id, cases, unasked }: ReportedReconciliation): readonly string[] => [
  `rows: GET /v1/reconciliations/${id}/rows (Accept: text/csv for a table)`,
  ...(cases === 0 ? [] : [`${grouped(cases)} to look at: GET /v1/cases?state=open`]),
  ...(unasked === 0 ? [] : ['the portal could not be asked about some rows: run this again later']),
]

const lineOf = (cells: readonly string[], widths: readonly number[]): string =>
  cells
    .map((cell, column) => (column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0)))
    .join('  ')
    .trimEnd()

/** 1234567 as `1.234.567`, as amounts are written in Vietnam. */
const grouped = (value: number): string => String(value).replaceAll(/\B(?=(\d{3})+$)/g, '.')

const barWidth = 30

/** One line that is drawn over itself; a file whose length is not known yet has no bar. */
export function progressLine({ rowsDone, rowsInFile }: ReportedReconciliation): string {
  if (rowsInFile === undefined) return 'getting the file …'
  const share = rowsInFile === 0 ? 1 : Math.min(1, rowsDone / rowsInFile)
  const filled = Math.round(share * barWidth)
  return `${'█'.repeat(filled)}${'░'.repeat(barWidth - filled)} ${grouped(rowsDone)} of ${grouped(rowsInFile)} rows`
}
