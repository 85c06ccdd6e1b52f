import { Client } from 'pg'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { journalAccounts, postingWays, type Posting } from '#domain/journal.ts'
import { money } from '#domain/money.ts'
import type { Payment } from '#domain/payment.ts'
import type { UnitOfWork, Write } from '#domain/ports/unit-of-work.ts'
import { systemClock } from '#main/clock.ts'
import { examine, type Finding } from '#main/examine.ts'
import { createUnitOfWork } from '#store/unit-of-work.ts'
import { aMoment, aPayment, aUnit, create, move, tenant } from '../support/commit-units.ts'
import { createTestDatabase, type TestDatabase } from '../support/postgres.ts'
import { silentLog } from '../support/silent-log.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

let test: TestDatabase
let sql: Client
let unitOfWork: UnitOfWork & { close(): Promise<void> }

beforeAll(async () => {
  test = await createTestDatabase()
  const database = await test.open()
  unitOfWork = createUnitOfWork({ database, clock: systemClock, log: silentLog })
  sql = new Client({ connectionString: test.connectionString })
  await sql.connect()
})
afterAll(async () => {
  await unitOfWork.close()
  await sql.end()
  await test.drop()
})

let payment: Payment

beforeEach(async () => {
  payment = aPayment()
  await unitOfWork.commit(aUnit([create(payment)]))
})

const aPosting = (parts: Partial<Posting> = {}): Posting => ({
  kind: 'payment_received',
  paymentId: payment.id,
  attemptId: payment.attempt.id,
  cites: 'evt_1',
  amount: payment.amount,
  postedAtMs: aMoment,
  ...parts,
})
const posts = (...postings: Posting[]): readonly Write[] => postings.map((posting) => ({ kind: 'posting', posting }))

const journal = async (): Promise<readonly string[]> =>
  (
    await sql.query<{ line: string }>(
      `select p.kind || ' ' || string_agg(e.account || ' ' || e.dong, ', ' order by e.dong) as line
       from gateway.journal_postings p join gateway.journal_entries e on e.posting = p.position
       where p.payment_id = $1 group by p.position order by p.position`,
      [payment.id],
    )
  ).rows.map(({ line }) => line)

const refusalOf = (text: string): Promise<string> =>
  sql.query(text).then(
    () => 'done',
    (error: { code?: string; message: string }) => `${error.code} ${error.message}`,
  )

describe('the accounts', () => {
  it('are moved between by the same facts in the database as in the product', async () => {
    const { rows } = await sql.query(
      `select kind, from_account as "from", to_account as "to" from gateway.posting_kinds order by kind`,
    )
    const ours = Object.entries(postingWays).map(([kind, way]) => ({ kind, ...way }))
    expect(rows).toEqual(ours.toSorted((a, b) => (a.kind < b.kind ? -1 : 1)))
    expect(new Set(Object.values(postingWays).flatMap(({ from, to }) => [from, to]))).toEqual(new Set(journalAccounts))
  })
})

describe('a fact', () => {
  it('is posted by the commit of its move, with entries that sum to zero', async () => {
    await unitOfWork.commit(aUnit([move(payment, 'paid', { postings: [aPosting()] })]))
    expect(await journal()).toEqual(['payment_received payer -50000, portal_clearing 50000'])
  })

  it('is not posted where the move is refused', async () => {
    const stale = move(payment, 'paid', {
      postings: [aPosting()],
      expected: { state: 'awaiting_payer', version: 7 },
    })
    await expect(unitOfWork.commit(aUnit([stale]))).rejects.toMatchObject({ conflict: 'stale' })
    expect(await journal()).toEqual([])
  })

  it('is posted once, however often and by whomever it is found', async () => {
    const found = aPosting({ kind: 'double_charge', cites: 'T2', otherTransaction: 'T2', amount: money(20_000) })
    const repeat = () => unitOfWork.commit(aUnit(posts(found)))
    await Promise.all([repeat(), repeat(), repeat()])
    await unitOfWork.commit(aUnit(posts(found, found)))
    expect(await journal()).toEqual(['double_charge payer -20000, suspense 20000'])
  })

  it('takes out of suspense what lies there for its own transaction, and posts nothing where nothing does', async () => {
    const released = (cites: string) => aPosting({ kind: 'suspense_released', cites, amount: 'held' })
    await unitOfWork.commit(aUnit(posts(released('evt_0'))))
    await unitOfWork.commit(
      aUnit(
        posts(
          aPosting({ kind: 'amount_differs', amount: money(10_000) }),
          aPosting({ kind: 'double_charge', cites: 'T2', otherTransaction: 'T2', amount: money(20_000) }),
        ),
      ),
    )
    await unitOfWork.commit(aUnit(posts(released('evt_2'))))
    await unitOfWork.commit(aUnit(posts(released('evt_3'))))
    expect(await journal()).toEqual([
      'amount_differs payer -10000, suspense 10000',
      'double_charge payer -20000, suspense 20000',
      'suspense_released suspense -10000, payer 10000',
    ])
  })
})

describe('what lies in suspense', () => {
  it('is taken out once, though a move and a person do it at the same moment', async () => {
    await unitOfWork.commit(aUnit(posts(aPosting({ kind: 'paid_besides', cites: 'reference' }))))
    const release = (cites: string) =>
      unitOfWork.commit(aUnit(posts(aPosting({ kind: 'suspense_released', cites, amount: 'held' }))))
    await Promise.all([release('evt_1'), release('cas_1'), release('evt_2')])
    expect(await journal()).toEqual([
      'paid_besides payer -50000, suspense 50000',
      'suspense_released suspense -50000, payer 50000',
    ])
  })

  it('is the only thing that is released', async () => {
    await expect(unitOfWork.commit(aUnit(posts(aPosting({ kind: 'suspense_released' }))))).rejects.toMatchObject({
      code: 'internal_error',
    })
  })
})

describe('what stands in the journal', () => {
  beforeEach(async () => {
    await unitOfWork.commit(aUnit([move(payment, 'paid', { postings: [aPosting()] })]))
  })

  it.each(['gateway_writer', 'the owner'])('is changed and deleted by nobody, not by %s', async (who) => {
    if (who === 'gateway_writer') await sql.query('set role gateway_writer')
    const code = who === 'gateway_writer' ? '42501' : 'GW003'
    for (const table of ['journal_postings', 'journal_entries']) {
      const column = table === 'journal_postings' ? 'posted_at_ms' : 'dong'
      expect(await refusalOf(`update gateway.${table} set ${column} = ${column} + 1`)).toContain(code)
      expect(await refusalOf(`delete from gateway.${table}`)).toContain(code)
      expect(await refusalOf(`truncate gateway.${table} cascade`)).toContain(code)
    }
    await sql.query('reset role')
    expect(await journal()).toHaveLength(1)
  })

  const posting = (suffix: string) => `insert into gateway.journal_postings
    (tenant_id, payment_id, attempt_id, kind, cites, posted_at_ms)
    values ('${tenant}', '${payment.id}', '${payment.attempt.id}', 'settled', 'T1', 0) ${suffix}`

  it('sums to zero: neither a lame posting nor a lame entry gets in, from whomever', async () => {
    const lame = `with p as (${posting('returning position')}) insert into gateway.journal_entries
      (posting, account, tenant_id, dong) select position, a, '${tenant}', d from p,`
    expect(await refusalOf(`${lame} (values ('payer', -5), ('suspense', 4)) as e (a, d)`)).toContain('GW004')
    expect(await refusalOf(`${lame} (values ('payer', -5)) as e (a, d)`)).toContain('GW004')
    expect(await refusalOf(posting(''))).toContain('GW004')
    expect(
      await refusalOf(`insert into gateway.journal_entries (posting, account, tenant_id, dong)
        select position, 'suspense', tenant_id, 1 from gateway.journal_postings where payment_id = '${payment.id}'`),
    ).toContain('GW004')
    expect(await journal()).toHaveLength(1)
  })
})

describe('the list of faults', () => {
  const faults = async () =>
    (
      await sql.query<{ fault: string }>(
        'select fault from gateway.journal_faults where payment_id = $1 order by fault',
        [payment.id],
      )
    ).rows.map(({ fault }) => fault)

  /** A move to paid with its posting, which cites the event. */
  const paid = (parts: Partial<Posting> = {}): Write => {
    const write = move(payment, 'paid')
    if (write.kind !== 'attempt_move') throw new Error('not a move')
    return { ...write, move: { ...write.move, postings: [aPosting({ cites: write.move.event.id, ...parts })] } }
  }

  it('is empty while the journal follows from the moves', async () => {
    await unitOfWork.commit(aUnit([paid()]))
    expect(await faults()).toEqual([])
  })

  it.each<[string, () => readonly Write[], readonly string[]]>([
    [
      'a move whose posting is missing',
      () => [move(payment, 'paid')],
      ['attempt_disagrees', 'move_without_posting', 'refundable_disagrees'],
    ],
    [
      'another amount than the order’s',
      () => [paid({ amount: money(49_999) })],
      ['attempt_disagrees', 'refundable_disagrees'],
    ],
    [
      'a posting whose move is missing',
      () => posts(aPosting()),
      ['attempt_disagrees', 'posting_without_move', 'refundable_disagrees'],
    ],
    [
      'money posted twice under two names',
      () => [paid(), ...posts(aPosting({ cites: 'again' }))],
      ['attempt_disagrees', 'posting_without_move', 'refundable_disagrees'],
    ],
    [
      'a refund posted when it was asked for',
      () => [paid(), ...posts(aPosting({ kind: 'refund_accepted' }))],
      ['posting_without_move', 'refundable_disagrees', 'refunds_disagree'],
    ],
    [
      'more transferred than received',
      () => [paid(), ...posts(aPosting({ kind: 'settled', amount: money(50_001) }))],
      ['settled_beyond_received'],
    ],
    [
      'paid, and still in suspense',
      () => [paid(), ...posts(aPosting({ kind: 'paid_besides' }))],
      ['attempt_disagrees'],
    ],
  ])('names %s', async (_, writes, expected) => {
    await unitOfWork.commit(aUnit(writes()))
    expect(await faults()).toEqual(expected)
  })

  it('is what the doctor reads: broken, with the payment’s id and a cure', async () => {
    await unitOfWork.commit(aUnit([move(payment, 'paid')]))
    const found: Finding[] = []
    const variables = { MODE: 'sandbox', DATABASE_URL: test.connectionString, DATA_DIR: temporaryFolder() }
    for await (const finding of examine(variables)) if (finding.part === 'journal') found.push(finding)
    expect(found).toMatchObject([{ verdict: 'broken', fact: expect.stringMatching(/pay_\w+ \w+ and more$/) }])
    expect(found[0]?.cure).toContain('gateway.journal_faults')
  })

  it('shows a reader the faults of its tenant alone', async () => {
    await unitOfWork.commit(aUnit([move(payment, 'paid')]))
    const seenBy = async (reader: string) => {
      await sql.query(`begin; set local role gateway_reader`)
      await sql.query(`select set_config('gateway.tenant', $1, true)`, [reader])
      const seen = await faults()
      await sql.query('rollback')
      return seen.length
    }
    expect(await seenBy('ha-giang')).toBe(0)
    expect(await seenBy(tenant)).toBe(3)
  })
})
