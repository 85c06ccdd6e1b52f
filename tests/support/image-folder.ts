/**
 * Does what `docker build` would do with our Dockerfile, in a folder: copies what COPY copies, as far as .dockerignore lets
 * it, and runs the lines that begin with npm. Lines for the system (users, owners) are left to the engine.
 */
import { cpSync, existsSync, mkdirSync, readFileSync, renameSync, statSync } from 'node:fs'
import { basename, join, posix } from 'node:path'
import { checkout } from './checkout.ts'
import { readDockerfile, readDockerignore, type Instruction, type Stage } from './dockerfile.ts'
import { runProgram, type ProgramEnd } from './run-program.ts'

export interface ImageFolder {
  /** What `/` is in the image. */
  readonly root: string
  readonly workdir: string
  /** Of the npm lines, in order. */
  readonly npmRuns: readonly ProgramEnd[]
}

interface Building {
  readonly root: string
  workdir: string
}

export const stages: readonly Stage[] = readDockerfile(readFileSync(join(checkout, 'Dockerfile'), 'utf8'))
export const reachesEngine = readDockerignore(readFileSync(join(checkout, '.dockerignore'), 'utf8'))

export async function buildImageFolder(folder: string): Promise<ImageFolder> {
  const built = new Map<string, Building>()
  const npmRuns: ProgramEnd[] = []
  let building: Building | undefined
  for (const [index, stage] of stages.entries()) {
    building = { root: join(folder, String(index)), workdir: '/' }
    built.set(stage.name ?? String(index), building)
    mkdirSync(building.root)
    for (const instruction of stage.instructions) {
      if (instruction.name === 'WORKDIR') enter(building, instruction.text)
      if (instruction.name === 'COPY') copy(building, instruction, built)
      if (instruction.name === 'RUN' && instruction.text.startsWith('npm ')) {
        npmRuns.push(await runNpm(building, instruction.text))
      }
    }
  }
  if (building === undefined) throw new Error('the Dockerfile has no stage')
  return { ...building, npmRuns }
}

function enter(building: Building, path: string): void {
  building.workdir = posix.resolve(building.workdir, path)
  mkdirSync(join(building.root, building.workdir), { recursive: true })
}

/** Sources and destination; a source that is a folder gives its content, as COPY does. */
export function sourcesOf({ text }: Instruction): { sources: readonly string[]; destination: string } {
  const words = text.split(/\s+/)
  return { sources: words.slice(0, -1), destination: words.at(-1) ?? '' }
}

function copy(building: Building, instruction: Instruction, built: ReadonlyMap<string, Building>): void {
  const { sources, destination } = sourcesOf(instruction)
  const { from } = instruction.flags
  const target = join(building.root, posix.resolve(building.workdir, destination))
  for (const source of sources) {
    if (from === undefined) copyFromContext(source, destination.endsWith('/') ? target : undefined, target)
    else moveFromStage(join(built.get(from)?.root ?? '', source), target)
  }
}

function copyFromContext(source: string, folder: string | undefined, target: string): void {
  const to =
    folder === undefined || statSync(join(checkout, source)).isDirectory() ? target : join(folder, basename(source))
  cpSync(join(checkout, source), to, {
    recursive: true,
    filter: (path) => reachesEngine(path.slice(checkout.length)),
  })
}

/** A stage is read once, and what is copied is large: it is moved. */
function moveFromStage(source: string, target: string): void {
  if (existsSync(source)) renameSync(source, target)
}

const runNpm = ({ root, workdir }: Building, line: string): Promise<ProgramEnd> =>
  runProgram('sh', ['-c', line], {
    cwd: join(root, workdir),
    env: { ...roadToRegistry(), ...quickToGiveUp },
  })

/** npm would try for minutes where there is no network, and what it holds in its cache is good enough. */
const quickToGiveUp = {
  npm_config_prefer_offline: 'true',
  npm_config_fetch_retries: '1',
  npm_config_fetch_retry_mintimeout: '500',
}

/** Proxies, certificates, mirrors. What else npm has in the environment describes our checkout, not the image. */
function roadToRegistry(): Record<string, string> {
  const road =
    /^(https?_proxy|no_proxy|node_extra_ca_certs|ssl_cert_\w+|npm_config_(cache|ca|cafile|globalconfig|userconfig|registry|(https_)?proxy|noproxy))$/i
  const found: Record<string, string> = {}
  for (const [name, value] of Object.entries(process.env))
    if (value !== undefined && road.test(name)) found[name] = value
  return found
}
