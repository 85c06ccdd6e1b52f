/** The numbers and names of our token profile, in one place: what the token endpoint issues is what the API accepts. */

/** RFC 9068, and the customer's bound: a stolen token is worth five minutes. */
export const accessTokenLifetimeSeconds = 300
/** How far ahead of ours an honest clock may be (FAPI 2.0 section 5.3.2.1). */
export const clockSkewSeconds = 10
/** After its successor took over, a key is still accepted for longer than any token it signed can live. */
export const retiredKeyGraceMs = 15 * 60_000
/** How long a changed or disabled client may still look the old way; keys and clients must stop working within 5 s. */
export const registrationTtlMs = 5_000

export const tokenEndpointPath = '/oauth2/token'
export const jwksPath = '/.well-known/jwks.json'

/** `aud` of access tokens: the API, which is not the issuer, so that an assertion is never mistaken for a token. */
export const apiAudience = (issuer: string): string => `${issuer}/v1`
