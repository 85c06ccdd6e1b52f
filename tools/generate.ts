/**
 * Writes the files that are made from the code and checked in: `npm run generate`. With `--check` it writes nothing and
 * fails when one of them is stale, so that the checked-in description never lags behind what answers.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { generatedFiles } from '#http/generated-files.ts'
import { referencePages } from './reference-pages.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const isCheck = process.argv.includes('--check')

const stale = [...generatedFiles(), ...referencePages()].filter(({ path, text }) => read(path) !== text)
for (const { path, text } of stale) {
  if (!isCheck) write(path, text)
  process.stdout.write(`${isCheck ? 'stale' : 'wrote'} ${path}\n`)
}
if (isCheck && stale.length > 0) {
  process.stderr.write('Run `npm run generate` and commit what it writes.\n')
  process.exitCode = 1
}

function read(path: string): string | undefined {
  try {
    return readFileSync(root + path, 'utf8')
  } catch {
    return undefined
  }
}

function write(path: string, text: string): void {
  mkdirSync(dirname(root + path), { recursive: true })
  writeFileSync(root + path, text)
}
