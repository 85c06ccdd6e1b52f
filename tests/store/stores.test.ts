import { Client } from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { maxAmountDong, money } from '#domain/money.ts'
import type { Payment } from '#domain/payment.ts'
import type { IssuedReceipt } from '#domain/receipt.ts'
import type { UnitOfWork, Write } from '#domain/ports/unit-of-work.ts'
import { systemClock } from '#main/clock.ts'
import { createClientStore } from '#store/client-store.ts'
import type { Database } from '#store/database.ts'
import { createIdempotencyStore } from '#store/idempotency-store.ts'
import { createNotificationStore } from '#store/notification-store.ts'
import { createOidcStore } from '#store/oidc-store.ts'
import { createPaymentStore } from '#store/payment-store.ts'
import { createReceiptStore } from '#store/receipt-store.ts'
import { createUnitOfWork } from '#store/unit-of-work.ts'
import { createVerificationStore } from '#store/verification-store.ts'
import {
  aKey,
  aMoment,
  anAttempt,
  anEvent,
  anId,
  aNotification,
  aPayment,
  aUnit,
  create,
  move,
  moved,
  tenant,
} from '../support/commit-units.ts'
import { createTestDatabase, type TestDatabase } from '../support/postgres.ts'
import { silentLog } from '../support/silent-log.ts'

let test: TestDatabase
let database: Database
let unitOfWork: UnitOfWork & { close(): Promise<void> }

beforeAll(async () => {
  test = await createTestDatabase()
  database = await test.open()
  unitOfWork = createUnitOfWork({ database, clock: systemClock, log: silentLog })
})

afterAll(async () => {
  await unitOfWork.close()
  await test.drop()
})

const commit = (...writes: Write[]) => unitOfWork.commit(aUnit(writes))

describe('the payment store', () => {
  const fine = {
    penaltyTypeCode: 'X1',
    penaltyTypeName: 'Phạt',
    decidingAgencyCode: 'H38',
    decidingAgencyName: 'Công an',
    treasury: '0001',
    decisionDate: '2026-11-20',
    decisionNumber: '12/QĐ',
    violationTime: '10:00',
    violationPlace: 'Lào Cai',
    violatorName: 'Nguyễn Thị Hoà',
  }
  const full: Payment = aPayment({
    payer: { fullName: 'Nguyễn Thị Hoà “Bé” \\ \u{1F600}', personalId: '015185000011', address: 'Lào Cai' },
    lines: [
      { code: 'P02', name: 'Lệ phí', kind: 'le_phi', amount: money(1), instalment: 2 },
      { code: 'P01', name: 'Phạt', kind: 'fine', amount: money(maxAmountDong - 1n), instalment: 1 },
    ],
    amount: money(maxAmountDong),
    fine,
    returnUrl: 'https://one-stop.example/return',
    attempt: anAttempt({
      payUrl: 'http://127.0.0.1/x',
      vietQr: '0002…',
      portalTransactionId: '9',
      notFoundSinceMs: aMoment,
    }),
  })

  beforeAll(() => commit(create(full)))

  it('gives back what was written, to the last đồng and the last accent', async () => {
    expect(await createPaymentStore(database).find(tenant, full.id)).toEqual(full)
  })

  it('gives back a payment without any of what may be absent', async () => {
    const { expiresAtMs: _, dueAtMs: __, ...attempt } = anAttempt()
    const bare = aPayment({ attempt })
    await commit(create(bare))
    expect(await createPaymentStore(database).find(tenant, bare.id)).toEqual(bare)
  })

  it('finds it by its reference, and by the reference the portal knows, whose tenant the door cannot know', async () => {
    const store = createPaymentStore(database)
    expect((await store.findByReference(tenant, full.reference))?.id).toBe(full.id)
    expect((await store.findByPortalReference('payment-portal', full.attempt.portalReference))?.id).toBe(full.id)
    expect(await store.findByPortalReference('another', full.attempt.portalReference)).toBeUndefined()
  })

  it('finds each its own payment when many are looked for at once', async () => {
    const others = [aPayment(), aPayment(), aPayment()]
    for (const other of others) await commit(create(other))
    const store = createPaymentStore(database)
    const wanted = ['0'.repeat(20), ...others.map(({ attempt }) => attempt.portalReference)].toReversed()
    const found = await Promise.all(wanted.map((reference) => store.findByPortalReference('payment-portal', reference)))
    expect(found).toEqual([...others.toReversed(), undefined])
  })

  it('shows another tenant nothing of it', async () => {
    const store = createPaymentStore(database)
    expect(await store.find('yen-bai', full.id)).toBeUndefined()
    expect(await store.findByReference('yen-bai', full.reference)).toBeUndefined()
    expect(await store.events('yen-bai', full.id)).toEqual([])
    expect(await store.findHolder('yen-bai', full.dossierCode, full.lines)).toBeUndefined()
    expect((await store.list('yen-bai', {}, 100)).items).toEqual([])
  })

  it('names the holder of an obligation, but not of another instalment', async () => {
    const store = createPaymentStore(database)
    expect(await store.findHolder(tenant, full.dossierCode, [{ code: 'P02', instalment: 2 }])).toBe(full.id)
    expect(await store.findHolder(tenant, full.dossierCode, [{ code: 'P02', instalment: 1 }])).toBeUndefined()
  })

  it('tells the story in order, with what each correction cites', async () => {
    const payment = aPayment()
    const failed = moved(payment, 'failed')
    const event = anEvent(failed, {
      sequence: 3,
      from: 'failed',
      to: 'paid',
      cause: 'paid_late',
      portalRecord: { answerSha256: 'abc' },
    })
    await commit(create(payment))
    await commit(move(payment, 'failed'))
    await commit(move(failed, 'paid', { event, portalTransactionId: '77' }))
    const store = createPaymentStore(database)
    const events = await store.events(tenant, payment.id)
    expect(events.map(({ sequence, from, to }) => [sequence, from, to])).toEqual([
      [1, undefined, 'submitting'],
      [2, 'submitting', 'failed'],
      [3, 'failed', 'paid'],
    ])
    expect(events[2]).toEqual(event)
    expect(await store.find(tenant, payment.id)).toMatchObject({
      state: 'paid',
      attempt: { portalTransactionId: '77' },
    })
  })

  it('lists newest first, page by page, each payment once although many are of the same moment', async () => {
    const store = createPaymentStore(database)
    const dossierCode = anId('H38')
    const ids = Array.from({ length: 7 }, () => anId('pay'))
      .toSorted()
      .toReversed()
    for (const [index, id] of ids.entries())
      await commit(
        create(aPayment({ id, dossierCode, createdAtMs: aMoment, lines: [{ ...full.lines[0]!, code: `P${index}` }] })),
      )
    const seen: string[] = []
    let after: string | undefined
    do {
      const page = await store.list(tenant, { dossierCode }, 3, after)
      seen.push(...page.items.map(({ id }) => id))
      after = page.next
    } while (after !== undefined)
    expect(seen).toEqual(ids)
  })

  it('filters by reference and state', async () => {
    const store = createPaymentStore(database)
    expect((await store.list(tenant, { reference: full.reference }, 10)).items.map(({ id }) => id)).toEqual([full.id])
    expect((await store.list(tenant, { reference: full.reference, state: 'paid' }, 10)).items).toEqual([])
  })

  it.each(['', 'x', Buffer.from('1.pay_1;').toString('base64url')])('refuses the page marker %j', async (after) => {
    await expect(createPaymentStore(database).list(tenant, {}, 10, after)).rejects.toMatchObject({
      code: 'invalid_request',
    })
  })

  it('finds what is due across tenants, the longest due first', async () => {
    const store = createPaymentStore(database)
    const late = aPayment({ attempt: anAttempt({ dueAtMs: 1 }) })
    const later = aPayment({ attempt: anAttempt({ dueAtMs: 2 }) })
    await commit(create(later), create(late))
    expect(await store.due(2, 10)).toEqual([
      { tenant, paymentId: late.id, attemptId: late.attempt.id },
      { tenant, paymentId: later.id, attemptId: later.attempt.id },
    ])
    const schedule = {
      attemptId: late.attempt.id,
      expected: { state: 'submitting', version: 1 },
      dueAtMs: null,
      checks: 4,
      notFoundSinceMs: 5,
    } as const
    await commit({ kind: 'attempt_schedule', schedule })
    expect(await store.due(2, 10)).toEqual([{ tenant, paymentId: later.id, attemptId: later.attempt.id }])
    expect(await store.find(tenant, late.id)).toMatchObject({ attempt: { version: 1, checks: 4, notFoundSinceMs: 5 } })
  })
})

describe('the other stores', () => {
  it('give back a verification to its tenant only', async () => {
    const row = { id: anId('ver'), clientId: 'c', outcome: 'match', answer: '{"id":"ver_1"}', createdAtMs: aMoment }
    await commit({ kind: 'verification', row })
    const store = createVerificationStore(database)
    expect(await store.find(tenant, row.id)).toEqual(row)
    expect(await store.find('yen-bai', row.id)).toBeUndefined()
  })

  it('keep the first receipt of each state of a payment, for its tenant only and for ever', async () => {
    const payment = aPayment()
    await commit(create(payment))
    const subject = { paymentId: payment.id, attemptId: payment.attempt.id, refunded: money(0) }
    const row = (differing: Partial<IssuedReceipt> = {}): IssuedReceipt => ({
      ...subject,
      id: anId('rcp'),
      statement: 'a.b.c',
      paidAtMs: aMoment,
      issuedAtMs: aMoment + 1,
      ...differing,
    })
    const store = createReceiptStore(database)
    expect(await store.find(tenant, subject)).toBeUndefined()
    const [first, late, other] = [row(), row({ statement: 'x.y.z' }), row({ refunded: money(maxAmountDong) })]
    await commit({ kind: 'receipt', row: first })
    await Promise.all([commit({ kind: 'receipt', row: late }), commit({ kind: 'receipt', row: other })])
    expect(await store.find(tenant, subject)).toEqual(first)
    expect(await store.find(tenant, other)).toEqual(other)
    expect(await store.find('yen-bai', subject)).toBeUndefined()
    const owner = new Client({ connectionString: test.connectionString })
    await owner.connect()
    const forging = owner.query(`update gateway.receipts set statement = 'x.y.z' where id = $1`, [first.id])
    await expect(forging).rejects.toMatchObject({ code: 'GW003' })
    await owner.end()
  })

  it('give back an idempotency key, and the answer to its request once there is one', async () => {
    const row = aKey({ resourceId: 'pay_1' })
    const answer = { status: 201, contentType: 'application/json', body: '{"payer":"Hoà"}' }
    await commit({ kind: 'idempotency', row })
    const store = createIdempotencyStore(database)
    expect(await store.find(row.scope)).toEqual(row)
    await commit({ kind: 'idempotency_answer', scope: row.scope, answer })
    expect(await store.find(row.scope)).toEqual({ ...row, answer })
    expect(await store.find({ ...row.scope, path: '/v1/else' })).toBeUndefined()
  })

  it('keep a notification byte for byte, unsettled until it is settled', async () => {
    const row = aNotification({ raw: Buffer.from([0, 255, 10, 13, 92, 34]) })
    await commit({ kind: 'notification', row })
    const store = createNotificationStore(database)
    expect(await Promise.all([row.id, 'ntf_none', row.id].map(store.findUnsettled))).toEqual([row, undefined, row])
    expect((await store.unsettled(10)).map(({ id }) => id)).toEqual([row.id])
    await commit({ kind: 'notification_settled', id: row.id, outcome: 'paid', atMs: aMoment })
    expect(await store.unsettled(10)).toEqual([])
    expect(await store.findUnsettled(row.id)).toBeUndefined()
  })

  it('know a client by its id, list it by its tenant, and refuse its id to another', async () => {
    const store = createClientStore(database)
    const client = {
      id: 'one-stop-1',
      tenant,
      name: 'Một cửa “Lào Cai”, {số 1}',
      scopes: ['payment:create', 'payment:read'],
      jwks: { keys: [{ kty: 'EC', kid: '1' }] },
      returnOrigins: ['https://one-stop.example', 'http://127.0.0.1:*'],
    } as const
    await store.add(client)
    expect(await store.find(client.id)).toEqual(client)
    expect(await store.list(tenant)).toEqual([client])
    expect(await store.list('yen-bai')).toEqual([])
    await expect(store.add({ ...client, tenant: 'yen-bai' })).rejects.toThrow('taken')
    expect(await store.disable(client.id, aMoment)).toBe(true)
    expect(await store.disable(client.id, aMoment)).toBe(false)
    expect(await store.find(client.id)).toEqual({ ...client, disabledAt: new Date(aMoment).toISOString() })
  })
})

describe('the token store', () => {
  it('forgets what expired, and says what was consumed', async () => {
    const store = createOidcStore(database)
    await store.upsert({ kind: 'Grant', id: 'g', payload: { a: 1 }, expiresAtMs: 2_000 })
    expect(await store.find('Grant', 'g', 1_999)).toEqual({ a: 1 })
    expect(await store.find('Grant', 'g', 2_000)).toBeUndefined()
    await store.consume('Grant', 'g', 1_500)
    expect(await store.find('Grant', 'g', 1_999)).toEqual({ a: 1, consumed: 1 })
    await store.upsert({ kind: 'Grant', id: 'g', payload: { b: 2 } })
    expect(await store.find('Grant', 'g', 9_999)).toMatchObject({ b: 2 })
    await store.destroy('Grant', 'g')
    expect(await store.find('Grant', 'g', 0)).toBeUndefined()
  })

  it('lets one of fifty uses of an assertion id through, and another only after it expired', async () => {
    const stores = [createOidcStore(database), createOidcStore(await test.open())]
    const row = { kind: 'ClientAssertion', id: 'jti', expiresAtMs: 1_000 }
    const uses = await Promise.all(Array.from({ length: 50 }, (_, index) => stores[index % 2]!.insertOnce(row, 500)))
    expect(uses.filter(Boolean)).toHaveLength(1)
    expect(await stores[0]!.insertOnce(row, 999)).toBe(false)
    expect(await stores[0]!.insertOnce({ ...row, expiresAtMs: 2_000 }, 1_000)).toBe(true)
  })

  it('sweeps expired rows out as new ones come in', async () => {
    const store = createOidcStore(database)
    for (let count = 0; count < 6; count += 1)
      await store.insertOnce({ kind: 'Sweep', id: `old-${count}`, expiresAtMs: 10 }, 0)
    for (let count = 0; count < 4; count += 1)
      await store.insertOnce({ kind: 'Sweep', id: `new-${count}`, expiresAtMs: 100 }, 50)
    const client = new Client({ connectionString: test.connectionString })
    await client.connect()
    const { rows } = await client.query(
      `select count(*)::int as n from gateway.oidc_rows where kind = 'Sweep' and expires_at_ms = 10`,
    )
    await client.end()
    expect(rows).toEqual([{ n: 0 }])
  })
})
