/** What people look at, looked at by a real browser that reaches nothing but this machine. */
import { existsSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { chromium, type Browser, type Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import type { ReceiptView } from '#receipts/present-receipt.ts'
import { created, payer, reaches } from '../support/payment-journey.ts'
import { openHouse, type RunningHouse } from '../support/running-house.ts'

const program = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(existsSync)
if (program === undefined) process.stderr.write('SKIPPED: no chromium here, so no browser has opened the pages\n')

describe.skipIf(program === undefined)('in a browser', () => {
  let house: RunningHouse
  let browser: Browser
  beforeAll(async () => {
    house = await openHouse()
    // Its own sandbox does not work under root, and there is nothing here to be protected from.
    browser = await chromium.launch({
      executablePath: program ?? '',
      args: ['--no-sandbox', '--disable-dev-shm-usage', '--use-fake-device-for-media-stream'],
    })
  })
  afterAll(async () => {
    await browser?.close()
    await house?.close()
  })

  /** A page of a new visitor, and everything that went wrong on it or was asked of another machine. */
  async function visit(): Promise<{ page: Page; troubles: readonly string[] }> {
    const context = await browser.newContext({ viewport: { width: 390, height: 844 }, locale: 'vi-VN' })
    onTestFinished(() => context.close())
    const troubles: string[] = []
    await context.route(
      ({ hostname }) => hostname !== '127.0.0.1',
      (route) => {
        troubles.push(`asked for ${route.request().url()}`)
        return route.abort()
      },
    )
    const page = await context.newPage()
    page.on('pageerror', ({ message }) => troubles.push(message))
    page.on('console', (message) => message.type() === 'error' && troubles.push(message.text()))
    page.on('response', (answer) => answer.status() >= 400 && troubles.push(`${answer.status()} ${answer.url()}`))
    return { page, troubles }
  }

  /** Wider than a telephone, a page would be read by scrolling sideways. */
  const overhang = (page: Page): Promise<number> =>
    page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth')

  it.each([
    '/docs',
    '/docs?lang=en',
    '/docs/problems',
    '/docs/problems/upstream_timeout',
    '/verify',
    '/verify?lang=en',
  ])('shows %s whole, with nothing from elsewhere and no trouble, on a telephone too', async (path) => {
    const { page, troubles } = await visit()
    await page.goto(house.url + path)
    expect((await page.locator('h1').first().innerText()).length).toBeGreaterThan(3)
    expect(await page.evaluate('document.fonts.ready.then(() => document.fonts.size)')).toBeGreaterThan(0)
    expect(await overhang(page)).toBeLessThanOrEqual(0)
    expect(troubles).toEqual([])
  })

  it('shows the page of the sandbox without trouble', async () => {
    const { page, troubles } = await visit()
    await page.goto(house.sandbox.controlUrl)
    expect(await page.locator('h1').innerText()).toContain('Ba hệ thống quốc gia mô phỏng')
    expect(troubles).toEqual([])
  })

  it('lets a citizen pay by a click and brings her back to the one-stop system with a signed word', async () => {
    const back: string[] = []
    const desk = createServer((request, response) => {
      if (request.url?.startsWith('/return')) back.push(request.url)
      response.setHeader('Content-Type', 'text/html; charset=utf-8').end('<h1>Một cửa</h1>')
    })
    await new Promise<void>((resolve) => desk.listen(0, '127.0.0.1', resolve))
    onTestFinished(() => {
      desk.closeAllConnections()
      desk.close()
    })
    const payment = await created(house, {
      returnUrl: `http://127.0.0.1:${(desk.address() as AddressInfo).port}/return`,
    })

    const { page, troubles } = await visit()
    await page.goto(payment.attempt.payUrl ?? '')
    expect(await page.locator('.total').innerText()).toContain('50.000')
    expect(await overhang(page)).toBeLessThanOrEqual(0)
    await page.getByRole('button', { name: 'Thanh toán thành công' }).click()
    await page.getByRole('heading', { name: 'Một cửa' }).waitFor()

    expect(back).toEqual([expect.stringMatching(/^\/return\?lt=[\w-]+\.[\w-]+\.[\w-]+$/)])
    expect(troubles).toEqual([])
    expect((await reaches(house, payment.id, 'paid')).outcomeCertain).toBe(true)
  })

  describe('the page that checks receipts and evidence', () => {
    let receipt: ReceiptView
    let evidence: string
    beforeAll(async () => {
      const payment = await created(house)
      evidence = payment.evidence ?? ''
      await payer(house, payment, 'paid')
      await reaches(house, payment.id, 'paid')
      receipt = (await house.client.get<ReceiptView>(`/v1/payments/${payment.id}/receipt`)).body
    })

    /** Opens `path`, and gives what the verdict says and what the page asked the network for. */
    async function verdictAt(path: string) {
      const { page, troubles } = await visit()
      const asked: string[] = []
      page.on('request', (request) => asked.push(request.url()))
      await page.goto(house.url + path)
      const title = await page.locator('.outcome h2').innerText()
      return { page, troubles, asked, title, text: await page.locator('.outcome').innerText() }
    }

    it('believes the code on the paper, and sends nothing of it anywhere', async () => {
      const { asked, troubles, title, text, page } = await verdictAt(
        new URL(receipt.verifyUrl).pathname + new URL(receipt.verifyUrl).hash,
      )
      expect(title).toBe('Giấy xác nhận hợp lệ')
      for (const said of ['50.000 đồng', receipt.dossierCode, receipt.portalReference, 'môi trường thử nghiệm']) {
        expect(text).toContain(said)
      }
      expect(text).not.toContain('SHA-256')
      expect(await overhang(page)).toBeLessThanOrEqual(0)
      expect(asked.filter((url) => url.includes(receipt.statement.slice(0, 40)))).toEqual([])
      expect(new Set(asked.map((url) => new URL(url).pathname))).toContain('/.well-known/evidence-keys.json')
      expect(troubles).toEqual([])
    })

    it('takes evidence as well, pasted into the field, in English too', async () => {
      const { page, troubles } = await visit()
      await page.goto(`${house.url}/verify?lang=en`)
      await page.locator('#statement').fill(JSON.stringify({ id: 'pay_1', evidence }))
      await page.getByRole('button', { name: 'Check', exact: true }).click()
      expect(await page.locator('.outcome h2').innerText()).toBe('Valid evidence')
      expect(await page.locator('.outcome').innerText()).toContain('createPayment')
      await page.locator('#statement').press('End')
      await page.keyboard.type('x')
      expect(await page.locator('.outcome').count()).toBe(0)
      expect(troubles).toEqual([])
    })

    it('reads a code by the camera where the browser can, and lets go of it at once', async () => {
      const { page, troubles } = await visit()
      // Chromium reads codes on telephones only; what it would say of the picture is said in its place.
      await page.addInitScript(`globalThis.BarcodeDetector = class {
        async detect() { return [{ rawValue: ${JSON.stringify(receipt.verifyUrl)} }] }
      }`)
      await page.context().grantPermissions(['camera'])
      await page.goto(`${house.url}/verify`)
      await page.getByRole('button', { name: 'Quét mã QR' }).click()
      expect(await page.locator('.outcome h2').innerText()).toBe('Giấy xác nhận hợp lệ')
      expect(await page.locator('#camera').isVisible()).toBe(false)

      await page.context().clearPermissions()
      await page.getByRole('button', { name: 'Quét mã QR' }).click()
      await page.getByRole('heading', { name: 'Không mở được máy ảnh' }).waitFor()
      expect(troubles).toEqual([])
    })

    it('tells what was altered from what it cannot judge', async () => {
      const [header = '', payload = '', signature = ''] = receipt.statement.split('.')
      const flipped = payload.slice(0, 60) + (payload[60] === 'A' ? 'B' : 'A') + payload.slice(61)
      const key = Buffer.from(JSON.stringify({ alg: 'ES256', typ: 'receipt+jwt', kid: 'elsewhere' })).toString(
        'base64url',
      )
      for (const [statement, title] of [
        [[header, flipped, signature].join('.'), 'Nội dung đã bị sửa'],
        [[key, payload, signature].join('.'), 'Không nhận ra khoá ký'],
        ['00020101021238540010A000000727', 'Không phải giấy xác nhận hay chứng cứ'],
      ] as const) {
        const verdict = await verdictAt(`/verify#${statement}`)
        expect(verdict.title).toBe(title)
        expect(verdict.text).not.toContain('50.000')
        expect(verdict.troubles).toEqual([])
      }
    })
  })
})
