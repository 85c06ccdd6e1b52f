/** The tables of states in code and in SQL are one: every pair of states is tried on a row, past every use case. */
import { afterAll, beforeAll, expect, it } from 'vitest'
import { attemptStates } from '#domain/payment.ts'
import { refundStates } from '#domain/refund.ts'
import { isLegalRefundMove } from '#payments/refund-transitions.ts'
import { isLegalMove } from '#payments/transitions.ts'
import { judge } from './quiesce.ts'
import { simulatedDatabase, type SimulatedDatabase } from './simulated-database.ts'
import { clients, createWorld, orderOf } from './world.ts'

let database: SimulatedDatabase

beforeAll(async () => {
  database = await simulatedDatabase()
})
afterAll(() => database.close())

const pairs = <State>(states: readonly State[]) => states.flatMap((from) => states.map((to) => [from, to] as const))

/** Puts the row into a state as no gateway could, then moves it as one would. */
async function moves(table: string, from: string, to: string): Promise<boolean> {
  await database.rows('set session_replication_role = replica')
  await database.rows(`update gateway.${table} set state = '${from}', version = 1`)
  await database.rows('set session_replication_role = origin')
  return database.rows(`update gateway.${table} set state = '${to}', version = 2`).then(
    () => true,
    () => false,
  )
}

it('lets an attempt move in SQL exactly as the table in code says', async () => {
  const world = createWorld(database)
  world.create(world.start(), orderOf(clients[0], 0))
  await world.finish()
  for (const [from, to] of pairs(attemptStates)) {
    expect([from, to, await moves('payment_attempts', from, to)]).toEqual([from, to, isLegalMove(from, to)])
  }
})

it('lets a refund move in SQL exactly as the table in code says', async () => {
  await database.reset()
  const world = createWorld(database)
  const process = world.start()
  world.create(process, orderOf(clients[0], 0))
  await world.finish()
  world.portal.pay(world.portal.transactions()[0]?.reference ?? '')
  await world.advance(60 * 60_000)
  await judge(world)
  const [payment] = await database.rows('select id from gateway.payments')
  const asked = { client: clients[0], key: 'refund', paymentId: String(payment?.['id']) }
  world.requestRefund(process, asked, { amount: 50_000, expectedRefundable: 50_000 })
  await world.finish()
  expect(await database.rows('select state from gateway.refunds')).toEqual([{ state: 'requested' }])
  for (const [from, to] of pairs(refundStates)) {
    expect([from, to, await moves('refunds', from, to)]).toEqual([from, to, isLegalRefundMove(from, to)])
  }
})
