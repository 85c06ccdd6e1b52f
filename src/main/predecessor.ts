/** Who is started again right after being killed may find the former gateway still busy with stopping. */
import { sleep } from '#domain/clock.ts'
import { findHolder } from '#store/embedded-postgres.ts'
import { systemClock as clock } from './clock.ts'

const patienceMs = 5_000
const lookEveryMs = 50

/** Waits a little for another gateway on `dataDir` to end; whoever is still there then is running on purpose. */
export async function awaitPredecessor(dataDir: string): Promise<void> {
  const deadlineMs = clock.monotonicMs() + patienceMs
  while ((await findHolder(dataDir)) !== undefined && clock.monotonicMs() < deadlineMs) await sleep(clock, lookEveryMs)
}
