/** oidc-provider's storage interface over our row store. Clients are never stored there: they come from their own store. */
import type { Adapter, AdapterPayload } from 'oidc-provider'
import type { Clock } from '#domain/clock.ts'
import type { OidcRows } from './oidc-rows.ts'
import type { Registrations } from './registrations.ts'

export interface OidcAdapterDeps {
  readonly rows: OidcRows
  readonly registrations: Registrations
  readonly clock: Clock
}

/** The factory oidc-provider calls once per model. */
export function createOidcAdapter(deps: OidcAdapterDeps): (model: string) => Adapter {
  return (model) => {
    if (model === 'Client') return { ...rowAdapter(model, deps), find: (id) => findClient(deps.registrations, id) }
    if (model === 'ReplayDetection') return { ...rowAdapter(model, deps), ...replayDecidedBefore }
    return rowAdapter(model, deps)
  }
}

/**
 * oidc-provider looks first and writes later, so two racing replays both pass. `authenticateClient` has already inserted the
 * jti once and durably before the provider is asked: a second row would only cost a second fsync.
 */
const replayDecidedBefore: Pick<Adapter, 'find' | 'upsert'> = {
  find: () => Promise.resolve(undefined),
  upsert: () => Promise.resolve(undefined),
}

async function findClient(registrations: Registrations, id: string): Promise<AdapterPayload | undefined> {
  const registration = await registrations.find(id)
  if (registration === undefined) return undefined
  return {
    client_id: id,
    token_endpoint_auth_method: 'private_key_jwt',
    grant_types: ['client_credentials'],
    response_types: [],
    redirect_uris: [],
    // Unused here, but oidc-provider insists on an algorithm our only key can do.
    id_token_signed_response_alg: 'ES256',
    scope: registration.client.scopes.join(' '),
    jwks: { keys: registration.keys.map(({ jwk }) => jwk) },
  }
}

function rowAdapter(kind: string, { rows, clock }: OidcAdapterDeps): Adapter {
  return {
    upsert: (id, payload, expiresInSeconds) =>
      rows.upsert({
        kind,
        id,
        payload,
        ...(expiresInSeconds ? { expiresAtMs: clock.nowMs() + expiresInSeconds * 1_000 } : {}),
      }),
    find: (id) => rows.find(kind, id, clock.nowMs()),
    consume: (id) => rows.consume(kind, id, clock.nowMs()),
    destroy: (id) => rows.destroy(kind, id),
    // User codes, sessions and grants belong to flows this server does not offer.
    findByUserCode: () => Promise.resolve(undefined),
    findByUid: () => Promise.resolve(undefined),
    revokeByGrantId: () => Promise.resolve(undefined),
  }
}
