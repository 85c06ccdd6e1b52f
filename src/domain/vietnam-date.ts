/** Days as people in Vietnam count them. */

/** Asia/Ho_Chi_Minh has been UTC+7 without summer time since 1975. */
export const vietnamOffsetMs = 7 * 3_600_000

/** First and last instant of a day in Vietnam: [fromMs, untilMs). */
export function dayInVietnam(date: string): { readonly fromMs: number; readonly untilMs: number } {
  const fromMs = Date.parse(`${date}T00:00:00.000Z`) - vietnamOffsetMs
  return { fromMs, untilMs: fromMs + 86_400_000 }
}

/** `YYYY-MM-DD` of the moment, in Vietnam. */
export const dateInVietnam = (epochMs: number): string => new Date(epochMs + vietnamOffsetMs).toISOString().slice(0, 10)
