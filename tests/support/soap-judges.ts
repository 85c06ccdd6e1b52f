/** Programs other people wrote that can say whether our XML and WSDL are right. What is absent is said once, loudly. */
import { execFile, execFileSync, spawn } from 'node:child_process'
import { promisify } from 'node:util'

const run = promisify(execFile)

export interface Judge {
  readonly name: string
  /** Undefined: not on this machine. */
  readonly command: string | undefined
}

const first = (name: string, candidates: readonly (readonly [string, readonly string[]])[]): Judge => {
  const found = candidates.find(([command, probe]) => answers(command, probe))
  if (!found) process.stderr.write(`\n!!! ${name} is not on this machine: its judgement is SKIPPED\n`)
  return { name, command: found?.[0] }
}

function answers(command: string, probe: readonly string[]): boolean {
  try {
    execFileSync(command, probe, { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

export const xmllint = (): Judge => first('xmllint', [['xmllint', ['--version']]])

export const zeep = (): Judge =>
  first('python3-zeep', [
    ['python3', ['-c', 'import zeep']],
    ['/usr/bin/python3', ['-c', 'import zeep']],
  ])

export const php = (): Judge => first('php-soap', [['php', ['-r', "exit(class_exists('SoapClient') ? 0 : 1);"]]])

/** What xmllint complains of, or an empty text. */
export async function schemaComplaints({ command }: Judge, schema: string, xml: string): Promise<string> {
  const child = spawn(command ?? 'xmllint', ['--noout', '--nonet', '--schema', schema, '-'])
  let told = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => (told += text))
  child.stdin.end(xml)
  const status = await new Promise((resolve) => child.on('close', resolve))
  return status === 0 ? '' : told
}

/** Runs a script of the judge's language with `args`; resolves with what it prints. */
export async function judge(
  { command }: Judge,
  flag: '-c' | '-r',
  script: string,
  args: readonly string[],
): Promise<string> {
  const separator = flag === '-r' ? ['--'] : []
  const { stdout } = await run(command ?? 'false', [flag, script, ...separator, ...args], { timeout: 20_000 })
  return stdout.trim()
}
