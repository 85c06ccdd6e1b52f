/** One `CongDan` in the strict form of QCVN 109:2017/BTTTT: contracts/population/qcvn109.xsd. */
import type { Person, PersonaAddress, PersonaKin } from '../kernel/personas.ts'
import { genderCodes, kinElements, maritalCode, standingCodes } from './codes.ts'
import { registeredName, type RegisteredPerson } from './register.ts'
import { escapeXml } from './xml.ts'

export function renderQcvn109({ persona, name, birthYear, head }: RegisteredPerson): string {
  const { personalId, legacyId, permanentAddress, household, birth } = persona
  const address = permanentAddress.new ?? permanentAddress.old
  return element('CongDan', [
    leaf('SoDinhDanh', personalId),
    leaf('SoCMND', legacyId),
    nameElement(name),
    leaf('GioiTinh', genderCodes[persona.gender]),
    element('DanToc', [leaf('MaDanToc', persona.ethnicity)]),
    element('TonGiao', [leaf('MaTonGiao', '00')]),
    leaf('TinhTrangHonNhan', maritalCode(persona)),
    leaf('NhomMau', '00'),
    element('NgayThangNamSinh', [birth.date ? leaf('NgayThangNam', birth.date) : leaf('Nam', birthYear)]),
    addressElement('NoiDangKyKhaiSinh', address),
    addressElement('QueQuan', address),
    addressElement('ThuongTru', address),
    addressElement('NoiOHienTai', address),
    leaf('QuocTich', persona.ethnicity === '55' ? undefined : 'VN'),
    ...persona.kin.map(kinElement),
    ...(household && head ? [headElement(household.relation, head)] : []),
    leaf('SoSoHoKhau', household?.book),
    leaf('TrangThaiCongDan', standingCodes[persona.status]),
  ])
}

export const emptyNameQcvn109 = element('CongDan', [element('HoVaTen', ['<dc:Ten/>'])])

/** First syllable, last syllable, and what is between: nobody can tell where a family name of two syllables ends. */
function nameElement(name: string): string {
  const syllables = name.split(' ')
  const given = syllables.pop()
  const family = syllables.shift()
  return element('HoVaTen', [leaf('Ho', family), leaf('ChuDem', syllables.join(' ') || undefined), leaf('Ten', given)])
}

function addressElement(name: string, address: PersonaAddress | undefined): string {
  if (!address) return ''
  return element(name, [
    leaf('MaDonViHanhChinh', address.communeCode),
    leaf('ChiTiet', address.detail),
    leaf('QuocGia', 'VN'),
  ])
}

function kinElement({ relation, fullName, personalId, legacyId }: PersonaKin): string {
  return element(kinElements[relation], [
    numberLeaf({ personalId, legacyId }),
    leaf('QuocTich', 'VN'),
    nameElement(registeredName(fullName)),
  ])
}

const headElement = (relation: string, { personalId, legacyId, fullName }: Person): string =>
  element('ChuHo', [
    leaf('QuanHe', relation),
    numberLeaf({ personalId, legacyId }),
    nameElement(registeredName(fullName)),
  ])

/** The strict form has one number or the other. */
function numberLeaf({
  personalId,
  legacyId,
}: {
  personalId: string | undefined
  legacyId: string | undefined
}): string {
  return personalId === undefined ? leaf('SoCMND', legacyId) : leaf('SoDinhDanh', personalId)
}

function element(name: string, children: readonly string[]): string {
  return `<dc:${name}>${children.join('')}</dc:${name}>`
}

/** The strict form leaves out what is not known. */
function leaf(name: string, text: string | undefined): string {
  return text === undefined ? '' : `<dc:${name}>${escapeXml(text)}</dc:${name}>`
}
