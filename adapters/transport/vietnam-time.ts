/** Local time of the national systems. Asia/Ho_Chi_Minh has been UTC+7 without summer time since 1975. */

const offsetMs = 7 * 3_600_000

/** `yyyyMMddHHmmss`, 24-hour. */
export function localStamp(epochMs: number): string {
  return new Date(epochMs + offsetMs).toISOString().slice(0, 19).replace(/[-T:]/g, '')
}
