/**
 * Work that outlives the process, on pg-boss in the same PostgreSQL. It is the safety net, never the lock: handlers are
 * idempotent, what is due also stands in our own tables, and the sweep finds whatever this queue lost.
 */
import { PgBoss, type ConstructorOptions, type JobResult } from 'pg-boss'
import type { Clock } from '#domain/clock.ts'
import type { Log } from '#domain/log.ts'
import type { Job, JobQueue, ReconcileJob, ReconciliationQueue } from '#domain/ports/job-queue.ts'
import { createAtOnce } from './at-once.ts'
import { createEnqueuer } from './enqueuer.ts'

type JobOf<Kind extends Job['kind']> = Extract<Job, { kind: Kind }>

export interface JobHandlers {
  settle_attempt(job: JobOf<'settle_attempt'>): Promise<void>
  settle_refund(job: JobOf<'settle_refund'>): Promise<void>
  fetch_bill(job: JobOf<'fetch_bill'>): Promise<void>
  confirm_notification(job: JobOf<'confirm_notification'>): Promise<void>
  /** Finds what is due and queues it. */
  sweep(): Promise<void>
  reconcile(job: ReconcileJob): Promise<void>
  /** Every hour: which days are still to be compared with the portals' files. */
  plan_reconciliations(): Promise<void>
}

export interface JobQueueOptions {
  /** Of the owner: the queue's own schema is created at start. */
  readonly connectionString: string
  readonly handlers: JobHandlers
  readonly clock: Clock
  readonly log: Log
  readonly observe?: (kind: string, outcome: 'done' | 'failed') => void
}

export interface RunningJobQueue extends JobQueue, ReconciliationQueue {
  enqueue(job: Job | ReconcileJob, atMs: number): void
  /** Creates what is missing, starts the workers and sweeps once. Rejects when the database cannot be reached, and then nothing runs. */
  start(): Promise<void>
  /** Lets running jobs end, at most 10 s; those that do not are taken up elsewhere or at the next start. */
  stop(): Promise<void>
  isReady(): boolean
  /** Jobs that failed every time and wait for a person; counted up to a thousand. */
  parked(): Promise<number>
}

/** Where jobs end that failed every time; somebody has to look at them. */
const deadLetters = 'dead_jobs'
const kinds = [
  'settle_attempt',
  'settle_refund',
  'fetch_bill',
  'confirm_notification',
  'sweep',
  'reconcile',
  'plan_reconciliations',
] as const
type Kind = (typeof kinds)[number]

const queueOptions = {
  // Unique while it waits; a job that runs may queue its own successor.
  policy: 'short',
  retryLimit: 7,
  retryDelay: 2,
  retryBackoff: true,
  retryDelayMax: 300,
  expireInSeconds: 120,
  // The shortest pg-boss takes: a killed process's job runs again some ten seconds later.
  heartbeatSeconds: 10,
  deleteAfterSeconds: 86_400,
  deadLetter: deadLetters,
  notify: true,
} as const

/** A day of half a million rows takes its time; it goes on from its cursor, and its heartbeat says that it lives. */
const reconcileOptions = { expireInSeconds: 3_600 } as const

/** Two rounds of eight: enough to keep the portal's bulkhead busy, little enough for this pool. */
const workOptions = {
  batchSize: 8,
  localConcurrency: 2,
  perJobResults: true,
  pollingIntervalSeconds: 2,
  // New work is announced; polling is for jobs whose time comes, and for announcements that were lost.
  notifyPollingIntervalSeconds: 2,
  burstWhenBatchFull: true,
} as const

/** Bills are large, and nobody waits for them: few at a time leave the portal, and this process, to those who do. */
const billOptions = { ...workOptions, batchSize: 4, localConcurrency: 1 }

const stopWithinMs = 10_000

export function createJobQueue(options: JobQueueOptions): RunningJobQueue {
  const { connectionString, handlers, clock, log, observe = () => undefined } = options
  const boss = createBoss(connectionString, log)
  const enqueuer = createEnqueuer({ boss, clock, log })
  let isRunning = false

  const handle = async (kind: Kind, data: object): Promise<void> => {
    switch (kind) {
      case 'settle_attempt':
        return handlers.settle_attempt(data as JobOf<'settle_attempt'>)
      case 'settle_refund':
        return handlers.settle_refund(data as JobOf<'settle_refund'>)
      case 'fetch_bill':
        return handlers.fetch_bill(data as JobOf<'fetch_bill'>)
      case 'confirm_notification':
        return handlers.confirm_notification(data as JobOf<'confirm_notification'>)
      case 'sweep':
        return handlers.sweep()
      case 'reconcile':
        return handlers.reconcile(data as ReconcileJob)
      case 'plan_reconciliations':
        return handlers.plan_reconciliations()
      default:
        return kind satisfies never
    }
  }

  /** What failed is logged here, and returned. */
  const carryOut = async (kind: Kind, data: object): Promise<{ failure?: unknown }> => {
    try {
      await handle(kind, data)
      observe(kind, 'done')
      return {}
    } catch (failure) {
      observe(kind, 'failed')
      log.error({ component: 'jobs', job: kind, error: failure }, 'a job failed')
      return { failure }
    }
  }

  /** The queue's tables learn nothing of a failure but that it was one: causes may hold personal data. */
  const run = async (kind: Kind, id: string, data: object): Promise<JobResult> => {
    const { failure } = await carryOut(kind, data)
    if (failure === undefined) return { id, status: 'completed' }
    return { id, status: 'failed', output: { code: codeOf(failure) } }
  }

  // Notifications come in bursts, and each stands unsettled in its own table: with a queue row for each, the burst cost twice.
  const confirmations = createAtOnce<JobOf<'confirm_notification'>>({
    subjectOf: ({ notificationId }) => notificationId,
    run: async (job) => (await carryOut(job.kind, job)).failure === undefined,
    leave: (job) => enqueuer.add(job, clock.nowMs()),
  })

  const begin = async (): Promise<void> => {
    await boss.start()
    await createQueues(boss)
    for (const kind of kinds)
      await boss.work<object>(kind, kind === 'fetch_bill' ? billOptions : workOptions, (jobs) =>
        Promise.all(jobs.map(({ id, data }) => run(kind, id, data))),
      )
    await boss.schedule('sweep', '* * * * *')
    await boss.schedule('plan_reconciliations', '7 * * * *')
    // A process that was killed left work behind that is due now, not at the next full minute.
    await boss.send('sweep', {}, { singletonKey: 'start' })
    isRunning = true
    enqueuer.open()
    confirmations.open()
  }

  return {
    enqueue: (job, atMs) => {
      if (job.kind === 'confirm_notification') confirmations.add(job)
      else enqueuer.add(job, atMs)
    },
    start: async () => {
      try {
        await begin()
      } catch (error) {
        // What had begun by then would keep the process alive that can serve nobody.
        await boss.stop({ graceful: false }).catch(() => undefined)
        throw error
      }
    },
    stop: async () => {
      isRunning = false
      await confirmations.close()
      await enqueuer.close()
      await boss.stop({ graceful: true, timeout: stopWithinMs })
    },
    isReady: () => isRunning,
    parked: () => countParked(boss),
  }
}

/** More than this is told as this: somebody has to look in any case. */
const maxCounted = 1_000

const countParked = async (boss: PgBoss): Promise<number> =>
  (await boss.findJobs(deadLetters, { queued: true, limit: maxCounted })).length

/** For who looks from outside: without workers, without schedules, and 0 where no gateway ever ran. */
export async function countParkedJobs(connectionString: string, log: Log): Promise<number> {
  const boss = createBoss(connectionString, log, { migrate: false, supervise: false, schedule: false })
  try {
    await boss.start()
    return await countParked(boss)
  } catch {
    return 0
  } finally {
    await boss.stop({ graceful: false })
  }
}

function createBoss(connectionString: string, log: Log, parts: ConstructorOptions = {}): PgBoss {
  const boss = new PgBoss({
    connectionString,
    application_name: 'gateway_jobs',
    max: 6,
    useListenNotify: true,
    // How often jobs of dead workers are looked for; the heartbeat above says when they count as dead.
    superviseIntervalSeconds: 10,
    monitorIntervalSeconds: 10,
    openTelemetry: { enabled: false },
    ...parts,
  })
  // Without a listener an error here would end the process; the queue goes on by itself.
  boss.on('error', (error) => log.warn({ component: 'jobs', reason: codeOf(error) }, 'the job queue had an error'))
  boss.on('warning', () => log.info({ component: 'jobs' }, 'the job queue gave a warning'))
  return boss
}

async function createQueues(boss: PgBoss): Promise<void> {
  const existing = new Set((await boss.getQueues()).map(({ name }) => name))
  if (!existing.has(deadLetters)) await boss.createQueue(deadLetters)
  for (const kind of kinds) {
    if (existing.has(kind)) continue
    await boss.createQueue(kind, kind === 'reconcile' ? { ...queueOptions, ...reconcileOptions } : queueOptions)
  }
}

const codeOf = (error: unknown): string => (error as { code?: string }).code ?? (error as Error).name
