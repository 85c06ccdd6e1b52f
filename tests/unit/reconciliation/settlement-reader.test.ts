import { describe, expect, it } from 'vitest'
import type { SettlementRow } from '#domain/settlement.ts'
import { readSettlementFile } from '#reconciliation/settlement-reader.ts'
import { dateInVietnam, dayInVietnam } from '#domain/vietnam-date.ts'
import { aRow, aSettlementFile, type WrittenRow } from '../../support/settlement-text.ts'

/** In pieces of `size` bytes: where a chunk ends must not matter. */
async function* chunksOf(bytes: Uint8Array, size = 7): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}

const expected = { partner: 'LAOCAITEST', date: '2026-11-23' }

async function read(file: string | Uint8Array, size = 7) {
  const rows: SettlementRow[] = []
  const bytes = typeof file === 'string' ? Buffer.from(file) : file
  const verdict = await readSettlementFile(chunksOf(bytes, size), expected, (row) => void rows.push(row))
  return { verdict, rows }
}

const refusalOf = async (file: string | Uint8Array) => (await read(file)).verdict
const refused = (refusal: string) => ({ kind: 'refused', refusal })

describe('a settlement file', () => {
  const rows = [
    aRow(),
    aRow({ kind: 'HT', transactionId: 'HT1', refundReference: 'R1', amount: '20000', transferId: '', bank: '' }),
    aRow({ transactionId: 'GD3', reference: 'B_2', status: '4', transferId: '' }),
  ]
  const whole = aSettlementFile(rows)

  it.each([1, 2, 64, 100_000])('is read whole in pieces of %d bytes', async (size) => {
    const { verdict, rows: seen } = await read(whole, size)
    expect(verdict).toEqual({ kind: 'whole', rows: 3, quarantined: 0, sumDong: 120_000n })
    expect(seen[0]).toEqual({
      line: 2,
      settled: {
        kind: 'payment',
        transactionId: 'GD261123A1',
        reference: '00000000000000000001',
        amount: { dong: 50_000n },
        standing: 'paid',
        settledAtMs: Date.parse('2026-11-23T12:00:00+07:00'),
        bankCode: 'SAOBIEN',
        transferId: 'CT20261123SAOBIEN',
      },
    })
    expect(seen[1]).toMatchObject({ settled: { kind: 'refund', refundReference: 'R1' } })
    expect(seen[2]).toMatchObject({ settled: { standing: 'failed' } })
  })

  it('is the same with CR LF, and without a line end at its end', async () => {
    expect((await read(whole.replaceAll('\n', '\r\n'))).verdict).toMatchObject({ kind: 'whole', rows: 3 })
    expect((await read(whole.trimEnd())).verdict).toMatchObject({ kind: 'whole', rows: 3 })
  })

  it('of an idle day has no rows and is whole', async () => {
    expect((await read(aSettlementFile([]))).verdict).toMatchObject({ kind: 'whole', rows: 0, sumDong: 0n })
  })

  it.each([
    ['empty', '', 'empty'],
    ['cut before its trailer', whole.slice(0, whole.lastIndexOf('T|')), 'truncated'],
    ['cut inside its trailer', whole.slice(0, -20), 'truncated'],
    ['cut to its header', whole.slice(0, whole.indexOf('\n') + 1), 'truncated'],
    ['with a row too few', whole.replace(`${rows[1]}\n`, ''), 'wrong_count'],
    ['with a row too many', whole.replace('\nT|', `\n${aRow({ transactionId: 'X' })}\nT|`), 'wrong_count'],
    ['with a wrong count', aSettlementFile(rows, { count: 4 }), 'wrong_count'],
    ['with a wrong sum', aSettlementFile(rows, { sum: 1n }), 'wrong_sum'],
    ['with a wrong digest', aSettlementFile(rows, { digest: '0'.repeat(64) }), 'wrong_digest'],
    ['changed in one digit', whole.replace('|50000|', '|50001|'), 'wrong_digest'],
    ['of another partner', aSettlementFile(rows, { partner: 'SOMEBODYELSE' }), 'wrong_partner'],
    ['of another day', aSettlementFile(rows, { date: '2026-11-22' }), 'wrong_date'],
    ['with rows after the trailer', `${whole}${aRow()}\n`, 'rows_after_trailer'],
    ['with a second trailer', `${whole}T|0|0|${'0'.repeat(64)}\n`, 'rows_after_trailer'],
    ['with a byte order mark', `\uFEFF${whole}`, 'not_a_settlement_file'],
    ['that is a page of some proxy', '<html><body>502</body></html>', 'not_a_settlement_file'],
    ['with a line of two mebibytes', `${whole.split('\n')[0]}\n${'x'.repeat(2 ** 21)}\n`, 'too_large'],
  ])('%s is refused', async (_, file, refusal) => {
    expect(await refusalOf(file)).toEqual(refused(refusal))
  })

  const bad: readonly (readonly [string, WrittenRow])[] = [
    ['bad_kind', { kind: 'XX' as 'TT' }],
    ['bad_transaction_id', { transactionId: '' }],
    ['bad_transaction_id', { transactionId: '=cmd' }],
    ['bad_reference', { reference: 'a b' }],
    ['bad_refund_reference', { refundReference: 'R1' }],
    ['bad_refund_reference', { kind: 'HT' }],
    ['bad_amount', { amount: '0' }],
    ['bad_amount', { amount: '-5' }],
    ['bad_amount', { amount: '1e3' }],
    ['bad_amount', { amount: '50.000' }],
    ['bad_amount', { amount: '１２' }],
    ['bad_amount', { amount: '1000000000000' }],
    ['bad_currency', { currency: 'USD' }],
    ['bad_standing', { status: '3' }],
    ['bad_time', { at: '20260230120000' }],
    ['bad_time', { at: '20261123240000' }],
    ['bad_bank', { bank: '@SUM' }],
    ['bad_transfer_id', { transferId: 'x\ty' }],
  ]
  it.each(bad)('puts a row aside for %s, %o, and goes on', async (problem, differing) => {
    const file = aSettlementFile([aRow(), aRow({ transactionId: 'GD2', ...differing }), aRow({ transactionId: 'GD3' })])
    const { verdict, rows: seen } = await read(file)
    expect(verdict).toMatchObject({ kind: 'whole', rows: 3, quarantined: 1 })
    expect(seen[1]).toMatchObject({ line: 3, problem })
    expect(seen[2]).toMatchObject({ line: 4, settled: { transactionId: 'GD3' } })
  })

  it('puts aside what has too many fields, too few, too many characters, or is not UTF-8', async () => {
    const rest = [`${aRow()}|`, 'D|TT', 'nonsense', aRow({ bank: 'x'.repeat(5_000) })]
    const { verdict, rows: seen } = await read(aSettlementFile(rest))
    expect(verdict).toMatchObject({ kind: 'whole', quarantined: 4 })
    expect(seen.map((row) => ('problem' in row ? row.problem : ''))).toEqual([
      'wrong_field_count',
      'wrong_field_count',
      'bad_kind',
      'too_long',
    ])
  })

  it('shows a bad row without its control characters, and no more than 500 of it', async () => {
    const { rows: seen } = await read(aSettlementFile([`D|\u0000\u001B[31m\u202E${'y'.repeat(2_000)}`]))
    const [row] = seen
    if (row === undefined || !('raw' in row)) throw new Error('not put aside')
    expect(row.raw).toMatch(/^D\|\uFFFD\uFFFD\[31m\uFFFDy+$/)
    expect(row.raw.length).toBeLessThanOrEqual(500)
  })
})

describe('a day in Vietnam', () => {
  it('begins seven hours before that of Greenwich', () => {
    expect(dayInVietnam('2026-11-23').fromMs).toBe(Date.parse('2026-11-22T17:00:00Z'))
    expect(dateInVietnam(Date.parse('2026-11-22T16:59:59Z'))).toBe('2026-11-22')
    expect(dateInVietnam(Date.parse('2026-11-22T17:00:00Z'))).toBe('2026-11-23')
  })
})
