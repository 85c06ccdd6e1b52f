/**
 * Queues jobs without making anybody wait: what comes while an insert is on its way goes with the next one. A failed
 * insert is logged and forgotten, for the sweep finds the work in our own tables.
 */
import type { JobInsert, PgBoss } from 'pg-boss'
import { sleep, type Clock } from '#domain/clock.ts'
import type { Log } from '#domain/log.ts'
import type { Job, ReconcileJob } from '#domain/ports/job-queue.ts'

export interface EnqueuerOptions {
  readonly boss: Pick<PgBoss, 'insert'>
  readonly clock: Clock
  readonly log: Log
}

export interface Enqueuer {
  add(job: Job | ReconcileJob, atMs: number): void
  /** From now on the queues exist; what was added before goes out. */
  open(): void
  /** Resolves when what was added is written or given up. */
  close(): Promise<void>
}

/** Beyond this the sweep is the better place for work: it reads what is due instead of what was said to be. */
const maxWaiting = 10_000
/** After a restart of the database every idle connection is dead, and each is found so when it is used. The key keeps a job single. */
const maxTries = 3
const retryDelayMs = 300

export function createEnqueuer({ boss, clock, log }: EnqueuerOptions): Enqueuer {
  let waiting = new Map<string, { kind: (Job | ReconcileJob)['kind']; row: JobInsert }>()
  let isOpen = false
  let isWriting = false
  let writing = Promise.resolve()

  const add = (job: Job | ReconcileJob, atMs: number) => {
    if (waiting.size >= maxWaiting) return
    const delaySeconds = Math.max(0, Math.ceil((atMs - clock.nowMs()) / 1000))
    const singletonKey = keyOf(job, delaySeconds === 0 ? undefined : atMs)
    // A delay rather than a time: the database's clock need not agree with ours.
    waiting.set(`${job.kind} ${singletonKey}`, {
      kind: job.kind,
      row: { data: job, singletonKey, startAfter: delaySeconds },
    })
    startWriting()
  }

  const startWriting = () => {
    if (!isOpen || isWriting || waiting.size === 0) return
    isWriting = true
    // In the next turn: a burst is one insert.
    writing = Promise.resolve().then(write)
  }

  const write = async () => {
    while (waiting.size > 0) {
      const batch = Map.groupBy(waiting.values(), ({ kind }) => kind)
      waiting = new Map()
      for (const [kind, jobs] of batch)
        await insert(
          kind,
          jobs.map(({ row }) => row),
        )
    }
    isWriting = false
  }

  const insert = async (kind: string, rows: JobInsert[], tries = 1): Promise<void> => {
    try {
      await boss.insert(kind, rows)
    } catch (error) {
      if (tries < maxTries) {
        await sleep(clock, retryDelayMs)
        return insert(kind, rows, tries + 1)
      }
      log.warn({ component: 'jobs', job: kind, error }, 'jobs could not be queued; the sweep will find the work')
    }
  }

  return {
    add,
    open: () => {
      isOpen = true
      startWriting()
    },
    close: async () => {
      isOpen = false
      await writing
    },
  }
}

/**
 * The same look at the same time is one job. Looks at different times are different jobs, so that an early one never
 * waits for a late one; a look too many finds nothing to do.
 */
function keyOf(job: Job | ReconcileJob, atMs: number | undefined): string {
  const subject = subjectOf(job)
  return atMs === undefined ? subject : `${subject} ${Math.ceil(atMs / 1000)}`
}

function subjectOf(job: Job | ReconcileJob): string {
  switch (job.kind) {
    case 'settle_attempt':
      return [job.tenant, job.paymentId, job.attemptId ?? ''].join(' ').trimEnd()
    case 'settle_refund':
      return `${job.tenant} ${job.refundId}`
    case 'fetch_bill':
      return `${job.tenant} ${job.attemptId}`
    case 'confirm_notification':
      return job.notificationId
    case 'reconcile':
      return `${job.tenant} ${job.reconciliationId}`
    default:
      return job satisfies never
  }
}
