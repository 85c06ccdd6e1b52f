/** One upstream of a tenant, resolved: its secret in place of the file that holds it, its problems told with their keys. */
import { resolve } from 'node:path'
import { z } from 'zod'
import type { Mode } from './env.ts'
import { readSecret } from './secrets.ts'

export const httpUrl = z.url({ protocol: /^https?$/ })
export const secretFile = z.string().min(1)

/** With every `secretFile` replaced by the secret it names. */
export type WithSecret<T extends { secretFile: string }> = Omit<T, 'secretFile'> & { readonly secret: string }

/** Where in the file we are, and where its problems go. */
export interface Scope {
  readonly path: string
  readonly folder: string
  readonly mode: Mode
  readonly problems: string[]
}

export function withSecret<T extends { secretFile: string; url: string }>(upstream: T, scope: Scope): WithSecret<T> {
  const { secretFile, ...rest } = upstream
  if (scope.mode === 'production' && isLoopback(upstream.url)) {
    scope.problems.push(`${scope.path}.url: a loopback upstream is refused in production; MODE=sandbox takes it`)
  }
  return { ...rest, secret: secretIn(secretFile, 'secretFile', scope) }
}

/** The secret in `file`, named by `key`; empty, and a problem, when it cannot be had. */
export function secretIn(file: string, key: string, { path, folder, problems }: Scope): string {
  try {
    return readSecret(resolve(folder, file))
  } catch (error) {
    problems.push(`${path}.${key}: ${error instanceof Error ? error.message : 'unreadable'}`)
    return ''
  }
}

const isLoopback = (url: string): boolean =>
  /^(localhost|.*\.localhost|127(\.\d+){3}|\[::1\])$/.test(new URL(url).hostname)
