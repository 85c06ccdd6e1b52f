/** Local time of the national systems. Asia/Ho_Chi_Minh has been UTC+7 without summer time since 1975. */

const offsetMs = 7 * 3_600_000

/** `yyyyMMddHHmmss`, 24-hour. */
export function localStamp(epochMs: number): string {
  return new Date(epochMs + offsetMs).toISOString().slice(0, 19).replace(/[-T:]/g, '')
}

/** `YYYY-MM-DD` of digits that name a day of the calendar, otherwise undefined. */
export function isoDateOf(
  year: string | undefined,
  month: string | undefined,
  day: string | undefined,
): string | undefined {
  const date = `${year}-${month}-${day}`
  const epochMs = Date.parse(`${date}T00:00:00Z`)
  return !Number.isNaN(epochMs) && new Date(epochMs).toISOString().startsWith(date) ? date : undefined
}
