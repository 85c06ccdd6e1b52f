/** A page of a list as it is answered (api.md, "Manners"). */
import type { Page } from '#domain/ports/stores.ts'

export const pageBody = <T>({ items, next }: Page<T>) => ({
  data: items,
  hasMore: next !== undefined,
  ...(next === undefined ? {} : { next }),
})

export const pageWish = (limit: number, after: string | undefined) =>
  after === undefined ? { limit } : { limit, after }
