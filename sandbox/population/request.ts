/**
 * Reads a request against contracts/population/request.xsd. Breaches are told with their place; the fatal ones are
 * answered with a fault, the others are what a real register swallows, often by finding nobody.
 */
import { NotWellFormed, readXml, type XmlElement } from './xml.ts'

export const operations = ['TraCuuThongTinCongDan', 'XacThucThongTinCongDan'] as const
export type PopulationOperation = (typeof operations)[number]

type MessageFault = '001' | '003' | '100' | '101'

interface Breach {
  readonly pointer: string
  readonly message: string
  /** `LoiDichVu/MaLoi` when the message cannot be answered because of it. */
  readonly code?: MessageFault
}

export interface RequestRead {
  readonly operation: PopulationOperation | 'unknown'
  /** Texts by element name; of `NgayThangNamSinh` its child, `Nam` or `NgayThangNam`. */
  readonly fields: ReadonlyMap<string, string>
  readonly breaches: readonly Breach[]
}

const soapNamespace = 'http://schemas.xmlsoap.org/soap/envelope/'
const serviceNamespace = 'http://dancuquocgia.bca'

interface Rule {
  /** Alternatives: one of them stands here. */
  readonly names: readonly string[]
  readonly form: RegExp
  readonly isOptional?: true
  /** `LoiDichVu/MaLoi` of a message that breaks it; 100 unless told. */
  readonly code?: MessageFault
}

const text = /^[\s\S]{1,100}$/

/** In the order of the contract. */
const rules: readonly Rule[] = [
  { names: ['MaYeuCau'], form: /^[\s\S]{1,36}$/ },
  { names: ['MaDVC'], form: text, code: '001' },
  { names: ['MaTichHop'], form: /^(037|003|033)$/ },
  { names: ['MaCanBo'], form: text, code: '003' },
  { names: ['MaDonVi'], form: text, isOptional: true },
  { names: ['TaiKhoan'], form: text, isOptional: true },
  { names: ['SoDienThoai'], form: text, isOptional: true },
  { names: ['SoDinhDanh', 'SoCMND'], form: /^(?:\d{9}|\d{12})$/ },
  { names: ['HoVaTen'], form: /^[\s\S]{1,250}$/ },
  { names: ['NgayThangNamSinh'], form: /^\s*$/ },
]

export function readRequest(source: string): RequestRead {
  let envelope: XmlElement
  try {
    envelope = readXml(source)
  } catch (error) {
    if (!(error instanceof NotWellFormed)) throw error
    return failed({ pointer: '', message: `not well-formed: ${error.message}`, code: '100' })
  }
  if (envelope.name !== 'Envelope' || envelope.namespace !== soapNamespace) {
    return failed({ pointer: '', message: 'is not a SOAP 1.1 envelope', code: '100' })
  }
  const body = envelope.children.find(({ name, namespace }) => name === 'Body' && namespace === soapNamespace)
  const [message, ...others] = body?.children ?? []
  if (!message || others.length > 0) {
    return failed({ pointer: '/Envelope/Body', message: 'must hold exactly one element', code: '100' })
  }
  const operation = operations.find((one) => one === message.name)
  if (!operation || message.namespace !== serviceNamespace) {
    return failed({ pointer: '/Envelope/Body', message: 'holds no operation of the service', code: '101' })
  }
  return readMessage(operation, message)
}

const failed = (breach: Breach): RequestRead => ({ operation: 'unknown', fields: new Map(), breaches: [breach] })

function readMessage(operation: PopulationOperation, message: XmlElement): RequestRead {
  const fields = new Map<string, string>()
  const breaches: Breach[] = []
  const here = `/Envelope/Body/${operation}`
  let reached = 0
  for (const child of message.children) {
    const pointer = `${here}/${child.name}`
    const at = rules.findIndex(({ names }) => names.includes(child.name))
    if (at === -1) breaches.push({ pointer, message: 'is not an element of the contract', code: '100' })
    else if (at < reached) breaches.push({ pointer, message: 'stands twice or out of order', code: '100' })
    else {
      for (const missed of rules.slice(reached, at)) addMissing(missed)
      reached = at + 1
      readField(child, pointer, rules[at] as Rule)
    }
  }
  for (const missed of rules.slice(reached)) addMissing(missed)
  return { operation, fields, breaches }

  function addMissing({ names, isOptional, code = '100' }: Rule): void {
    if (!isOptional) breaches.push({ pointer: here, message: `lacks ${names.join(' or ')}`, code })
  }

  function readField(child: XmlElement, pointer: string, { form, code = '100' }: Rule): void {
    if (child.namespace !== serviceNamespace) breaches.push({ pointer, message: 'is not in the service namespace' })
    if (!form.test(child.text) || !hasItsLength(child)) {
      breaches.push({ pointer, message: 'does not have its form', code })
    }
    if (child.name === 'NgayThangNamSinh') readBirth(child, pointer)
    else fields.set(child.name, child.text)
    if (child.name === 'HoVaTen' && !/^[A-Z0-9]+$/.test(child.text)) {
      breaches.push({ pointer, message: 'is not folded to A-Z and 0-9: the register will find nobody' })
    }
  }

  function readBirth(birth: XmlElement, pointer: string): void {
    const [child, ...others] = birth.children
    const form = child?.name === 'Nam' ? /^\d{4}$/ : child?.name === 'NgayThangNam' ? /^\d{8}$/ : undefined
    if (!child || !form || others.length > 0) {
      breaches.push({ pointer, message: 'must hold either Nam or NgayThangNam', code: '100' })
    } else if (form.test(child.text)) fields.set(child.name, child.text)
    else breaches.push({ pointer: `${pointer}/${child.name}`, message: 'does not have its form', code: '100' })
  }
}

const hasItsLength = ({ name, text }: XmlElement): boolean =>
  (name !== 'SoDinhDanh' || text.length === 12) && (name !== 'SoCMND' || text.length === 9)
