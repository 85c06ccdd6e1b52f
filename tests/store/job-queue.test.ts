import { Client } from 'pg'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { LogFields } from '#domain/log.ts'
import { countParkedJobs, createJobQueue, type JobHandlers, type RunningJobQueue } from '#jobs/queue.ts'
import { systemClock } from '#main/clock.ts'
import { eventually } from '../support/eventually.ts'
import { createTestDatabase, type TestDatabase } from '../support/postgres.ts'
import { silentLog } from '../support/silent-log.ts'

let test: TestDatabase
let sql: Client
const running: RunningJobQueue[] = []

beforeAll(async () => {
  test = await createTestDatabase()
  sql = new Client({ connectionString: test.connectionString })
  await sql.connect()
})

afterEach(async () => {
  for (const queue of running.splice(0)) await queue.stop()
  await sql.query('delete from pgboss.job')
})

afterAll(async () => {
  await sql.end()
  await test.drop()
})

const idle: JobHandlers = {
  settle_attempt: async () => undefined,
  settle_refund: async () => undefined,
  fetch_bill: async () => undefined,
  confirm_notification: async () => undefined,
  sweep: async () => undefined,
  reconcile: async () => undefined,
  plan_reconciliations: async () => undefined,
}

async function openQueue(handlers: Partial<JobHandlers>, log = silentLog): Promise<RunningJobQueue> {
  const queue = createJobQueue({
    connectionString: test.connectionString,
    handlers: { ...idle, ...handlers },
    clock: systemClock,
    log,
  })
  await queue.start()
  running.push(queue)
  return queue
}

/** Resolves with the first `count` things told to `tell`. */
function awaiting<T>(count: number): { tell(value: T): void; all: Promise<readonly T[]> } {
  const told: T[] = []
  let done: (values: readonly T[]) => void
  const all = new Promise<readonly T[]>((resolve) => (done = resolve))
  return {
    tell: (value) => {
      told.push(value)
      if (told.length === count) done(told)
    },
    all,
  }
}

const settle = (paymentId: string) => ({ kind: 'settle_attempt', tenant: 'lao-cai', paymentId }) as const

describe('the job queue', () => {
  it('leaves nothing running when the database fails it half-way through its start, so that the process can end', async () => {
    await (await openQueue({})).stop()
    running.splice(0)
    await sql.query('alter table pgboss.schedule rename to schedule_away')
    try {
      await expect(openQueue({})).rejects.toThrow('schedule')
      const ofTheQueue = () =>
        sql.query(
          `select 1 from pg_stat_activity where datname = current_database() and application_name = 'gateway_jobs'`,
        )
      // The server sees a moment later that its client has gone.
      await eventually(ofTheQueue, ({ rowCount }) => rowCount === 0)
    } finally {
      await sql.query('alter table pgboss.schedule_away rename to schedule')
    }
  })

  it('sweeps once at start, without waiting for the full minute', async () => {
    const sweeps = awaiting<true>(1)
    await openQueue({ sweep: async () => sweeps.tell(true) })
    expect(await sweeps.all).toEqual([true])
  })

  it('hands each job to the handler of its kind', async () => {
    const jobs = awaiting<unknown>(2)
    const queue = await openQueue({
      settle_attempt: async (job) => jobs.tell(job),
      confirm_notification: async (job) => jobs.tell(job),
    })
    queue.enqueue(settle('pay_1'), 0)
    queue.enqueue({ kind: 'confirm_notification', notificationId: 'ntf_1' }, 0)
    expect(await jobs.all).toEqual(
      expect.arrayContaining([settle('pay_1'), { kind: 'confirm_notification', notificationId: 'ntf_1' }]),
    )
  })

  it('confirms a notification at once, without a row of its own, and puts it into the queue when that fails', async () => {
    const runs = awaiting<string>(3)
    let failures = 0
    const queue = await openQueue({
      confirm_notification: async ({ notificationId }) => {
        runs.tell(notificationId)
        if (notificationId === 'ntf_fails' && (failures += 1) === 1) throw new Error('not yet')
      },
    })
    const rows = () => sql.query(`select data from pgboss.job where name = 'confirm_notification'`)
    queue.enqueue({ kind: 'confirm_notification', notificationId: 'ntf_once' }, 0)
    queue.enqueue({ kind: 'confirm_notification', notificationId: 'ntf_once' }, 0)
    queue.enqueue({ kind: 'confirm_notification', notificationId: 'ntf_fails' }, 0)
    expect(await runs.all).toEqual(['ntf_once', 'ntf_fails', 'ntf_fails'])
    expect((await rows()).rows).toEqual([{ data: { kind: 'confirm_notification', notificationId: 'ntf_fails' } }])
  })

  it('runs a job once that was queued a hundred times', async () => {
    const jobs = awaiting<string>(2)
    const queue = await openQueue({ settle_attempt: async ({ paymentId }) => jobs.tell(paymentId) })
    for (let count = 0; count < 100; count += 1) queue.enqueue(settle('pay_once'), 0)
    queue.enqueue(settle('pay_after'), 0)
    expect((await jobs.all).toSorted()).toEqual(['pay_after', 'pay_once'])
  })

  it('lets a running job queue its own successor', async () => {
    const runs = awaiting<string>(2)
    const queue = await openQueue({
      settle_attempt: async ({ paymentId }) => {
        runs.tell(paymentId)
        queue.enqueue(settle('pay_again'), 0)
      },
    })
    queue.enqueue(settle('pay_again'), 0)
    expect(await runs.all).toEqual(['pay_again', 'pay_again'])
  })

  it('keeps a job for later until its time', async () => {
    const queue = await openQueue({
      settle_attempt: async () => {
        throw new Error('too early')
      },
    })
    const atMs = systemClock.nowMs() + 3_600_000
    queue.enqueue(settle('pay_later'), atMs)
    queue.enqueue(settle('pay_later'), atMs)
    await queue.stop()
    const { rows } = await sql.query<{ state: string; wait: string }>(
      `select state, extract(epoch from start_after - now())::int::text as wait from pgboss.job where name = 'settle_attempt'`,
    )
    expect(rows).toHaveLength(1)
    expect(rows[0]?.state).toBe('created')
    expect(Number(rows[0]?.wait)).toBeGreaterThan(3_590)
  })

  it('logs a failure by class and keeps its cause out of the database', async () => {
    const logged = awaiting<LogFields>(1)
    const log = { ...silentLog, error: (fields: LogFields) => logged.tell(fields) }
    const queue = await openQueue(
      {
        settle_attempt: async () => {
          throw new Error('Nguyễn Thị Hoà')
        },
      },
      log,
    )
    queue.enqueue(settle('pay_fails'), 0)
    expect(await logged.all).toMatchObject([{ job: 'settle_attempt' }])
    await queue.stop()
    const { rows } = await sql.query<{ state: string; text: string }>(
      `select state, j::text as text from pgboss.job j where name = 'settle_attempt'`,
    )
    expect(rows[0]).toMatchObject({ state: 'retry' })
    expect(rows[0]?.text).not.toContain('Hoà')
  })

  it('parks a job that fails every time, where whoever looks can see it, and goes on with the others', async () => {
    const done = awaiting<string>(1)
    const queue = await openQueue({
      settle_attempt: async ({ paymentId }) => {
        if (paymentId === 'poison') throw new Error('again')
        done.tell(paymentId)
      },
    })
    queue.enqueue(settle('poison'), systemClock.nowMs() + 2_000)
    await eventually(
      () => sql.query(`update pgboss.job set retry_limit = 0 where data ->> 'paymentId' = 'poison'`),
      ({ rowCount }) => rowCount === 1,
    )
    await eventually(queue.parked, (count) => count === 1)
    expect(await countParkedJobs(test.connectionString, silentLog)).toBe(1)
    queue.enqueue(settle('pay_well'), 0)
    expect(await done.all).toEqual(['pay_well'])
  })

  it('runs what was queued before it was started', async () => {
    const jobs = awaiting<string>(1)
    const queue = createJobQueue({
      connectionString: test.connectionString,
      handlers: { ...idle, settle_attempt: async ({ paymentId }) => jobs.tell(paymentId) },
      clock: systemClock,
      log: silentLog,
    })
    queue.enqueue(settle('pay_early'), 0)
    await queue.start()
    running.push(queue)
    expect(await jobs.all).toEqual(['pay_early'])
  })

  it('takes up after a restart what was queued before', async () => {
    const first = await openQueue({})
    first.enqueue(settle('pay_kept'), systemClock.nowMs() + 3_600_000)
    await first.stop()
    await sql.query(`update pgboss.job set start_after = now() where name = 'settle_attempt'`)
    const jobs = awaiting<string>(1)
    await openQueue({ settle_attempt: async ({ paymentId }) => jobs.tell(paymentId) })
    expect(await jobs.all).toEqual(['pay_kept'])
  })

  it('goes on when all its connections are killed', async () => {
    const jobs = awaiting<string>(1)
    const queue = await openQueue({ settle_attempt: async ({ paymentId }) => jobs.tell(paymentId) })
    await sql.query(
      `select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'gateway_jobs' and datname = current_database()`,
    )
    queue.enqueue(settle('pay_survives'), 0)
    expect(await jobs.all).toEqual(['pay_survives'])
  })

  it('starts in two processes on one database and runs each job in one of them', async () => {
    const jobs = awaiting<string>(20)
    const handlers = { settle_attempt: async ({ paymentId }: { paymentId: string }) => jobs.tell(paymentId) }
    const [queue] = await Promise.all([openQueue(handlers), openQueue(handlers)])
    const ids = Array.from({ length: 20 }, (_, index) => `pay_${index}`)
    for (const id of ids) queue.enqueue(settle(id), 0)
    expect((await jobs.all).toSorted()).toEqual(ids.toSorted())
  })
})
