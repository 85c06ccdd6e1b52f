import { readFile, rename } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { aVerification } from '../support/api-bodies.ts'
import { eventually } from '../support/eventually.ts'
import { anOrder, aNotification, create, created, notify, payer, reaches } from '../support/payment-journey.ts'
import { openHouse, type RunningHouse } from '../support/running-house.ts'

let house: RunningHouse

beforeAll(async () => {
  house = await openHouse({ ownPostgres: true })
})
afterAll(() => house.close())

const readiness = async () => {
  const answer = await fetch(`${house.url}/readyz`)
  return { status: answer.status, ...((await answer.json()) as { ready: boolean; parts: Record<string, string> }) }
}

/** Kills the server and hides its cluster, so that nobody can start it again until the returned function is called. */
async function takeDatabaseAway(): Promise<() => Promise<void>> {
  const folder = join(house.dataDir, 'postgres', 'data')
  const pid = Number((await readFile(join(folder, 'postmaster.pid'), 'utf8')).split('\n')[0])
  await rename(folder, `${folder}.away`)
  process.kill(pid, 'SIGKILL')
  await eventually(readiness, ({ ready }) => !ready)
  return () => rename(`${folder}.away`, folder)
}

describe('while the database is away', () => {
  it('nothing is acknowledged that is not kept, and afterwards everything goes on by itself', async () => {
    const payment = await created(house)
    const bringBack = await takeDatabaseAway()
    try {
      expect(await readiness()).toMatchObject({ status: 503, ready: false, parts: { database: 'unreachable' } })
      expect((await fetch(`${house.url}/livez`)).status).toBe(200)

      await payer(house, payment, 'paid')
      const [notified, verified, bought, found] = await Promise.all([
        notify(house, aNotification(payment)),
        house.client.post('/v1/identity-verifications', aVerification()),
        create(house, anOrder()),
        house.client.get(`/v1/payments/${payment.id}`),
      ])
      expect(notified.status).toBe(503)
      for (const { status, body, headers } of [verified, bought, found]) {
        expect({ status, ...body }).toMatchObject({ status: 503, code: 'storage_unavailable', origin: 'gateway' })
        expect(headers.get('retry-after')).toMatch(/^\d+$/)
      }
      expect(verified.text).not.toContain('match')
    } finally {
      await bringBack()
    }
    await eventually(readiness, ({ ready }) => ready, { withinMs: 30_000 })
    // The portal repeats what was not acknowledged.
    await house.control.post('/clock', { advanceMs: 6_000 })
    await reaches(house, payment.id, 'paid')
    expect((await house.client.post('/v1/identity-verifications', aVerification())).status).toBe(200)
    expect((await created(house)).state).toBe('awaiting_payer')
  })
})
