/** Which of several forms of an answer a client wants (RFC 9110 section 12.5.1). */
import { GatewayError } from '#domain/errors.ts'

/** Enough for any honest header; the rest is not read. */
const maxRanges = 20

interface Range {
  readonly type: string
  readonly quality: number
}

/**
 * The one of `offered` that `accept` likes best; of two it likes equally the one it names more exactly, then the earlier.
 * Without a wish the first. Throws `not_acceptable`.
 */
export function acceptedType<Type extends string>(accept: string, offered: readonly [Type, ...Type[]]): Type {
  if (accept.trim() === '') return offered[0]
  const ranges = accept.split(',', maxRanges).map(readRange)
  const liked = offered
    .map((type) => ({ type, ...likingOf(type, ranges) }))
    .filter(({ quality }) => quality > 0)
    .toSorted((a, b) => b.quality - a.quality || b.exactness - a.exactness)
  const [best] = liked
  if (best !== undefined) return best.type
  throw new GatewayError('not_acceptable', 'no form of the answer is acceptable', {
    details: { available: offered.join(', ') },
  })
}

function readRange(text: string): Range {
  const [type = '', ...parameters] = text.trim().toLowerCase().split(';')
  const q = parameters.map((parameter) => parameter.trim()).find((parameter) => parameter.startsWith('q='))
  const quality = q === undefined ? 1 : Number(q.slice(2))
  return { type: type.trim(), quality: quality >= 0 && quality <= 1 ? quality : 0 }
}

/** The most exact range that covers a type decides about it. */
function likingOf(type: string, ranges: readonly Range[]): { readonly quality: number; readonly exactness: number } {
  const covering = ['*/*', `${type.split('/', 1)[0]}/*`, type]
  return ranges.reduce(
    (best, range) => {
      const exactness = covering.indexOf(range.type)
      return exactness > best.exactness ? { quality: range.quality, exactness } : best
    },
    { quality: 0, exactness: -1 },
  )
}
