import { describe, expect, it } from 'vitest'
import { attemptStates, type AttemptState } from '#domain/payment.ts'
import { causeOf, happenings, isLegalMove, isTerminal, transitionOn, transitions } from '#payments/transitions.ts'

/** api.md, "Attempt states", and its corrections. */
const published: Readonly<Record<AttemptState, readonly AttemptState[]>> = {
  submitting: ['awaiting_payer', 'in_doubt', 'paid', 'failed'],
  awaiting_payer: ['paid', 'failed', 'expired', 'in_doubt', 'cancelling', 'mismatch'],
  cancelling: ['cancelled', 'paid', 'in_doubt'],
  in_doubt: ['awaiting_payer', 'paid', 'failed', 'mismatch'],
  expired: ['paid'],
  cancelled: ['paid'],
  failed: ['paid'],
  paid: ['mismatch'],
  mismatch: ['paid', 'failed'],
}

const pairs = attemptStates.flatMap((from) => attemptStates.map((to) => [from, to] as const))

describe('the table of moves', () => {
  it.each(pairs)('from %s to %s it allows what is published and nothing else', (from, to) => {
    expect(isLegalMove(from, to)).toBe(published[from].includes(to))
  })

  it('leaves a terminal state only by a correction', () => {
    const uncorrected = transitions.filter(({ from, correction }) => isTerminal(from) && correction === undefined)
    expect(uncorrected).toEqual([])
  })

  it('leaves success only by a reversal', () => {
    expect(transitions.filter(({ from }) => from === 'paid').map(({ on }) => on)).toEqual(['reversed'])
  })

  it('has one row at most for a state and a happening', () => {
    const edges = transitions.map(({ from, on }) => `${from} ${on}`)
    expect(new Set(edges).size).toBe(edges.length)
  })

  it('never stays where it is', () => {
    expect(transitions.filter(({ from, to }) => from === to)).toEqual([])
  })

  it('uses every happening somewhere, and every state', () => {
    expect(new Set(transitions.map(({ on }) => on))).toEqual(new Set(happenings))
    expect(new Set(transitions.flatMap(({ from, to }) => [from, to]))).toEqual(new Set(attemptStates))
  })

  it.each(attemptStates.flatMap((from) => happenings.map((on) => [from, on] as const)))(
    'finds for %s and %s the row that stands in the table, or none',
    (from, on) => {
      expect(transitionOn(from, on)).toEqual(transitions.find((row) => row.from === from && row.on === on))
    },
  )

  it('reaches failed only by an answer of the portal or by being found nowhere twice, never by a clock or a lost answer', () => {
    const causes = new Set(transitions.filter(({ to }) => to === 'failed').map(({ on }) => on))
    expect(causes).toEqual(new Set(['portal_refused', 'portal_failed', 'validity_over', 'never_arrived']))
  })

  it('names corrections by their correction and other moves by what happened', () => {
    expect(causeOf({ from: 'failed', on: 'portal_paid', to: 'paid', correction: 'paid_late' })).toBe('paid_late')
    expect(causeOf({ from: 'submitting', on: 'answer_lost', to: 'in_doubt' })).toBe('answer_lost')
  })
})
