#!/usr/bin/env node
/** The command line: `npm run -s cli -- <command>` in a checkout, `lienthong <command>` where the package is installed. */
import { Command } from 'commander'
import { createCliContext } from './context.ts'
import { registerClients } from './commands/clients.ts'
import { registerConfig } from './commands/config.ts'
import { registerDemo } from './commands/demo.ts'
import { registerDoctor } from './commands/doctor.ts'
import { registerKeys } from './commands/keys.ts'
import { registerMigrate } from './commands/migrate.ts'
import { registerReconcile } from './commands/reconcile.ts'
import { registerSandbox } from './commands/sandbox.ts'
import { registerServe } from './commands/serve.ts'
import { registerStart } from './commands/start.ts'
import { registerToken } from './commands/token.ts'
import { reportFailure } from './report-failure.ts'

const program = new Command('lienthong')
  .description('Liên Thông: verify citizens, look up businesses and collect fees through one API')
  .showHelpAfterError()
  .configureHelp({ sortSubcommands: false })
const context = createCliContext(process.env)

for (const register of [
  registerStart,
  registerServe,
  registerSandbox,
  registerDemo,
  registerMigrate,
  registerClients,
  registerReconcile,
  registerToken,
  registerKeys,
  registerDoctor,
  registerConfig,
]) {
  register(program, context)
}

try {
  await program.parseAsync()
} catch (error) {
  reportFailure(error, context)
  process.exitCode = 1
}
