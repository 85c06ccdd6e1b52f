/** Vectors the project calls valid and this gateway refuses on purpose, each with its reason. Nothing invalid is ever accepted. */

interface Exception {
  readonly from: number
  readonly to: number
  readonly reason: string
}

export const signatureExceptions: readonly Exception[] = [
  {
    from: 1,
    to: 1,
    reason: 'HS256: a shared secret proves nothing to a third party; symmetric keys are not registered',
  },
  { from: 33, to: 33, reason: 'RS256: FAPI 2.0 allows PS256, ES256 and EdDSA only' },
  { from: 259, to: 263, reason: 'RS256: FAPI 2.0 allows PS256, ES256 and EdDSA only' },
  { from: 264, to: 267, reason: 'RS384: not in the profile' },
  { from: 268, to: 271, reason: 'RS512: not in the profile' },
  { from: 272, to: 272, reason: 'empty payload: a token has three non-empty parts' },
  { from: 320, to: 323, reason: 'PS384: not in the profile' },
  { from: 325, to: 328, reason: 'PS512: not in the profile' },
  { from: 345, to: 345, reason: 'RS256: not in the profile' },
  { from: 346, to: 346, reason: 'the key is registered for PS256 and the token says PS384: a key has one algorithm' },
  { from: 347, to: 347, reason: 'P-521, under an algorithm name (ES521) that does not exist' },
  { from: 348, to: 348, reason: 'HS256: symmetric keys are not registered' },
  { from: 349, to: 349, reason: 'RS256: not in the profile' },
  { from: 350, to: 350, reason: 'the key is registered for PS256 and the token says PS384: a key has one algorithm' },
  { from: 351, to: 351, reason: 'P-521, under an algorithm name (ES521) that does not exist' },
  { from: 352, to: 352, reason: 'HS256: symmetric keys are not registered' },
  { from: 357, to: 359, reason: 'HS256: symmetric keys are not registered' },
  { from: 372, to: 373, reason: 'HS256, and the vector wants stray characters in base64url to be forgiven' },
  { from: 376, to: 377, reason: 'HS256: symmetric keys are not registered' },
]

export const keyExceptions: readonly Exception[] = [
  { from: 2, to: 2, reason: 'HS256: symmetric keys are not registered' },
  { from: 5, to: 5, reason: 'RS256: FAPI 2.0 allows PS256, ES256 and EdDSA only' },
  { from: 13, to: 15, reason: 'HS256, HS384, HS512: symmetric keys are not registered' },
]
