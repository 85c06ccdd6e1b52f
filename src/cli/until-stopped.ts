/**
 * The life of a program that stays up. It is asked to stop by Ctrl-C, by SIGTERM, by a closed terminal, or by the death of
 * the npm that started it; also while it is still starting, when nothing may be left half-started. A second, later signal
 * gives up waiting.
 */
import { systemClock as clock } from '#main/clock.ts'
import type { CliContext } from './context.ts'

/** Starts, waits until asked to stop, and stops by what `start` resolved with. Rejects as `start` does. */
export async function untilStopped(
  { variables }: Pick<CliContext, 'variables'>,
  start: () => Promise<() => Promise<void>>,
): Promise<void> {
  const request = expectStopRequest(variables['npm_lifecycle_event'] !== undefined)
  try {
    const stop = await start()
    await request.came
    await stop()
  } finally {
    request.forget()
  }
}

interface StopRequest {
  readonly came: Promise<void>
  forget(): void
}

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const
/** Ctrl-C reaches us from the terminal and again from npm: what comes this soon is the same request. */
const sameRequestMs = 1_000
const giveUpStatus = 130

function expectStopRequest(isUnderNpm: boolean): StopRequest {
  let ask = () => {}
  const came = new Promise<void>((resolve) => (ask = resolve))
  let firstAtMs: number | undefined
  const onSignal = () => {
    firstAtMs ??= clock.monotonicMs()
    if (clock.monotonicMs() - firstAtMs > sameRequestMs) process.exit(giveUpStatus)
    ask()
  }
  for (const signal of signals) process.on(signal, onSignal)
  const unwatch = isUnderNpm ? whenParentDies(ask) : () => {}
  return {
    came,
    forget: () => {
      for (const signal of signals) process.off(signal, onSignal)
      unwatch()
    },
  }
}

const lookEveryMs = 250

/** Nobody could ask us to stop any more: npm passes signals on, but cannot when it is killed itself. */
function whenParentDies(task: () => void): () => void {
  const parent = process.ppid
  let cancel = () => {}
  const look = () => {
    if (process.ppid !== parent) return task()
    cancel = clock.schedule(lookEveryMs, look)
  }
  look()
  return () => cancel()
}
