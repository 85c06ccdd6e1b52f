/** Birth dates as people and registers know them: a year, a year and month, or a day. */
import type { PartialDate } from './person.ts'

/** `YYYY`, `YYYY-MM` or `YYYY-MM-DD` of a day that exists; anything else is `undefined`. */
export function parsePartialDate(text: string): PartialDate | undefined {
  const parts = /^([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?$/.exec(text)
  if (parts === null) return undefined
  const year = Number(parts[1])
  if (parts[2] === undefined) return { year }
  const month = Number(parts[2])
  if (month < 1 || month > 12) return undefined
  if (parts[3] === undefined) return { year, month }
  const day = Number(parts[3])
  return day >= 1 && day <= daysIn(year, month) ? { year, month, day } : undefined
}

/** Day 0 of the next month is the last of this one; the setter keeps years below 100 as they are. */
function daysIn(year: number, month: number): number {
  const date = new Date(0)
  date.setUTCFullYear(year, month, 0)
  return date.getUTCDate()
}
