/** The two key documents the world may read: what signs access tokens now, and what ever signed evidence. */
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
  return {
    keys: keys.all().map(({ jwk, usedFromMs, usedUntilMs }) => ({
      ...jwk,
      usedFrom: new Date(usedFromMs).toISOString(),
      ...(usedUntilMs === undefined ? {} : { usedUntil: new Date(usedUntilMs).toISOString() }),
    })),
  }
}
