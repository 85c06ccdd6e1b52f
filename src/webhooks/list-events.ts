/** The feed of everything that happened to a tenant, for those who cannot receive, and for those who want to check. */
import type { PageWish } from '#domain/ports/stores.ts'
import type { RequestContext } from '#domain/request-context.ts'
import type { EventView, WebhooksDeps } from './deps.ts'

export type ListEvents = (
  page: PageWish,
  request: RequestContext,
) => Promise<{ readonly items: readonly EventView[]; readonly hasMore: boolean; readonly next: string }>

export function createListEvents({
  feed,
  present,
  livemode,
}: Pick<WebhooksDeps, 'feed' | 'present' | 'livemode'>): ListEvents {
  return async ({ limit, after }, { principal: { tenant } }) => {
    const { items, hasMore, next } = await feed.page(tenant, limit, after)
    return { items: items.map((told) => present(told, livemode(tenant))), hasMore, next }
  }
}
