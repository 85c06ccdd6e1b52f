import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { problemCodes } from '#http/problem.ts'
import { routes } from '#http/routes/index.ts'
import { startGatewayApp, type GatewayApp } from '../support/gateway-app.ts'

let app: GatewayApp
beforeAll(async () => {
  app = await startGatewayApp()
})
afterAll(() => app.close())

const pages = ['/docs', '/docs/problems', ...problemCodes.map((code) => `/docs/problems/${code}`)]

describe('every page', () => {
  it('needs nothing from elsewhere and says so in its policy', async () => {
    for (const path of pages) {
      const answer = await app.fetch(path)
      const html = await answer.text()
      expect(answer.status).toBe(200)
      expect(answer.headers.get('content-security-policy')).toContain("default-src 'none'")
      // Only addresses in examples: nothing is loaded, run or styled in place.
      expect(html).not.toMatch(/<script|<iframe| style=| on\w+=|src="(?!\/docs\/assets\/)/)
      for (const [, url = ''] of html.matchAll(/<link[^>]+href="([^"]+)"/g)) expect(url).toMatch(/^\/docs\/assets\//)
    }
  })

  it('has every local link and asset it names', async () => {
    const named = new Set<string>()
    for (const path of pages) {
      const html = await (await app.fetch(path)).text()
      for (const [, url = ''] of html.matchAll(/(?:href|src)="(\/[^"#]*)"/g)) named.add(url.replaceAll('&amp;', '&'))
    }
    const broken = []
    for (const url of named) if ((await app.fetch(url)).status !== 200) broken.push(url)
    expect(broken).toEqual([])
    expect(named.size).toBeGreaterThan(problemCodes.length)
  })

  it('comes in Vietnamese unless English is preferred or asked for', async () => {
    const title = async (path: string, language?: string) => {
      const answer = await app.fetch(path, language === undefined ? {} : { headers: { 'Accept-Language': language } })
      return /<html lang="(\w+)">/.exec(await answer.text())?.[1]
    }
    expect(await title('/docs', 'fr')).toBe('vi')
    expect(await title('/docs', 'en-GB,vi;q=0.5')).toBe('en')
    expect(await title('/docs?lang=vi', 'en')).toBe('vi')
    expect(await title('/docs/problems/internal_error?lang=en', 'vi')).toBe('en')
  })
})

it('the page that checks statements runs one script of ours and may ask nobody but us', async () => {
  for (const path of ['/verify', '/verify?lang=en']) {
    const answer = await app.fetch(path)
    const html = await answer.text()
    const scripts = [...html.matchAll(/<script[^>]*>/g)].map(([tag]) => tag)
    expect(scripts).toEqual(['<script type="module" src="/docs/assets/verify.js">'])
    expect(html).not.toMatch(/<iframe| style=| on\w+=/)
    const policy = answer.headers.get('content-security-policy') ?? ''
    expect(policy).toContain("default-src 'none'; script-src 'self'; connect-src 'self';")
    expect(policy).not.toMatch(/unsafe|http|\*/)
    expect(html).toContain('data-issuer="http://gateway.example"')
  }
  for (const name of ['verify.js', 'statement.js']) {
    const answer = await app.fetch(`/docs/assets/${name}`)
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'text/javascript; charset=utf-8'])
  }
})

it('the reference shows every operation with its path', async () => {
  const html = await (await app.fetch('/docs')).text()
  for (const { operation, path } of routes) {
    expect(html).toContain(`id="${operation}"`)
    expect(html).toContain(path)
  }
})

it('the fonts are whole TrueType files, cached for long', async () => {
  const answer = await app.fetch('/docs/assets/regular.ttf')
  const bytes = Buffer.from(await answer.arrayBuffer())
  expect(answer.headers.get('content-type')).toBe('font/ttf')
  expect(answer.headers.get('cache-control')).toContain('max-age=604800')
  expect(bytes.readUInt32BE(0)).toBe(0x00010000)
})

it('the description for machines names this gateway', async () => {
  const document = (await (await app.fetch('/openapi.json')).json()) as { openapi: string; servers: { url: string }[] }
  expect(document.openapi).toBe('3.1.0')
  expect(document.servers).toEqual([{ url: 'http://gateway.example' }])
})
