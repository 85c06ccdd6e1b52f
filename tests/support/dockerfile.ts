/** Reads a Dockerfile and a .dockerignore, as far as ours go (docs.docker.com/reference/dockerfile). No Docker engine is asked. */

export interface Instruction {
  /** In capitals. */
  readonly name: string
  readonly flags: Readonly<Record<string, string>>
  /** What follows the flags, lines joined. */
  readonly text: string
}

export interface Stage {
  readonly base: string
  readonly name: string | undefined
  readonly instructions: readonly Instruction[]
}

export function readDockerfile(text: string): readonly Stage[] {
  const stages: { base: string; name: string | undefined; instructions: Instruction[] }[] = []
  const lines = text
    .replaceAll(/^\s*#.*\n/gm, '')
    .replaceAll(/\\\n\s*/g, '')
    .split('\n')
  for (const line of lines.filter((one) => one.trim() !== '')) {
    const instruction = readInstruction(line.trim())
    if (instruction.name === 'FROM') {
      const [base = '', , name] = instruction.text.split(/\s+/)
      stages.push({ base, name, instructions: [] })
    } else {
      const stage = stages.at(-1)
      if (stage === undefined) throw new Error(`before the first FROM: ${line}`)
      stage.instructions.push(instruction)
    }
  }
  return stages
}

function readInstruction(line: string): Instruction {
  const [, name = '', rest = ''] = /^(\S+)\s+(.*)$/.exec(line) ?? []
  const flags: Record<string, string> = {}
  let text = rest
  // Only in front: what follows belongs to the instruction, such as npm's own --omit=dev.
  for (let flag = leadingFlag.exec(text); flag !== null; flag = leadingFlag.exec(text)) {
    flags[flag[1] ?? ''] = flag[2] ?? ''
    text = text.slice(flag[0].length)
  }
  return { name: name.toUpperCase(), flags, text }
}

const leadingFlag = /^--([\w-]+)=(\S+)\s+/

/** The words of an instruction's exec form. */
export const execForm = (text: string): readonly string[] => {
  const words: unknown = JSON.parse(text)
  if (!Array.isArray(words) || !words.every((word) => typeof word === 'string'))
    throw new Error(`no exec form: ${text}`)
  return words
}

/** Whether a path of the context reaches the engine. The last pattern that meets it or a folder above it decides. */
export function readDockerignore(text: string): (path: string) => boolean {
  const patterns = text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => ({ isException: line.startsWith('!'), pattern: patternOf(line.replace(/^!/, '')) }))
  return (path) => {
    const parts = path.split('/')
    const above = parts.map((_, index) => parts.slice(0, index + 1).join('/'))
    const deciding = patterns.findLast(({ pattern }) => above.some((each) => pattern.test(each)))
    return deciding === undefined || deciding.isException
  }
}

const patternOf = (glob: string): RegExp => {
  const source = glob
    .replaceAll(/[.+^$()|[\]{}]/g, String.raw`\$&`)
    .replaceAll('**', '\0')
    .replaceAll('*', '[^/]*')
    .replaceAll('?', '[^/]')
    .replaceAll('\0', '.*')
  return new RegExp(`^${source}$`)
}
