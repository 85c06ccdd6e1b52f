/** Faults off, everything said again, and time enough: then everything must be explained, and once more must change nothing. */
import { digestOf, gather } from './findings.ts'
import { violationsIn, type Violation } from './invariants.ts'
import { muteConnection } from './simulated-process.ts'
import type { World } from './world.ts'

const passMs = 65 * 60_000
/** Doubt that began at the last moment is past its half-hour window and its first hourly looks by then. */
const passes = 5

async function quiesce(world: World): Promise<void> {
  world.portal.print(true)
  await world.steps.deliverLate()
  await world.finish()
  await sayAgain(world, ({ isAcknowledged }) => !isAcknowledged)
  for (let pass = 0; pass < passes; pass += 1) {
    await doDueWork(world)
    await bringFiles(world)
    for (const { refundReference } of world.portal.refunds()) world.portal.endRefund(refundReference, 'completed')
    world.receiver.answers(204)
    await tellEverybody(world)
    await world.advance(passMs)
  }
  await doDueWork(world)
  await tellEverybody(world)
}

/** Quiesces, checks every invariant, then repeats every input and compares. */
export async function judge(world: World): Promise<readonly Violation[]> {
  await quiesce(world)
  const findings = await gather(world)
  const violations = violationsIn(findings)
  if (violations.length > 0) return violations
  await sayAgain(world, () => true)
  await doDueWork(world)
  await bringFiles(world)
  await tellEverybody(world)
  const isSame = digestOf(await gather(world)) === digestOf(findings)
  return isSame ? [] : [{ invariant: 'I12_idempotent', sentence: 'saying everything again changed the database' }]
}

async function sayAgain(world: World, isWanted: (message: World['outbox'][number]) => boolean): Promise<void> {
  const process = world.processes[0] ?? world.start()
  for (const [index, message] of world.outbox.entries()) {
    if (!isWanted(message)) continue
    world.notify(process, index)
    await world.finish()
  }
}

/** Of what was settled at the portal that cannot be asked, and of what the other took back; else that one answers for itself. */
async function bringFiles(world: World): Promise<void> {
  const process = world.processes[0] ?? world.start()
  for (const { reference, connection, takenBackAtMs } of world.portal.transactions()) {
    if (connection !== muteConnection && takenBackAtMs === undefined) continue
    world.settleByFile(process, reference)
    await world.finish()
  }
}

async function tellEverybody(world: World): Promise<void> {
  world.deliver(world.processes[0] ?? world.start())
  await world.finish()
}

async function doDueWork(world: World): Promise<void> {
  const process = world.processes[0] ?? world.start()
  for (const { jobs } of world.processes) jobs.length = 0
  world.sweep(process)
  await world.finish()
  for (const { job } of process.jobs.splice(0)) {
    world.run(process, job)
    await world.finish()
  }
}
