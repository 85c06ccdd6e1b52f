/**
 * An obligation is one line of one dossier in one instalment. Whoever holds it keeps everybody else from collecting it
 * again: the Idempotency-Key is convenience, the obligation is the lock.
 */
import type { AttemptState } from '#domain/payment.ts'

/** Live or paid. Money of the wrong amount has moved too, so a mismatch keeps what it holds. */
const holding: Readonly<Record<AttemptState, boolean>> = {
  submitting: true,
  awaiting_payer: true,
  in_doubt: true,
  cancelling: true,
  mismatch: true,
  paid: true,
  failed: false,
  expired: false,
  cancelled: false,
}
export const holdsObligation = (state: AttemptState): boolean => holding[state]

/** Which of `lines` repeats an earlier one's (code, instalment); its index, or `undefined`. */
export function repeatedLine(lines: readonly { code: string; instalment: number }[]): number | undefined {
  const seen = new Set<string>()
  for (const [index, { code, instalment }] of lines.entries()) {
    const key = JSON.stringify([code, instalment])
    if (seen.has(key)) return index
    seen.add(key)
  }
  return undefined
}
