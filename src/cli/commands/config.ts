/** `config`: every setting, its value here, and where it comes from. Secrets are files, so nothing here is one but DATABASE_URL. */
import type { Command } from 'commander'
import { settings } from '#config/env.ts'
import { readSettings } from '#main/settings.ts'
import type { CliContext } from '../context.ts'

export function registerConfig(program: Command, { variables, out }: CliContext): void {
  program
    .command('config')
    .description('show every setting, and check CONFIG_FILE')
    .option('--check', 'fail when environment or CONFIG_FILE is wrong')
    .action(({ check }: { check?: boolean }) => {
      const width = Math.max(...settings.map(({ name }) => name.length))
      for (const { name, fallback, meaning } of settings) {
        const given = variables[name]
        const value = given === undefined || given === '' ? `${fallback ?? '(not set)'}  (default)` : shown(name, given)
        out(`${name.padEnd(width)}  ${value}`)
        out(`${' '.repeat(width)}  ${meaning}`)
      }
      if (check === true) {
        const { environment, config } = readSettings(variables)
        out(`\n${environment.configFile}: good, tenants ${Object.keys(config.tenants).join(', ')}`)
      }
    })
}

/** A connection string carries a password. */
const shown = (name: string, value: string): string =>
  name === 'DATABASE_URL' ? value.replace(/\/\/([^:@/]*):[^@/]*@/, '//$1:***@') : value
