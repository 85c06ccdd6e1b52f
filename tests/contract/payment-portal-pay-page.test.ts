import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { openNotificationReceiver, type NotificationReceiver } from '../support/notification-receiver.ts'
import { aMessage, postMessage, type PortalMessage } from '../support/portal-messages.ts'
import { openSimulators, type Simulators } from '../support/simulators.ts'

let sandbox: Simulators
let partnerSide: NotificationReceiver
let payUrl = ''
beforeAll(async () => {
  ;[sandbox, partnerSide] = await Promise.all([openSimulators(), openNotificationReceiver()])
})
afterAll(() => Promise.all([sandbox.close(), partnerSide.close()]))
beforeEach(async () => {
  await sandbox.reset()
  partnerSide.clear()
  sandbox.kernel.notifyAt(partnerSide.url)
  payUrl = await open()
})

const reference = 'TPT0000001'

async function open(overrides: PortalMessage = {}): Promise<string> {
  const { body } = await postMessage(sandbox.portalUrl, aMessage('init-request', overrides))
  return String(body['UrlThanhToan'])
}

async function submit(fields: Readonly<Record<string, string>>, url = payUrl) {
  const answer = await fetch(url, { method: 'POST', body: new URLSearchParams(fields), redirect: 'manual' })
  return { status: answer.status, location: answer.headers.get('location'), page: await answer.text() }
}

const standing = async () => {
  const { body } = await sandbox.control('GET', `/payments/${reference}`)
  return body as { readonly standing: string; readonly bank: string }
}
const returnUrl = () => partnerSide.url.replace('/notifications/', '/return/')

describe('the pay page', () => {
  it('does not open without the right token', async () => {
    const answer = await fetch(payUrl.slice(0, -1))
    expect(answer.status).toBe(404)
    expect(await answer.text()).toContain('Không tìm thấy giao dịch')
    expect((await submit({ cach: 'DONGLUA', 'ket-qua': 'paid' }, payUrl.slice(0, -1))).status).toBe(404)
    expect(await standing()).toMatchObject({ standing: 'open' })
  })

  it('changes nothing for a bank or an outcome it does not offer', async () => {
    expect((await submit({ cach: 'NOBANK', 'ket-qua': 'paid' })).status).toBe(200)
    expect((await submit({ cach: 'DONGLUA', 'ket-qua': 'refunded' })).status).toBe(303)
    expect((await submit({})).status).toBe(303)
    expect(await standing()).toMatchObject({ standing: 'open' })
  })

  it('shows what is paid for, in Vietnamese, and loads nothing from anywhere else', async () => {
    const answer = await fetch(payUrl)
    const page = await answer.text()
    for (const text of ['lang="vi"', '50.000 đồng', 'Năm mươi nghìn đồng', 'Nguyễn Thị Hoà', reference, '<svg']) {
      expect(page).toContain(text)
    }
    expect(page.replaceAll('http://www.w3.org/2000/svg', '')).not.toMatch(/https?:\/\/|<script/)
    expect(answer.headers.get('content-security-policy')).toContain("default-src 'none'")
    expect(answer.headers.get('referrer-policy')).toBe('no-referrer')
    expect(answer.headers.get('cache-control')).toBe('no-store')
  })

  it('serves its style and its letters itself', async () => {
    const css = await fetch(new URL('/nen-tang-thanh-toan/trang.css', payUrl))
    expect(css.headers.get('content-type')).toContain('text/css')
    const letters = [...(await css.text()).matchAll(/url\('([^']+)'\)/g)].map(([, file = '']) => file)
    expect(letters).toHaveLength(4)
    for (const file of letters) {
      const font = await fetch(new URL(file, new URL('/nen-tang-thanh-toan/trang.css', payUrl)))
      expect(font.status).toBe(200)
      await font.arrayBuffer()
    }
    expect((await fetch(new URL('/nen-tang-thanh-toan/chu/..%2Findex.ttf', payUrl))).status).toBe(404)
  })

  it('shows a name with markup in it as a name', async () => {
    const receipt = {
      ...(aMessage('init-request')['ThongTinBienLai'] as PortalMessage),
      HoTenNguoiNop: '<b onclick="x()">H\'Bia & Êban</b>',
    }
    const page = await (await fetch(await open({ MaThamChieu: 'TPT0000009', ThongTinBienLai: receipt }))).text()
    expect(page).not.toContain('<b onclick')
    expect(page).toContain('&lt;b onclick=&quot;x()&quot;&gt;H&#39;Bia &amp; Êban&lt;/b&gt;')
  })

  it.each([
    ['paid', 'paid', '00', 'Đã thanh toán'],
    ['failed', 'failed', '99', 'Giao dịch không thành công'],
    ['pending', 'bank_pending', null, 'Ngân hàng đang xử lý'],
    ['leave', 'open', null, 'Chọn cách thanh toán'],
  ])('%s: goes back to the partner by 303 and says so afterwards', async (result, expected, code, title) => {
    const { status, location } = await submit({ cach: 'DONGLUA', 'ket-qua': result })
    expect(status).toBe(303)
    const back = new URL(location ?? '')
    expect(`${back.origin}${back.pathname}`).toBe(returnUrl())
    expect(back.searchParams.get('MaThamChieu')).toBe(reference)
    expect(back.searchParams.get('MaLoi')).toBe(code)
    expect(await standing()).toMatchObject({ standing: expected, bank: result === 'leave' ? 'PAYMENT' : 'DONGLUA' })
    expect(await (await fetch(payUrl)).text()).toContain(title)
  })

  it('pays once: a second click changes nothing', async () => {
    await submit({ cach: 'VIETQR', 'ket-qua': 'paid' })
    const again = await submit({ cach: 'DONGLUA', 'ket-qua': 'failed' })
    expect(again.location).toContain('MaLoi=00')
    expect(await standing()).toMatchObject({ standing: 'paid', bank: 'VIETQR' })
    await partnerSide.waitFor(1)
    expect(partnerSide.received).toMatchObject([{ MaLoi: '00', MaNganHang: 'VIETQR' }])
  })

  it('takes no money after the validity', async () => {
    await sandbox.control('POST', '/clock', { advanceMs: 24 * 3_600_000 })
    const { location } = await submit({ cach: 'DONGLUA', 'ket-qua': 'paid' })
    expect(location).toContain('MaLoi=99')
    expect(await standing()).toMatchObject({ standing: 'failed' })
  })
})
