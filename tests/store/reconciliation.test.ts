import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { money } from '#domain/money.ts'
import { CommitConflict, type AttemptMove, type Write } from '#domain/ports/unit-of-work.ts'
import type { SettledTransaction, SettlementFile } from '#domain/settlement.ts'
import { createCaseStore } from '#store/case-store.ts'
import { createReconciliationStore } from '#store/reconciliation-store.ts'
import { createSettlementStore } from '#store/settlement-store.ts'
import { createUnitOfWork } from '#store/unit-of-work.ts'
import { systemClock } from '#main/clock.ts'
import { aMoment, anId, aNotification, aPayment, aUnit, create, move, moved, tenant } from '../support/commit-units.ts'
import { createTestDatabase, type TestDatabase } from '../support/postgres.ts'
import { silentLog } from '../support/silent-log.ts'

let database: TestDatabase
let stores: Awaited<ReturnType<typeof open>>

async function open() {
  const opened = await database.open()
  const unitOfWork = createUnitOfWork({ database: opened, clock: systemClock, log: silentLog })
  const commit = (...writes: Write[]) => unitOfWork.commit(aUnit(writes, []))
  return {
    commit,
    unitOfWork,
    settlements: createSettlementStore(opened),
    reconciliations: createReconciliationStore(opened),
    cases: createCaseStore(opened),
  }
}

beforeAll(async () => {
  database = await createTestDatabase()
  stores = await open()
})
afterAll(async () => {
  await stores.unitOfWork.close()
  await database.drop()
})

const connection = 'payment-portal'

const aFile = (differing: Partial<SettlementFile> = {}): SettlementFile => ({
  id: anId('stf'),
  connection,
  date: '2026-11-23',
  sha256: anId('sha'),
  rows: 1,
  quarantined: 0,
  sum: money(50_000),
  source: 'portal',
  receivedAtMs: aMoment,
  ...differing,
})

const settled = (differing: Partial<SettledTransaction> = {}): SettledTransaction => ({
  kind: 'payment',
  transactionId: anId('GD').replace('_', ''),
  reference: anId('R').slice(0, 20),
  amount: money(50_000),
  standing: 'paid',
  settledAtMs: aMoment,
  ...differing,
})

const aCase = (id = anId('cas')) => ({
  id,
  tenant,
  kind: 'double_charge' as const,
  state: 'open' as const,
  connection,
  details: { reference: 'R1', amount: 5 },
  openedAtMs: aMoment,
})
const resolved = { resolution: 'explained' as const, note: 'Đã xem', by: 'demo-one-stop', atMs: aMoment + 1 }

const aRun = (differing: object = {}) => ({
  id: anId('rec'),
  tenant,
  connection,
  date: '2026-11-23',
  state: 'running' as const,
  cursor: 'start',
  askedBy: 'gateway',
  startedAtMs: aMoment,
  ...differing,
})

async function stored(rows: readonly SettledTransaction[], differing: Partial<SettlementFile> = {}) {
  const file = aFile({ rows: rows.length, ...differing })
  const numbered = rows.map((one, index) => ({ line: index + 2, settled: one }))
  if (rows.length > 0) await stores.commit({ kind: 'settlement_rows', fileId: file.id, rows: numbered })
  await stores.commit({ kind: 'settlement_file', row: file })
  return file
}

describe('settlement files', () => {
  it('are one file however often they are written', async () => {
    const file = aFile()
    const rows = [{ line: 2, settled: settled() }]
    for (let times = 0; times < 2; times += 1) {
      await stores.commit({ kind: 'settlement_rows', fileId: file.id, rows })
      await stores.commit({ kind: 'settlement_file', row: { ...file, receivedAtMs: aMoment + times } })
    }
    expect(await stores.settlements.find(tenant, file.id)).toEqual(file)
    expect(await stores.settlements.find('ha-giang', file.id)).toBeUndefined()
    expect(await stores.settlements.rowsByReference(tenant, file.id, '', 10)).toEqual([
      { line: 2, settled: rows[0]?.settled, isReused: false },
    ])
  })

  it('are read by whole references, and the last received speaks for its day', async () => {
    const [a, b, c] = ['REFA', 'REFB', 'REFC'].map((reference) => settled({ reference }))
    if (a === undefined || b === undefined || c === undefined) throw new Error('three rows')
    const file = await stored([c, a, b, { ...a, transactionId: 'SECOND1' }], { date: '2026-11-01' })
    const first = await stores.settlements.rowsByReference(tenant, file.id, '', 2)
    expect(first.map(({ settled, line }) => [settled.reference, line])).toEqual([
      ['REFA', 3],
      ['REFA', 5],
      ['REFB', 4],
    ])
    const rest = await stores.settlements.rowsByReference(tenant, file.id, 'REFB', 2)
    expect(rest.map(({ settled }) => settled.reference)).toEqual(['REFC'])
    const later = await stored([a], { date: '2026-11-01', receivedAtMs: aMoment + 1 })
    expect(await stores.settlements.newest(tenant, connection, '2026-11-01')).toEqual(later)
  })

  it('tell a transaction id that stands for two references, in whatever file', async () => {
    const one = settled()
    await stored([one])
    const file = await stored([settled({ transactionId: one.transactionId }), settled()])
    const rows = await stores.settlements.rowsByReference(tenant, file.id, '', 10)
    expect(rows.find(({ line }) => line === 2)?.isReused).toBe(true)
    expect(rows.find(({ line }) => line === 3)?.isReused).toBe(false)
  })

  it('keep bad rows apart', async () => {
    const file = aFile({ quarantined: 1 })
    await stores.commit({
      kind: 'settlement_rows',
      fileId: file.id,
      rows: [{ line: 2, problem: 'bad_amount', raw: 'D|TT|…' }],
    })
    await stores.commit({ kind: 'settlement_file', row: file })
    expect(await stores.settlements.rowsByReference(tenant, file.id, '', 10)).toEqual([])
    expect(await stores.settlements.quarantined(tenant, file.id, 1, 10)).toEqual([
      { line: 2, problem: 'bad_amount', raw: 'D|TT|…' },
    ])
    expect(await stores.settlements.quarantined(tenant, file.id, 2, 10)).toEqual([])
  })

  it('tell page by page which payments a transfer is made of', async () => {
    const payment = aPayment()
    await stores.commit(create(payment))
    const transferId = anId('CT').replace('_', '')
    const ours = settled({ transferId, reference: payment.attempt.portalReference })
    await stored([ours, settled({ transferId }), settled()], { date: '2026-10-01' })
    const first = await stores.settlements.transfer(tenant, transferId, 1)
    expect(first.items).toMatchObject([{ paymentId: payment.id, dossierCode: payment.dossierCode, date: '2026-10-01' }])
    const second = await stores.settlements.transfer(tenant, transferId, 1, first.next)
    expect(second.items).toMatchObject([{ line: 3 }])
    expect(second.next).toBeUndefined()
    expect((await stores.settlements.transfer('ha-giang', transferId, 10)).items).toEqual([])
  })
})

describe('reconciliations', () => {
  it('move on only from where their cursor stands', async () => {
    const run = aRun()
    const file = await stored([])
    await stores.commit({ kind: 'reconciliation', row: run })
    const step = { id: run.id, expectedCursor: 'start', cursor: 'file ', fileId: file.id, rowsInFile: 0 }
    await stores.commit({ kind: 'reconciliation_move', move: step })
    await expect(stores.commit({ kind: 'reconciliation_move', move: step })).rejects.toBeInstanceOf(CommitConflict)
    const end = { id: run.id, expectedCursor: 'file ', cursor: 'done', state: 'done' as const, finishedAtMs: aMoment }
    await stores.commit({ kind: 'reconciliation_move', move: end })
    expect(await stores.reconciliations.find(tenant, run.id)).toEqual({
      ...run,
      state: 'done',
      cursor: 'done',
      fileId: file.id,
      rowsInFile: 0,
      finishedAtMs: aMoment,
    })
    const again = { ...end, expectedCursor: 'done', state: 'running' as const }
    await expect(stores.commit({ kind: 'reconciliation_move', move: again })).rejects.toBeInstanceOf(CommitConflict)
  })

  it('keep their rows, and count and sum them by outcome', async () => {
    const run = aRun({ startedAtMs: aMoment + 1_000_000 })
    const caseId = anId('cas')
    const row = { outcome: 'matched' as const, amountThere: money(7), isHealed: false, isUnasked: false }
    await stores.commit(
      { kind: 'reconciliation', row: run },
      {
        kind: 'reconciliation_rows',
        reconciliationId: run.id,
        rows: [
          { ...row, position: 1 },
          { ...row, position: 2, isHealed: true },
          {
            position: 3,
            outcome: 'missing_there',
            amountHere: money(5),
            isHealed: false,
            isUnasked: true,
            caseId,
          },
        ],
      },
      { kind: 'case', row: aCase(caseId) },
    )
    expect(await stores.reconciliations.totals(tenant, run.id)).toEqual([
      { outcome: 'matched', count: 2, sum: money(14), healed: 1, unasked: 0, cases: 0 },
      { outcome: 'missing_there', count: 1, sum: money(5), healed: 0, unasked: 1, cases: 1 },
    ])
    await stores.commit({ kind: 'case_resolved', id: caseId, resolved })
    expect((await stores.reconciliations.totals(tenant, run.id))[1]).toMatchObject({ cases: 0 })
    expect(await stores.reconciliations.rowCount(tenant, run.id)).toBe(3)
    const first = await stores.reconciliations.rows(tenant, run.id, { outcome: 'matched' }, 1)
    expect(first.items).toEqual([{ ...row, position: 1 }])
    expect((await stores.reconciliations.rows(tenant, run.id, { outcome: 'matched' }, 1, first.next)).items).toEqual([
      { ...row, position: 2, isHealed: true },
    ])
    expect((await stores.reconciliations.list(tenant, { connection }, 1)).items).toEqual([run])
    expect(await stores.reconciliations.newest(tenant, connection, run.date)).toEqual(run)
    expect(await stores.reconciliations.find('ha-giang', run.id)).toBeUndefined()
  })

  it('find what is paid here and in no file, and nothing else', async () => {
    const payment = aPayment()
    const waiting = moved(payment, 'awaiting_payer')
    await stores.commit(create(payment))
    await stores.commit(move(payment, 'awaiting_payer'))
    await stores.commit(move(waiting, 'paid', { portalTransactionId: 'GD1' }))
    const question = { tenant, connection, fromMs: aMoment, untilMs: aMoment + 1, after: '', limit: 10 }
    const here = {
      paymentId: payment.id,
      attemptId: payment.attempt.id,
      reference: payment.attempt.portalReference,
      state: 'paid',
      amount: money(50_000),
      refunded: money(0),
      transactionId: 'GD1',
    }
    expect(await stores.reconciliations.paidWithoutRow(question)).toEqual([here])
    expect(await stores.reconciliations.paidWithoutRow({ ...question, untilMs: aMoment })).toEqual([])
    expect(await stores.reconciliations.attempts(tenant, connection, [here.reference])).toEqual([here])
    expect(await stores.reconciliations.attempts('ha-giang', connection, [here.reference])).toEqual([])
    await stored([settled({ reference: here.reference })])
    expect(await stores.reconciliations.paidWithoutRow(question)).toEqual([])
  })

  it('see what a portal that cannot be asked left in doubt, from when it told or the time to pay ended', async () => {
    const doubtful = async (cause: string, of: Partial<AttemptMove> = {}) => {
      const payment = aPayment()
      await stores.commit(create(payment))
      const begun = move(payment, 'in_doubt')
      if (begun.kind !== 'attempt_move') throw new Error('a move')
      await stores.commit({ ...begun, move: { ...begun.move, ...of, event: { ...begun.move.event, cause } } })
      return payment.attempt.portalReference
    }
    const toldOf = await doubtful('told_unconfirmed')
    const expired = await doubtful('unknown_after_expiry')
    await doubtful('answer_lost', { dueAtMs: aMoment })
    const day = 86_400_000
    const found = async (fromMs: number) => {
      const question = { tenant, connection, fromMs, untilMs: fromMs + 1, after: '', limit: 10 }
      return (await stores.reconciliations.doubtWithoutRow(question)).map(({ reference }) => reference)
    }
    expect(await found(aMoment)).toEqual([toldOf])
    expect(await found(aMoment + day)).toEqual([expired])
    await stored([settled({ reference: toldOf, standing: 'failed' })])
    expect(await found(aMoment)).toEqual([])
  })

  it('see the notifications nobody could place, unless the file names them', async () => {
    const row = aNotification()
    await stores.commit({ kind: 'notification', row })
    const file = await stored([settled()])
    const day = { fromMs: aMoment, untilMs: aMoment + 1, after: '', limit: 10 }
    const suspense = (fileId: string, differing: object = {}) =>
      stores.reconciliations.suspense({ tenant, connection, fileId, ...day, ...differing })
    expect(await suspense(file.id)).toEqual([])
    await stores.commit({ kind: 'notification_settled', id: row.id, outcome: 'suspense', atMs: aMoment })
    expect(await suspense(file.id)).toEqual([{ id: row.id, reference: row.reference, transactionId: '1' }])
    expect(await suspense(file.id, { untilMs: aMoment })).toEqual([])
    expect(await suspense((await stored([settled({ reference: row.reference })])).id)).toEqual([])
  })
})

describe('cases', () => {
  it('are opened once and resolved once', async () => {
    const row = aCase()
    await stores.commit({ kind: 'case', row })
    await stores.commit({ kind: 'case', row: { ...row, openedAtMs: aMoment + 5 } })
    expect(await stores.cases.find(tenant, row.id)).toEqual(row)
    await stores.commit({ kind: 'case_resolved', id: row.id, resolved })
    const again = stores.commit({ kind: 'case_resolved', id: row.id, resolved: { ...resolved, note: 'Sửa lại' } })
    await expect(again).rejects.toBeInstanceOf(CommitConflict)
    await stores.commit({ kind: 'case', row })
    expect(await stores.cases.find(tenant, row.id)).toEqual({ ...row, state: 'resolved', resolved })
    expect(await stores.cases.find('ha-giang', row.id)).toBeUndefined()
  })

  it('are listed newest first, by state, kind and payment', async () => {
    const [older, newer] = [aCase(), { ...aCase(), openedAtMs: aMoment + 10_000, paymentId: anId('pay') }]
    await stores.commit({ kind: 'case', row: older })
    await stores.commit({ kind: 'case', row: newer })
    const first = await stores.cases.list(tenant, { state: 'open' }, 1)
    expect(first.items).toEqual([newer])
    expect((await stores.cases.list(tenant, { state: 'open' }, 1, first.next)).items).toEqual([older])
    expect((await stores.cases.list(tenant, { paymentId: newer.paymentId }, 10)).items).toEqual([newer])
    expect((await stores.cases.list(tenant, { kind: 'unknown_reference' }, 10)).items).toEqual([])
  })
})
