/**
 * Thirty `kill -9` of gateways, and everything else the nemesis knows, under 32 clients. It runs apart from the other tests:
 * what it finds must not depend on who else wanted the processor. `npm run proof -- --long` does it a thousand times.
 */
import { describe, expect, it } from 'vitest'
import { hasPython } from './has-python.ts'
import { runRigM, shortRun } from './rig.ts'

/** Another storm every day, and the same one all day, so that a red run can be run again. */
const seed = Math.floor(Date.now() / 86_400_000)

describe.skipIf(!hasPython)('real processes, killed', () => {
  it('lose nothing, do nothing twice, and leave nothing unexplained', { timeout: 480_000 }, async () => {
    const { findings, kills, acked, lost, double, unexplained, told, minutes } = await runRigM({ ...shortRun, seed })
    process.stdout.write(
      `real processes: kills=${kills} acked=${acked} lost=${lost} double=${double} unexplained=${unexplained} ` +
        `told=${told} seed=${seed} minutes=${minutes}\n`,
    )
    expect(findings).toEqual([])
    expect({ lost, double, unexplained }).toEqual({ lost: 0, double: 0, unexplained: 0 })
    expect(kills).toBeGreaterThanOrEqual(shortRun.nemesis.kills)
    // A storm in which nothing happens proves nothing.
    expect(acked).toBeGreaterThan(200)
    expect(told).toBeGreaterThan(acked)
  })
})
