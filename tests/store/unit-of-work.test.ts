import { createHash } from 'node:crypto'
import { Client } from 'pg'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { Clock } from '#domain/clock.ts'
import { money } from '#domain/money.ts'
import { attemptStates } from '#domain/payment.ts'
import { CommitConflict, type CommitUnit, type UnitOfWork } from '#domain/ports/unit-of-work.ts'
import { systemClock } from '#main/clock.ts'
import type { Database } from '#store/database.ts'
import { createPaymentStore } from '#store/payment-store.ts'
import { createUnitOfWork } from '#store/unit-of-work.ts'
import {
  aKey,
  aMoment,
  anAttempt,
  anEntry,
  anEvent,
  anId,
  aNotification,
  aPayment,
  aUnit,
  aVerification,
  create,
  move,
  moved,
  tenant,
} from '../support/commit-units.ts'
import { createPostgresProxy, type PostgresProxy } from '../support/postgres-proxy.ts'
import { createTestDatabase, type TestDatabase } from '../support/postgres.ts'
import { silentLog } from '../support/silent-log.ts'

let test: TestDatabase
let database: Database
let sql: Client
const closing: { close(): Promise<void> }[] = []

beforeAll(async () => {
  test = await createTestDatabase()
  database = await test.open()
  sql = new Client({ connectionString: test.connectionString })
  await sql.connect()
})

afterEach(async () => {
  for (const opened of closing.splice(0)) await opened.close()
})

afterAll(async () => {
  await sql.end()
  await test.drop()
})

function openUnitOfWork(connectionString = test.connectionString, clock = systemClock): UnitOfWork {
  const unitOfWork = createUnitOfWork({ database: { connectionString }, clock, log: silentLog })
  closing.push(unitOfWork)
  return unitOfWork
}

async function openProxy(): Promise<PostgresProxy> {
  const proxy = await createPostgresProxy(test.connectionString)
  closing.push(proxy)
  return proxy
}

const conflictOf = (work: Promise<void>): Promise<string> =>
  work.then(
    () => 'committed',
    (error: unknown) => (error instanceof CommitConflict ? error.conflict : String(error)),
  )

const countOf = async (table: string, where: string, value: unknown): Promise<number> =>
  Number(
    (await sql.query<{ n: string }>(`select count(*) as n from gateway.${table} where ${where}`, [value])).rows[0]?.n,
  )

/** Walks every writer's chain and says how many links it has; throws where one does not follow from the one before. */
async function checkChains(): Promise<number> {
  const { rows } = await sql.query<
    Record<'writer' | 'writer_seq', string> & Record<'prev_hash' | 'chain_hash' | 'leaf_hash', Buffer>
  >(
    'select writer, writer_seq, prev_hash, chain_hash, leaf_hash from gateway.audit_entries order by writer, writer_seq',
  )
  let former = { writer: '', sequence: 0, hash: Buffer.alloc(0) }
  for (const row of rows) {
    if (row.writer !== former.writer)
      former = { writer: row.writer, sequence: 0, hash: createHash('sha256').update(row.writer).digest() }
    expect(Number(row.writer_seq)).toBe(former.sequence + 1)
    expect(row.prev_hash.equals(former.hash)).toBe(true)
    const hash = createHash('sha256').update(row.prev_hash).update(row.leaf_hash).digest()
    expect(row.chain_hash.equals(hash)).toBe(true)
    former = { ...former, sequence: former.sequence + 1, hash }
  }
  return rows.length
}

describe('a unit that a constraint refuses', () => {
  const payment = aPayment()
  const key = aKey()
  const notification = aNotification()
  const dossierCode = anId('H38')
  const holder = aPayment({ dossierCode })

  beforeAll(async () => {
    const unitOfWork = createUnitOfWork({ database, clock: systemClock, log: silentLog })
    await unitOfWork.commit(aUnit([create(payment), { kind: 'idempotency', row: key }]))
    await unitOfWork.commit(aUnit([{ kind: 'notification', row: notification }]))
    await unitOfWork.commit(aUnit([create(holder)]))
    await unitOfWork.close()
  })

  const cases: readonly [string, () => CommitUnit][] = [
    ['idempotency_key', () => aUnit([{ kind: 'idempotency', row: key }])],
    ['payment_reference', () => aUnit([create(aPayment({ reference: payment.reference }))])],
    ['obligation', () => aUnit([create(aPayment({ dossierCode }))])],
    [
      'portal_reference',
      () => aUnit([create(aPayment({ attempt: anAttempt({ portalReference: payment.attempt.portalReference }) }))]),
    ],
    ['notification', () => aUnit([{ kind: 'notification', row: aNotification({ digest: notification.digest }) }])],
    ['stale', () => aUnit([move({ ...payment, attempt: { ...payment.attempt, version: 7 } }, 'paid')])],
    ['stale', () => aUnit([move({ ...payment, sequence: 7 }, 'paid')])],
    [
      'stale',
      () =>
        aUnit([
          {
            kind: 'attempt_schedule',
            schedule: {
              attemptId: payment.attempt.id,
              expected: { state: 'paid', version: 1 },
              dueAtMs: null,
              checks: 0,
              notFoundSinceMs: null,
            },
          },
        ]),
    ],
  ]

  it.each(cases)('is told apart: %s', async (conflict, unit) => {
    expect(await conflictOf(openUnitOfWork().commit(unit()))).toBe(conflict)
  })

  it('leaves nothing of itself, not even its audit entry', async () => {
    const entry = anEntry()
    const verification = anId('ver')
    const refused = aUnit([aVerification(verification), create(aPayment({ reference: payment.reference }))], [entry])
    await expect(openUnitOfWork().commit(refused)).rejects.toBeInstanceOf(CommitConflict)
    expect(await countOf('audit_entries', 'id = $1', entry.id)).toBe(0)
    expect(await countOf('identity_verifications', 'id = $1', verification)).toBe(0)
  })

  it('takes none of its batch with it', async () => {
    const unitOfWork = openUnitOfWork()
    const innocent = Array.from({ length: 20 }, () => anId('ver'))
    const outcomes = await Promise.all([
      ...innocent.map((id) => conflictOf(unitOfWork.commit(aUnit([aVerification(id)])))),
      conflictOf(unitOfWork.commit(aUnit([{ kind: 'idempotency', row: key }]))),
    ])
    expect(outcomes).toEqual([...innocent.map(() => 'committed'), 'idempotency_key'])
    expect(await countOf('identity_verifications', 'id = any($1)', innocent)).toBe(20)
    await checkChains()
  })

  it('is refused as an error of ours when the move is no legal one', async () => {
    await expect(openUnitOfWork().commit(aUnit([move(payment, 'expired')]))).rejects.toMatchObject({
      code: 'internal_error',
    })
  })

  it('is refused before anything is sent when it writes to a row twice', async () => {
    const twice = aUnit([move(payment, 'paid'), move(payment, 'failed')])
    await expect(openUnitOfWork().commit(twice)).rejects.toThrow('once')
  })
})

describe('many at the same moment', () => {
  it('lets one of 200 payments for the same obligation through', async () => {
    const dossierCode = anId('H38')
    const writers = [openUnitOfWork(), openUnitOfWork()]
    const outcomes = await Promise.all(
      Array.from({ length: 200 }, (_, index) =>
        conflictOf(writers[index % 2]!.commit(aUnit([create(aPayment({ dossierCode }))]))),
      ),
    )
    expect(outcomes.filter((outcome) => outcome === 'committed')).toHaveLength(1)
    expect(outcomes.filter((outcome) => outcome === 'obligation')).toHaveLength(199)
    expect(await countOf('payments', 'dossier_code = $1', dossierCode)).toBe(1)
  })

  it('lets one of 200 uses of an idempotency key through', async () => {
    const key = anId('key')
    const writers = [openUnitOfWork(), openUnitOfWork()]
    const outcomes = await Promise.all(
      Array.from({ length: 200 }, (_, index) =>
        conflictOf(writers[index % 2]!.commit(aUnit([{ kind: 'idempotency', row: aKey({ key }) }]))),
      ),
    )
    expect(outcomes.filter((outcome) => outcome === 'committed')).toHaveLength(1)
  })

  it('lets one of two processes move an attempt from where both saw it', async () => {
    const payment = aPayment()
    const writers = [openUnitOfWork(), openUnitOfWork()]
    await writers[0]!.commit(aUnit([create(payment)]))
    const outcomes = await Promise.all([
      conflictOf(writers[0]!.commit(aUnit([move(payment, 'awaiting_payer')]))),
      conflictOf(writers[1]!.commit(aUnit([move(payment, 'in_doubt')]))),
    ])
    expect(outcomes.toSorted()).toEqual(['committed', 'stale'])
    expect(await countOf('payment_events', 'payment_id = $1', payment.id)).toBe(2)
  })

  it('gets through when two processes write the same rows in opposite orders', async () => {
    const dossiers = Array.from({ length: 40 }, () => anId('H38'))
    const writers = [openUnitOfWork(), openUnitOfWork()]
    const outcomes = await Promise.all(
      writers.flatMap((writer, index) =>
        (index === 0 ? dossiers : dossiers.toReversed()).map((dossierCode) =>
          conflictOf(writer.commit(aUnit([create(aPayment({ dossierCode }))]))),
        ),
      ),
    )
    expect(outcomes.filter((outcome) => outcome === 'committed')).toHaveLength(40)
    expect(outcomes.filter((outcome) => outcome === 'obligation')).toHaveLength(40)
  })

  it('keeps the order of units that touch the same attempt', async () => {
    const unitOfWork = openUnitOfWork()
    const payment = aPayment()
    const opened = moved(payment, 'awaiting_payer')
    const outcomes = await Promise.all([
      // Keeps the writer busy, so that the next three would be one batch.
      conflictOf(unitOfWork.commit(aUnit())),
      conflictOf(unitOfWork.commit(aUnit([create(payment)]))),
      conflictOf(unitOfWork.commit(aUnit([move(payment, 'awaiting_payer', { payUrl: 'http://127.0.0.1/pay' })]))),
      conflictOf(unitOfWork.commit(aUnit([move(opened, 'paid')]))),
    ])
    expect(outcomes).toEqual(['committed', 'committed', 'committed', 'committed'])
    const stored = await createPaymentStore(database).find(tenant, payment.id)
    expect(stored).toMatchObject({
      state: 'paid',
      sequence: 3,
      attempt: { version: 3, payUrl: 'http://127.0.0.1/pay' },
    })
  })
})

describe('an obligation', () => {
  it('becomes free with the move that ends its payment, and is taken again by a payment that was paid late', async () => {
    const unitOfWork = openUnitOfWork()
    const dossierCode = anId('H38')
    const first = aPayment({ dossierCode })
    await unitOfWork.commit(aUnit([create(first)]))
    await unitOfWork.commit(aUnit([move(first, 'failed')]))
    const second = aPayment({ dossierCode })
    expect(await conflictOf(unitOfWork.commit(aUnit([create(second)])))).toBe('committed')
    expect(await conflictOf(unitOfWork.commit(aUnit([move(moved(first, 'failed'), 'paid')])))).toBe('obligation')
    await unitOfWork.commit(aUnit([move(second, 'failed')]))
    expect(await conflictOf(unitOfWork.commit(aUnit([move(moved(first, 'failed'), 'paid')])))).toBe('committed')
  })

  it('counts every line of the payment and every instalment apart', async () => {
    const unitOfWork = openUnitOfWork()
    const dossierCode = anId('H38')
    const line = (code: string, instalment: number) => ({
      code,
      name: 'Lệ phí',
      kind: 'le_phi' as const,
      amount: money(1_000),
      instalment,
    })
    await unitOfWork.commit(aUnit([create(aPayment({ dossierCode, lines: [line('P01', 1), line('P02', 1)] }))]))
    expect(
      await conflictOf(unitOfWork.commit(aUnit([create(aPayment({ dossierCode, lines: [line('P02', 2)] }))]))),
    ).toBe('committed')
    expect(
      await conflictOf(
        unitOfWork.commit(aUnit([create(aPayment({ dossierCode, lines: [line('P03', 1), line('P02', 1)] }))])),
      ),
    ).toBe('obligation')
  })
})

describe('a stored answer', () => {
  it('stays the one that was stored first', async () => {
    const unitOfWork = openUnitOfWork()
    const key = aKey()
    const answer = { status: 201, contentType: 'application/json', body: '{"first":true}' }
    await unitOfWork.commit(aUnit([{ kind: 'idempotency', row: key }]))
    await unitOfWork.commit(aUnit([{ kind: 'idempotency_answer', scope: key.scope, answer }]))
    await unitOfWork.commit(
      aUnit([{ kind: 'idempotency_answer', scope: key.scope, answer: { ...answer, body: '{}' } }]),
    )
    const { rows } = await sql.query('select answer_body from gateway.idempotency_keys where key = $1', [key.scope.key])
    expect(rows).toEqual([{ answer_body: '{"first":true}' }])
  })
})

describe('when the line to the database breaks', () => {
  it('finds the batch that was committed although its answer was lost, and does not write it again', async () => {
    const proxy = await openProxy()
    const unitOfWork = openUnitOfWork(proxy.connectionString)
    await unitOfWork.commit(aUnit())
    proxy.swallowNextAnswer()
    const payment = aPayment()
    await unitOfWork.commit(aUnit([create(payment)]))
    expect(proxy.cuts()).toBe(1)
    expect(await countOf('payments', 'id = $1', payment.id)).toBe(1)
    await checkChains()
  })

  it('proves a unit without an audit entry by its own row', async () => {
    const proxy = await openProxy()
    const unitOfWork = openUnitOfWork(proxy.connectionString)
    const payment = aPayment()
    await unitOfWork.commit(aUnit([create(payment)], []))
    for (const unit of [
      aUnit([{ kind: 'idempotency', row: aKey() }], []),
      aUnit([{ kind: 'notification', row: aNotification() }], []),
      aUnit([aVerification()], []),
      aUnit([move(payment, 'in_doubt')], []),
    ]) {
      proxy.swallowNextAnswer()
      expect(await conflictOf(unitOfWork.commit(unit))).toBe('committed')
    }
    expect(proxy.cuts()).toBe(4)
  })

  it('writes again what never arrived', async () => {
    const proxy = await openProxy()
    const unitOfWork = openUnitOfWork(proxy.connectionString)
    await unitOfWork.commit(aUnit())
    proxy.cutBeforeNextStatement()
    const payment = aPayment()
    await unitOfWork.commit(aUnit([create(payment)]))
    expect(proxy.cuts()).toBe(1)
    expect(await countOf('payments', 'id = $1', payment.id)).toBe(1)
    await checkChains()
  })

  it('loses nothing acknowledged and doubles nothing while its backend is killed again and again', async () => {
    const unitOfWork = openUnitOfWork()
    const acknowledged: string[] = []
    let kills = 0
    const isEnough = () => kills === 15
    const kill = async () => {
      for (; !isEnough(); kills += 1)
        await sql.query(
          `select pg_terminate_backend(pid), pg_sleep(0.06) from pg_stat_activity
           where application_name = 'gateway_writer' and datname = current_database()`,
        )
    }
    const write = async () => {
      while (!isEnough()) {
        const id = anId('ver')
        await unitOfWork.commit(aUnit([aVerification(id)]))
        acknowledged.push(id)
      }
    }
    await Promise.all([kill(), ...Array.from({ length: 8 }, write)])
    expect(acknowledged.length).toBeGreaterThan(15)
    expect(await countOf('identity_verifications', 'id = any($1)', acknowledged)).toBe(acknowledged.length)
    await checkChains()
  })

  it('says that storage is unavailable when the database does not come back within the deadline', async () => {
    const proxy = await openProxy()
    const fastClock: Clock = {
      ...systemClock,
      schedule: (delayMs, task) => systemClock.schedule(delayMs / 10, task),
    }
    const unitOfWork = openUnitOfWork(proxy.connectionString, fastClock)
    await unitOfWork.commit(aUnit())
    proxy.refuse(true)
    proxy.cutBeforeNextStatement()
    const id = anId('ver')
    await expect(unitOfWork.commit(aUnit([aVerification(id)]))).rejects.toMatchObject({ code: 'storage_unavailable' })
    proxy.refuse(false)
    expect(await conflictOf(unitOfWork.commit(aUnit()))).toBe('committed')
    expect(await countOf('identity_verifications', 'id = $1', id)).toBe(0)
    await checkChains()
  })
})

describe('the schema', () => {
  it('lets an attempt make the legal moves and no other, whoever asks', async () => {
    const { rows } = await sql.query<{ from_state: string; to_state: string }>(
      'select from_state, to_state from gateway.attempt_moves',
    )
    const legal = new Set(rows.map(({ from_state, to_state }) => `${from_state} ${to_state}`))
    const accepted: string[] = []
    for (const from of attemptStates)
      for (const to of attemptStates) {
        await sql.query('begin')
        await insertAttemptIn(from)
        const update = `update gateway.payment_attempts set state = $1, version = version + 1 where payment_id = 'pay_matrix'`
        const isAccepted = await sql.query(update, [to]).then(
          () => true,
          (error: { code?: string }) => {
            expect(error.code).toBe('GW002')
            return false
          },
        )
        if (isAccepted) accepted.push(`${from} ${to}`)
        await sql.query('rollback')
      }
    expect(accepted.toSorted()).toEqual([...legal].toSorted())
  })

  async function insertAttemptIn(state: string): Promise<void> {
    await sql.query('alter table gateway.payment_attempts disable trigger check_attempt_move')
    await sql.query(`insert into gateway.payments (id, tenant_id, client_id, reference, dossier_code, procedure_code, procedure_name,
        payer, collecting_unit, amount_dong, refunded_dong, state, created_at_ms, sequence)
      values ('pay_matrix', 'lao-cai', 'c', 'matrix', 'd', 'p', 'p', '{}', 'u', 1, 0, 'submitting', 0, 1)`)
    await sql.query(
      `insert into gateway.payment_attempts (id, tenant_id, payment_id, number, state, version, connection, portal_reference,
        issued_at_ms, init_body, checks) values ('att_matrix', 'lao-cai', 'pay_matrix', 1, $1, 1, 'c', $2, 0, '', 0)`,
      [state, 'M'.repeat(20)],
    )
    await sql.query('alter table gateway.payment_attempts enable trigger check_attempt_move')
  }

  it('refuses a second attempt beside one that may still take money', async () => {
    const unitOfWork = openUnitOfWork()
    const payment = aPayment()
    await unitOfWork.commit(aUnit([create(payment)]))
    const second = sql.query(
      `insert into gateway.payment_attempts (id, tenant_id, payment_id, number, state, version, connection, portal_reference,
        issued_at_ms, init_body, checks) values ($1, 'lao-cai', $2, 2, 'submitting', 1, 'c', $3, 0, '', 0)`,
      [anId('att'), payment.id, 'S'.repeat(20)],
    )
    await expect(second).rejects.toMatchObject({ constraint: 'payment_attempts_live_key' })
  })

  it('refuses a correction that cites no portal record', async () => {
    const unitOfWork = openUnitOfWork()
    const payment = aPayment()
    await unitOfWork.commit(aUnit([create(payment)]))
    await unitOfWork.commit(aUnit([move(payment, 'failed')]))
    const failed = moved(payment, 'failed')
    const event = anEvent(failed, { sequence: 3, from: 'failed', to: 'paid', cause: 'paid_late' })
    await expect(unitOfWork.commit(aUnit([move(failed, 'paid', { event })]))).rejects.toMatchObject({
      code: 'internal_error',
    })
  })

  it.each(['audit_entries', 'payment_events'])(
    'refuses even its owner to change or delete rows of %s',
    async (table) => {
      await openUnitOfWork().commit(aUnit([create(aPayment())]))
      for (const statement of [
        `update gateway.${table} set id = id`,
        `delete from gateway.${table}`,
        `truncate gateway.${table}`,
      ])
        await expect(sql.query(statement)).rejects.toMatchObject({ code: 'GW003' })
    },
  )

  it.each([
    ['gateway_writer', `update gateway.audit_entries set leaf = ''`],
    ['gateway_writer', 'delete from gateway.audit_entries'],
    ['gateway_writer', 'delete from gateway.payments'],
    ['gateway_writer', `update gateway.payments set amount_dong = 1`],
    ['gateway_writer', `update gateway.payment_attempts set portal_reference = 'X'`],
    ['gateway_writer', `insert into gateway.attempt_moves values ('failed', 'awaiting_payer', false)`],
    ['gateway_writer', 'alter table gateway.audit_entries disable trigger all'],
    ['gateway_reader', `update gateway.payments set state = 'paid'`],
    ['gateway_reader', `insert into gateway.clients (id) values ('x')`],
  ])('gives %s no right to: %s', async (role, statement) => {
    await sql.query('begin')
    await sql.query(`set local role ${role}`)
    await expect(sql.query(statement)).rejects.toMatchObject({ code: '42501' })
    await sql.query('rollback')
  })

  it('shows a reader nothing but its tenant, also where a query forgets to ask for it', async () => {
    await openUnitOfWork().commit({
      ...aUnit([create(aPayment({ tenant: 'yen-bai', createdAtMs: aMoment }))]),
      tenant: 'yen-bai',
    })
    const seen = await database.read<{ tenant_id: string }>('yen-bai', {
      name: 't1',
      text: 'select distinct tenant_id from gateway.payments',
      values: [],
    })
    expect(seen).toEqual([{ tenant_id: 'yen-bai' }])
    const nobody = await database.read('nowhere', { name: 't2', text: 'select id from gateway.payments', values: [] })
    expect(nobody).toEqual([])
  })
})
