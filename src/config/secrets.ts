/** Secrets are files. Reading one never puts its content into an error. */
import { readFileSync, statSync } from 'node:fs'

/** The file's text without the trailing line break. Throws when it is missing, empty, or readable by others. */
export function readSecret(file: string): string {
  const mode = modeOf(file)
  if ((mode & 0o077) !== 0) throw new Error(`${file} can be read by others; chmod 600 it`)
  const secret = readFileSync(file, 'utf8').replace(/\r?\n$/, '')
  if (secret === '') throw new Error(`${file} is empty`)
  return secret
}

function modeOf(file: string): number {
  try {
    return statSync(file).mode
  } catch (cause) {
    throw new Error(`${file} cannot be read`, { cause })
  }
}
