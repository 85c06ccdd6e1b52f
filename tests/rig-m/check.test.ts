/** The checker is believed only because it finds each kind of fault in histories made by hand. */
import { createHash, createHmac } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { hasPython } from './has-python.ts'
import { check } from './rig.ts'

type Row = Record<string, unknown>
type Entry = { table: string; row: Row }

const bytea = (bytes: Buffer) => `\\x${bytes.toString('hex')}`
const sha256 = (...parts: (string | Buffer)[]) => {
  const hash = createHash('sha256')
  for (const part of parts) hash.update(part)
  return hash.digest()
}

/** One order, paid, notified and looked at: three files that agree. */
function aPaidOrder(number = 1) {
  const [payment, attempt] = [`pay_${number}`, `att_${number}`]
  const reference = String(number).padStart(20, 'R')
  const order = { reference: `D${number}:1`, obligation: `D${number}/P01/1`, amount: 5_000 }
  const call = { worker: 0, outcome: 'ok', startMs: 1, endMs: 2, payment, portalReference: reference }
  const tenant = { tenant_id: 'lao-cai' }
  const step = (sequence: number, from: string | null, to: string) => ({
    table: 'payment_events',
    row: {
      id: `evt_${number}_${sequence}`,
      payment_id: payment,
      attempt_id: attempt,
      sequence,
      from_state: from,
      to_state: to,
    },
  })
  const steps = [
    step(1, null, 'submitting'),
    step(2, 'submitting', 'awaiting_payer'),
    step(3, 'awaiting_payer', 'paid'),
  ]
  const told = steps.map(({ row }) => ({ ...row, type: `payment.${row.to_state}` }))
  const raw = Buffer.from(JSON.stringify({ MaThamChieu: reference, MaLoi: '00' }))
  return {
    reference,
    history: [
      { ...call, op: 'create', ...order, key: `key-${order.reference}`, state: 'awaiting_payer', bytes: 'b1' },
      { ...call, op: 'get', state: 'paid', bytes: 'b2' },
    ] as Row[],
    portal: [
      { effect: 'opened', reference, amount: 5_000, transactionId: `GD${number}` },
      { effect: 'paid', reference, amount: 5_000 },
      { effect: 'acknowledged', reference, resultCode: '00' },
    ] as Row[],
    webhooks: told.map(webhook) as Row[],
    comparisons: [
      { cycle: 1, date: '2026-11-23', state: 'done', healed: 1, unasked: 1, cases: 0 },
      { cycle: 2, date: '2026-11-23', state: 'done', healed: 0, unasked: 0, cases: 0 },
    ] as Row[],
    rows: [
      {
        table: 'payments',
        row: { id: payment, ...tenant, reference: order.reference, amount_dong: 5_000, state: 'paid', sequence: 3 },
      },
      {
        table: 'payment_attempts',
        row: {
          id: attempt,
          payment_id: payment,
          number: 1,
          state: 'paid',
          portal_reference: reference,
          portal_transaction_id: `GD${number}`,
          due_at_ms: null,
        },
      },
      {
        table: 'payment_lines',
        row: {
          payment_id: payment,
          dossier_code: `D${number}`,
          code: 'P01',
          instalment: 1,
          amount_dong: 5_000,
          holds: true,
        },
      },
      ...steps,
      {
        table: 'portal_bills',
        row: { attempt_id: attempt, payment_id: payment, state: 'wanted', due_at_ms: 2_000_000 },
      },
      { table: 'webhook_endpoints', row: { id: 'whe_1', created_at_ms: 0 } },
      ...told.flatMap(({ id, type }) => [
        { table: 'events', row: { id, type, subject: payment, created_at_ms: 5 } },
        {
          table: 'webhook_deliveries',
          row: { endpoint_id: 'whe_1', event_id: id, state: 'delivered', due_at_ms: null },
        },
      ]),
      { table: 'portal_notifications', row: { id: `ntf_${number}`, raw: bytea(raw), reference, settled_at_ms: 9 } },
      ...posted(number, payment, ['payer', 'portal_clearing']),
    ] as Entry[],
  }
}

/** The whole order's amount, from one account into another. */
function posted(position: number, payment: string, [from, to]: readonly [string, string]): Entry[] {
  const entry = (account: string, dong: number) => ({
    table: 'journal_entries',
    row: { posting: position, account, dong },
  })
  const row = { position, payment_id: payment, kind: `${from} ${to}` }
  return [{ table: 'journal_postings', row }, entry(from, -5_000), entry(to, 5_000)]
}

const secret = Buffer.alloc(32, 7)

function webhook({
  id,
  type,
  sequence,
  payment_id,
}: Record<'id' | 'type' | 'payment_id', string> & { sequence: number }) {
  const body = JSON.stringify({ id, type, sequence, data: { id: payment_id } })
  const signature = createHmac('sha256', secret).update(`${id}.1.${body}`).digest('base64')
  return { id, timestamp: '1', signature: `v1,${signature}`, body, isAnswered: true }
}

type Order = ReturnType<typeof aPaidOrder>

async function judged(spoil: (order: Order) => void) {
  const order = aPaidOrder()
  spoil(order)
  const folder = temporaryFolder()
  const write = (name: string, lines: readonly object[]) =>
    writeFileSync(join(folder, name), lines.map((line) => `${JSON.stringify(line)}\n`).join(''))
  write('history.jsonl', order.history)
  write('portal.jsonl', order.portal)
  write('reconciliation.jsonl', order.comparisons)
  write('webhooks.jsonl', [{ secret: `whsec_${secret.toString('base64')}` }, ...order.webhooks])
  write('rows.jsonl', [{ table: 'meta', row: { at_ms: 1_000_000 } }, ...order.rows])
  const { lost, double, unexplained, findings, acked } = await check(folder)
  return { lost, double, unexplained, acked, findings: findings.join('\n') }
}

const clean = { lost: 0, double: 0, unexplained: 0 }
const rowOf = ({ rows }: Order, table: string): Row => rows.find((entry) => entry.table === table)?.row ?? {}
const without = (order: Order, table: string) => {
  order.rows = order.rows.filter((entry) => entry.table !== table)
}

/** The second payment of the first one's obligation. */
function addRival(order: Order): void {
  const rival = aPaidOrder(2)
  Object.assign(rowOf(rival, 'payment_lines'), { dossier_code: 'D1', holds: false })
  order.history.push(...rival.history)
  order.portal.push(...rival.portal)
  order.webhooks.push(...rival.webhooks)
  order.rows.push(...rival.rows)
}

function addKeptBill(order: Order, times: { wanted_at_ms: number; fetched_at_ms: number }): void {
  const { payment_id } = rowOf(order, 'portal_bills')
  const row = { attempt_id: 'att_before', payment_id, state: 'kept', tries: 1, due_at_ms: null, ...times }
  order.rows.push({ table: 'portal_bills', row })
}

const chain = (count: number): Entry[] => {
  let tip = sha256('w1')
  return Array.from({ length: count }, (_, at) => {
    const leaf = `{"id":"aud_${at}"}`
    const leafHash = sha256(Buffer.of(0), leaf)
    const chained = sha256(tip, leafHash)
    const hashes = { prev_hash: bytea(tip), leaf_hash: bytea(leafHash), chain_hash: bytea(chained) }
    tip = chained
    return { table: 'audit_entries', row: { id: `aud_${at}`, writer: 'w1', writer_seq: at + 1, leaf, ...hashes } }
  })
}

describe.skipIf(!hasPython)('the checker of rig M', () => {
  it('finds nothing where everything agrees', async () => {
    expect(await judged((order) => order.rows.push(...chain(3)))).toMatchObject({ ...clean, acked: 1, findings: '' })
  })

  it('lets a bill wait in a line that moves', async () => {
    const inLine = (order: Order) => {
      Object.assign(rowOf(order, 'portal_bills'), { due_at_ms: 800_000 })
      addKeptBill(order, { wanted_at_ms: 790_000, fetched_at_ms: 999_000 })
    }
    expect(await judged(inLine)).toMatchObject({ ...clean, findings: '' })
  })

  it.each<[string, (order: Order) => void, string]>([
    [
      'an acknowledged payment that is gone',
      (order) => {
        order.rows = []
        order.portal = []
      },
      'a payment that was answered',
    ],
    ['a notification acknowledged and not kept', (order) => without(order, 'portal_notifications'), 'an acknowledged'],
    [
      'money at the portal that is not known here',
      (order) => Object.assign(rowOf(order, 'payment_attempts'), { state: 'failed' }),
      'paid at the portal, not here',
    ],
    [
      'paid money under a reference nobody here issued',
      (order) =>
        order.portal.push(
          { effect: 'opened', reference: 'X', amount: 1, transactionId: 'GDX' },
          { effect: 'paid', reference: 'X', amount: 1 },
        ),
      'a transaction nobody here knows',
    ],
    [
      'a client that was told paid where the payment is not',
      (order) => Object.assign(rowOf(order, 'payments'), { state: 'in_doubt' }),
      'a client was told it is paid',
    ],
    [
      'a paid attempt that is owed no bill',
      (order) => Object.assign(rowOf(order, 'portal_bills'), { attempt_id: 'att_2' }),
      'a bill that nobody owes',
    ],
    [
      'an event that is owed to nobody',
      (order) => Object.assign(rowOf(order, 'webhook_deliveries'), { endpoint_id: 'whe_2' }),
      'an event nobody is told',
    ],
    [
      'a webhook called delivered that the receiver never answered',
      (order) => Object.assign(order.webhooks[0] ?? {}, { isAnswered: false }),
      'called delivered',
    ],
    [
      'a webhook that was given up',
      (order) => Object.assign(rowOf(order, 'webhook_deliveries'), { state: 'dead' }),
      'given up',
    ],
    [
      'a step of a payment that never became an event',
      (order) => Object.assign(rowOf(order, 'events'), { id: 'evt_other' }),
      'that is no event',
    ],
  ])('calls lost: %s', async (_, spoil, words) => {
    const verdict = await judged(spoil)
    expect(verdict.lost).toBeGreaterThan(0)
    expect(verdict.findings).toContain(words)
  })

  it.each<[string, (order: Order) => void, string]>([
    ['one obligation paid under two references', addRival, 'paid more than once'],
    [
      'one reference answered with two payments',
      (order) => {
        addRival(order)
        Object.assign(order.history[2] ?? {}, { reference: 'D1:1' })
      },
      'one reference was answered two payments',
    ],
    [
      'two payments that hold one obligation',
      (order) => {
        addRival(order)
        for (const { table, row } of order.rows) if (table === 'payment_lines') row['holds'] = true
      },
      'held by two payments',
    ],
    ['one reference opened twice', (order) => order.portal.push({ ...order.portal[0] }), 'two transactions under one'],
    [
      'more refunded than was paid',
      (order) =>
        order.portal.push(
          { effect: 'refund', reference: order.reference, refundReference: 'F1', amount: 4_000, standing: 'SUCCESS' },
          { effect: 'refund', reference: order.reference, refundReference: 'F2', amount: 4_000, standing: 'SUCCESS' },
        ),
      'more refunded than paid',
    ],
  ])('calls double: %s', async (_, spoil, words) => {
    const verdict = await judged(spoil)
    expect(verdict.double).toBeGreaterThan(0)
    expect(verdict.findings).toContain(words)
  })

  it.each<[string, (order: Order) => void, string]>([
    ['paid here and open there', (order) => void order.portal.splice(1), 'contradicts the portal'],
    ['another amount there', (order) => Object.assign(order.portal[0] ?? {}, { amount: 6_000 }), 'amounts differ'],
    ['a gap in the events', (order) => Object.assign(order.rows[4]?.row ?? {}, { sequence: 7 }), 'a gap in the events'],
    [
      'an event that begins elsewhere than the one before ended',
      (order) => Object.assign(order.rows[5]?.row ?? {}, { from_state: 'in_doubt' }),
      'does not follow',
    ],
    [
      'doubt nobody will look into',
      (order) => {
        Object.assign(rowOf(order, 'payment_attempts'), { state: 'in_doubt', due_at_ms: 5 })
        order.portal.splice(1)
      },
      'nobody will ask',
    ],
    [
      'one key answered with other bytes',
      (order) => order.history.push({ ...order.history[0], bytes: 'b9' }),
      'answered differently',
    ],
    ['a payment nobody ordered', (order) => order.history.splice(0), 'nobody ordered'],
    [
      'a notification that nobody looked into',
      (order) => Object.assign(rowOf(order, 'portal_notifications'), { settled_at_ms: null }),
      'nobody looked into',
    ],
    [
      'a comparison that heals something the second time',
      (order) => Object.assign(order.comparisons[1] ?? {}, { healed: 1 }),
      'comes to no rest',
    ],
    [
      'a day whose file never came',
      (order) => Object.assign(order.comparisons[0] ?? {}, { state: 'no_file' }),
      'came to no end',
    ],
    [
      'a bill nobody will fetch',
      (order) => Object.assign(rowOf(order, 'portal_bills'), { due_at_ms: 5 }),
      'nobody will fetch',
    ],
    [
      'a bill that others overtook',
      (order) => {
        Object.assign(rowOf(order, 'portal_bills'), { due_at_ms: 800_000 })
        addKeptBill(order, { wanted_at_ms: 960_000, fetched_at_ms: 999_000 })
      },
      'nobody will fetch',
    ],
    [
      'a webhook nobody will send',
      (order) => Object.assign(rowOf(order, 'webhook_deliveries'), { state: 'pending', due_at_ms: 5 }),
      'nobody will send',
    ],
    [
      'a webhook signed with another secret',
      (order) => Object.assign(order.webhooks[0] ?? {}, { timestamp: '2' }),
      'signature is wrong',
    ],
    [
      'a webhook about nothing',
      (order) =>
        order.webhooks.push(webhook({ id: 'evt_other', type: 'payment.paid', sequence: 1, payment_id: 'pay_1' })),
      'an event that is not there',
    ],
    [
      'a webhook that counts another way than the story',
      (order) => {
        const evt = { id: 'evt_1_1', type: 'payment.submitting', sequence: 2, payment_id: 'pay_1' }
        order.webhooks[0] = webhook(evt)
      },
      'tells another story',
    ],
    ['money that is not in the journal', (order) => without(order, 'journal_postings'), 'the journal differs'],
    [
      'money that is in the journal twice',
      (order) => order.rows.push(...posted(90, 'pay_1', ['payer', 'suspense'])),
      'the journal differs',
    ],
    [
      'a posting with half its entries',
      (order) => {
        order.rows = order.rows.filter(({ row }) => row['account'] !== 'payer')
      },
      'does not sum to zero',
    ],
    [
      'what the database itself says of its journal',
      (order) =>
        order.rows.push({ table: 'journal_faults', row: { payment_id: 'pay_1', fault: 'unbalanced', detail: '' } }),
      'a fault of the journal',
    ],
    ['an audit entry taken out', (order) => order.rows.push(...chain(3).toSpliced(1, 1)), 'a gap in the audit chain'],
    [
      'an audit entry written over',
      (order) => order.rows.push(...chain(2).map((entry) => ({ ...entry, row: { ...entry.row, leaf: '{}' } }))),
      'does not hash',
    ],
  ])('calls unexplained: %s', async (_, spoil, words) => {
    const verdict = await judged(spoil)
    expect(verdict.unexplained).toBeGreaterThan(0)
    expect(verdict.findings).toContain(words)
  })

  it('takes a full refund for money that went back', async () => {
    const verdict = await judged((order) => {
      addRival(order)
      const there = { refundReference: 'F1', amount: 5_000, standing: 'SUCCESS' }
      order.portal.push({ effect: 'refund', reference: order.reference, ...there })
      const here = { id: 'ref_1', payment_id: 'pay_1', refund_reference: 'F1', amount_dong: 5_000, state: 'completed' }
      order.rows.push({ table: 'refunds', row: here }, ...posted(90, 'pay_1', ['portal_clearing', 'payer']))
    })
    expect(verdict).toMatchObject({ ...clean, acked: 2 })
  })
})
