/** One `CongDan` as the deployed service writes it: contracts/population/dancu037.xsd. */
import type { Person, PersonaAddress, PersonaKin } from '../kernel/personas.ts'
import { genderCodes, kinElements, maritalCode, standingCodes } from './codes.ts'
import { registeredName, type RegisteredPerson } from './register.ts'
import { escapeXml } from './xml.ts'

export function renderDancu037({ persona, name, birthDay, birthYear, head }: RegisteredPerson): string {
  const { personalId = '', legacyId = '', permanentAddress, household } = persona
  const address = permanentAddress.new ?? permanentAddress.old
  return element('CongDan', [
    leaf('SoDinhDanh', personalId),
    leaf('SoCMND', legacyId),
    element('HoVaTen', [leaf('Ho', ''), leaf('ChuDem', ''), leaf('Ten', name)]),
    leaf('GioiTinh', genderCodes[persona.gender]),
    leaf('DanToc', persona.ethnicity),
    leaf('TonGiao', '00'),
    leaf('TinhTrangHonNhan', maritalCode(persona)),
    leaf('NhomMau', '00'),
    element('NgayThangNamSinh', [leaf('Nam', birthYear), leaf('NgayThangNam', birthDay ?? '')]),
    addressElement('NoiDangKyKhaiSinh', address),
    addressElement('QueQuan', address),
    addressElement('ThuongTru', address),
    addressElement('NoiOHienTai', address),
    leaf('QuocTich', persona.ethnicity === '55' ? '' : 'VN'),
    ...persona.kin.map(kinElement),
    ...(household && head ? [headElement(household.relation, head)] : []),
    leaf('SoSoHoKhau', household?.book ?? ''),
    leaf('TrangThaiCongDan', standingCodes[persona.status]),
  ])
}

/** The second way of saying "nobody". */
export const emptyNameDancu037 = element('CongDan', [
  leaf('SoDinhDanh', ''),
  leaf('SoCMND', ''),
  element('HoVaTen', [leaf('Ho', ''), leaf('ChuDem', ''), leaf('Ten', '')]),
])

function addressElement(name: string, address: PersonaAddress | undefined): string {
  if (!address) return leaf(name, '')
  return element(name, [
    leaf('MaTinhThanh', address.provinceCode),
    ...(address.districtCode === undefined ? [] : [leaf('MaQuanHuyen', address.districtCode)]),
    leaf('MaPhuongXa', address.communeCode),
    leaf('ChiTiet', address.detail),
    leaf('QuocGia', 'VN'),
  ])
}

function kinElement({ relation, fullName, personalId = '', legacyId = '' }: PersonaKin): string {
  return element(kinElements[relation], [
    leaf('HoVaTen', registeredName(fullName)),
    leaf('QuocTich', 'VN'),
    leaf('SoDinhDanh', personalId),
    leaf('SoCMND', legacyId),
  ])
}

const headElement = (relation: string, { personalId = '', legacyId = '', fullName }: Person): string =>
  element('ChuHo', [
    leaf('QuanHe', relation),
    leaf('SoDinhDanh', personalId),
    leaf('SoCMND', legacyId),
    leaf('HoVaTen', registeredName(fullName)),
  ])

function element(name: string, children: readonly string[]): string {
  return `<dc:${name}>${children.join('')}</dc:${name}>`
}

function leaf(name: string, text: string): string {
  return text === '' ? `<dc:${name}/>` : `<dc:${name}>${escapeXml(text)}</dc:${name}>`
}
