/** What a gateway does with its database, in a process of its own that a test may kill: `node embedded-gateway.ts <data folder>`. */
import { systemClock } from '#main/clock.ts'
import { startEmbeddedPostgres } from '#store/embedded-postgres.ts'
import { silentLog } from './silent-log.ts'

try {
  const postgres = await startEmbeddedPostgres({ dataDir: process.argv[2] ?? '', clock: systemClock, log: silentLog })
  process.on('SIGTERM', () => {
    void postgres.stop().then(() => process.exit(0))
  })
  process.stdout.write(`${JSON.stringify({ connectionString: postgres.connectionString, pid: postgres.pid() })}\n`)
  setInterval(() => undefined, 60_000)
} catch (error) {
  const { name, message, cure } = error as { name: string; message: string; cure?: string }
  process.stdout.write(`${JSON.stringify({ name, message, cure })}\n`)
  process.exitCode = 1
}
