import { pathToFileURL } from 'node:url'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { loadOpenApi } from '#sandbox/kernel/check-openapi.ts'
import { aMessage, postMessage, type PortalMessage } from '../support/portal-messages.ts'
import { openSimulators, type Simulators } from '../support/simulators.ts'

const contract = loadOpenApi(pathToFileURL('contracts/payment-portal/openapi.yaml'))
const isWithin = {
  init: contract.checker('InitAnswer'),
  query: contract.checker('QueryAnswer'),
  bill: contract.checker('GetBillRefusal'),
  refund: contract.checker('RefundAnswer'),
  refusal: contract.checker('Refusal'),
}

let sandbox: Simulators
beforeAll(async () => {
  sandbox = await openSimulators()
})
afterAll(() => sandbox.close())
beforeEach(() => sandbox.reset())

const post = (message: PortalMessage | string) => postMessage(sandbox.portalUrl, message)
const init = (overrides: PortalMessage = {}) => post(aMessage('init-request', overrides))
const query = (overrides: PortalMessage = {}) => post(aMessage('query-request', overrides))
const getBill = (overrides: PortalMessage = {}) => post(aMessage('get-bill-request', overrides))
const refund = (overrides: PortalMessage = {}) => post(aMessage('refund-request', overrides))
const queryRefund = () => post(aMessage('query-refund-request'))
const reference = 'TPT0000001'
const pay = (outcome: string, of = reference) => sandbox.control('POST', `/payments/${of}/outcome`, { outcome })
const journal = async (of = reference) =>
  (await sandbox.control('GET', `/payments/${of}`)).body as Readonly<Record<string, unknown>>
const violations = () => sandbox.kernel.violations.list().map(({ operation, pointer }) => `${operation} ${pointer}`)

describe('the simulated payment platform, refusing', () => {
  it.each(['init-request', 'query-request', 'get-bill-request', 'refund-request', 'query-refund-request'])(
    'answers 07 to a %s with a wrong checksum, unsigned and without effect',
    async (example) => {
      const { body, status } = await post({ ...aMessage(example), MaXacThuc: 'f'.repeat(64) })
      expect(status).toBe(200)
      expect(body).toMatchObject({ MaLoi: '07' })
      expect(body).not.toHaveProperty('MaXacThuc')
      expect(isWithin.refusal(body)).toEqual([])
      expect((await sandbox.control('GET', '/payments')).body).toMatchObject({ data: [] })
      expect(violations()).toEqual([`${String(aMessage(example)['LoaiBanTin'])} /MaXacThuc`])
    },
  )

  it('answers 07 to a partner it does not know', async () => {
    expect((await init({ MaDoiTac: 'SOMEBODY' })).body).toMatchObject({ MaLoi: '07' })
    expect(violations()).toEqual(['INIT /MaDoiTac'])
  })

  it.each([
    ['not JSON', '{"LoaiBanTin":', 'unknown '],
    ['a list', '[]', 'unknown '],
    ['an unknown kind', '{"LoaiBanTin":"REFUND_ALL"}', 'unknown /LoaiBanTin'],
    ['a name every object inherits', '{"LoaiBanTin":"toString"}', 'unknown /LoaiBanTin'],
  ])('answers 02 to %s', async (_, text, violation) => {
    expect((await post(text)).body).toMatchObject({ MaLoi: '02' })
    expect(violations()).toEqual([violation])
  })

  it('answers 02 to a well-signed INIT outside the contract and says where', async () => {
    const receipt = { ...(aMessage('init-request')['ThongTinBienLai'] as PortalMessage), TenTTHC: 'x'.repeat(251) }
    expect((await init({ ThongTinBienLai: receipt })).body).toMatchObject({ MaLoi: '02' })
    expect(violations()).toEqual(['INIT /ThongTinBienLai/TenTTHC'])
    expect((await query()).body).toMatchObject({ MaLoi: '01' })
  })

  it.each([
    ['fees that do not add up', { SoTien: '50001' }, 'INIT /ThongTinBienLai/PhiLePhi'],
    ['a day that does not exist', { ThoiGianGD: '20260231150405' }, 'INIT /ThoiGianGD'],
  ])('answers 02 to %s', async (_, overrides, violation) => {
    expect((await init(overrides)).body).toMatchObject({ MaLoi: '02' })
    expect(violations()).toEqual([violation])
  })
})

describe('INIT', () => {
  it('answers with a pay page and a VietQR, signed', async () => {
    const { body } = await init()
    expect(isWithin.init(body)).toEqual([])
    expect(body).toMatchObject({ MaLoi: '00', MaThamChieu: reference })
    expect((await fetch(String(body['UrlThanhToan']))).status).toBe(200)
    expect(violations()).toEqual([])
  })

  it('takes a fine', async () => {
    expect((await post(aMessage('init-request-fine'))).body).toMatchObject({ MaLoi: '00' })
    expect(violations()).toEqual([])
  })

  it('answers the same bytes with the same URL, also after payment, and never makes a second transaction', async () => {
    const first = await init()
    const second = await init()
    await pay('paid')
    const third = await init()
    expect(second.body).toEqual(first.body)
    expect(third.body).toEqual(first.body)
    expect((await sandbox.control('GET', '/payments')).body).toMatchObject({ data: [{ reference, standing: 'paid' }] })
  })

  it('refuses a known reference with other content, even well signed', async () => {
    await init()
    const receipt = { ...(aMessage('init-request')['ThongTinBienLai'] as PortalMessage), DiaChiNguoiNop: 'Nơi khác' }
    expect((await init({ ThongTinBienLai: receipt })).body).toMatchObject({ MaLoi: '02' })
    expect(violations()).toEqual(['INIT /MaThamChieu'])
  })

  it('keeps the transaction when its answer is swallowed', async () => {
    await sandbox.fault({ system: 'payment_portal', operation: 'INIT', fault: 'swallow-after-effect', times: 1 })
    await expect(init()).rejects.toThrow('fetch failed')
    expect((await query()).body).toMatchObject({ MaLoi: '00', TrangThaiGD: '3' })
  })

  it('makes nothing when the message is lost before the work', async () => {
    await sandbox.fault({ system: 'payment_portal', operation: 'INIT', fault: 'reset', times: 1 })
    await expect(init()).rejects.toThrow('fetch failed')
    expect((await query()).body).toMatchObject({ MaLoi: '01' })
  })
})

describe('QUERY', () => {
  it('does not find a reference nobody opened, without calling that a violation', async () => {
    const { body } = await query()
    expect(body).toMatchObject({ MaLoi: '01', MaThamChieu: reference })
    expect(isWithin.query(body)).toEqual([])
    expect(violations()).toEqual([])
  })

  it('does not find a known reference under another time, and tells on the asker', async () => {
    await init()
    expect((await query({ ThoiGianGD: '20260102030405' })).body).toMatchObject({ MaLoi: '01' })
    expect(violations()).toEqual(['QUERY /ThoiGianGD'])
  })

  it.each([
    ['paid', '1'],
    ['pending', '3'],
    ['failed', '4'],
  ])('says of a %s transaction TrangThaiGD %s', async (outcome, status) => {
    await init()
    await pay(outcome)
    const { body } = await query()
    expect(isWithin.query(body)).toEqual([])
    expect(body).toMatchObject({ MaLoi: '00', TrangThaiGD: status, SoTien: 50_000, MaTienTe: 'VND' })
    expect(body['MaGiaoDich']).toBe((await journal())['transactionId'])
  })

  it('says 4 of an unpaid transaction once its 24 hours are over', async () => {
    await sandbox.control('POST', '/clock', { freeze: true })
    await init()
    await sandbox.control('POST', '/clock', { advanceMs: 24 * 3_600_000 - 1 })
    expect((await query()).body).toMatchObject({ TrangThaiGD: '3' })
    await sandbox.control('POST', '/clock', { advanceMs: 1 })
    expect((await query()).body).toMatchObject({ TrangThaiGD: '4' })
  })
})

describe('GET_BILL', () => {
  it('has no bill for an unknown and for an unpaid transaction, and says which', async () => {
    expect((await getBill()).body).toMatchObject({ MaLoi: '01' })
    await init()
    const { body } = await getBill()
    expect(body).toMatchObject({ MaLoi: '99', TrangThaiBienLai: 'CHUA_THANH_TOAN' })
    expect(isWithin.bill(body)).toEqual([])
  })

  it('is a whole PDF for a paid one', async () => {
    await init()
    await pay('paid')
    const { type, bytes } = await getBill()
    expect(type).toBe('application/pdf')
    expect(bytes.subarray(0, 5).toString('latin1')).toBe('%PDF-')
    expect(bytes.subarray(-6).toString('latin1')).toContain('%%EOF')
  })

  it('is not ready yet while the fault says so, and ends with a refund', async () => {
    await init()
    await pay('paid')
    await sandbox.fault({ system: 'payment_portal', operation: 'GET_BILL', fault: 'bill-not-ready', times: 1 })
    expect((await getBill()).body).toMatchObject({ TrangThaiBienLai: 'CHUA_CO' })
    await refund()
    expect((await getBill()).body).toMatchObject({ TrangThaiBienLai: 'HET_HIEU_LUC' })
  })
})

describe('REFUND', () => {
  it('fails for what was not paid and for more than was paid', async () => {
    await init()
    expect((await refund()).body).toMatchObject({ TrangThaiHoanTien: 'FAILED', LyDoTuChoi: 'NOT_PAID' })
    await pay('paid')
    const { body } = await refund({ MaHoanTien: 'TPR0000002', SoTien: '50001' })
    expect(body).toMatchObject({ MaLoi: '00', TrangThaiHoanTien: 'FAILED', LyDoTuChoi: 'EXCEEDS_PAID' })
    expect(isWithin.refund(body)).toEqual([])
    expect(await journal()).toMatchObject({ refunded: 0 })
  })

  it('gives back once for one refund reference, however often it is asked', async () => {
    await init()
    await pay('paid')
    const first = await refund()
    expect(first.body).toMatchObject({ TrangThaiHoanTien: 'SUCCESS', SoTien: 20_000 })
    expect(await refund()).toEqual(first)
    expect(await journal()).toMatchObject({ refunded: 20_000 })
    expect((await refund({ SoTien: '20001' })).body).toMatchObject({ MaLoi: '02' })
    expect(violations()).toEqual(['REFUND /MaHoanTien'])
  })

  it('never gives back more than was paid in several refunds', async () => {
    await init()
    await pay('paid')
    await refund()
    await refund({ MaHoanTien: 'TPR0000002', SoTien: '30000' })
    const { body } = await refund({ MaHoanTien: 'TPR0000003', SoTien: '1' })
    expect(body).toMatchObject({ TrangThaiHoanTien: 'FAILED', LyDoTuChoi: 'EXCEEDS_PAID' })
    expect(await journal()).toMatchObject({ refunded: 50_000 })
  })

  it('does not know an unknown transaction or refund', async () => {
    expect((await refund()).body).toMatchObject({ MaLoi: '01' })
    expect((await queryRefund()).body).toMatchObject({ MaLoi: '01' })
  })

  it('stays pending while the fault says so and is done when asked again', async () => {
    await init()
    await pay('paid')
    await sandbox.fault({ system: 'payment_portal', operation: 'REFUND', fault: 'refund-pending', times: 1 })
    expect((await refund()).body).toMatchObject({ TrangThaiHoanTien: 'PENDING' })
    expect((await queryRefund()).body).toMatchObject({ TrangThaiHoanTien: 'SUCCESS' })
  })
})

describe('faults in an answer', () => {
  it.each([
    ['other-error', { MaLoi: '99' }],
    ['bad-request', { MaLoi: '02' }],
    ['bad-checksum', { MaLoi: '07' }],
    ['not-yet-visible', { MaLoi: '01' }],
    ['wrong-amount', { MaLoi: '00', SoTien: 51_000 }],
    ['wrong-currency', { MaTienTe: 'USD' }],
    ['wrong-reference', { MaThamChieu: 'TPT000000Z' }],
    ['wrong-partner', { MaDoiTac: 'SOMEBODYELSE' }],
    ['stays-pending', { TrangThaiGD: '3' }],
    ['taken-back', { TrangThaiGD: '4' }],
  ])('%s shows in QUERY once and is over', async (fault, shown) => {
    await init()
    await pay('paid')
    await sandbox.fault({ system: 'payment_portal', operation: 'QUERY', fault, times: 1, match: { reference } })
    expect((await query()).body).toMatchObject(shown)
    expect((await query()).body).toMatchObject({ MaLoi: '00', TrangThaiGD: '1', SoTien: 50_000 })
  })

  it('wrong-checksum changes nothing but the checksum', async () => {
    await init()
    await sandbox.fault({ system: 'payment_portal', operation: 'QUERY', fault: 'wrong-checksum', times: 1 })
    const { MaXacThuc: wrong, ...told } = (await query()).body
    const { MaXacThuc: right, ...truth } = (await query()).body
    expect(told).toEqual(truth)
    expect(wrong).not.toBe(right)
  })

  it('refuses to put a notification fault on QUERY', async () => {
    const order = { system: 'payment_portal', operation: 'QUERY', fault: 'drop-notification' }
    expect((await sandbox.control('POST', '/faults', order)).status).toBe(400)
  })
})

describe('the control API', () => {
  it('refuses an unknown outcome and an unknown reference', async () => {
    expect((await pay('paid')).status).toBe(404)
    await init()
    const { status, body } = await pay('cancelled')
    expect(status).toBe(400)
    expect(body).toMatchObject({ known: ['paid', 'failed', 'pending'] })
  })

  it('never takes money back by an outcome', async () => {
    await init()
    await pay('paid')
    expect((await pay('failed')).status).toBe(409)
    expect(await journal()).toMatchObject({ standing: 'paid' })
  })

  it('tells the whole story and no name', async () => {
    await init()
    await pay('pending')
    await pay('paid')
    const told = await journal()
    expect(told).toMatchObject({ amount: 50_000, status: '1', standing: 'paid', refunded: 0 })
    expect((told['history'] as { event: string }[]).map(({ event }) => event)).toEqual([
      'opened',
      'bank_pending',
      'paid',
    ])
    expect(JSON.stringify(told)).not.toMatch(/Nguyễn|015185000011/)
  })

  it('forgets everything on reset', async () => {
    await init()
    await sandbox.reset()
    expect((await sandbox.control('GET', '/payments')).body).toMatchObject({ data: [] })
    expect((await query()).body).toMatchObject({ MaLoi: '01' })
  })
})
