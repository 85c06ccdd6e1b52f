/**
 * One writer per process: at once when idle, else whatever came while the former batch was on its way, in one statement
 * and one fsync. No lock, no read and no transaction of several round trips stands between a request and its durable row.
 */
import { sleep, type Clock } from '#domain/clock.ts'
import type { Log } from '#domain/log.ts'
import { nextLink, type ChainTip } from './audit-chain.ts'
import { proofStatement } from './commit-proof.ts'
import { takeBatch, type Pending } from './commit-queue.ts'
import { chainedEntry, type RowSetName } from './commit-rows.ts'
import type { Backend, CommitSession, OpenSession } from './commit-session.ts'
import { commitStatement } from './commit-statement.ts'
import { judgeCommitError } from './commit-verdict.ts'
import { storageUnavailable } from './database.ts'

export interface GroupCommitOptions {
  readonly openSession: OpenSession
  readonly clock: Clock
  readonly log: Log
  readonly observe?: CommitObserver
}

export interface CommitObserver {
  /** One statement that committed `size` units. */
  commitFinished(size: number, durationMs: number): void
  /** Units that wait for the next one. */
  commitQueue(depth: number): void
}

export interface GroupCommit {
  add(pending: Pending): void
  /** Units that wait for a batch. */
  waiting(): number
  /** Resolves when everything that was added is settled and the connection is closed. */
  close(): Promise<void>
}

const reconnectDelaysMs = [20, 50, 100, 200, 400]

export function createGroupCommit({ openSession: connect, clock, log, observe }: GroupCommitOptions): GroupCommit {
  const queue: Pending[] = []
  let session: CommitSession | undefined
  let former: Backend | undefined
  let tip: ChainTip | undefined
  let isWorking = false
  let working: Promise<void> | undefined

  const add = (pending: Pending) => {
    queue.push(pending)
    if (!isWorking) working = work()
  }

  const work = async () => {
    isWorking = true
    try {
      for (let batch = takeBatch(queue); batch.length > 0; batch = takeBatch(queue)) await settle(batch)
    } finally {
      // In the same turn as the empty queue was seen: a unit added later starts anew.
      isWorking = false
    }
  }

  /** Ends only when every unit of the batch is settled, or nobody waits for it any more. */
  const settle = async (batch: readonly Pending[], mayHaveHappened = false): Promise<void> => {
    const open = batch.filter(({ isSettled }) => !isSettled)
    if (open.length === 0) return
    try {
      const current = await openSession(open)
      if (current === undefined) return
      if (mayHaveHappened && (await hasHappened(current, batch))) return resolveAll(open)
      await write(current, open)
      resolveAll(open)
    } catch (error) {
      await settleFailure(open, error)
    }
  }

  const settleFailure = async (batch: readonly Pending[], error: unknown): Promise<void> => {
    const verdict = judgeCommitError(error)
    if (verdict.kind === 'unknown') {
      log.warn({ component: 'writer', reason: codeOf(error) }, 'the outcome of a commit is unknown; reading back')
      await dropSession()
      return settle(batch, true)
    }
    // Nothing was written: the innocent go through alone, the guilty learn their own reason.
    if (batch.length > 1) {
      for (const pending of batch) await settle([pending])
      return undefined
    }
    if (verdict.kind === 'refused') return batch[0]?.reject(verdict.error)
    return settle(batch)
  }

  const write = async (current: CommitSession, batch: readonly Pending[]): Promise<void> => {
    const rows = new Map<RowSetName, string[]>()
    let end = tip ?? current.tip
    for (const { entries, sets } of batch.map((pending) => pending.rows)) {
      for (const entry of entries) {
        const link = nextLink(end, entry.leafHash)
        addRows(rows, 'entries', [chainedEntry(entry, current.backend.writer, link)])
        end = link
      }
      for (const [set, texts] of sets) addRows(rows, set, texts)
    }
    const startedMs = clock.monotonicMs()
    observe?.commitQueue(queue.length)
    await current.run(commitStatement(rows))
    tip = end
    observe?.commitFinished(batch.length, clock.monotonicMs() - startedMs)
  }

  const hasHappened = async (current: CommitSession, batch: readonly Pending[]): Promise<boolean> => {
    const proof = proofStatement(batch.map(({ unit }) => unit))
    return proof !== undefined && (await current.run(proof)).length > 0
  }

  /** The session, opened anew if need be; undefined when everybody's deadline passed before it could be. */
  const openSession = async (batch: readonly Pending[]): Promise<CommitSession | undefined> => {
    for (let tries = 0; batch.some(({ isSettled }) => !isSettled); tries += 1) {
      if (session?.isOpen()) return session
      await dropSession()
      try {
        session = await connect(former)
        former = session.backend
        tip = session.tip
        return session
      } catch (error) {
        log.warn({ component: 'writer', reason: codeOf(error), attempt: tries + 1 }, 'the writer cannot connect')
        await sleep(clock, reconnectDelaysMs[Math.min(tries, reconnectDelaysMs.length - 1)] ?? 0)
      }
    }
    return undefined
  }

  const dropSession = async () => {
    const dropped = session
    session = undefined
    await dropped?.close()
  }

  const close = async () => {
    await working
    for (const pending of queue.splice(0)) pending.reject(storageUnavailable(new Error('the writer is closed')))
    await dropSession()
  }

  return { add, waiting: () => queue.length, close }
}

function addRows(rows: Map<RowSetName, string[]>, set: RowSetName, texts: readonly string[]): void {
  const present = rows.get(set)
  if (present === undefined) rows.set(set, [...texts])
  else present.push(...texts)
}

function resolveAll(batch: readonly Pending[]): void {
  for (const pending of batch) pending.resolve()
}

const codeOf = (error: unknown): string => (error as { code?: string }).code ?? (error as Error).name
