/** Checks a signed statement as an outsider would: with the published keys and jose, and nothing of the gateway's own code. */
import { compactVerify, createLocalJWKSet, type JSONWebKeySet } from 'jose'

/** Header and claims of `statement` once its signature holds under a key of /.well-known/evidence-keys.json. */
export async function provenStatement(url: string, statement: string) {
  const keys = (await (await fetch(`${url}/.well-known/evidence-keys.json`)).json()) as JSONWebKeySet
  const { payload, protectedHeader } = await compactVerify(statement, createLocalJWKSet(keys), {
    algorithms: ['ES256'],
  })
  const claims = JSON.parse(new TextDecoder().decode(payload)) as Readonly<Record<string, unknown>>
  return { header: protectedHeader, claims }
}
