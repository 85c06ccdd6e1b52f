/** A firm in the words of chiTietDoanhNghiep v1: upper-case English, dd/MM/yyyy, `HOAdress` with one d. */
import type { Firm, FirmAddress, FirmRepresentative } from './firms.ts'

/** Our own codes: the real tables are not public. See openapi.yaml. */
const statusCodes: Readonly<Record<Firm['status'], string>> = {
  active: '1',
  suspended: '2',
  not_at_address: '3',
  dissolving: '4',
  dissolved: '5',
  revoked: '6',
  unknown: '99',
}

const typeCodes: Readonly<Record<string, string>> = {
  'Công ty trách nhiệm hữu hạn một thành viên': 'TNHH1TV',
  'Công ty trách nhiệm hữu hạn hai thành viên trở lên': 'TNHH2TV',
  'Công ty cổ phần': 'CTCP',
  'Công ty hợp danh': 'CTHD',
  'Doanh nghiệp tư nhân': 'DNTN',
  'Chi nhánh': 'CN',
  'Văn phòng đại diện': 'VPDD',
  'Hộ kinh doanh': 'HKD',
  'Hợp tác xã': 'HTX',
}

export function wordEnterprise(firm: Firm, sequence: number): Readonly<Record<string, unknown>> {
  const number = numberWording(firm)
  return {
    MainInformation: mainInformation(firm, sequence, number),
    HOAdress: headOffice(firm.headOffice, number),
    ...representatives(firm),
    BusinessActivity: firm.activities.map(({ code, name, main }) => ({
      CODE: code,
      NAME: name,
      IS_MAIN: main ? 'Y' : 'N',
    })),
    ...(firm.members && {
      Member: firm.members.map(({ name, amount, ratioPercent, country }) => ({
        MEMBER_NAME: name,
        AMOUNT: number(amount),
        RATIO_PERCENT: number(ratioPercent),
        COUNTRY: country,
      })),
    }),
  }
}

type NumberWording = (digits: string | number) => string | number

/** All amounts here are far below 2^53 with at most three decimals: exact as JSON numbers. */
const numberWording =
  ({ wire }: Firm): NumberWording =>
  (digits) =>
    wire?.numbers === 'string' ? String(digits) : Number(digits)

function mainInformation(firm: Firm, sequence: number, number: NumberWording) {
  return {
    ENTERPRISE_ID: number(7_000_000 + sequence),
    ENTERPRISE_CODE: `99-${String(sequence).padStart(6, '0')}`,
    ENTERPRISE_GDT_CODE: firm.code,
    IMP_BUSINESS_CODE: null,
    ENTERPRISE_TYPE_ID: typeCodes[firm.legalForm],
    ENTERPRISE_TYPE_NAME: firm.legalForm,
    NAME: firm.name,
    SHORT_NAME: firm.shortName ?? null,
    NAME_F: firm.foreignName ?? null,
    ...(firm.registeredOn && { FOUNDING_DATE: slashed(firm.registeredOn) }),
    LAST_AMEND_DATE: firm.lastChangedOn ? slashed(firm.lastChangedOn) : null,
    ...(firm.changes !== undefined && { NUMBER_CHANGES: number(firm.changes) }),
    ...status(firm),
    ...(firm.suspendedFrom && { SUSPENDED_FROM_DATE: slashed(firm.suspendedFrom) }),
    ...(firm.suspendedUntil && { SUSPENDED_TO_DATE: slashed(firm.suspendedUntil) }),
    LEGAL_NAMES: firm.representatives.map(({ fullName }) => fullName).join(';') || null,
    CAPITAL_AMOUNT: firm.charterCapital === undefined ? null : number(firm.charterCapital),
  }
}

function status({ status, statusText, wire }: Firm) {
  const code = wire?.statusCode ?? statusCodes[status]
  if (wire?.status === 'old') return { ENTERPRISE_STATUS: code }
  return { ENTERPRISE_STATUS_ID: code, ENTERPRISE_STATUS_NAME: statusText ?? 'Đang hoạt động' }
}

function headOffice({ street, ward, district, province, full, registryIds }: FirmAddress, number: NumberWording) {
  return {
    CityID: number(registryIds.city),
    DistrictID: registryIds.district === undefined ? null : number(registryIds.district),
    WardID: number(registryIds.ward),
    CityName: province,
    DistrictName: district ?? null,
    WardName: ward,
    StreetNumber: street,
    AddressFullText: full,
  }
}

/** One person as an object, several as an array; nobody at all leaves the block out. */
function representatives({ representatives, wire }: Firm) {
  const people = representatives.map(representative)
  if (people.length === 0) return {}
  return { Representatives: people.length === 1 && wire?.representatives !== 'array' ? people[0] : people }
}

const representative = (person: FirmRepresentative) => ({
  FULL_NAME: person.fullName,
  GENDER_ID: person.gender === 'male' ? '1' : '2',
  DATE_OF_BIRTH: slashed(person.dateOfBirth),
  PERS_DOC_NO: person.documentNumber,
  PERS_DOC_NAME: person.documentName,
  PERS_DOC_ISSUE_DATE: null,
  PERS_DOC_ISSUE_PLACE: null,
  PERS_DOC_EXPIRE_DATE: null,
  NATIONALITY_NAME: person.nationality,
})

const slashed = (date: string): string => date.split('-').toReversed().join('/')
