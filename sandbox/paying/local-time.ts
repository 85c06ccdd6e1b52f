/** Vietnam keeps UTC+7 all year, so its wall clock is arithmetic, not a time zone library. */
const offsetMs = 7 * 3_600_000

/** `ThoiGianGD`: yyyyMMddHHmmss in Asia/Ho_Chi_Minh, 24-hour. */
export const compactLocalTime = (ms: number): string => isoLocal(ms).replaceAll(/[-T:]/g, '')

/** `14:05 ngày 02/01/2026`, as a person reads it. */
export function readableLocalTime(ms: number): string {
  const [date = '', time = ''] = isoLocal(ms).split('T')
  return `${time.slice(0, 5)} ngày ${date.split('-').toReversed().join('/')}`
}

/** A day that exists: the pattern of the contract lets 31 February through. */
export function isRealLocalTime(compact: string): boolean {
  const [, year, month, day, rest] = /^(\d{4})(\d{2})(\d{2})(\d{6})$/.exec(compact) ?? []
  if (year === undefined || month === undefined || day === undefined || rest === undefined) return false
  const date = new Date(Date.UTC(Number(year), Number(month) - 1, Number(day)))
  return date.getUTCMonth() === Number(month) - 1 && date.getUTCDate() === Number(day)
}

const isoLocal = (ms: number): string => new Date(ms + offsetMs).toISOString().slice(0, 19)
