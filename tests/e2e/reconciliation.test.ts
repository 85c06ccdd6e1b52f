import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { lienthong } from '../support/command-line.ts'
import {
  aNotification,
  created,
  notify,
  payer,
  portalRecord,
  reaches,
  read,
  storyOf,
} from '../support/payment-journey.ts'
import { bring, casesOf, dayBefore, reconciled, rowsOf } from '../support/reconciling.ts'
import { programEnvironment } from '../support/run-program.ts'
import { openHouse, type RunningHouse } from '../support/running-house.ts'
import { aRow, aSettlementFile } from '../support/settlement-text.ts'

let house: RunningHouse

beforeAll(async () => {
  house = await openHouse()
})
afterEach(async () => {
  expect(await house.control.violations()).toEqual([])
  await house.control.remove('/faults')
})
afterAll(() => house.close())

const today = dayBefore(0)
const fault = (name: string, more: Readonly<Record<string, unknown>> = {}) =>
  house.control.fault({ system: 'payment_portal', operation: 'RECON_FILE', fault: name, times: 1, ...more })
const mute = () => house.control.fault({ system: 'payment_portal', operation: 'CONFIRM', fault: 'drop-notification' })

async function paid() {
  const payment = await created(house)
  await payer(house, payment, 'paid')
  return reaches(house, payment.id, 'paid')
}

/** Minutes around midnight belong to the next day's file: no clock of this test can be moved out of them. */
const isAroundMidnight = dayBefore(0) !== dayBefore(-10 / 1_440)

describe('reconciliation', () => {
  it.skipIf(isAroundMidnight)('sees what the file keeps silent about, until a file names it', async () => {
    const payment = await paid()
    await fault('file-missing-row')
    const silent = await reconciled(house)
    expect(silent.outcomes).toMatchObject([{ outcome: 'missing_there', count: 1, sum: 50_000, cases: 1 }])
    expect(await casesOf(house)).toMatchObject([{ kind: 'missing_there', paymentId: payment.id, refundDue: false }])
    expect(await reconciled(house)).toMatchObject({ cases: 0, outcomes: [{ outcome: 'matched', count: 1 }] })
  })

  it('finds what the portal took and never said, heals it by asking, and has nothing left the second time', async () => {
    const known = await paid()
    await mute()
    const unheard = await created(house)
    await payer(house, unheard, 'paid')

    const first = await reconciled(house)
    expect(first).toMatchObject({ state: 'done', healed: 1, unasked: 0, cases: 0 })
    const rows = await rowsOf(house, first)
    expect(rows.find(({ paymentId }) => paymentId === known.id)).toMatchObject({ outcome: 'matched' })
    expect(rows.find(({ paymentId }) => paymentId === unheard.id)).toMatchObject({
      outcome: 'state_differs',
      stateThere: 'paid',
      stateHere: 'awaiting_payer',
      healed: true,
    })
    expect(await storyOf(house, unheard.id)).toContain('paid: portal_paid')

    const second = await reconciled(house)
    expect(second).toMatchObject({ state: 'done', healed: 0, unasked: 0, cases: 0 })
    expect(second.outcomes).toMatchObject([{ outcome: 'matched', count: second.rowsInFile }])
  })

  it('opens one case, however often it looks, for each thing it cannot explain', async () => {
    const payment = await paid()
    const times = async (name: string) => {
      await fault(name)
      await reconciled(house)
      await fault(name)
      return reconciled(house)
    }
    expect(await times('file-extra-row')).toMatchObject({ cases: 1 })
    expect(await times('file-wrong-amount')).toMatchObject({ cases: 1 })
    expect(await times('file-wrong-state')).toMatchObject({ cases: 1 })
    expect(await times('file-double-charge')).toMatchObject({ cases: 1 })
    expect(await times('file-bad-row')).toMatchObject({ state: 'done' })
    const kinds = (await casesOf(house)).map(({ kind }) => kind)
    expect(kinds.filter((kind) => kind !== 'missing_there').toSorted()).toEqual([
      'amount_differs',
      'double_charge',
      'quarantined_rows',
      'state_differs',
      'unknown_reference',
    ])
    expect((await casesOf(house, '&kind=double_charge'))[0]).toMatchObject({ refundDue: true, state: 'open' })
    expect((await reaches(house, payment.id, 'paid')).state).toBe('paid')
  })

  it('takes success back only when file and portal agree twice, half an hour apart', async () => {
    const payment = await paid()
    const { transactionId = '' } = (await portalRecord(house, payment)) ?? {}
    const { portalReference: reference } = payment.attempt
    const date = dayBefore(7)
    const at = `${date.replaceAll('-', '')}120000`
    const row = aRow({ reference, transactionId, status: '4', at, transferId: '' })
    expect(await bring(house, date, aSettlementFile([row], { date }))).toMatchObject({ status: 201 })
    const compare = async () => {
      await fault('no-file')
      return (await rowsOf(house, await reconciled(house, date)))[0]
    }
    const standing = async () => (await read(house, payment.id)).state
    const query = { system: 'payment_portal', operation: 'QUERY', fault: 'taken-back', match: { reference } }

    // The file alone; then both; then both again, at once.
    expect(await compare()).toMatchObject({ outcome: 'state_differs', healed: false })
    await house.control.fault(query)
    for (let times = 0; times < 2; times += 1) {
      expect(await compare()).toMatchObject({ outcome: 'state_differs', healed: false })
      expect(await standing()).toBe('paid')
    }
    const [found, ...others] = await casesOf(house, '&kind=taken_back')
    expect([found, others]).toMatchObject([{ paymentId: payment.id, state: 'open' }, []])

    await house.rows(`do $$ begin
      perform set_config('session_replication_role', 'replica', true);
      update gateway.cases set opened_at_ms = opened_at_ms - 1800000 where id = '${found?.id}';
    end $$`)
    expect(await compare()).toMatchObject({ outcome: 'state_differs', healed: true })
    expect(await storyOf(house, payment.id)).toContain('mismatch: reversed')
    // The portal is asked once more, by the attempt's own schedule: then the citizen may pay again.
    await reaches(house, payment.id, 'failed')
  })

  it('takes a repeated row and foreign line ends for what they are', async () => {
    const { cases } = await reconciled(house)
    await fault('file-duplicate-row')
    const doubled = await reconciled(house)
    expect(doubled).toMatchObject({ state: 'done', cases })
    expect(doubled.outcomes.find(({ outcome }) => outcome === 'duplicate')).toMatchObject({ count: 1, cases: 0 })
    await fault('file-crlf')
    expect(await reconciled(house)).toMatchObject({ state: 'done', cases })
  })

  it.each(['file-truncated', 'file-wrong-total'])(
    'posts nothing from a file with %s, and uses the one a clerk brings',
    async (name) => {
      const yesterday = dayBefore(name === 'file-truncated' ? 1 : 2)
      await fault(name)
      expect(await reconciled(house, yesterday)).toMatchObject({ state: 'file_refused', rowsDone: 0 })
      expect((await casesOf(house, '&kind=file_refused')).length).toBeGreaterThan(0)

      const at = `${yesterday.replaceAll('-', '')}120000`
      const stranger = aRow({ reference: 'STRANGER000000000009', transactionId: `GD${at}`, at, transferId: `CT${at}` })
      const text = aSettlementFile([stranger], { date: yesterday })
      expect(await bring(house, yesterday, text)).toMatchObject({ status: 201, body: { rows: 1, quarantined: 0 } })
      expect(await bring(house, yesterday, text)).toMatchObject({ status: 200, body: { rows: 1 } })
      await fault('no-file')
      expect(await reconciled(house, yesterday)).toMatchObject({
        state: 'done',
        outcomes: [{ outcome: 'missing_here', count: 1, sum: 50_000 }],
      })
      const transfer = await house.client.get<{ data: readonly object[] }>(`/v1/transfers/CT${at}/payments`)
      expect(transfer.body.data).toMatchObject([{ portalReference: 'STRANGER000000000009', amount: 50_000 }])
    },
  )

  it('says that there is no file rather than that nothing happened', async () => {
    await fault('no-file')
    expect(await reconciled(house, dayBefore(5))).toMatchObject({ state: 'no_file', outcomes: [] })
  })

  it('tells which payments a bank transfer is made of', async () => {
    const payment = await paid()
    const record = await portalRecord(house, payment)
    const run = await reconciled(house)
    const row = (await rowsOf(house, run)).find(({ transactionId }) => transactionId === record?.transactionId)
    const { body } = await house.client.get<{ data: readonly Record<string, unknown>[] }>(
      `/v1/transfers/${row?.transferId}/payments?limit=100`,
    )
    expect(body.data.find(({ paymentId }) => paymentId === payment.id)).toMatchObject({
      amount: 50_000,
      kind: 'payment',
      settlementDate: today,
    })
  })

  it('makes a case of a notification nobody can place', async () => {
    const payment = await created(house)
    await notify(house, aNotification(payment, { MaThamChieu: 'NOBODY00000000000001', MaGiaoDich: 'GDNOBODY1' }))
    await house.control.get('/payments')
    await expect
      .poll(
        async () => (await house.rows(`select 1 from gateway.portal_notifications where outcome = 'suspense'`)).length,
      )
      .toBe(1)
    await reconciled(house)
    expect(await casesOf(house, '&kind=unknown_reference')).toContainEqual(
      expect.objectContaining({ details: { reference: 'NOBODY00000000000001', transactionId: 'GDNOBODY1' } }),
    )
  })

  it('lets a person resolve a case once, in writing', async () => {
    const [one] = await casesOf(house, '&kind=double_charge')
    const resolve = (body: object, key = 'resolve-1') =>
      house.client.post(`/v1/cases/${one?.id}/resolution`, body, { 'idempotency-key': key })
    const word = { resolution: 'refunded_manually', note: 'Hoàn qua uỷ nhiệm chi' }
    expect(await resolve(word, 'resolve-0')).toMatchObject({ status: 422 })
    const first = await resolve({ ...word, reference: 'UNC-1' })
    expect(first).toMatchObject({ status: 200, body: { state: 'resolved', resolved: { by: 'demo-one-stop' } } })
    const again = await resolve({ ...word, reference: 'UNC-1' })
    expect([again.status, again.text, again.headers.get('idempotent-replayed')]).toEqual([200, first.text, 'true'])
    expect(await resolve({ ...word, reference: 'UNC-2' }, 'resolve-2')).toMatchObject({
      status: 409,
      body: { code: 'case_resolved' },
    })
  })

  it('gives a table to those who ask for one', async () => {
    const run = await reconciled(house)
    const table = await house.client.get(`/v1/reconciliations/${run.id}/rows?limit=1`, { accept: 'text/csv' })
    expect(table.headers.get('content-type')).toBe('text/csv')
    expect(table.text.split('\r\n')[0]).toMatch(/^\uFEFF?position,outcome,line,reference/)
    expect(table.headers.get('link')).toMatch(
      new RegExp(`^</v1/reconciliations/${run.id}/rows\\?.*after=.*>; rel="next"$`),
    )
  })

  it('is a command for a finance clerk: a table, and an exit code that says whether something is left', async () => {
    const env = programEnvironment({ PUBLIC_URL: house.url, DATA_DIR: house.dataDir, MODE: 'sandbox' })
    const clean = await lienthong(['reconcile', dayBefore(6)], env)
    expect(clean).toMatchObject({ status: 0 })
    expect(clean.stdout).toContain(`payment-portal ${dayBefore(6)}: compared, 0 rows in the file`)
    await fault('file-extra-row')
    const left = await lienthong(['reconcile', dayBefore(6)], env)
    expect(left).toMatchObject({ status: 2 })
    expect(left.stdout).toMatch(/^missing_here +1 +70\.000 +0 +0 +1$/m)
    const unknown = await lienthong(['reconcile', dayBefore(6), '--connection', 'nobody'], env)
    expect(unknown).toMatchObject({ status: 1 })
    expect(unknown.stderr).toContain('No such portal account')
  })

  it('shows nothing to another tenant', async () => {
    const stranger = await house.newClient('ha-giang-clerk', 'ha-giang')
    const run = await reconciled(house)
    expect((await stranger.get(`/v1/reconciliations/${run.id}`)).status).toBe(404)
    expect((await stranger.get(`/v1/reconciliations/${run.id}/rows`)).status).toBe(404)
    expect((await stranger.get<{ data: unknown[] }>('/v1/cases')).body.data).toEqual([])
    const date = dayBefore(0)
    const begun = await stranger.post('/v1/reconciliations', { connection: 'payment-portal', date })
    expect(begun).toMatchObject({ status: 404, body: { code: 'connection_not_found' } })
  })
})
