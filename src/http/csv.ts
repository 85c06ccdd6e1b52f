/**
 * Tables for spreadsheets: UTF-8 with a byte order mark, which Excel needs to read Vietnamese, and no cell that a spreadsheet
 * would take for a formula (CWE-1236).
 */
import { stringify } from 'csv-stringify/sync'

export const csvType = 'text/csv'

type Cell = string | number | boolean | undefined

/** `columns` in order as the head, then a line for each of `rows`; absent values are empty cells. */
export function toCsv<Column extends string>(
  columns: readonly Column[],
  rows: readonly { readonly [C in Column]?: Cell }[],
): string {
  const cells = rows.map((row) => columns.map((column) => cellOf(row[column])))
  return stringify([[...columns], ...cells], { bom: true, escape_formulas: true, record_delimiter: 'windows' })
}

const cellOf = (cell: Cell): string => (cell === undefined ? '' : String(cell))
