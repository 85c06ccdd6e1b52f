import { readFileSync } from 'node:fs'
import { pathToFileURL } from 'node:url'
import { describe, expect, it } from 'vitest'
import { loadOpenApi } from '#sandbox/kernel/check-openapi.ts'

const contract = loadOpenApi(pathToFileURL('contracts/payment-portal/openapi.yaml'))
const breachesOf = contract.checker('InitRequest')

type Init = Record<string, unknown> & { ThongTinBienLai: Record<string, unknown> }
const init = (): Init => JSON.parse(readFileSync('contracts/payment-portal/examples/init-request.json', 'utf8')) as Init

const change = (changed: (message: Init) => void) => {
  const message = init()
  changed(message)
  return breachesOf(message).map(({ pointer }) => pointer)
}

describe('checking a message against the contract', () => {
  it.each<[string, string, (message: Init) => void]>([
    ['a missing field', '/Ip', (message) => delete message['Ip']],
    ['an unknown field', '/GhiChu', (message) => (message['GhiChu'] = 'x')],
    ['a missing key of the receipt', '/ThongTinBienLai/KhoBac', (message) => delete message.ThongTinBienLai['KhoBac']],
    ['an amount as a number', '/SoTien', (message) => (message['SoTien'] = 50_000)],
    ['an amount of nothing', '/SoTien', (message) => (message['SoTien'] = '0')],
    ['a separator in a free text', '/ThongTinGiaoDich', (message) => (message['ThongTinGiaoDich'] = 'A|B')],
    ['an accent in a plain text', '/ThongTinGiaoDich', (message) => (message['ThongTinGiaoDich'] = 'PHÍ')],
    ['a reference of 21 characters', '/MaThamChieu', (message) => (message['MaThamChieu'] = 'A'.repeat(21))],
    ['a 25th hour', '/ThoiGianGD', (message) => (message['ThoiGianGD'] = '20260102250405')],
    [
      'a place-holder for an identity number',
      '/ThongTinBienLai/SoCMNDNguoiNop',
      (message) => {
        message.ThongTinBienLai['SoCMNDNguoiNop'] = '000000000'
      },
    ],
    ['no fee at all', '/ThongTinBienLai/PhiLePhi', (message) => (message.ThongTinBienLai['PhiLePhi'] = [])],
    ['a fine without its decision', '/ThongTinBienLai/SoQD', (message) => (message.ThongTinBienLai['MaDichVu'] = '1')],
  ])('points at %s', (_, pointer, changed) => {
    expect(breachesOf(init())).toEqual([])
    expect(change(changed)).toContain(pointer)
  })

  it('never repeats the value it refuses', () => {
    const message = init()
    message.ThongTinBienLai['SoCMNDNguoiNop'] = '01518500001'
    expect(JSON.stringify(breachesOf(message))).not.toContain('01518500001')
  })

  it('refuses what is not even an object', () => {
    expect(breachesOf('INIT')).not.toEqual([])
    expect(breachesOf(null)).not.toEqual([])
  })
})
