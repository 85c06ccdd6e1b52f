/** `chiTietDoanhNghiep`: one firm by its code. Legal representatives and members are people; they are not read here. */
import type { RegistryClient } from './client.ts'
import { failureOf, outcomeOf } from './faults.ts'
import { kinds, maxActivities, statuses } from './wire.ts'
import { ContractBreach, decoding, type CallSite } from '#adapters/transport/fate.ts'
import { digestOf } from '#adapters/transport/http-answer.ts'
import { fieldOf, isRecord, passJsonGate, required, scalarOf, stringOf } from '#adapters/transport/json-gate.ts'
import { some } from '#adapters/transport/some.ts'
import type { Business, BusinessAddress, BusinessAnswer, BusinessCode, BusinessKind } from '#domain/business.ts'
import type { CallContext } from '#domain/call-context.ts'
import { parsePartialDate } from '#domain/partial-date.ts'
import type { JsonRecord } from '#domain/strict-json.ts'

const site: CallSite = { upstream: 'business_registry', operation: 'findBusiness', effect: 'read' }

export async function findBusiness(
  client: RegistryClient,
  code: BusinessCode,
  call: CallContext,
): Promise<BusinessAnswer> {
  const answer = await client.get(encodeCode(code), site, call)
  const decoded = decoding(site, () => decodeAnswer(passJsonGate(answer), code))
  if (decoded.kind === 'failed') throw failureOf(site)
  const retrievedAt = new Date(client.clock.nowMs()).toISOString()
  return { ...decoded, source: { dialect: 'enterprise-v1', retrievedAt, answerSha256: digestOf(answer) } }
}

const encodeCode = (code: BusinessCode): string => `?msdn=${encodeURIComponent(code)}`

type Decoded =
  | { readonly kind: 'found'; readonly business: Business }
  | { readonly kind: 'none' }
  | { readonly kind: 'failed' }

function decodeAnswer(record: JsonRecord, code: BusinessCode): Decoded {
  const outcome = outcomeOf(record)
  if (outcome !== 'found') {
    if (fieldOf(record, 'Data') !== undefined) throw new ContractBreach('Data without success')
    return { kind: outcome }
  }
  const data = recordOf(record, 'Data')
  const main = recordOf(data, 'MainInformation')
  if (scalarOf(main, 'ENTERPRISE_GDT_CODE') !== code) throw new ContractBreach('an answer about another code')
  return { kind: 'found', business: businessOf(code, main, data) }
}

function businessOf(code: BusinessCode, main: JsonRecord, data: JsonRecord): Business {
  const statusCode = scalarOf(main, 'ENTERPRISE_STATUS_ID') ?? scalarOf(main, 'ENTERPRISE_STATUS')
  return {
    code,
    kind: kindOf(code, scalarOf(main, 'ENTERPRISE_TYPE_ID')),
    name: required(nameOf(main, 'NAME'), 'NAME'),
    ...some('foreignName', nameOf(main, 'NAME_F')),
    ...some('shortName', nameOf(main, 'SHORT_NAME')),
    ...some('legalForm', nameOf(main, 'ENTERPRISE_TYPE_NAME')),
    // A code nobody has told us is no reason to guess from its name.
    status: statuses.get(statusCode ?? '') ?? 'unknown',
    ...some('statusText', nameOf(main, 'ENTERPRISE_STATUS_NAME')),
    ...some('suspendedFrom', dateOf(main, 'SUSPENDED_FROM_DATE')),
    ...some('suspendedUntil', dateOf(main, 'SUSPENDED_TO_DATE')),
    ...some('registeredOn', dateOf(main, 'FOUNDING_DATE')),
    ...some('lastChangedOn', dateOf(main, 'LAST_AMEND_DATE')),
    ...some('changes', countOf(main, 'NUMBER_CHANGES')),
    ...some('headOffice', addressOf(data)),
    activities: activitiesOf(data),
    ...some('charterCapital', decimalOf(main, 'CAPITAL_AMOUNT')),
  }
}

function kindOf(code: BusinessCode, typeId: string | undefined): BusinessKind {
  return kinds.get(typeId ?? '') ?? (code.includes('-') ? 'branch' : 'enterprise')
}

/** `HOAdress`, with one d. Its IDs are the registry's own and mean nothing outside it. */
function addressOf(data: JsonRecord): BusinessAddress | undefined {
  if (fieldOf(data, 'HOAdress') === undefined) return undefined
  const address = recordOf(data, 'HOAdress')
  return {
    full: required(nameOf(address, 'AddressFullText'), 'AddressFullText'),
    ...some('street', nameOf(address, 'StreetNumber')),
    ...some('ward', nameOf(address, 'WardName')),
    ...some('district', nameOf(address, 'DistrictName')),
    ...some('province', nameOf(address, 'CityName')),
  }
}

function activitiesOf(data: JsonRecord): Business['activities'] {
  const given = fieldOf(data, 'BusinessActivity') ?? []
  const items: readonly unknown[] = Array.isArray(given) ? given : [given]
  if (items.length > maxActivities) throw new ContractBreach('more than 1,000 activities')
  return (items as JsonRecord[]).map((item) => {
    if (!isRecord(item)) throw new ContractBreach('BusinessActivity is not a list of objects')
    const main = required(stringOf(item, 'IS_MAIN'), 'IS_MAIN')
    if (main !== 'Y' && main !== 'N') throw new ContractBreach('IS_MAIN is neither Y nor N')
    const code = required(scalarOf(item, 'CODE'), 'CODE')
    return { code, name: required(nameOf(item, 'NAME'), 'NAME'), main: main === 'Y' }
  })
}

function recordOf(record: JsonRecord, name: string): JsonRecord {
  const value = fieldOf(record, name)
  if (!isRecord(value)) throw new ContractBreach(`${name} is not an object`)
  return value
}

/** Text for people, NFC; absent when empty. */
function nameOf(record: JsonRecord, name: string): string | undefined {
  return stringOf(record, name)?.trim().normalize('NFC') || undefined
}

function dateOf(record: JsonRecord, name: string): string | undefined {
  const text = stringOf(record, name)
  if (text === undefined || text === '') return undefined
  const date = /^\d\d\/\d\d\/\d{4}$/.test(text) ? text.split('/').toReversed().join('-') : ''
  if (parsePartialDate(date) === undefined) throw new ContractBreach(`${name} is no date dd/MM/yyyy`)
  return date
}

function countOf(record: JsonRecord, name: string): number | undefined {
  const text = scalarOf(record, name)
  if (text === undefined || text === '') return undefined
  if (!/^\d{1,10}$/.test(text)) throw new ContractBreach(`${name} is no count`)
  return Number(text)
}

/** number(21,3), exact. Some writers turn large numbers into `1.5E10`: the digits are moved, never computed with. */
function decimalOf(record: JsonRecord, name: string): string | undefined {
  const text = scalarOf(record, name)
  if (text === undefined || text === '') return undefined
  const parts = /^(\d{1,18})(?:\.(\d{1,18}))?(?:[eE]\+?(\d{1,2}))?$/.exec(text)
  if (parts === null) throw new ContractBreach(`${name} is no amount`)
  const [, whole = '', fraction = '', exponent] = parts
  if (exponent === undefined) return text
  const shift = Number(exponent)
  const digits = (whole + fraction.padEnd(shift, '0')).slice(0, whole.length + shift).replace(/^0+(?=\d)/, '')
  const rest = fraction.slice(shift)
  return rest === '' ? digits : `${digits}.${rest}`
}
