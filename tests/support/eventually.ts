/** For what another process or a job will bring about: looks again and again, and gives up with what was seen last. */
import { setTimeout as pause } from 'node:timers/promises'

export interface Patience {
  readonly withinMs?: number
  readonly everyMs?: number
}

/** The first `look` that satisfies `isThere`. */
export async function eventually<T>(
  look: () => Promise<T> | T,
  isThere: (seen: T) => boolean,
  { withinMs = 15_000, everyMs = 25 }: Patience = {},
): Promise<T> {
  const givenUpAt = performance.now() + withinMs
  for (;;) {
    const seen = await look()
    if (isThere(seen)) return seen
    if (performance.now() > givenUpAt) {
      throw new Error(`did not come about within ${withinMs} ms; last seen: ${JSON.stringify(seen)?.slice(0, 2_000)}`)
    }
    await pause(everyMs)
  }
}
