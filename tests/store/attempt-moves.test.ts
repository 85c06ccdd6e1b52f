import { Client } from 'pg'
import { expect, it } from 'vitest'
import { transitions } from '#payments/transitions.ts'
import { createTestDatabase } from '../support/postgres.ts'

it('has the same legal moves in the database as in the product', async () => {
  const test = await createTestDatabase()
  const client = new Client({ connectionString: test.connectionString })
  await client.connect()
  const { rows } = await client.query<{ move: string }>(
    `select from_state || ' ' || to_state as move from gateway.attempt_moves`,
  )
  await client.end()
  await test.drop()
  const legal = new Set(transitions.map(({ from, to }) => `${from} ${to}`))
  expect(rows.map(({ move }) => move).toSorted()).toEqual([...legal].toSorted())
})
