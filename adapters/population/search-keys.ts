/** The message of both operations: who asks and why, then the three keys. Members stand in the schema's order. */
import { serviceNumber } from './wire.ts'
import { unaccented } from '#adapters/transport/unaccented.ts'
import type { CallContext } from '#domain/call-context.ts'
import type { PartialDate, PersonQuery } from '#domain/person.ts'

export function encodeQuery({ key, fullName, dateOfBirth, purpose }: PersonQuery, call: CallContext) {
  return {
    MaYeuCau: call.requestId,
    MaDVC: purpose.procedureCode,
    MaTichHop: serviceNumber,
    MaCanBo: purpose.officerId,
    ...(key.kind === 'personal' ? { SoDinhDanh: key.value } : { SoCMND: key.value }),
    HoVaTen: searchName(fullName),
    NgayThangNamSinh: birthKey(dateOfBirth),
  }
}

/** Upper case, no accents, letters and digits only: `Nguyễn Thị Hoà` is asked for as `NGUYENTHIHOA`. */
export const searchName = (fullName: string): string =>
  unaccented(fullName)
    .toUpperCase()
    .replace(/[^A-Z0-9]/g, '')

/** A whole day, or the year: the service has no form for a month. */
function birthKey({ year, month, day }: PartialDate): { NgayThangNam: string } | { Nam: string } {
  const digits = (value: number, length: number) => String(value).padStart(length, '0')
  if (month === undefined || day === undefined) return { Nam: digits(year, 4) }
  return { NgayThangNam: digits(year, 4) + digits(month, 2) + digits(day, 2) }
}
