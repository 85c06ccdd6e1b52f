/** `clients` and `keys`, run as the command line runs them, over a register in memory and a folder of their own. */
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Command } from 'commander'
import { describe, expect, it } from 'vitest'
import { createClientKeyPair } from '#auth/client-key-file.ts'
import { openKeySet } from '#auth/key-set.ts'
import { registerClients } from '../../../src/cli/commands/clients.ts'
import { registerKeys } from '../../../src/cli/commands/keys.ts'
import type { CliContext } from '../../../src/cli/context.ts'
import { readEnvironment } from '#config/env.ts'
import type { ClientStore } from '#domain/ports/stores.ts'
import type { Client } from '#domain/principal.ts'
import { systemClock } from '#main/clock.ts'
import { silentLog } from '../../support/silent-log.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

function aTerminal() {
  const dataDir = temporaryFolder()
  const stored: Client[] = []
  const out: string[] = []
  const clients: ClientStore = {
    find: async (id) => stored.find((client) => client.id === id),
    list: async (tenant) => stored.filter((client) => tenant === undefined || client.tenant === tenant),
    add: async (client) => void stored.push(client),
    disable: async (id) => stored.some((client) => client.id === id),
  }
  const context: CliContext = {
    variables: {},
    environment: () => readEnvironment({ DATA_DIR: dataDir, MODE: 'sandbox' }),
    withClients: (use) => use(clients),
    out: (line) => void out.push(line),
    say: () => undefined,
    isTerminal: false,
    redraw: () => undefined,
  }
  const run = async (line: string) => {
    const program = new Command().exitOverride().configureOutput({ writeErr: () => undefined })
    registerClients(program, context)
    registerKeys(program, context)
    await program.parseAsync(line.split(' '), { from: 'user' })
  }
  return { dataDir, stored, out, run, keyFile: join(dataDir, 'clients', 'one-stop-lc.jwk') }
}
const add = 'clients add one-stop-lc --tenant lao-cai --scope identity:verify business:read'

describe('clients add', () => {
  it('registers the public half and leaves the private one in a file for its owner', async () => {
    const { run, stored, out, keyFile } = aTerminal()
    await run(`${add} --return-origin https://one-stop.example`)
    expect(out).toEqual(['one-stop-lc'])
    expect(stored).toEqual([
      expect.objectContaining({
        id: 'one-stop-lc',
        tenant: 'lao-cai',
        scopes: ['identity:verify', 'business:read'],
        returnOrigins: ['https://one-stop.example'],
      }),
    ])
    expect(statSync(keyFile).mode & 0o777).toBe(0o600)
    const { kid, d } = JSON.parse(readFileSync(keyFile, 'utf8')) as Readonly<Record<string, string>>
    expect(stored[0]?.jwks.keys[0]).toMatchObject({ kid })
    expect(JSON.stringify(stored)).not.toContain(d)
  })

  it('takes public keys the client brings, and then writes no key', async () => {
    const { run, stored, dataDir, keyFile } = aTerminal()
    const file = join(dataDir, 'jwks.json')
    const { publicJwk } = createClientKeyPair()
    writeFileSync(file, JSON.stringify({ keys: [publicJwk] }))
    await run(`${add} --jwks ${file}`)
    expect(stored[0]?.jwks.keys).toEqual([publicJwk])
    expect(existsSync(keyFile)).toBe(false)
  })

  it('refuses a private key among them', async () => {
    const { run, stored, dataDir } = aTerminal()
    const file = join(dataDir, 'jwks.json')
    writeFileSync(file, JSON.stringify({ keys: [createClientKeyPair().privateJwk] }))
    await expect(run(`${add} --jwks ${file}`)).rejects.toThrow('never leave its owner')
    expect(stored).toEqual([])
  })

  it('registers nothing and leaves no key behind when anything is wrong', async () => {
    const { run, stored, keyFile } = aTerminal()
    await expect(run(`${add} root --return-origin http://x.example`)).rejects.toThrow(/root.*\n.*http:\/\/x\.example/)
    expect(stored).toEqual([])
    expect(existsSync(keyFile)).toBe(false)
  })

  it('refuses an id that is taken', async () => {
    const { run } = aTerminal()
    await run(add)
    await expect(run(add)).rejects.toThrow('exists already')
  })
})

describe('clients list and disable', () => {
  it('shows one client per line', async () => {
    const { run, out } = aTerminal()
    await run(add)
    await run('clients list')
    expect(out.at(-1)).toBe('one-stop-lc\tlao-cai\tactive\tidentity:verify business:read')
  })

  it('says so when there is nobody to disable', async () => {
    const { run } = aTerminal()
    await expect(run('clients disable nobody')).rejects.toThrow('no active client nobody')
  })
})

describe('keys', () => {
  it('rotates one purpose: the next key is listed, and used only a day later', async () => {
    const { run, out, dataDir } = aTerminal()
    openKeySet({ folder: join(dataDir, 'keys'), clock: systemClock, log: silentLog })
    await run('keys rotate evidence')
    out.length = 0
    await run('keys list')
    expect(out.map((line) => line.replace(/\t[\w-]{43}\t/, '\tkid\t').replace(/from .*/, 'from'))).toEqual([
      'access-token\t1\tkid\tin use\tfrom',
      'evidence\t1\tkid\tin use\tfrom',
      'evidence\t2\tkid\tnext\tfrom',
      'webhook\t1\tkid\tin use\tfrom',
      'audit-tag\t1\t-\tin use\tfrom',
      'webhook-secret\t1\t-\tin use\tfrom',
    ])
  })

  it('replaces a key at once when others may know it', async () => {
    const { run, out, dataDir } = aTerminal()
    openKeySet({ folder: join(dataDir, 'keys'), clock: systemClock, log: silentLog })
    await run('keys rotate access-token --now')
    await run('keys list')
    expect(out.filter((line) => line.includes('retired'))).toHaveLength(1)
  })

  it('knows its purposes, and rotates nothing before the first start', async () => {
    const { run } = aTerminal()
    await expect(run('keys rotate nothing')).rejects.toMatchObject({
      cure: 'Name one of access-token, evidence, webhook, audit-tag, webhook-secret.',
    })
    await expect(run('keys rotate evidence')).rejects.toThrow('no key to rotate')
  })
})
