/**
 * The feed: all events of a tenant in the order of their transactions. Only those are shown for which every earlier
 * transaction has ended: a row that becomes visible later can then only stand behind what a reader has seen.
 */
import type { EventFeed } from '#domain/ports/webhook-stores.ts'
import type { Database } from './database.ts'
import { notAMarker } from './page-marker.ts'
import { toldColumns, toldJoins, toTold, type ToldRow } from './told-event-rows.ts'

interface FeedRow extends ToldRow {
  readonly epoch: number
  readonly transaction: string
  readonly position: string
}

/** Epoch, transaction and position of the last event a reader has seen. */
type Place = readonly [string, string, string]

const beginning: Place = ['0', '0', '0']

export const createEventFeed = (database: Pick<Database, 'read'>): EventFeed => ({
  page: async (tenant, limit, after) => {
    const place = after === undefined ? beginning : parsePlace(after)
    const rows = await database.read<FeedRow>(tenant, {
      name: 'event-feed',
      text: `select e.epoch, e.transaction::text as transaction, e.position, ${toldColumns}
        from gateway.events e ${toldJoins}
        where e.tenant_id = $1 and (e.epoch, e.transaction, e.position) > ($2::integer, $3::text::xid8, $4::bigint)
          and (e.epoch < gateway.current_epoch() or e.transaction < pg_snapshot_xmin(pg_current_snapshot()))
        order by e.epoch, e.transaction, e.position limit $5`,
      values: [tenant, ...place, limit + 1],
    })
    const shown = rows.slice(0, limit)
    const last = shown.at(-1)
    const next: Place = last === undefined ? place : [String(last.epoch), last.transaction, last.position]
    return { items: shown.map(toTold), hasMore: rows.length > limit, next: markerOf(next) }
  },
})

const markerOf = (place: Place): string => Buffer.from(place.join('.')).toString('base64url')

function parsePlace(after: string): Place {
  const match = /^(\d{1,9})\.(\d{1,19})\.(\d{1,18})$/.exec(Buffer.from(after, 'base64url').toString())
  if (match?.[1] === undefined || match[2] === undefined || match[3] === undefined) throw notAMarker()
  return [match[1], match[2], match[3]]
}
