import { chmodSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { createClientKeyPair, readClientKeyFile, writeClientKeyFile } from '#auth/client-key-file.ts'
import { clientKeyFile, ensureDemoClient } from '#auth/demo-client.ts'
import { acceptClient, type NewClient } from '#auth/new-client.ts'
import { scopes, type Client } from '#domain/principal.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

const aNewClient = (differing: Partial<NewClient> = {}): NewClient => ({
  id: 'one-stop-lc',
  tenant: 'lao-cai',
  name: 'One-stop',
  scopes: ['identity:verify'],
  returnOrigins: ['https://one-stop.example'],
  jwks: { keys: [createClientKeyPair().publicJwk] },
  ...differing,
})

describe('registering a client', () => {
  it('keeps what was given, scopes and origins once each', () => {
    const client = acceptClient(aNewClient({ scopes: ['identity:verify', 'identity:verify'] }))
    expect(client).toMatchObject({ id: 'one-stop-lc', tenant: 'lao-cai', scopes: ['identity:verify'] })
    expect(client.jwks.keys[0]).toMatchObject({ alg: 'ES256', use: 'sig' })
  })

  it('names everything that is wrong at once', () => {
    const wrong = {
      id: '-',
      tenant: 'a b',
      name: ' ',
      scopes: ['root'],
      returnOrigins: ['https://x.example/'],
      jwks: {},
    }
    expect(() => acceptClient(wrong)).toThrow(
      expect.objectContaining({
        problems: [
          expect.stringContaining('id'),
          expect.stringContaining('tenant'),
          expect.stringContaining('name'),
          expect.stringContaining('root'),
          expect.stringContaining('https://x.example/'),
          expect.stringContaining('keys'),
        ],
      }),
    )
  })

  it.each([['https://one-stop.example:8443'], ['http://127.0.0.1:3000'], ['http://localhost:*'], ['http://[::1]:*']])(
    'takes %s as a return origin',
    (origin) => {
      expect(acceptClient(aNewClient({ returnOrigins: [origin] })).returnOrigins).toEqual([origin])
    },
  )

  it.each([
    ['http://one-stop.example'],
    ['https://one-stop.example/path'],
    ['https://*.example'],
    ['https://user@one-stop.example'],
    ['http://127.0.0.1.evil.example:*'],
    ['http://10.0.0.1:*'],
    ['javascript:alert(1)'],
    ['https://ONE-STOP.example'],
    ['*'],
    [''],
  ])('refuses %s as a return origin', (origin) => {
    expect(() => acceptClient(aNewClient({ returnOrigins: [origin] }))).toThrow('is not an origin')
  })

  it('refuses a client without scopes', () => {
    expect(() => acceptClient(aNewClient({ scopes: [] }))).toThrow('at least one scope')
  })
})

describe("a client's key file", () => {
  it('is for its owner alone and is never overwritten', () => {
    const file = join(temporaryFolder(), 'clients', 'one-stop-lc.jwk')
    writeClientKeyFile(file, createClientKeyPair())
    const before = readFileSync(file, 'utf8')
    expect(statSync(file).mode & 0o777).toBe(0o600)
    expect(() => writeClientKeyFile(file, createClientKeyPair())).toThrow('exists already')
    expect(readFileSync(file, 'utf8')).toBe(before)
  })

  it.each<[string, (file: string) => void, RegExp]>([
    ['it is missing', (file) => rmSync(file), /cannot be used/],
    ['others can read it', (file) => chmodSync(file, 0o640), /chmod 600/],
    ['it is no JSON', (file) => writeFileSync(file, '{"d":"c2VjcmV0'), /not JSON/],
    [
      'it holds a public key',
      (file) => writeFileSync(file, JSON.stringify(createClientKeyPair().publicJwk)),
      /cannot be used/,
    ],
  ])('names the file and quotes nothing when %s', (_name, damage, reason) => {
    const file = join(temporaryFolder(), 'key.jwk')
    writeClientKeyFile(file, createClientKeyPair())
    damage(file)
    expect(() => readClientKeyFile(file)).toThrow(reason)
    expect(() => readClientKeyFile(file)).toThrow(file)
    expect(() => readClientKeyFile(file)).not.toThrow('c2VjcmV0')
  })
})

describe('the demo client', () => {
  function aStore() {
    const stored: Client[] = []
    return {
      stored,
      clients: {
        find: async (id: string) => stored.find((client) => client.id === id),
        add: async (client: Client) => void stored.push(client),
      },
    }
  }

  it('is registered once, with every scope, its key beside the data', async () => {
    const { clients, stored } = aStore()
    const dataDir = temporaryFolder()
    const first = await ensureDemoClient({ clients, dataDir })
    const second = await ensureDemoClient({ clients, dataDir })
    expect(second.kid).toBe(first.kid)
    expect(stored).toHaveLength(1)
    expect(stored[0]).toMatchObject({ id: 'demo-one-stop', tenant: 'lao-cai', scopes })
    expect(stored[0]?.returnOrigins).toEqual(expect.arrayContaining(['https://one-stop.example', 'http://127.0.0.1:*']))
    expect(statSync(clientKeyFile(dataDir, 'demo-one-stop')).mode & 0o777).toBe(0o600)
  })

  it('is completed when a first start died after writing the key', async () => {
    const { clients, stored } = aStore()
    const dataDir = temporaryFolder()
    writeClientKeyFile(clientKeyFile(dataDir, 'demo-one-stop'), createClientKeyPair())
    const { kid } = await ensureDemoClient({ clients, dataDir })
    expect(stored[0]?.jwks.keys[0]?.['kid']).toBe(kid)
  })

  it('says what to do when the key on disk is not the registered one', async () => {
    const { clients } = aStore()
    await ensureDemoClient({ clients, dataDir: temporaryFolder() })
    const elsewhere = temporaryFolder()
    writeClientKeyFile(clientKeyFile(elsewhere, 'demo-one-stop'), createClientKeyPair())
    await expect(ensureDemoClient({ clients, dataDir: elsewhere })).rejects.toMatchObject({ name: 'StartupError' })
  })
})
