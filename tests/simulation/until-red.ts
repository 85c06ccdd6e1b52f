/** The rig over whatever sources lie beside it, until it finds something: exit code 1 and the first failure on standard output. */
import { runRigS } from './rig.ts'

const { failures } = await runRigS({ seed: 1, histories: 150, untilRed: true })
if (failures.length > 0) {
  process.stdout.write(`${failures[0]}\n`)
  process.exitCode = 1
}
