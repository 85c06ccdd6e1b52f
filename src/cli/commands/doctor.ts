/** `doctor`: looks at everything a start depends on and says, line by line, what is well and what to do about the rest. */
import type { Command } from 'commander'
import { examine, type Finding } from '#main/examine.ts'
import type { CliContext } from '../context.ts'

const signs: Readonly<Record<Finding['verdict'], string>> = { well: '✓', warning: '!', broken: '✗' }

export function registerDoctor(program: Command, { variables, out }: CliContext): void {
  program
    .command('doctor')
    .description('examine runtime, folders, configuration, keys, database and upstreams')
    .action(async () => {
      let isBroken = false
      for await (const { verdict, part, fact, cure } of examine(variables)) {
        out(`${signs[verdict]} ${part.padEnd(14)} ${fact}`)
        if (cure !== undefined) out(`  ${' '.repeat(14)} cure: ${cure}`)
        isBroken ||= verdict === 'broken'
      }
      if (isBroken) process.exitCode = 1
    })
}
