/** The key documents the world may read: what signs access tokens now, what ever signed evidence, and what signs webhooks. */
import type { SigningKey, SigningKeys } from './key-set.ts'
import { retiredKeyGraceMs } from './token-profile.ts'

/** RFC 7517 for access tokens: the next key, the current one, and an old one as long as its last tokens may live. */
export function accessTokenJwks(keys: SigningKeys, nowMs: number): { readonly keys: readonly object[] } {
  return {
    keys: keys
      .all()
      .filter((key) => isAccepted(key, nowMs))
      .map(({ jwk }) => jwk),
  }
}

/** Whether tokens of this key are still believed. */
export const isAccepted = ({ usedUntilMs }: SigningKey, nowMs: number): boolean =>
  usedUntilMs === undefined || nowMs < usedUntilMs + retiredKeyGraceMs

/**
 * Every evidence key there ever was, so that a statement can be checked years later. `usedFrom` and `usedUntil` (RFC 3339)
 * are members of ours, which RFC 7517 section 4 lets readers ignore: evidence dated outside them is not to be believed.
 */
export function evidenceKeyHistory(keys: SigningKeys): { readonly keys: readonly object[] } {
  return { keys: keys.all().map(dated) }
}

const dated = ({ jwk, usedFromMs, usedUntilMs }: SigningKey) => ({
  ...jwk,
  usedFrom: new Date(usedFromMs).toISOString(),
  ...(usedUntilMs === undefined ? {} : { usedUntil: new Date(usedUntilMs).toISOString() }),
})

/** How long a webhook key goes on signing beside its successor (reliability profile 5.6). */
const webhookOverlapMs = 7 * 24 * 3_600_000

/** The key that signs webhooks at this moment, and those it took over from less than seven days ago. */
export function signingWebhooks(keys: SigningKeys, nowMs: number): readonly SigningKey[] {
  const current = keys.current()
  const overlapping = ({ usedUntilMs = Infinity }: SigningKey) => usedUntilMs <= nowMs && stillSigns(usedUntilMs, nowMs)
  return [current, ...keys.all().filter((key) => key !== current && overlapping(key))]
}

const stillSigns = (usedUntilMs: number, nowMs: number): boolean => nowMs < usedUntilMs + webhookOverlapMs

/**
 * For receivers: every key that signs or is going to, in the two forms libraries take. `standardWebhooksKey` is the public key
 * as Standard Webhooks writes it.
 */
export function webhookKeyDocument(keys: SigningKeys, nowMs: number): { readonly keys: readonly object[] } {
  const published = keys.all().filter(({ usedUntilMs = Infinity }) => stillSigns(usedUntilMs, nowMs))
  return { keys: published.map((key) => ({ ...dated(key), standardWebhooksKey: standardForm(key) })) }
}

const standardForm = ({ jwk }: SigningKey): string =>
  `whpk_${Buffer.from(jwk['x'] ?? '', 'base64url').toString('base64')}`
