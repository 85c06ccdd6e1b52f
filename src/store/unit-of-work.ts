/** The one way to write on behalf of a caller: a unit is durable when `commit` resolves, and not there when it was refused. */
import type { Clock } from '#domain/clock.ts'
import type { Log } from '#domain/log.ts'
import type { CommitUnit, UnitOfWork } from '#domain/ports/unit-of-work.ts'
import { rowsTouched, type Pending } from './commit-queue.ts'
import { rowsOf } from './commit-rows.ts'
import { openCommitSession, type OpenSession } from './commit-session.ts'
import { storageUnavailable, type Database } from './database.ts'
import { createGroupCommit, type CommitObserver } from './group-commit.ts'

export interface UnitOfWorkOptions {
  readonly database: Pick<Database, 'connectionString'>
  /** Where the writer's sessions come from; the database of `connectionString` unless told. A simulation brings its own. */
  readonly openSession?: OpenSession
  readonly clock: Clock
  readonly log: Log
  /** For metrics. */
  readonly observe?: CommitObserver
}

/** Longer than a caller should wait for a disk, shorter than any request's own deadline. */
const commitWithinMs = 5_000
/** Some seconds of work at full speed; a queue longer than that only produces answers nobody waits for. */
const maxWaiting = 5_000

export function createUnitOfWork(options: UnitOfWorkOptions): UnitOfWork & { close(): Promise<void> } {
  const { database, clock } = options
  const fromDatabase: OpenSession = (former) => openCommitSession(database.connectionString, former)
  const writer = createGroupCommit({ ...options, openSession: options.openSession ?? fromDatabase })
  let isClosed = false

  const commit = async (unit: CommitUnit): Promise<void> => {
    if (isClosed) throw storageUnavailable(new Error('the unit of work is closed'))
    if (writer.waiting() >= maxWaiting) throw storageUnavailable(new Error('too many commits wait'))
    if (unit.entries.length + unit.writes.length === 0) return
    const work = { unit, touches: rowsTouched(unit), rows: rowsOf(unit) }
    await new Promise<void>((resolve, reject) => writer.add(pendingUnit(work, { resolve, reject })))
  }

  const pendingUnit = (
    work: Pick<Pending, 'unit' | 'touches' | 'rows'>,
    caller: { resolve(): void; reject(error: Error): void },
  ): Pending => {
    const settleOnce = (tell: () => void) => {
      if (pending.isSettled) return
      pending.isSettled = true
      cancelDeadline()
      tell()
    }
    const pending: Pending = {
      ...work,
      isSettled: false,
      resolve: () => settleOnce(caller.resolve),
      reject: (error) => settleOnce(() => caller.reject(error)),
    }
    // In flight or not: after this nobody waits, and the unit is not tried again.
    const cancelDeadline = clock.schedule(commitWithinMs, () =>
      pending.reject(storageUnavailable(new Error('no outcome within the deadline'))),
    )
    return pending
  }

  return {
    commit,
    close: async () => {
      isClosed = true
      await writer.close()
    },
  }
}
