/** Comparisons over the real store: who dies, who comes second, and what the same file twice leaves behind. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createCaseOpener } from '#reconciliation/case-opener.ts'
import { createReconciliation } from '#reconciliation/create-reconciliation.ts'
import type { ConfirmSettlement } from '#domain/ports/confirm-settlement.ts'
import type { ReconciledPortal } from '#reconciliation/deps.ts'
import { createSpool } from '#reconciliation/spool.ts'
import { createCaseStore } from '#store/case-store.ts'
import type { Database } from '#store/database.ts'
import { createReconciliationStore } from '#store/reconciliation-store.ts'
import { createSettlementStore } from '#store/settlement-store.ts'
import { createUnitOfWork } from '#store/unit-of-work.ts'
import { systemClock } from '#main/clock.ts'
import { createIds } from '#main/ids.ts'
import { aRequest } from '../support/a-request.ts'
import { anEntry, aPayment, aUnit, create, move } from '../support/commit-units.ts'
import { createTestDatabase, type TestDatabase } from '../support/postgres.ts'
import { aRow, aSettlementFile } from '../support/settlement-text.ts'
import { silentLog } from '../support/silent-log.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const tenant = 'lao-cai'
const connection = 'payment-portal'

let test: TestDatabase
let database: Database
let unitOfWork: ReturnType<typeof createUnitOfWork>

beforeAll(async () => {
  test = await createTestDatabase()
  database = await test.open()
  unitOfWork = createUnitOfWork({ database, clock: systemClock, log: silentLog })
})
afterAll(async () => {
  await unitOfWork.close()
  await test.drop()
})

/** A process over the one database. */
function aProcess(
  fileOf: (date: string) => string | undefined,
  confirmSettlement: ConfirmSettlement = async () => 'asked',
  isAskable = true,
) {
  const portal: ReconciledPortal = {
    tenant,
    connection,
    partner: 'LAOCAITEST',
    isAskable,
    fetchFile: async (date, accept) => {
      const text = fileOf(date)
      if (text === undefined) return 'none'
      await accept(Buffer.from(text))
      return 'file'
    },
  }
  const queued: string[] = []
  const reconciliation = createReconciliation({
    portals: () => [portal],
    confirmSettlement,
    settlements: createSettlementStore(database),
    reconciliations: createReconciliationStore(database),
    cases: createCaseStore(database),
    caseOpener: createCaseOpener({ clock: systemClock }),
    unitOfWork,
    accountability: { enter: () => anEntry(), attest: () => Promise.reject(new Error('nothing leaves with evidence')) },
    jobs: { enqueue: ({ reconciliationId }) => void queued.push(reconciliationId) },
    spool: createSpool(temporaryFolder()),
    clock: systemClock,
    ids: createIds(systemClock),
    livemode: () => false,
  })
  const request = aRequest({ startedAtMs: systemClock.monotonicMs() })
  const begin = async (date: string) => (await reconciliation.start({ connection, date }, request)).id
  const run = (reconciliationId: string) => reconciliation.run({ kind: 'reconcile', tenant, reconciliationId })
  const view = (id: string) => reconciliation.read.get(id, request)
  return { reconciliation, begin, run, view, request, queued }
}

const strangers = (count: number, date: string) =>
  Array.from({ length: count }, (_, index) =>
    aRow({
      reference: `S${date.slice(8)}N${String(index).padStart(6, '0')}`,
      transactionId: `T${date.slice(8)}N${index}`,
    }),
  )

const rowsIn = async (table: string): Promise<number> => {
  const [row] = await database.read<{ count: number }>('*', {
    name: `count-${table}`,
    text: `select count(*)::integer as count from gateway.${table}`,
    values: [],
  })
  return row?.count ?? 0
}

describe('a comparison', () => {
  it('that died goes on where it was, and says of each row one thing', async () => {
    const date = '2026-01-20'
    const payment = aPayment()
    await unitOfWork.commit(aUnit([create(payment)], []))
    const ours = aRow({ reference: payment.attempt.portalReference, transactionId: 'TOURS' })
    const text = aSettlementFile([...strangers(450, date), ours], { date })
    // Our own reference sorts somewhere among the others: everything before its portion is written when this one dies.
    const dying = aProcess(
      () => text,
      () => Promise.reject(new Error('killed')),
    )
    const id = await dying.begin(date)
    await expect(dying.run(id)).rejects.toThrow('killed')
    expect((await dying.view(id)).state).toBe('running')

    const successor = aProcess(() => text)
    await successor.run(id)
    const done = await successor.view(id)
    expect(done).toMatchObject({ state: 'done', rowsInFile: 451, rowsDone: 451, cases: 451 })
    await successor.run(id)
    expect(await successor.view(id)).toEqual(done)
  })

  it('by two at once is one comparison', async () => {
    const date = '2026-01-19'
    const text = aSettlementFile(strangers(450, date), { date })
    const [one, other] = [aProcess(() => text), aProcess(() => text)]
    const id = await one.begin(date)
    await Promise.all([one.run(id), other.run(id)])
    await one.run(id)
    expect(await one.view(id)).toMatchObject({ state: 'done', rowsDone: 450, cases: 450 })
  })

  it('of the same file again finds the same, and leaves no second file, row or case', async () => {
    const date = '2026-01-18'
    const text = aSettlementFile([...strangers(3, date), 'D|broken'], { date })
    const { begin, run, view } = aProcess(() => text)
    const tables = ['settlement_files', 'settlement_rows', 'cases']
    const once = await begin(date)
    await run(once)
    const before = await Promise.all(tables.map(rowsIn))
    const twice = await begin(date)
    await run(twice)
    expect(await Promise.all(tables.map(rowsIn))).toEqual(before)
    const told = async (id: string) => {
      const { outcomes, settlementFile } = await view(id)
      return { outcomes, settlementFile }
    }
    expect(await told(twice)).toEqual(await told(once))
  })
})

describe('of a portal that cannot be asked', () => {
  it('hands on the row that speaks for the attempt, with the file it stands in', async () => {
    const date = '2026-01-21'
    const payment = aPayment()
    await unitOfWork.commit(aUnit([create(payment)], []))
    const { portalReference: reference } = payment.attempt
    const rows = [
      aRow({ reference, transactionId: 'TFAILED', status: '4' }),
      aRow({ reference, transactionId: 'TPAID' }),
    ]
    const asked: Parameters<ConfirmSettlement>[0][] = []
    const answer: ConfirmSettlement = async (question) => {
      asked.push(question)
      return 'asked'
    }
    const { begin, run, view } = aProcess(() => aSettlementFile(rows, { date }), answer, false)
    const id = await begin(date)
    await run(id)
    const { settlementFile } = await view(id)
    const row = { settled: { transactionId: 'TPAID' }, line: 3, file: { id: settlementFile } }
    expect(asked).toMatchObject([{ reference, row }])
  })

  it('lays before a person what was told of the day before and no file names, and moves nothing', async () => {
    const [told, date] = ['2026-01-11', '2026-01-12']
    const atMs = Date.parse(`${told}T08:00:00+07:00`)
    const payment = aPayment()
    await unitOfWork.commit(aUnit([create(payment)], []))
    const begun = move(payment, 'in_doubt')
    if (begun.kind !== 'attempt_move') throw new Error('a move')
    const event = { ...begun.move.event, cause: 'told_unconfirmed', createdAtMs: atMs }
    await unitOfWork.commit(aUnit([{ ...begun, move: { ...begun.move, event } }], []))
    const compared = async (isAskable: boolean, ofDay: string) => {
      const text = aSettlementFile([], { date: ofDay })
      const { begin, run, reconciliation, request } = aProcess(() => text, undefined, isAskable)
      const id = await begin(ofDay)
      await run(id)
      return (await reconciliation.read.rows(id, {}, { limit: 10 }, request)).items
    }
    expect(await compared(true, date)).toEqual([])
    expect(await compared(false, told)).toEqual([])
    expect(await compared(false, date)).toMatchObject([
      { outcome: 'missing_there', paymentId: payment.id, reason: 'in_doubt', caseId: expect.stringMatching(/^cas_/) },
    ])
  })
})

describe('the hourly plan', () => {
  it('begins what was never compared, wakes what waits for its file, and leaves alone what is settled', async () => {
    const without = aProcess(() => undefined)
    await without.reconciliation.plan()
    expect(without.queued).toHaveLength(7)
    for (const id of without.queued) await without.run(id)
    const waiting = [...without.queued]
    expect((await without.view(waiting[0] ?? '')).state).toBe('no_file')

    const again = aProcess(() => undefined)
    await again.reconciliation.plan()
    expect(again.queued.toSorted()).toEqual(waiting.toSorted())

    const files = aProcess((date) => aSettlementFile([], { date }))
    for (const id of waiting) await files.run(id)
    expect(await files.view(waiting[0] ?? '')).toMatchObject({ state: 'done', rowsInFile: 0 })
    await files.reconciliation.plan()
    expect(files.queued).toEqual([])
  })
})
