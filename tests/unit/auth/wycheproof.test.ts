/** C2SP Wycheproof vectors for JSON Web Signatures and Keys, read from beside the project; they are not part of it. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { acceptKeySet, type RegisteredKey } from '#auth/registered-key.ts'
import { openSignedToken, readForm, verifySignature } from '#auth/signed-token.ts'
import { keyExceptions, signatureExceptions } from './wycheproof-exceptions.ts'

interface Vector {
  readonly tcId: number
  readonly comment: string
  readonly jws: string
  readonly result: 'valid' | 'invalid' | 'acceptable'
}
type Jwk = Readonly<Record<string, unknown>>
interface Group {
  readonly comment: string
  readonly public?: Jwk
  readonly private: Jwk
  readonly tests: readonly Vector[]
}

const folder = join(import.meta.dirname, '../../../../shared/data/wycheproof')
const isPresent = existsSync(folder)
if (!isPresent) process.stderr.write(`\n*** SKIPPED: 427 Wycheproof vectors, because ${folder} is absent ***\n\n`)

const groupsOf = (file: string): readonly Group[] =>
  isPresent ? (JSON.parse(readFileSync(join(folder, file), 'utf8')) as { testGroups: readonly Group[] }).testGroups : []

/** What a client's registration makes of these keys; nothing when they are refused. */
function registered(keys: readonly unknown[]): readonly RegisteredKey[] {
  try {
    return acceptKeySet({ keys })
  } catch {
    return []
  }
}

/** Whether the signature layer believes a token: the vectors' payloads are no claims, so the claims come after. */
async function isBelieved(token: string, keys: readonly RegisteredKey[]): Promise<boolean> {
  try {
    await verifySignature(token, readForm(token), (kid) => keys.find((key) => key.kid === kid))
    return true
  } catch {
    return false
  }
}

const isExcepted = (exceptions: typeof keyExceptions, tcId: number): boolean =>
  exceptions.some(({ from, to }) => tcId >= from && tcId <= to)

const asOurs = (key: Jwk): Jwk => {
  const { key_ops: _operations, ...rest } = key
  return { ...rest, use: 'sig', alg: key['kty'] === 'RSA' ? 'PS256' : 'ES256' }
}

describe.skipIf(!isPresent)('Wycheproof JSON Web Signatures', () => {
  const groups = groupsOf('json_web_signature_test.json')

  it('knows all 401 vectors', () => {
    expect(groups.flatMap(({ tests }) => tests)).toHaveLength(401)
  })

  it.each(groups.map((group) => ({ group, name: `${group.comment} from ${group.tests[0]?.tcId}` })))(
    'accepts what is valid in $name but the stated exceptions, and nothing that is invalid',
    async ({ group }) => {
      const keys = registered([group.public ?? group.private])
      for (const { tcId, result, jws, comment } of group.tests) {
        const expected = result === 'valid' && !isExcepted(signatureExceptions, tcId)
        expect({ tcId, comment, believed: await isBelieved(jws, keys) }).toEqual({ tcId, comment, believed: expected })
      }
    },
  )

  it('accepts no invalid vector under its key registered for our own algorithm either', async () => {
    for (const group of groups.filter((candidate) => candidate.public !== undefined)) {
      const keys = registered([asOurs(group.public ?? {})])
      for (const { tcId, result, jws, comment } of group.tests) {
        // 338 is a PS256 token for a PS512 key, 353 to 356 are invalid for the key's declared use: relabelling cures both.
        if (result === 'valid' || tcId === 338 || (tcId >= 353 && tcId <= 356)) continue
        expect({ tcId, comment, believed: await isBelieved(jws, keys) }).toEqual({ tcId, comment, believed: false })
      }
    }
  })

  it('opens none of them as a token: their payloads are not claims', async () => {
    for (const group of groups) {
      const keys = registered([group.public ?? group.private])
      for (const { jws } of group.tests) {
        const rules = { types: [undefined, 'JWT'], keyOf: (kid: string) => keys.find((key) => key.kid === kid) }
        await expect(openSignedToken(jws, rules)).rejects.toThrow('token refused')
      }
    }
  })

  it('has accepted at least one vector of each algorithm it can', async () => {
    const accepted = new Set<string>()
    for (const group of groups) {
      const keys = registered([group.public ?? group.private])
      for (const { jws } of group.tests) if (await isBelieved(jws, keys)) accepted.add(keys[0]?.alg ?? '')
    }
    expect([...accepted].toSorted()).toEqual(['ES256', 'PS256'])
  })
})

describe.skipIf(!isPresent)('Wycheproof JSON Web Keys', () => {
  const groups = groupsOf('json_web_key_test.json')
  const keysOf = (group: Group) => ((group.public ?? group.private) as { keys: readonly unknown[] }).keys

  it('knows all 26 vectors', () => {
    expect(groups.flatMap(({ tests }) => tests)).toHaveLength(26)
  })

  it.each(groups.map((group) => ({ group, name: `${group.comment} from ${group.tests[0]?.tcId}` })))(
    'accepts what is valid in $name but the stated exceptions, and nothing that is invalid',
    async ({ group }) => {
      const keys = registered(keysOf(group))
      for (const { tcId, result, jws } of group.tests) {
        const expected = result === 'valid' && !isExcepted(keyExceptions, tcId)
        expect({ tcId, believed: await isBelieved(jws, keys) }).toEqual({ tcId, believed: expected })
      }
    },
  )

  it.each([
    [7, /ROCA/],
    [8, /2048/],
    [9, /exponent/],
    [19, /ES256/],
    [22, /not a valid public key/],
    [23, /EC P-256/],
    [24, /mixed in/],
  ])('says what is wrong with the key of vector %i', (tcId, reason) => {
    const group = groups.find(({ tests }) => tests[0]?.tcId === tcId)
    expect(() => acceptKeySet({ keys: group && keysOf(group) })).toThrow(reason)
  })
})
