/**
 * The sandbox as a program of its own: `node sandbox/main.ts`. SANDBOX_PORT (8090) is the page and control, the systems
 * listen on the four ports after it; NOTIFY_URL is where the payment platform reports, and PayGov beside it; JOURNAL_FILE
 * is where the platform keeps its books, so that it can be killed and started again. Prints one line of JSON with every
 * address once it is ready, and ends on SIGINT or SIGTERM.
 */
import { startSandbox } from './index.ts'

try {
  const { notifyAt: _, close, ...facts } = await startSandbox(optionsFrom(process.env))
  process.stdout.write(`${JSON.stringify(facts)}\n`)
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void close())
} catch (error) {
  process.stderr.write(`sandbox: ${explain(error)}\n`)
  process.exitCode = 1
}

function optionsFrom(env: NodeJS.ProcessEnv): Parameters<typeof startSandbox>[0] {
  const { SANDBOX_PORT: port = '8090', NOTIFY_URL: notifyUrl, JOURNAL_FILE: journalFile } = env
  // Four more ports follow, so the last usable one is 65531.
  if (!/^\d{1,5}$/.test(port) || Number(port) > 65_531) throw new Error('SANDBOX_PORT must be a port up to 65531, or 0')
  return { controlPort: Number(port), ...(notifyUrl && { notifyUrl }), ...(journalFile && { journalFile }) }
}

function explain(error: unknown): string {
  const { code, port, message } = error as NodeJS.ErrnoException & { port?: number }
  if (code !== 'EADDRINUSE') return message
  return `port ${port} is taken; end what listens there or set SANDBOX_PORT to a free run of five ports`
}
