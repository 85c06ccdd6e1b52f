/** Checks a statement of this gateway: strict text first, then a key of the published history that was in use at its date. */
import type { KeyObject } from 'node:crypto'
import { compactVerify } from 'jose'
import { readClaims, readCompactForm, type ExactJsonObject } from '#domain/compact-form.ts'
import { evidenceType } from './evidence-signer.ts'

/** Evidence that must not be believed; the message says why and quotes nothing of it. */
class EvidenceRefused extends Error {
  override readonly name = 'EvidenceRefused'
}

/** An evidence key as the published history describes it. */
export interface HistoricKey {
  readonly publicKey: KeyObject
  readonly usedFromMs: number
  readonly usedUntilMs?: number
}

/** Seconds by which a statement's date may fall outside its key's life: replicas change over a moment apart. */
const changeoverSeconds = 60

/** The claims of `evidence`, proven. Throws `EvidenceRefused` or `CompactFormError`. */
export async function verifyEvidence(
  evidence: string,
  { issuer, keyOf }: { readonly issuer: string; readonly keyOf: (kid: string) => HistoricKey | undefined },
): Promise<ExactJsonObject> {
  const form = readCompactForm(evidence)
  if (form.header.typ !== evidenceType || form.header.alg !== 'ES256') throw new EvidenceRefused('this is not evidence')
  const claims = readClaims(form)
  const key = keyOf(form.header.kid)
  if (key === undefined) throw new EvidenceRefused('its key is not in the published history')
  try {
    await compactVerify(evidence, key.publicKey, { algorithms: ['ES256'] })
  } catch (cause) {
    throw new EvidenceRefused('its signature does not hold', { cause })
  }
  if (claims['iss'] !== issuer) throw new EvidenceRefused('it is of another issuer')
  if (!wasInUse(key, claims['iat'])) throw new EvidenceRefused('its key was not in use at its date')
  return claims
}

function wasInUse({ usedFromMs, usedUntilMs }: HistoricKey, iat: unknown): boolean {
  if (typeof iat !== 'number') return false
  const latest = usedUntilMs === undefined ? Infinity : usedUntilMs / 1_000 + changeoverSeconds
  return iat >= usedFromMs / 1_000 - changeoverSeconds && iat <= latest
}
