/**
 * When to ask about an attempt whose end is not known: 5 s, 15 s, 60 s, 5 min, 15 min and 1 h after the doubt began, then
 * hourly to 72 h, then daily to 30 d (reliability.md 4.5). After that only a GET or a notification asks. Nothing here
 * ever turns into a verdict: the clock decides when to ask, never what became of the money.
 */
const second = 1_000
const minute = 60 * second
const hour = 60 * minute
const day = 24 * hour

/** Offsets from the beginning, rising. */
export const limboOffsetsMs: readonly number[] = [
  5 * second,
  15 * second,
  60 * second,
  5 * minute,
  15 * minute,
  ...Array.from({ length: 72 }, (_, index) => (index + 1) * hour),
  ...Array.from({ length: 27 }, (_, index) => (index + 4) * day),
]

/**
 * Where an attempt enters that merely waits for its payer: next looks after 10 min, 45 min, then hourly. Its
 * notification is the quick way; this only finds what a mute portal never said.
 */
export const quietPosition = 4

/** How long to wait for the look after `checks` of them; `undefined` after the last. */
export function limboDelayMs(checks: number): number | undefined {
  const offset = limboOffsetsMs[checks]
  return offset === undefined ? undefined : offset - (limboOffsetsMs[checks - 1] ?? 0)
}
