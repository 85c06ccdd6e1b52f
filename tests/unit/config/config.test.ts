import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { StartupError } from '#domain/errors.ts'
import { readConfig } from '#config/config.ts'
import { readEnvironment } from '#config/env.ts'

const good = `
tenants:
  lao-cai:
    population: { dialect: dancu037, url: http://127.0.0.1:8091/037, hashUrl: http://pop.example/037, user: lgsp, secretFile: secrets/population }
    portals:
      payment-portal: { dialect: pp-1.0.6, url: http://127.0.0.1:8093/pp, partnerCode: LAOCAI, secretFile: secrets/portal }
    collectingUnits:
      H38.17:
        { portal: payment-portal, agencyCode: 000.00.17.H38, name: Sở Tư pháp, ip: 10.0.0.1, beneficiary: { account: '1', bank: '970436', name: SO TU PHAP } }
`

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'config-'))
  writeFileSync(join(folder, 'population'), 's1\n', { mode: 0o600 })
  writeFileSync(join(folder, 'portal'), 's2\n', { mode: 0o600 })
})
afterEach(() => rmSync(folder, { recursive: true }))

function write(text: string): string {
  const file = join(folder, 'gateway.yaml')
  writeFileSync(file, text.replaceAll('secrets/', ''))
  return file
}

function refusal(run: () => unknown): StartupError {
  try {
    run()
  } catch (error) {
    if (error instanceof StartupError) return error
    throw error
  }
  throw new Error('it was accepted')
}

describe('CONFIG_FILE', () => {
  it('is read with its secrets in place of the files that hold them', () => {
    const { tenants } = readConfig(write(good), 'sandbox')
    expect(tenants['lao-cai']?.population?.secret).toBe('s1')
    expect(tenants['lao-cai']?.portals['payment-portal']?.secret).toBe('s2')
    expect(JSON.stringify(tenants)).not.toContain('secretFile')
  })

  it('names every wrong key at once', () => {
    const text = good
      .replace('dancu037', 'dancu999')
      .replace('partnerCode: LAOCAI', 'partnerKode: LAOCAI')
      .replace('ip: 10.0.0.1', 'ip: nowhere')
    const { message, cure } = refusal(() => readConfig(write(text), 'sandbox'))
    expect(message).toContain('tenants.lao-cai.population.dialect')
    expect(message).toContain('tenants.lao-cai.portals.payment-portal')
    expect(message).toContain('partnerKode')
    expect(message).toContain('tenants.lao-cai.collectingUnits.H38.17.ip')
    expect(cure).toContain('nothing was started')
  })

  it('names a secret that is missing, empty or open to others, and never its content', () => {
    writeFileSync(join(folder, 'population'), '\n')
    chmodSync(join(folder, 'portal'), 0o644)
    const { message } = refusal(() => readConfig(write(good), 'sandbox'))
    expect(message).toContain('tenants.lao-cai.population.secretFile')
    expect(message).toContain('tenants.lao-cai.portals.payment-portal.secretFile')
    expect(message).not.toContain('s2')
  })

  it('refuses loopback upstreams in production, each by its key', () => {
    const { message } = refusal(() => readConfig(write(good), 'production'))
    expect(message).toContain('tenants.lao-cai.population.url: a loopback upstream')
    expect(message).toContain('tenants.lao-cai.portals.payment-portal.url: a loopback upstream')
  })

  describe('of a portal that speaks PayGov', () => {
    const payGov = good
      .replace(
        /payment-portal: \{ dialect.*/,
        `paygov:
        dialect: paygov
        url: http://127.0.0.1:8094/paygov
        partnerCode: LAOCAI
        accessKey: AK1
        secretFile: secrets/portal
        lgsp: { tokenUrl: http://127.0.0.1:8094/lgsp/token, clientId: lao-cai, secretFile: secrets/population, accessTokenFile: secrets/lgsp }`,
      )
      .replace('portal: payment-portal', 'portal: paygov')

    it('has all three secrets in place of their files', () => {
      writeFileSync(join(folder, 'lgsp'), 'eyJ9\n', { mode: 0o600 })
      const { portals } = readConfig(write(payGov), 'sandbox').tenants['lao-cai'] ?? expect.fail('the tenant is there')
      expect(portals['paygov']).toEqual({
        dialect: 'paygov',
        url: 'http://127.0.0.1:8094/paygov',
        partnerCode: 'LAOCAI',
        accessKey: 'AK1',
        secret: 's2',
        lgsp: { tokenUrl: 'http://127.0.0.1:8094/lgsp/token', clientId: 'lao-cai', secret: 's1', accessToken: 'eyJ9' },
      })
    })

    it('names a token file that is missing or holds more than a header can', () => {
      expect(refusal(() => readConfig(write(payGov), 'sandbox')).message).toContain(
        'tenants.lao-cai.portals.paygov.lgsp.accessTokenFile',
      )
      writeFileSync(join(folder, 'lgsp'), 'one\nline: more\n', { mode: 0o600 })
      const { message } = refusal(() => readConfig(write(payGov), 'sandbox'))
      expect(message).toContain('tenants.lao-cai.portals.paygov.lgsp.accessTokenFile: holds more than one line')
      expect(message).not.toContain('more\n')
    })

    it('refuses the fields of the other dialect, and the other way round', () => {
      writeFileSync(join(folder, 'lgsp'), 'eyJ9\n', { mode: 0o600 })
      const { message } = refusal(() =>
        readConfig(write(payGov.replace('dialect: paygov', 'dialect: pp-1.0.6')), 'sandbox'),
      )
      expect(message).toContain('accessKey')
      expect(refusal(() => readConfig(write(good.replace('pp-1.0.6', 'paygov')), 'sandbox')).message).toContain(
        'tenants.lao-cai.portals.payment-portal.lgsp',
      )
    })

    it('refuses a unit whose code would run into the amount before it', () => {
      writeFileSync(join(folder, 'lgsp'), 'eyJ9\n', { mode: 0o600 })
      const { message } = refusal(() => readConfig(write(payGov.replace('H38.17:', '38.17:')), 'sandbox'))
      expect(message).toContain('tenants.lao-cai.collectingUnits.38.17.portal: "paygov" speaks PayGov')
    })
  })

  it('refuses a collecting unit whose portal is not configured', () => {
    const { message } = refusal(() =>
      readConfig(write(good.replace('portal: payment-portal,', 'portal: other,')), 'sandbox'),
    )
    expect(message).toContain('collectingUnits.H38.17.portal: no portal "other"')
  })

  it('refuses one connection name in two tenants, because notifications carry no tenant', () => {
    const twice = `${good}  yen-bai:\n    portals:\n      payment-portal: { dialect: pp-1.0.6, url: http://127.0.0.1:1/pp, partnerCode: YB, secretFile: secrets/portal }\n`
    const { message } = refusal(() => readConfig(write(twice), 'sandbox'))
    expect(message).toContain('tenants.yen-bai.portals.payment-portal: the name is taken by tenant lao-cai')
  })

  it('refuses a duplicate key and broken YAML with a line to look at', () => {
    expect(refusal(() => readConfig(write('tenants: {}\ntenants: {}\n'), 'sandbox')).message).toMatch(/unique.*line 2/i)
  })

  it('says how to get a file when there is none', () => {
    expect(refusal(() => readConfig(join(folder, 'none.yaml'), 'sandbox')).cure).toContain('npm start')
  })
})

describe('environment', () => {
  it('has defaults that open nothing to the network and trust no simulator', () => {
    expect(readEnvironment({})).toMatchObject({
      mode: 'production',
      port: 8080,
      host: '127.0.0.1',
      operationsPort: 8081,
    })
  })

  it('names every wrong variable at once', () => {
    const { message } = refusal(() => readEnvironment({ MODE: 'test', PORT: '99999', DATABASE_URL: 'mysql://x' }))
    expect(message).toContain('MODE:')
    expect(message).toContain('PORT:')
    expect(message).toContain('DATABASE_URL:')
  })

  it('refuses an issuer without TLS in production', () => {
    expect(refusal(() => readEnvironment({ PUBLIC_URL: 'http://gateway.example' })).message).toContain('PUBLIC_URL')
  })

  it('takes a database behind a unix socket', () => {
    const DATABASE_URL = 'postgresql://gateway:word@/gateway?host=%2Frun%2Fpostgres&port=5432'
    expect(readEnvironment({ DATABASE_URL }).databaseUrl).toBe(DATABASE_URL)
  })

  it('treats an empty value as not set', () => {
    expect(readEnvironment({ PORT: '', MODE: 'sandbox' }).port).toBe(8080)
  })
})
