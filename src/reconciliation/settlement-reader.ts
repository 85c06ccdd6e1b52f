/**
 * A settlement file, read line by line however large it is. Nothing in it is believed before its end was seen: count, sum
 * and digest of the trailer say whether it is whole. A row that cannot be read is put aside and blocks nobody.
 */
import { createHash } from 'node:crypto'
import type { FileRefusal, SettlementRow } from '#domain/settlement.ts'
import { readSettlementLine, type SettlementLine } from './settlement-line.ts'

export interface ExpectedFile {
  /** `MaDoiTac`; absent where the dialect has none. */
  readonly partner?: string
  /** `YYYY-MM-DD`. */
  readonly date: string
}

export type FileVerdict =
  | {
      readonly kind: 'whole'
      readonly rows: number
      readonly quarantined: number
      readonly sumDong: bigint
    }
  | { readonly kind: 'refused'; readonly refusal: FileRefusal }

/** api.md, "Manners". */
export const maxSettlementFileBytes = 64 * 1024 * 1024
/** The longest honest row has some 300 characters. */
const maxLineBytes = 4_096
const maxRawCharacters = 500

/**
 * Reads `chunks` to the end or to the first reason to refuse the file, giving each row to `take` in order. The verdict is
 * known only at the end: what was taken counts for nothing unless the file is whole.
 */
export async function readSettlementFile(
  chunks: AsyncIterable<Uint8Array>,
  expected: ExpectedFile,
  take: (row: SettlementRow) => Promise<void> | void = () => undefined,
): Promise<FileVerdict> {
  const book = new FileBook(expected)
  for await (const line of linesOf(chunks)) {
    if (line === 'too_large') return refused('too_large')
    const row = book.read(line)
    if (row !== undefined) await take(row)
    if (book.refusal !== undefined) return refused(book.refusal)
  }
  return book.verdict()
}

const refused = (refusal: FileRefusal): FileVerdict => ({ kind: 'refused', refusal })

/** What has been seen of a file so far. */
class FileBook {
  refusal: FileRefusal | undefined
  readonly #expected: ExpectedFile
  readonly #digest = createHash('sha256')
  #lines = 0
  #rows = 0
  #quarantined = 0
  #sum = 0n
  #isSumKnown = true
  #trailer: Extract<SettlementLine, { kind: 'trailer' }> | undefined

  constructor(expected: ExpectedFile) {
    this.#expected = expected
  }

  /** The row in the line, if it holds one. */
  read(bytes: Uint8Array): SettlementRow | undefined {
    this.#lines += 1
    if (this.#trailer !== undefined) return this.#refuse('rows_after_trailer')
    const text = textOf(bytes)
    const line = text === undefined ? unreadable(bytes) : readSettlementLine(text)
    if (line.kind === 'trailer' && this.#lines > 1) {
      this.#trailer = line
      return undefined
    }
    this.#digest.update(bytes).update('\n')
    if (this.#lines === 1) return this.#checkHeader(line)
    return this.#takeRow(line, bytes)
  }

  verdict(): FileVerdict {
    if (this.#lines === 0) return refused('empty')
    if (this.#trailer === undefined) return refused('truncated')
    const { rows, sum, sha256 } = this.#trailer
    if (rows !== this.#rows) return refused('wrong_count')
    if (this.#digest.digest('hex') !== sha256) return refused('wrong_digest')
    if (this.#isSumKnown && sum !== this.#sum) return refused('wrong_sum')
    return { kind: 'whole', rows: this.#rows, quarantined: this.#quarantined, sumDong: this.#sum }
  }

  #checkHeader(line: SettlementLine): undefined {
    if (line.kind !== 'header') return this.#refuse('not_a_settlement_file')
    const { partner, date } = this.#expected
    if (partner !== undefined && line.partner !== partner) return this.#refuse('wrong_partner')
    if (line.date !== date) return this.#refuse('wrong_date')
    return undefined
  }

  #takeRow(line: SettlementLine, bytes: Uint8Array): SettlementRow {
    this.#rows += 1
    if (line.kind === 'row') {
      this.#sum += line.settled.amount.dong
      return { line: this.#lines, settled: line.settled }
    }
    const bad = line.kind === 'bad_row' ? line : { problem: 'bad_kind' as const, amountDong: undefined }
    this.#quarantined += 1
    if (bad.amountDong === undefined) this.#isSumKnown = false
    else this.#sum += bad.amountDong
    return { line: this.#lines, problem: bad.problem, raw: printable(bytes) }
  }

  #refuse(refusal: FileRefusal): undefined {
    this.refusal = refusal
    return undefined
  }
}

const strictUtf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
const forgivingUtf8 = new TextDecoder('utf-8')

function textOf(bytes: Uint8Array): string | undefined {
  if (bytes.length > maxLineBytes) return undefined
  try {
    return strictUtf8.decode(bytes)
  } catch {
    return undefined
  }
}

const unreadable = (bytes: Uint8Array): SettlementLine => ({
  kind: 'bad_row',
  problem: bytes.length > maxLineBytes ? 'too_long' : 'not_utf8',
  amountDong: undefined,
})

/** For a person's eyes, and for a database that keeps no NUL. */
const printable = (bytes: Uint8Array): string =>
  forgivingUtf8
    .decode(bytes.subarray(0, maxRawCharacters))
    .toWellFormed()
    .replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '\u{FFFD}')

const lineFeed = 0x0a
const carriageReturn = 0x0d
/** No record, honest or broken, comes near: a file with such a line is not one of ours, and memory has an end. */
const maxHeldBytes = 1024 * 1024

/**
 * The lines without their ends, CR LF read as LF. What follows the last LF is a line of its own unless it is empty. Who is
 * told `too_large` does not read on.
 */
async function* linesOf(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array | 'too_large'> {
  // Joined only at a line's end: a long line in many small pieces must not be copied for each of them.
  let pieces: Uint8Array[] = []
  let held = 0
  let size = 0
  for await (const chunk of chunks) {
    size += chunk.length
    if (size > maxSettlementFileBytes) yield 'too_large'
    let begin = 0
    for (let end = chunk.indexOf(lineFeed); end >= 0; end = chunk.indexOf(lineFeed, begin)) {
      yield withoutReturn(joined([...pieces, chunk.subarray(begin, end)]))
      pieces = []
      held = 0
      begin = end + 1
    }
    pieces.push(chunk.subarray(begin))
    held += chunk.length - begin
    if (held > maxHeldBytes) yield 'too_large'
  }
  if (held > 0) yield withoutReturn(joined(pieces))
}

const joined = (pieces: readonly Uint8Array[]): Uint8Array =>
  pieces.length === 1 && pieces[0] !== undefined ? pieces[0] : Buffer.concat(pieces)

const withoutReturn = (line: Uint8Array): Uint8Array =>
  line.at(-1) === carriageReturn ? line.subarray(0, line.length - 1) : line
