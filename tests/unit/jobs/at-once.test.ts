import { describe, expect, it } from 'vitest'
import { createAtOnce, type AtOnce } from '#jobs/at-once.ts'

interface Bench {
  readonly line: AtOnce<string>
  /** What runs, oldest first; `end` it as done or as failed. */
  readonly running: string[]
  readonly left: string[]
  end(work: string, isDone?: boolean): Promise<void>
}

function aLine(): Bench {
  const ends = new Map<string, (isDone: boolean) => void>()
  const running: string[] = []
  const left: string[] = []
  const line = createAtOnce<string>({
    subjectOf: (work) => work,
    run: (work) => {
      running.push(work)
      return new Promise((resolve) => ends.set(work, resolve))
    },
    leave: (work) => left.push(work),
  })
  const end = async (work: string, isDone = true) => {
    running.splice(running.indexOf(work), 1)
    ends.get(work)?.(isDone)
    await new Promise(setImmediate)
  }
  return { line, running, left, end }
}

const numbered = (count: number): readonly string[] => Array.from({ length: count }, (_, index) => String(index))

describe('work done at once', () => {
  it('begins when it comes, so many at a time, in the order it came', async () => {
    const { line, running, left, end } = aLine()
    line.open()
    for (const work of numbered(50)) line.add(work)
    expect(running).toEqual(numbered(48))
    await end('7')
    expect(running.at(-1)).toBe('48')
    await end('0')
    expect(running.at(-1)).toBe('49')
    expect(left).toEqual([])
  })

  it('is one piece of work from its coming to its end, however often it is added', async () => {
    const { line, running, end } = aLine()
    line.open()
    for (const work of [...numbered(49), '0', '48', '48']) line.add(work)
    await end('1')
    await end('2')
    expect(running.toSorted()).toEqual([...new Set(running)].toSorted())
    expect(running).toContain('48')
    await end('0')
    line.add('0')
    expect(running.at(-1)).toBe('0')
  })

  it('is left to the queue when it fails, and its place goes to the next', async () => {
    const { line, running, left, end } = aLine()
    line.open()
    for (const work of numbered(49)) line.add(work)
    await end('3', false)
    expect(left).toEqual(['3'])
    expect(running.at(-1)).toBe('48')
  })

  it('is left to the queue when ten thousand wait already', () => {
    const { line, left } = aLine()
    line.open()
    for (const work of numbered(48 + 10_000)) line.add(work)
    expect(left).toEqual([])
    line.add('one too many')
    expect(left).toEqual(['one too many'])
  })

  it('is left to the queue before the opening and after the close, which waits for what runs', async () => {
    const { line, left, end } = aLine()
    line.add('early')
    expect(left).toEqual(['early'])
    line.open()
    for (const work of numbered(49)) line.add(work)
    let isClosed = false
    const closing = line.close().then(() => (isClosed = true))
    line.add('late')
    expect(left).toEqual(['early', '48', 'late'])
    for (const work of numbered(47)) await end(work)
    expect(isClosed).toBe(false)
    await end('47', false)
    await closing
    expect(left.at(-1)).toBe('47')
  })
})
