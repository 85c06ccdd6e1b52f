import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { money } from '#domain/money.ts'
import type { AttemptHere, ReadableRow } from '#domain/ports/reconciliation-stores.ts'
import { judgeGroup, type Asked, type Judged } from '#reconciliation/judge-row.ts'
import { readSettlementFile } from '#reconciliation/settlement-reader.ts'
import { aRow, aSettlementFile } from '../../support/settlement-text.ts'

const settled = fc.record({
  kind: fc.constantFrom('payment' as const, 'refund' as const),
  transactionId: fc.constantFrom('GD1', 'GD2', 'GD3'),
  reference: fc.constant('R1'),
  amount: fc.constantFrom(money(50_000), money(51_000)),
  standing: fc.constantFrom('paid' as const, 'failed' as const),
  settledAtMs: fc.constant(0),
})
const here = fc.record(
  {
    paymentId: fc.constant('pay_1'),
    attemptId: fc.constant('att_1'),
    reference: fc.constant('R1'),
    state: fc.constantFrom('awaiting_payer' as const, 'in_doubt' as const, 'paid' as const, 'failed' as const),
    amount: fc.constant(money(50_000)),
    refunded: fc.constantFrom(money(0), money(50_000)),
    transactionId: fc.constantFrom('GD1', 'GD2'),
  },
  { requiredKeys: ['paymentId', 'attemptId', 'reference', 'state', 'amount', 'refunded'] },
) as fc.Arbitrary<AttemptHere>
const group = fc.record({
  stories: fc.array(settled, { minLength: 1, maxLength: 5 }),
  here: fc.option(here, { nil: undefined }),
  answer: fc.option(fc.record({ here, isUnasked: fc.boolean() }), { nil: undefined }) as fc.Arbitrary<
    Asked | undefined
  >,
})

const rowsOf = (stories: readonly ReadableRow['settled'][]): ReadableRow[] =>
  stories.map((story, index) => ({ line: index + 2, settled: story, isReused: false }))

/** What is said of each transaction, and what is found; not where it stood, nor how often it was repeated. */
const meaningOf = (judged: readonly Judged[]): unknown =>
  [
    ...new Set(
      judged
        .filter(({ row }) => row.reason !== 'repeated_row')
        .map(({ row, finding }) => JSON.stringify([{ ...row, line: 0 }, finding], withAmounts)),
    ),
  ].toSorted()

const withAmounts = (_key: string, value: unknown): unknown => (typeof value === 'bigint' ? String(value) : value)

describe('judging rows', () => {
  it('does not depend on their order, nor on any of them being repeated', () => {
    fc.assert(
      fc.property(group, fc.infiniteStream(fc.nat(100)), ({ stories, here, answer }, chance) => {
        const once = judgeGroup({ rows: rowsOf(stories), here }, answer)
        const repeated = stories.flatMap((story) => (chance.next().value % 2 === 0 ? [story] : [story, story]))
        const shuffled = repeated
          .map((story) => ({ story, at: chance.next().value as number }))
          .toSorted((a, b) => a.at - b.at)
          .map(({ story }) => story)
        const again = judgeGroup({ rows: rowsOf(shuffled), here }, answer)
        expect(meaningOf(again)).toEqual(meaningOf(once))
        expect(again).toHaveLength(shuffled.length)
      }),
      { numRuns: 300 },
    )
  })
})

describe('reading a file', () => {
  const garbage = fc.string({ unit: 'binary', maxLength: 60 }).map((text) => `D|${text.replaceAll(/[\r\n]/g, ' ')}`)

  it('gives the good rows the same, whatever stands between them', async () => {
    const good = [aRow({ transactionId: 'GD1' }), aRow({ transactionId: 'GD2' }), aRow({ transactionId: 'GD3' })]
    await fc.assert(
      fc.asyncProperty(fc.array(garbage, { minLength: 1, maxLength: 4 }), fc.nat(3), async (bad, at) => {
        const rows = good.toSpliced(at, 0, ...bad)
        const seen: string[] = []
        const chunks = async function* () {
          yield Buffer.from(aSettlementFile(rows))
        }
        const verdict = await readSettlementFile(chunks(), { date: '2026-11-23' }, (row) => {
          if ('settled' in row) seen.push(row.settled.transactionId)
        })
        expect(verdict).toMatchObject({ kind: 'whole', rows: rows.length })
        expect(seen).toEqual(['GD1', 'GD2', 'GD3'])
      }),
      { numRuns: 100 },
    )
  })
})
