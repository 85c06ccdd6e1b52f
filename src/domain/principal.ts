/** The scopes of api.md, "Access". */
export const scopes = [
  'identity:verify',
  'person:read',
  'household:verify',
  'business:read',
  'business:verify',
  'payment:create',
  'payment:read',
  'payment:refund',
  'refund:approve',
  'reconciliation:read',
  'reconciliation:run',
  'case:manage',
  'webhook:manage',
  'audit:read',
  'client:manage',
  'operations:read',
] as const
export type Scope = (typeof scopes)[number]

/** Who is asking, as proven by a verified access token (RFC 9068). */
export interface Principal {
  readonly tenant: string
  readonly clientId: string
  readonly scopes: ReadonlySet<Scope>
  /** RFC 7638 thumbprint of the key that authenticated the client, where the token carries it. */
  readonly keyThumbprint?: string
  readonly tokenId: string
}

/** A registered client system. It belongs to exactly one tenant. */
export interface Client {
  readonly id: string
  readonly tenant: string
  readonly name: string
  readonly scopes: readonly Scope[]
  /** Public JWKs (RFC 7517), by value; each has `kid` and `alg`. */
  readonly jwks: { readonly keys: readonly Readonly<Record<string, unknown>>[] }
  /** Exact origins a `returnUrl` may have; `http://127.0.0.1:*` means any port of that loopback host. */
  readonly returnOrigins: readonly string[]
  readonly disabledAt?: string
}
