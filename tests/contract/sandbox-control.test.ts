import { connect } from 'node:net'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { envelopeOf, headersFor, hoa, post } from '../support/ask-population.ts'
import { controlOf, type SandboxControl } from '../support/sandbox-control.ts'
import { startSandbox, type Sandbox, type SandboxLogLine } from '#sandbox/index.ts'

let sandbox: Sandbox
let control: SandboxControl
const lines: SandboxLogLine[] = []

beforeAll(async () => {
  sandbox = await startSandbox({ controlPort: 0, log: (line) => lines.push(line) })
  control = controlOf(sandbox.controlUrl)
})
afterEach(async () => {
  await control.post('/reset')
  lines.length = 0
})
afterAll(() => sandbox.close())

const ask = () => post(sandbox.populationUrl, envelopeOf(hoa), headersFor(sandbox.credentials.population))

/** What broke the call: `ECONNREFUSED`, `ECONNRESET`, `TimeoutError`, … */
async function troubleOf(call: Promise<unknown>): Promise<string | undefined> {
  try {
    await call
    return undefined
  } catch (error) {
    const { cause, name } = error as { cause?: { code?: string }; name: string }
    return cause?.code ?? name
  }
}

describe('ordering a fault', () => {
  test.each([
    [{ system: 'x', fault: 'hang' }, '/system', 'payment_portal'],
    [{ system: 'population', fault: 'wrong-amount' }, '/fault', 'wrong-person'],
    [{ system: 'population' }, '/fault', 'refuse'],
    [{ system: 'population', fault: 'hang', operation: 'INIT' }, '/operation', 'TraCuuThongTinCongDan'],
    [{ system: 'population', fault: 'not-confirmed', operation: 'findPerson' }, '/operation', 'XacThucThongTinCongDan'],
    [{ system: 'population', fault: 'hang', when: 'now' }, '/when', 'times'],
    [{ system: 'population', fault: 'hang', match: { name: 'x' } }, '/match/name', 'personalId'],
  ])('%j is refused at %s and the known ones are listed', async (order, pointer, known) => {
    const { status, body } = await control.post('/faults', order)
    expect(status).toBe(400)
    expect(body).toMatchObject({ pointer, known: expect.arrayContaining([known]) })
  })

  test.each([
    [{ times: 0 }, '/times'],
    [{ times: 1.5 }, '/times'],
    [{ match: { personalId: 15 } }, '/match/personalId'],
    [{ params: { delayMs: -1 } }, '/params/delayMs'],
    [{ params: { atByte: 'x' } }, '/params/atByte'],
  ])('%j is refused at %s', async (extra, pointer) => {
    const { status, body } = await control.post('/faults', { system: 'population', fault: 'hang', ...extra })
    expect(status).toBe(400)
    expect(body).toMatchObject({ pointer })
  })

  test('what is no JSON object is refused', async () => {
    const answer = await fetch(`${sandbox.controlUrl}/_sandbox/faults`, { method: 'POST', body: 'hang' })
    expect(answer.status).toBe(400)
    expect((await control.post('/faults', [])).status).toBe(400)
    expect((await control.post('/faults')).status).toBe(400)
  })

  test('is listed, found, deleted one by one and all at once', async () => {
    const first = await control.fault({ system: 'business-registry', fault: 'hang', times: 2 })
    await control.fault({
      system: 'payment_portal',
      operation: 'openTransaction',
      fault: 'slow',
      params: { delayMs: 9 },
    })
    expect((await control.get('/faults')).body['data']).toEqual([
      { id: first, system: 'business_registry', fault: 'hang', times: 2, remaining: 2 },
      expect.objectContaining({ system: 'payment_portal', operation: 'INIT', params: { delayMs: 9 } }),
    ])
    expect((await control.get(`/faults/${first}`)).status).toBe(200)
    expect((await control.remove(`/faults/${first}`)).status).toBe(204)
    expect((await control.remove(`/faults/${first}`)).status).toBe(404)
    expect((await control.remove('/faults')).status).toBe(204)
    expect((await control.get('/faults')).body['data']).toEqual([])
  })

  test('every promised name is known to the systems it makes sense for', async () => {
    const { body } = await control.get('/faults/names')
    const everywhere = ['refuse', 'reset', 'hang', 'slow', 'http-500', 'soap-fault', 'malformed', 'truncated']
    const names = [...everywhere, 'html-with-200', 'empty', 'swallow-after-effect', 'wrong-person', 'wrong-amount']
    expect(body['data']).toEqual(expect.arrayContaining([...names, 'duplicate-notification', 'late-notification']))
    for (const known of Object.values(body['systems'] as Record<string, { name: string }[]>)) {
      expect(known.map(({ name }) => name)).toEqual(expect.arrayContaining(everywhere))
    }
  })
})

describe('faults on the wire', () => {
  test('refuse closes the port itself until it is deleted', async () => {
    await ask()
    const id = await control.fault({ system: 'population', fault: 'refuse' })
    expect(await troubleOf(ask())).toBe('ECONNREFUSED')
    expect(await troubleOf(ask())).toBe('ECONNREFUSED')
    await control.remove(`/faults/${id}`)
    expect((await ask()).status).toBe(200)
  })

  test('a counted refuse resets that many connections before any byte is read', async () => {
    await control.fault({ system: 'population', fault: 'refuse', times: 1 })
    const { hostname, port } = new URL(sandbox.populationUrl)
    const trouble = await new Promise((resolve) => {
      const socket = connect(Number(port), hostname)
      socket.once('error', (error: NodeJS.ErrnoException) => resolve(error.code)).once('end', () => resolve('end'))
    })
    expect(trouble).toBe('ECONNRESET')
    expect((await ask()).status).toBe(200)
  })

  test('a refuse for one person resets that request only', async () => {
    await control.fault({ system: 'population', fault: 'refuse', match: { personalId: hoa.number } })
    expect(await troubleOf(ask())).toMatch(/ECONNRESET|UND_ERR_SOCKET/)
    const other = envelopeOf({ number: '066196000209', name: 'HHENNIE', birth: '19960228' })
    const { status } = await post(sandbox.populationUrl, other, headersFor(sandbox.credentials.population))
    expect(status).toBe(200)
  })

  test.each([
    ['reset', {}],
    ['reset', { params: { atByte: 40 } }],
    ['swallow-after-effect', {}],
    ['truncated', { params: { atByte: 40 } }],
    ['truncated', {}],
    ['truncated', { params: { atByte: 0 } }],
    ['reset', { params: { atByte: 0 } }],
  ])('%s %j ends the call without a whole answer, and the next one is fine', async (fault, extra) => {
    await control.fault({ system: 'population', fault, times: 1, ...extra })
    expect(await troubleOf(ask())).toMatch(/ECONNRESET|UND_ERR_SOCKET/)
    expect((await ask()).status).toBe(200)
  })

  test('hang takes the request and says nothing', async () => {
    await control.fault({ system: 'population', fault: 'hang', times: 1 })
    const call = fetch(sandbox.populationUrl, {
      method: 'POST',
      body: envelopeOf(hoa),
      headers: headersFor(sandbox.credentials.population),
      signal: AbortSignal.timeout(150),
    })
    expect(await troubleOf(call)).toBe('TimeoutError')
    expect((await control.get('/faults')).body['data']).toEqual([])
  })

  test.each(['slow', 'delay'])('%s gives the right answer, but only after its time', async (fault) => {
    await control.fault({ system: 'population', fault, times: 1, params: { delayMs: 120 } })
    const startedMs = performance.now()
    const { text } = await ask()
    // Timers are coarse: they fire a few milliseconds early on a busy machine. Without the fault it takes a tenth of this.
    expect(performance.now() - startedMs).toBeGreaterThan(90)
    expect(text).toContain('</soap:Envelope>')
  })

  test('http-500, html-with-200, empty and malformed are what they are called', async () => {
    for (const fault of ['http-500', 'html-with-200', 'empty', 'malformed']) {
      await control.fault({ system: 'population', fault, times: 1 })
    }
    const [failed, html, empty, malformed] = [await ask(), await ask(), await ask(), await ask()]
    expect([failed.status, failed.text]).toEqual([500, 'Internal Server Error'])
    expect([html.status, html.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8'])
    expect([empty.status, empty.text]).toEqual([200, ''])
    expect(malformed.text).toContain('\u0000<}&{<')
  })

  test('what hangs on one system does not touch another', async () => {
    await control.fault({ system: 'population', fault: 'hang' })
    const { status } = await post(sandbox.registryTokenUrl, '', {})
    expect(status).toBe(401)
  })
})

describe('the clock', () => {
  test.each([
    [{}, ''],
    [{ set: 'yesterday' }, '/set'],
    [{ advanceMs: '5' }, '/advanceMs'],
    [{ set: '2026-01-01T00:00:00Z', advanceMs: 5 }, '/advanceMs'],
    [{ freeze: 1 }, '/freeze'],
    [{ speed: 2 }, '/speed'],
  ])('%j is refused at "%s"', async (order, pointer) => {
    const { status, body } = await control.post('/clock', order)
    expect(status).toBe(400)
    expect(body).toMatchObject({ pointer })
  })

  test('is set, frozen, advanced and given back', async () => {
    const now = '2026-01-02T03:04:05.000Z'
    expect((await control.post('/clock', { set: now, freeze: true })).body).toEqual({ now, frozen: true })
    expect((await control.post('/clock', { advanceMs: 1000 })).body['now']).toBe('2026-01-02T03:04:06.000Z')
    await control.post('/reset')
    const { body } = await control.get('/clock')
    expect(body['frozen']).toBe(false)
    expect(Math.abs(Date.parse(String(body['now'])) - Date.now())).toBeLessThan(5000)
  })
})

test('what happened is listed and logged by operation and status, without a name or a number', async () => {
  await ask()
  await control.fault({ system: 'population', fault: 'reset', times: 1 })
  await troubleOf(ask())
  const { body } = await control.get('/exchanges')
  expect(body['data']).toEqual([
    expect.objectContaining({ system: 'population', operation: 'TraCuuThongTinCongDan', status: 200 }),
    expect.objectContaining({ fault: 'reset' }),
  ])
  expect(lines).toHaveLength(2)
  expect(JSON.stringify([body, lines])).not.toMatch(new RegExp(`${hoa.number}|${hoa.name}|HOÀ`))
})

test('a reset forgets faults, violations and exchanges', async () => {
  await control.fault({ system: 'population', fault: 'empty' })
  await post(sandbox.populationUrl, 'x', {})
  await control.post('/reset')
  for (const path of ['/faults', '/violations', '/exchanges']) {
    expect((await control.get(path)).body['data']).toEqual([])
  }
})

test('an unknown control is 404', async () => {
  expect((await control.get('/nothing')).status).toBe(404)
})

test('the page shows people, firms, faults and violations, escaped, and fetches nothing', async () => {
  await control.fault({ system: 'population', fault: 'malformed', match: { personalId: '<b>' } })
  await post(sandbox.populationUrl, 'x', {})
  const answer = await fetch(sandbox.controlUrl)
  const page = await answer.text()
  expect(answer.headers.get('content-security-policy')).toContain("default-src 'none'")
  for (const part of [
    'Nguyễn Thị Hoà',
    'H&#39;Hen Niê',
    '9900123459',
    'malformed',
    'not well-formed',
    '015185000011',
  ]) {
    expect(page).toContain(part)
  }
  expect(page).not.toContain('<b>"')
  expect(page).not.toMatch(/<script|\bsrc=|<link|url\(/)
})

test('a taken port is told, and nothing stays open', async () => {
  const port = Number(new URL(sandbox.controlUrl).port)
  await expect(startSandbox({ controlPort: port })).rejects.toMatchObject({ code: 'EADDRINUSE', port })
})
