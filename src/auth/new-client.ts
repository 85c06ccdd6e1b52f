/** A client system is registered once and carefully: everything it will be believed for is checked here. */
import { scopes as knownScopes, type Client, type Scope } from '#domain/principal.ts'
import { acceptKeySet, KeyRefused } from './registered-key.ts'

export interface NewClient {
  readonly id: string
  readonly tenant: string
  readonly name: string
  readonly scopes: readonly string[]
  readonly returnOrigins: readonly string[]
  /** A JWK Set of public keys. */
  readonly jwks: unknown
}

/** A registration that cannot stand, with every reason at once. */
export class RegistrationRefused extends Error {
  override readonly name = 'RegistrationRefused'
  readonly problems: readonly string[]

  constructor(problems: readonly string[]) {
    super(problems.join('; '))
    this.problems = problems
  }
}

const idForm = /^[A-Za-z0-9][A-Za-z0-9._-]{1,63}$/
const tenantForm = /^[A-Za-z0-9._-]{1,64}$/
const maxReturnOrigins = 20

/** The client as it will be stored. Throws `RegistrationRefused`. */
export function acceptClient({ id, tenant, name, scopes, returnOrigins, jwks }: NewClient): Client {
  const problems = [
    ...(idForm.test(id) ? [] : ['the id is 2 to 64 letters, digits, dots, dashes or underscores']),
    ...(tenantForm.test(tenant) ? [] : ['the tenant is 1 to 64 letters, digits, dots, dashes or underscores']),
    ...(name.trim() !== '' && name.length <= 200 ? [] : ['the name has 1 to 200 characters']),
    ...(scopes.length > 0 ? [] : ['at least one scope is needed']),
    ...scopes.filter((scope) => !isScope(scope)).map((scope) => `the scope ${scope.slice(0, 64)} does not exist`),
    ...(returnOrigins.length <= maxReturnOrigins ? [] : [`at most ${maxReturnOrigins} return origins`]),
    ...returnOrigins
      .filter((origin) => !isReturnOrigin(origin))
      .map(
        (origin) => `${origin.slice(0, 100)} is not an origin: https://host[:port], or http://<loopback>:<port or *>`,
      ),
    ...keyProblems(jwks),
  ]
  if (problems.length > 0) throw new RegistrationRefused(problems)
  return {
    id,
    tenant,
    name: name.normalize('NFC').trim(),
    scopes: [...new Set(scopes.filter(isScope))],
    jwks: { keys: acceptKeySet(jwks).map(({ jwk }) => jwk) },
    returnOrigins: [...new Set(returnOrigins)],
  }
}

const isScope = (name: string): name is Scope => (knownScopes as readonly string[]).includes(name)

/** A payer's browser is sent there: encrypted, or on the payer's own machine, where a tester's port is not known before. */
function isReturnOrigin(text: string): boolean {
  if (/^http:\/\/(127\.0\.0\.1|localhost|\[::1\]):(\*|\d{1,5})$/.test(text)) return true
  const url = URL.parse(text)
  return url !== null && url.protocol === 'https:' && url.origin === text && !text.includes('*')
}

function keyProblems(jwks: unknown): string[] {
  try {
    acceptKeySet(jwks)
    return []
  } catch (error) {
    if (error instanceof KeyRefused) return [`its keys: ${error.message}`]
    throw error
  }
}
