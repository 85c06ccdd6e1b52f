/**
 * What the token endpoint keeps between requests, as a port: rows by kind and id, and one insert that only the first
 * caller wins. oidc-provider's adapter and our replay check both stand on it; `store/` implements it.
 */

export interface OidcRow {
  /** oidc-provider's model name, or `ClientAssertion` for our replay check. */
  readonly kind: string
  readonly id: string
  /** JSON-ready. */
  readonly payload: Readonly<Record<string, unknown>>
  /** Epoch milliseconds; from then on the row is as good as absent. Absent: never. */
  readonly expiresAtMs?: number
}

/** All may reject with `GatewayError('storage_unavailable')`. */
export interface OidcRows {
  upsert(row: OidcRow): Promise<void>
  /** The payload of a row that has not expired; a consumed one carries `consumed` (epoch seconds). */
  find(kind: string, id: string, nowMs: number): Promise<Readonly<Record<string, unknown>> | undefined>
  consume(kind: string, id: string, atMs: number): Promise<void>
  destroy(kind: string, id: string): Promise<void>
  /** True for the first caller only, durably and across replicas; false while a row of that kind and id lives at `nowMs`. */
  insertOnce(row: Omit<OidcRow, 'payload'> & { readonly expiresAtMs: number }, nowMs: number): Promise<boolean>
}
