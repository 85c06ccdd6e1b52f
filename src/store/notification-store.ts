/** The portal's notifications, kept byte for byte. The door and the sweeper know no tenant: they see all of them. */
import DataLoader from 'dataloader'
import type { NotificationStore } from '#domain/ports/stores.ts'
import type { NotificationRecord } from '#domain/ports/unit-of-work.ts'
import { everyTenant, type Database } from './database.ts'

interface Row {
  readonly id: string
  readonly connection: string
  readonly digest: string
  readonly raw: Uint8Array
  readonly reference: string
  readonly portal_transaction_id: string
  readonly received_at_ms: string
}

const columns = 'select id, connection, digest, raw, reference, portal_transaction_id, received_at_ms'

export function createNotificationStore(database: Pick<Database, 'read'>): NotificationStore {
  // A burst is confirmed many at a time, and each look-up alone would be a round trip.
  const byId = new DataLoader<string, NotificationRecord | undefined>(
    async (ids) => {
      const rows = await database.read<Row>(everyTenant, {
        name: 'notifications-unsettled-by-id',
        text: `${columns} from gateway.portal_notifications where settled_at_ms is null and id = any($1)`,
        values: [ids],
      })
      const found = new Map(rows.map((row) => [row.id, toRecord(row)]))
      return ids.map((id) => found.get(id))
    },
    { cache: false },
  )
  return {
    unsettled: async (limit) => {
      const rows = await database.read<Row>(everyTenant, {
        name: 'notifications-unsettled',
        text: `${columns} from gateway.portal_notifications where settled_at_ms is null order by received_at_ms limit $1`,
        values: [limit],
      })
      return rows.map(toRecord)
    },
    hasBacklog: async (count) => {
      const rows = await database.read(everyTenant, {
        name: 'notifications-backlog',
        text: 'select 1 from gateway.portal_notifications where settled_at_ms is null offset $1 limit 1',
        values: [count],
      })
      return rows.length > 0
    },
    findUnsettled: (id) => byId.load(id),
  }
}

const toRecord = (row: Row): NotificationRecord => ({
  id: row.id,
  connection: row.connection,
  digest: row.digest,
  raw: row.raw,
  reference: row.reference,
  portalTransactionId: row.portal_transaction_id,
  receivedAtMs: Number(row.received_at_ms),
})
