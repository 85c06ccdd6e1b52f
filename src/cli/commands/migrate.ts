/** `migrate`: brings the schema up to date and says what it did. `serve` does the same at its start. */
import type { Command } from 'commander'
import { withStorage } from '#main/database.ts'
import { quietLog } from '#main/quiet-log.ts'
import type { CliContext } from '../context.ts'

export function registerMigrate(program: Command, { environment, out }: CliContext): void {
  program
    .command('migrate')
    .description('bring the database schema up to date')
    .action(async () => {
      const applied = await withStorage(environment(), quietLog, async (storage) => storage.applied)
      out(applied.length === 0 ? 'the schema is up to date' : `applied ${applied.join(', ')}`)
    })
}
