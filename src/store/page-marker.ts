/** The opaque marker between pages of a list ordered by a number and an id. */
import { GatewayError } from '#domain/errors.ts'

export interface Marker {
  readonly order: number
  readonly id: string
}

const markerOf = ({ order, id }: Marker): string => Buffer.from(`${order}.${id}`).toString('base64url')

/** Throws `invalid_request` for what was never given as `next`. */
export function parseMarker(after: string): Marker {
  const match = /^(\d{1,15})\.([\w-]{1,64})$/.exec(Buffer.from(after, 'base64url').toString())
  if (match?.[1] !== undefined && match[2] !== undefined) return { order: Number(match[1]), id: match[2] }
  throw notAMarker()
}

export const notAMarker = (): GatewayError =>
  new GatewayError('invalid_request', 'the page marker is not one of ours', {
    errors: [
      {
        pointer: '/after',
        code: 'invalid_page',
        message: { vi: 'Không phải giá trị next của trang trước.', en: 'Not the next value of an earlier page.' },
      },
    ],
  })

/** `limit` of the rows, and a marker when there are more. Ask for one row more than `limit`. */
export function pageOf<Row, Item>(
  rows: readonly Row[],
  limit: number,
  read: { readonly item: (row: Row) => Item; readonly marker: (row: Row) => Marker },
): { readonly items: readonly Item[]; readonly next?: string } {
  const shown = rows.slice(0, limit)
  const last = shown.at(-1)
  const items = shown.map(read.item)
  return rows.length > limit && last !== undefined ? { items, next: markerOf(read.marker(last)) } : { items }
}
