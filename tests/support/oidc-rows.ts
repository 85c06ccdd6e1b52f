/** The token endpoint's rows in memory, with the same single-winner insert as the database. */
import type { OidcRow, OidcRows } from '#auth/oidc-rows.ts'

export interface MemoryOidcRows extends OidcRows {
  readonly rows: ReadonlyMap<string, OidcRow>
}

export function memoryOidcRows(): MemoryOidcRows {
  const rows = new Map<string, OidcRow>()
  const nameOf = (kind: string, id: string) => `${kind} ${id}`
  const living = (kind: string, id: string, nowMs: number) => {
    const row = rows.get(nameOf(kind, id))
    return row === undefined || (row.expiresAtMs ?? Infinity) <= nowMs ? undefined : row
  }
  return {
    rows,
    upsert: async (row) => void rows.set(nameOf(row.kind, row.id), row),
    find: async (kind, id, nowMs) => living(kind, id, nowMs)?.payload,
    consume: async (kind, id, atMs) => {
      const row = rows.get(nameOf(kind, id))
      if (row === undefined) return
      const payload = { ...row.payload, consumed: Math.floor(atMs / 1_000) }
      rows.set(nameOf(kind, id), { ...row, payload })
    },
    destroy: async (kind, id) => void rows.delete(nameOf(kind, id)),
    insertOnce: async (row, nowMs) => {
      if (living(row.kind, row.id, nowMs) !== undefined) return false
      rows.set(nameOf(row.kind, row.id), { ...row, payload: {} })
      return true
    },
  }
}
