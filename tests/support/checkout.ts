/** The repository this test runs in, and copies of parts of it that a test may spoil. */
import { cpSync, mkdirSync, readdirSync, symlinkSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { temporaryFolder } from './temporary-folder.ts'

export const checkout = fileURLToPath(new URL('../..', import.meta.url))

/** A folder, gone after the test, that holds these files and folders of ours, and our installed packages by a link. */
export function partOfCheckout(...paths: readonly string[]): string {
  const folder = temporaryFolder()
  for (const path of paths) copyFromCheckout(path, folder)
  symlinkSync(join(checkout, 'node_modules'), join(folder, 'node_modules'))
  return folder
}

export function copyFromCheckout(path: string, folder: string): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true })
  cpSync(join(checkout, path), join(folder, path), { recursive: true })
}

/** Every file below, relative. */
export const filesBelow = (folder: string): readonly string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name).slice(folder.length + 1))
