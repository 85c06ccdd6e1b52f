/** The guard as a whole: the URL as it is registered, then the name as it is looked up. No connection is ever made here. */
import { afterAll, describe, expect, it } from 'vitest'
import { createEgress } from '#adapters/transport/egress.ts'
import { isPublicAddress } from '#adapters/transport/public-address.ts'
import { GatewayError } from '#domain/errors.ts'
import { systemClock } from '#main/clock.ts'
import { acceptWebhookUrl } from '#webhooks/webhook-url.ts'
import { aCall } from '../../support/a-call.ts'
import { forbiddenUrls, namesThatLeadInside } from '../../support/forbidden-addresses.ts'

const dialled: string[] = []
const resolve = async (hostname: string): Promise<readonly string[]> =>
  namesThatLeadInside[hostname.toLowerCase()] ?? [hostname]

const egress = createEgress({
  clock: systemClock,
  allowedOrigins: new Set(),
  resolve,
  connect: ({ hostname }, callback) => {
    dialled.push(hostname)
    callback(new Error('told not to'), null)
  },
})
afterAll(() => egress.close())

/** What becomes of a URL a client registers: refused at once, or at every try. */
async function fate(url: string): Promise<string> {
  try {
    acceptWebhookUrl(url, new Set())
  } catch (error) {
    return error instanceof GatewayError ? error.code : 'a surprise'
  }
  return send(url)
}

async function send(url: string): Promise<string> {
  const answer = await egress.post({ url, headers: {}, body: '{}' }, aCall())
  return answer.kind === 'not_sent' ? answer.reason : answer.kind
}

describe('an address nobody outside may make us call', () => {
  it('is tried in more than four hundred spellings', () => {
    expect(new Set(forbiddenUrls).size).toBeGreaterThan(400)
  })

  it('is refused in each of them before any connection', async () => {
    const fates = await Promise.all(forbiddenUrls.map(async (url) => [url, await fate(url)] as const))
    const refused = new Set(['webhook_url_not_allowed', 'not_allowed', 'address_unknown'])
    expect(fates.filter(([, one]) => !refused.has(one))).toEqual([])
    expect(dialled).toEqual([])
  })

  it('is refused by the second guard too, should the first ever let it through', async () => {
    const parsed = forbiddenUrls.filter(
      (url) =>
        URL.canParse(url) && /^https:$/.test(new URL(url).protocol) && !new URL(url).hostname.includes('receiver.vn'),
    )
    expect(parsed.length).toBeGreaterThan(300)
    const answers = await Promise.all(parsed.map(send))
    expect(new Set(answers)).toEqual(new Set(['not_allowed']))
    expect(dialled).toEqual([])
  })

  it('is told apart from public ones', () => {
    expect(['203.162.0.1', '8.8.8.8', '2001:4860:4860::8888', '2400:cb00::1'].map(isPublicAddress)).toEqual([
      true,
      true,
      true,
      true,
    ])
    expect(['', 'localhost', '1.2.3', '::ffff:8.8.8.8', '2606:4700::'].map(isPublicAddress)).toEqual([
      false,
      false,
      false,
      true,
      true,
    ])
  })
})

describe('a name whose answer changes between the look and the connection', () => {
  it('leads to the address that was checked', async () => {
    const answers = [['203.162.0.1'], ['127.0.0.1']]
    const reached: string[] = []
    const rebinding = createEgress({
      clock: systemClock,
      allowedOrigins: new Set(),
      resolve: async () => answers.shift() ?? ['127.0.0.1'],
      connect: ({ hostname, host }, callback) => {
        reached.push(`${hostname} as ${host}`)
        callback(new Error('told not to'), null)
      },
    })
    const post = () => rebinding.post({ url: 'https://receiver.vn/', headers: {}, body: '' }, aCall())
    expect(await post()).toEqual({ kind: 'not_sent', reason: 'no_connection' })
    expect(await post()).toEqual({ kind: 'not_allowed' })
    expect(reached).toEqual(['203.162.0.1 as receiver.vn'])
    await rebinding.close()
  })
})

describe('an origin the sandbox lets through', () => {
  it('is exactly that origin, and its address is not asked about', async () => {
    const allowed = new Set(['http://127.0.0.1:9000'])
    expect(acceptWebhookUrl('http://127.0.0.1:9000/hook', allowed)).toBe('http://127.0.0.1:9000/hook')
    for (const other of ['http://127.0.0.1:9001/', 'https://127.0.0.1:9000/', 'http://localhost:9000/']) {
      expect(() => acceptWebhookUrl(other, allowed)).toThrow(GatewayError)
    }
  })
})
