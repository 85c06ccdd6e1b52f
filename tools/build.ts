/**
 * Emits `dist/`, which is what `npm pack` packs: `npm run build`. A checkout needs no build, because Node runs the
 * sources as they are; under `node_modules` it strips no types, so what is installed there must be JavaScript.
 */
import { execFileSync } from 'node:child_process'
import { cpSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const dist = join(root, 'dist')
const emitted = ['src', 'adapters', 'sandbox']

rmSync(dist, { recursive: true, force: true })
execFileSync(join(root, 'node_modules/.bin/tsc'), ['-p', 'tsconfig.build.json'], { cwd: root, stdio: 'inherit' })
for (const file of emitted.flatMap(filesReadAtRunTime)) cpSync(join(root, file), join(dist, file))
cpSync(join(root, 'contracts'), join(dist, 'contracts'), { recursive: true })
writeFileSync(join(dist, 'package.json'), `${JSON.stringify(emittedPackage(), null, 2)}\n`)

/** Migrations, styles: whatever lies beside a module is found by `import.meta.url`, so it must lie beside the emitted one. */
function filesReadAtRunTime(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.name.endsWith('.ts'))
    .map(({ parentPath, name }) => join(parentPath, name).slice(root.length))
}

/** tsc rewrites `./x.ts` to `./x.js` and leaves `#area/x.ts` alone; this map, nearer than the package's own, turns it. */
function emittedPackage() {
  const { imports } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    imports: Readonly<Record<string, string>>
  }
  return {
    type: 'module',
    imports: Object.fromEntries(Object.entries(imports).map(([name, path]) => [`${name}.ts`, `${path}.js`])),
  }
}
