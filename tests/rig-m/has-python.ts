/** Rig M's checker is Python, so that it cannot share code with what it checks. */
import { execFileSync } from 'node:child_process'

export const hasPython = (() => {
  try {
    execFileSync('python3', ['--version'], { stdio: 'ignore' })
    return true
  } catch {
    process.stderr.write('\n!!! python3 is not on this machine: rig M is SKIPPED\n')
    return false
  }
})()
