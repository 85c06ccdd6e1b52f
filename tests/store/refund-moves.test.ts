import { Client } from 'pg'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { refundStates } from '#domain/refund.ts'
import { isLegalRefundMove, refundTransitions } from '#payments/refund-transitions.ts'
import { createTestDatabase, type TestDatabase } from '../support/postgres.ts'

let test: TestDatabase
let sql: Client

beforeAll(async () => {
  test = await createTestDatabase()
  sql = new Client({ connectionString: test.connectionString })
  await sql.connect()
  await sql.query(`
    insert into gateway.payments (id, tenant_id, client_id, reference, dossier_code, procedure_code, procedure_name, payer,
      collecting_unit, amount_dong, refunded_dong, state, created_at_ms, sequence)
      values ('pay_1', 'lao-cai', 'c', 'r', 'd', 'p', 'p', '{}', 'u', 50000, 0, 'paid', 0, 1);
    insert into gateway.payment_attempts (id, tenant_id, payment_id, number, state, version, connection, portal_reference,
      issued_at_ms, init_body, checks) values ('att_1', 'lao-cai', 'pay_1', 1, 'submitting', 1, 'x', repeat('0', 20), 0, '', 0);`)
})
afterAll(async () => {
  await sql.end()
  await test.drop()
})

it('has the same legal moves in the database as in the product', async () => {
  const { rows } = await sql.query<{ move: string }>(
    `select from_state || ' ' || to_state as move from gateway.refund_moves`,
  )
  const legal = new Set(refundTransitions.map(({ from, to }) => `${from} ${to}`))
  expect(rows.map(({ move }) => move).toSorted()).toEqual([...legal].toSorted())
})

const pairs = refundStates.flatMap((from) => refundStates.map((to) => [from, to] as const))

it.each(pairs.filter(([from, to]) => from !== to))(
  'from %s to %s raw SQL moves a refund only where the table does',
  async (from, to) => {
    await sql.query('begin')
    try {
      await sql.query(`
      insert into gateway.refunds (id, tenant_id, payment_id, attempt_id, state, version, connection, portal_reference,
        refund_reference, issued_at_ms, body, amount_dong, reason, requested_by, needs_approval, checks, created_at_ms)
      values ('ref_1', 'lao-cai', 'pay_1', 'att_1', 'requested', 1, 'x', repeat('0', 20), repeat('1', 20), 0, '', 1, 'r', '{}',
        true, 0, 0)`)
      // The check is off while the refund is brought where the test begins.
      await sql.query('alter table gateway.refunds disable trigger check_refund_move')
      await sql.query(`update gateway.refunds set state = $1`, [from])
      await sql.query('alter table gateway.refunds enable trigger check_refund_move')
      const moved = sql.query(`update gateway.refunds set state = $1, version = version + 1`, [to]).then(
        () => true,
        () => false,
      )
      expect(await moved).toBe(isLegalRefundMove(from, to))
    } finally {
      await sql.query('rollback')
    }
  },
)
