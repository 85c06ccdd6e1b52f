import { describe, expect, test } from 'vitest'
import { envelopeOf, hoa, wrapped } from '../../support/ask-population.ts'
import { readRequest } from '#sandbox/population/request.ts'

const right = envelopeOf({ ...hoa, requestId: 'r-1' })
const cut = (name: string) => right.replace(new RegExp(`<dan:${name}>[^<]*</dan:${name}>`), '')

describe('reading a request of service 037', () => {
  test.each([
    ['nothing', '', '', '100'],
    ['no XML', 'xin chào', '', '100'],
    ['an envelope that ends early', right.slice(0, -20), '', '100'],
    ['two documents', right + right.slice(right.indexOf('<env')), '', '100'],
    ['a document type', right.replace('?>', '?><!DOCTYPE x>'), '', '100'],
    ['an undeclared prefix', wrapped('<dan:TraCuuThongTinCongDan/>'), '', '100'],
    ['an unknown entity', right.replace('NGUYEN', '&nguyen;'), '', '100'],
    [
      'SOAP 1.2',
      right.replace('http://schemas.xmlsoap.org/soap/envelope/', 'http://www.w3.org/2003/05/soap-envelope'),
      '',
      '100',
    ],
    ['an empty body', wrapped(''), '/Envelope/Body', '100'],
    ['two operations', wrapped('<a/><b/>'), '/Envelope/Body', '100'],
    ['an unknown operation', wrapped('<x:Xoa xmlns:x="http://dancuquocgia.bca"/>'), '/Envelope/Body', '101'],
    ['the operation in another namespace', right.replace('http://dancuquocgia.bca', 'urn:x'), '/Envelope/Body', '101'],
  ])('says what is wrong with %s', (_name, source, pointer, code) => {
    const { operation, breaches } = readRequest(source)
    expect(operation).toBe('unknown')
    expect(breaches).toEqual([expect.objectContaining({ pointer, code })])
  })

  const here = '/Envelope/Body/TraCuuThongTinCongDan'

  test.each([
    ['no request id', cut('MaYeuCau'), here, '100'],
    ['no procedure', cut('MaDVC'), here, '001'],
    ['no officer', cut('MaCanBo'), here, '003'],
    ['no number', cut('SoDinhDanh'), here, '100'],
    ['an empty officer', right.replace('015080000123', ''), `${here}/MaCanBo`, '003'],
    ['a long request id', right.replace('r-1', 'x'.repeat(37)), `${here}/MaYeuCau`, '100'],
    ['another service number', right.replace('>037<', '>038<'), `${here}/MaTichHop`, '100'],
    ['a number of nine digits as the new one', right.replace('015185000011', '015185000'), `${here}/SoDinhDanh`, '100'],
    [
      'a birth date with dashes',
      right.replace('19850307', '1985-03-07'),
      `${here}/NgayThangNamSinh/NgayThangNam`,
      '100',
    ],
    ['an unknown element', right.replace('<dan:MaDVC>', '<dan:GhiChu/><dan:MaDVC>'), `${here}/GhiChu`, '100'],
    [
      'a field twice',
      right.replace('<dan:HoVaTen>', '<dan:MaCanBo>x</dan:MaCanBo><dan:HoVaTen>'),
      `${here}/MaCanBo`,
      '100',
    ],
  ])('names the place of %s', (_name, source, pointer, code) => {
    const { operation, breaches } = readRequest(source)
    expect(operation).toBe('TraCuuThongTinCongDan')
    expect(breaches).toContainEqual(expect.objectContaining({ pointer, code }))
  })

  test('an unfolded name or a missing namespace is told, but the register answers all the same', () => {
    const unfolded = readRequest(right.replace('NGUYENTHIHOA', 'Nguyễn Thị Hoà'))
    const bare = readRequest(right.replace('<dan:MaDVC>2.000635</dan:MaDVC>', '<MaDVC>2.000635</MaDVC>'))
    for (const { breaches } of [unfolded, bare]) {
      expect(breaches).toHaveLength(1)
      expect(breaches[0]?.code).toBeUndefined()
    }
  })

  test('no breach repeats a value that was sent', () => {
    const source = right.replace('NGUYENTHIHOA', 'Nguyễn Thị Hoà').replace('19850307', 'bảy tháng ba')
    const told = readRequest(source)
      .breaches.map(({ message }) => message)
      .join('\n')
    expect(told).not.toMatch(/Nguyễn|tháng/)
  })

  test('reads a right request whatever prefixes, quotes, entities, comments and CDATA it is written with', () => {
    const other = right
      .replaceAll('dan:', 'x-1.y:')
      .replace('xmlns:dan', 'xmlns:x-1.y')
      .replaceAll('"', "'")
      .replace('NGUYENTHIHOA', '<!-- ? --><![CDATA[NGUYEN]]>&#84;&#x48;IHOA')
    const { breaches, fields } = readRequest(`\uFEFF${other}`)
    expect(breaches).toEqual([])
    expect(Object.fromEntries(fields)).toEqual({
      MaYeuCau: 'r-1',
      MaDVC: '2.000635',
      MaTichHop: '037',
      MaCanBo: '015080000123',
      SoDinhDanh: '015185000011',
      HoVaTen: 'NGUYENTHIHOA',
      NgayThangNam: '19850307',
    })
  })
})
