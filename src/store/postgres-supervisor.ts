/** Keeps the embedded server running: one that dies while the gateway lives is started again, and recovers by itself. */
import type { ChildProcess } from 'node:child_process'
import { sleep, type Clock } from '#domain/clock.ts'
import type { Log } from '#domain/log.ts'
import { hasEnded, stopServer } from './postgres-server.ts'

export interface SupervisedServer {
  readonly pid: () => number | undefined
  readonly stop: () => Promise<void>
}

/** Waits between tries to start it again: short, since each tried second is a second without storage. */
const restartDelaysMs = [100, 250, 500, 1_000, 2_000, 5_000]

/** Rejects if the first launch does; later ones are repeated until they succeed or `stop` is called. */
export async function superviseServer(
  launch: () => Promise<ChildProcess>,
  clock: Clock,
  log: Log,
): Promise<SupervisedServer> {
  const stopping = new AbortController()
  const isStopping = () => stopping.signal.aborted
  let child = await launch()
  let restarting = Promise.resolve()

  const watch = () => {
    // It may have died between its launch and this line.
    if (hasEnded(child)) onExit()
    else child.once('exit', onExit)
  }
  const onExit = () => {
    if (isStopping()) return
    log.error({ component: 'postgres', reason: 'exited' }, 'the embedded database server ended; starting it again')
    restarting = restart()
  }
  const restart = async () => {
    for (let tries = 0; !isStopping(); tries += 1) {
      await sleep(clock, restartDelaysMs[Math.min(tries, restartDelaysMs.length - 1)] ?? 0)
      if (isStopping()) return
      try {
        child = await launch()
        if (!isStopping()) watch()
        return
      } catch (error) {
        log.error({ component: 'postgres', attempt: tries + 1, error }, 'the embedded database server does not start')
      }
    }
  }
  watch()
  return {
    pid: () => child.pid,
    stop: async () => {
      stopping.abort()
      await restarting
      await stopServer(child, clock)
    },
  }
}
