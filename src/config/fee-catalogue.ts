/** `feeCatalogue`: a YAML file of the fees a tenant's units collect. Every wrong entry is named at once, with its line. */
import { readFileSync } from 'node:fs'
import { isNode, LineCounter, parseDocument, type Document } from 'yaml'
import { z } from 'zod'
import type { FeeCatalogue } from '#domain/fee.ts'
import { maxAmountDong, money } from '#domain/money.ts'

const date = z.iso.date('a date that exists, YYYY-MM-DD')

const fee = z.strictObject({
  code: z.string().min(1).max(64),
  name: z.string().min(1).max(500),
  kind: z.enum(['phi', 'le_phi', 'fine']),
  /** Đồng. */
  amount: z.number().int().min(1).max(Number(maxAmountDong)),
  validFrom: date,
  validUntil: date.optional(),
  collectingUnit: z.string().min(1),
})

const fees = z.array(fee).min(1).max(100_000)

type Entry = z.infer<typeof fee>

export interface CatalogueScope {
  /** The configured units of the tenant. */
  readonly units: readonly string[]
  /** Gets a sentence for each thing that is wrong. */
  readonly report: (problem: string) => void
}

export function readFeeCatalogue(file: string, { units, report }: CatalogueScope): FeeCatalogue {
  const lines = new LineCounter()
  const document = parse(file, lines, report)
  if (document === undefined) return new Map()
  const at = placesIn(document, lines)
  const parsed = fees.safeParse(document.toJS({ maxAliasCount: 0 }))
  if (!parsed.success) {
    for (const { path, message } of parsed.error.issues) report(`${file} ${at(path)}: ${message}`)
    return new Map()
  }
  for (const [index, entry] of parsed.data.entries()) {
    const problem = problemOf(entry, units)
    if (problem !== undefined) report(`${file} ${at([index])}: ${problem}`)
  }
  for (const [former, later] of overlapsIn(parsed.data)) {
    const { code, collectingUnit } = parsed.data[later] as Entry
    report(
      `${file} ${at([later])}: ${code} of ${collectingUnit} is valid already by ${at([former])}; let one end before the other begins`,
    )
  }
  return Map.groupBy(parsed.data.map(toFee), ({ code }) => code)
}

const toFee = ({ amount, validUntil, ...rest }: Entry) => ({
  ...rest,
  amount: money(amount),
  ...(validUntil === undefined ? {} : { validUntil }),
})

function parse(file: string, lineCounter: LineCounter, report: CatalogueScope['report']): Document | undefined {
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch {
    report(`${file} cannot be read`)
    return undefined
  }
  const document = parseDocument(text, { uniqueKeys: true, lineCounter })
  for (const { message } of document.errors) report(`${file}: ${message.split('\n')[0]}`)
  return document.errors.length === 0 ? document : undefined
}

/** Where somebody looks in the file: its line, and which entry that is. */
const placesIn =
  (document: Document, lines: LineCounter) =>
  (path: readonly PropertyKey[]): string => {
    const found = path.map((_, index) => document.getIn(path.slice(0, path.length - index), true)).find(isNode)
    const line = found?.range ? lines.linePos(found.range[0]).line : 1
    const [entry, ...fields] = path
    const name =
      typeof entry === 'number' ? `, entry ${entry + 1}${fields.map((field) => `, ${String(field)}`).join('')}` : ''
    return `line ${line}${name}`
  }

function problemOf({ validFrom, validUntil, collectingUnit }: Entry, units: readonly string[]): string | undefined {
  if (!units.includes(collectingUnit)) return `no collecting unit "${collectingUnit}" is configured`
  if (validUntil !== undefined && validUntil < validFrom)
    return `validUntil ${validUntil} is before validFrom ${validFrom}`
  return undefined
}

/** Pairs of entries that are the same fee of the same unit on one day, in the order of the file's days. */
function overlapsIn(entries: readonly Entry[]): readonly (readonly [former: number, later: number])[] {
  const numbered = entries.map((entry, index) => ({ entry, index }))
  const ofOneFee = Map.groupBy(numbered, ({ entry }) => JSON.stringify([entry.code, entry.collectingUnit]))
  return [...ofOneFee.values()].flatMap((all) => {
    const inOrder = all.toSorted((a, b) => (a.entry.validFrom < b.entry.validFrom ? -1 : 1))
    return inOrder.flatMap((later, position) => {
      const former = inOrder[position - 1]
      const isOver = former?.entry.validUntil !== undefined && former.entry.validUntil < later.entry.validFrom
      return former === undefined || isOver ? [] : [[former.index, later.index] as const]
    })
  })
}
