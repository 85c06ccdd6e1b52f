import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { Client } from 'pg'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Payment } from '#domain/payment.ts'
import type { BillStore } from '#domain/ports/stores.ts'
import type { BillMove, UnitOfWork, Write } from '#domain/ports/unit-of-work.ts'
import { systemClock } from '#main/clock.ts'
import { createBillStore } from '#store/bill-store.ts'
import { createUnitOfWork } from '#store/unit-of-work.ts'
import { checkout } from '../support/checkout.ts'
import { aMoment, aPayment, aUnit, create, move, moved, tenant } from '../support/commit-units.ts'
import { createTestDatabase, type TestDatabase } from '../support/postgres.ts'
import { silentLog } from '../support/silent-log.ts'

let test: TestDatabase
let sql: Client
let unitOfWork: UnitOfWork & { close(): Promise<void> }
let bills: BillStore

beforeAll(async () => {
  test = await createTestDatabase()
  const database = await test.open()
  bills = createBillStore(database)
  unitOfWork = createUnitOfWork({ database, clock: systemClock, log: silentLog })
  sql = new Client({ connectionString: test.connectionString })
  await sql.connect()
})
afterAll(async () => {
  await sql.end()
  await unitOfWork.close()
  await test.drop()
})

const commit = (...writes: Write[]) => unitOfWork.commit(aUnit(writes))

let paid: Payment

beforeEach(async () => {
  const payment = aPayment()
  await commit(create(payment))
  await commit(move(payment, 'paid', { billDueAtMs: aMoment }))
  paid = moved(payment, 'paid')
})

const pdf = Buffer.from('%PDF-1.7 …')
const sha256 = createHash('sha256').update(pdf).digest()

const later = (differing: Partial<BillMove> = {}): Write => ({
  kind: 'bill_move',
  move: {
    attemptId: paid.attempt.id,
    expected: { state: 'wanted', version: 1 },
    to: 'wanted',
    dueAtMs: aMoment + 10,
    tries: 1,
    lastAnswer: 'not_ready',
    ...differing,
  },
})
const here = (version = 1): Write =>
  later({
    expected: { state: 'wanted', version },
    to: 'kept',
    dueAtMs: null,
    kept: { pdf, sha256, fetchedAtMs: aMoment + 1 },
  })

describe('a bill', () => {
  it('is owed from the move to paid, and due then', async () => {
    expect(await bills.find(tenant, paid.attempt.id)).toEqual({
      attemptId: paid.attempt.id,
      tenant,
      paymentId: paid.id,
      state: 'wanted',
      version: 1,
      dueAtMs: aMoment,
      tries: 0,
    })
    expect(await bills.due(aMoment, 1_000)).toContainEqual({ tenant, attemptId: paid.attempt.id })
    expect(await bills.due(aMoment - 1, 1_000)).not.toContainEqual({ tenant, attemptId: paid.attempt.id })
  })

  it('is owed by no other move, and by none that was refused', async () => {
    const payment = aPayment()
    await commit(create(payment))
    const stale = move(payment, 'paid', { billDueAtMs: aMoment, expected: { state: 'submitting', version: 9 } })
    await expect(commit(stale)).rejects.toMatchObject({ conflict: 'stale' })
    await commit(move(payment, 'failed'))
    expect(await bills.find(tenant, payment.attempt.id)).toBeUndefined()
  })

  it('is kept byte for byte, and stays so whoever tries', async () => {
    await commit(here())
    expect(await bills.read(tenant, paid.attempt.id)).toEqual({ pdf, sha256, fetchedAtMs: aMoment + 1 })
    expect(await bills.due(aMoment + 99, 1_000)).not.toContainEqual({ tenant, attemptId: paid.attempt.id })
    await expect(commit(here())).rejects.toMatchObject({ conflict: 'stale' })
    const byHand = sql.query(
      `update gateway.portal_bills set bytes = 'x', sha256 = sha256('x'), version = version + 1 where attempt_id = $1`,
      [paid.attempt.id],
    )
    await expect(byHand).rejects.toMatchObject({ code: 'GW003' })
  })

  it('is moved once by two who saw the same', async () => {
    const both = await Promise.allSettled([commit(here()), commit(later())])
    expect(both.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected'])
    expect(await bills.find(tenant, paid.attempt.id)).toMatchObject({ version: 2, tries: 1 })
  })

  it('is asked for later, with what the portal said', async () => {
    await commit(later())
    expect(await bills.find(tenant, paid.attempt.id)).toMatchObject({
      state: 'wanted',
      dueAtMs: aMoment + 10,
      lastAnswer: 'not_ready',
      version: 2,
      tries: 1,
    })
    expect(await bills.read(tenant, paid.attempt.id)).toBeUndefined()
  })

  it('counts as parked when nobody asks any more', async () => {
    const before = await bills.parked()
    await commit(later({ to: 'parked', dueAtMs: null }))
    expect(await bills.parked()).toBe(before + 1)
  })

  it('that had ended is owed again when the attempt is paid again, one that is kept is not', async () => {
    await commit(later({ to: 'ended', dueAtMs: null }))
    await commit(move(paid, 'mismatch'))
    await commit(move(moved(paid, 'mismatch'), 'paid', { billDueAtMs: aMoment + 50 }))
    expect(await bills.find(tenant, paid.attempt.id)).toMatchObject({
      state: 'wanted',
      version: 3,
      tries: 0,
      dueAtMs: aMoment + 50,
    })
    await commit(here(3))
    const twice = moved(moved(paid, 'mismatch'), 'paid')
    await commit(move(twice, 'mismatch'))
    await commit(move(moved(twice, 'mismatch'), 'paid', { billDueAtMs: aMoment + 90 }))
    expect(await bills.find(tenant, paid.attempt.id)).toMatchObject({ state: 'kept', version: 4 })
  })

  it.each([
    ['kept without bytes', `state = 'kept', due_at_ms = null`],
    [
      'bytes of another digest',
      `state = 'kept', due_at_ms = null, bytes = 'x', sha256 = sha256('y'), fetched_at_ms = 0`,
    ],
    ['wanted and never due', `due_at_ms = null`],
  ])('cannot be %s', async (_, change) => {
    const changed = sql.query(
      `update gateway.portal_bills set version = version + 1, ${change} where attempt_id = $1`,
      [paid.attempt.id],
    )
    await expect(changed).rejects.toMatchObject({ code: '23514' })
  })

  it('is owed by what was paid before bills were kept', async () => {
    const migration = await readFile(`${checkout}/src/store/migrations/016_portal_bills.sql`, 'utf8')
    await sql.query('begin')
    try {
      await sql.query('drop table gateway.portal_bills; drop function gateway.keep_bill')
      await sql.query(migration)
      const { rows } = await sql.query(
        `select state, version, tries, due_at_ms = wanted_at_ms as "isDue" from gateway.portal_bills where attempt_id = $1`,
        [paid.attempt.id],
      )
      expect(rows).toEqual([{ state: 'wanted', version: 1, tries: 0, isDue: true }])
    } finally {
      await sql.query('rollback')
    }
  })

  it('of another tenant is not there', async () => {
    await commit(here())
    expect(await bills.find('ha-giang', paid.attempt.id)).toBeUndefined()
    expect(await bills.read('ha-giang', paid.attempt.id)).toBeUndefined()
  })
})
