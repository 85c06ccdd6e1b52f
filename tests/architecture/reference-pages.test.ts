/** docs/reference says what the program does, because it is made from what the program runs by. */
import { appendFileSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { settings } from '#config/env.ts'
import { attemptStates } from '#domain/payment.ts'
import { problemCodes } from '#http/problem.ts'
import { refundTransitions } from '#payments/refund-transitions.ts'
import { transitions } from '#payments/transitions.ts'
import { referencePages } from '../../tools/reference-pages.ts'
import { checkout, partOfCheckout } from '../support/checkout.ts'
import { runProgram } from '../support/run-program.ts'

const pageOf = (name: string): string => readFileSync(join(checkout, 'docs/reference', `${name}.md`), 'utf8')
const rowsOf = (page: string, first: string): number =>
  page.split('\n').filter((line) => line.startsWith(`| \`${first}\` |`)).length

describe('the reference', () => {
  it.each(referencePages())('$path is what `npm run generate` would write', ({ path, text }) => {
    expect(readFileSync(join(checkout, path), 'utf8') === text, 'stale: run npm run generate').toBe(true)
  })

  it('has one row for each variable, each problem, each state and each move', () => {
    const [configuration, problems, states] = ['configuration', 'problems', 'states'].map(pageOf)
    for (const { name } of settings) expect(rowsOf(configuration ?? '', name), name).toBe(1)
    for (const code of problemCodes) expect(rowsOf(problems ?? '', code), code).toBe(1)
    for (const state of attemptStates) {
      const moves = [...transitions, ...refundTransitions].filter(({ from }) => from === state)
      expect(rowsOf(states ?? '', state), state).toBe(1 + moves.length)
    }
  })

  it('draws an arrow for each pair of states that a move joins, and no other', () => {
    const drawn = [...pageOf('states').matchAll(/^ {2}(\w+) --> (\w+):/gm)].map(([, from, to]) => `${from} ${to}`)
    expect(drawn).toHaveLength(new Set(drawn).size)
    expect(new Set(drawn)).toEqual(new Set(transitions.map(({ from, to }) => `${from} ${to}`)))
  })

  it('is refused by the check when somebody edits it by hand, and written anew', async () => {
    const folder = partOfCheckout('src', 'tools', 'docs', 'contracts', 'package.json')
    const page = 'docs/reference/states.md'
    appendFileSync(join(folder, page), 'By hand.\n')
    const generate = (...args: readonly string[]) =>
      runProgram(process.execPath, ['tools/generate.ts', ...args], { cwd: folder })
    expect(await generate('--check')).toMatchObject({ status: 1, stdout: `stale ${page}\n` })
    expect(await generate()).toMatchObject({ status: 0, stdout: `wrote ${page}\n` })
    expect(await generate('--check')).toMatchObject({ status: 0, stdout: '' })
  })
})
