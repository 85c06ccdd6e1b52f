/** Envelopes, faults and their HTTP form. */
import type { Answer } from '../kernel/simulator.ts'

const declaration = '<?xml version="1.0" encoding="UTF-8"?>'
const xml = { 'content-type': 'text/xml; charset=utf-8' }

const enveloped = (body: string): string =>
  `${declaration}<soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/">` +
  `<soap:Body>${body}</soap:Body></soap:Envelope>`

export const answered = (body: string): Answer => ({ status: 200, headers: xml, body: enveloped(body) })

/** `asOf` is RFC 3339 on the register's clock. */
export const collection = (citizens: readonly string[], asOf: string): string =>
  `<dc:CongdanCollection xmlns:dc="http://www.mic.gov.vn/dancu/1.0" SoCongDan="${citizens.length}" ` +
  `ThoiDiemDuLieu="${asOf}" GhiChu="">${citizens.join('')}</dc:CongdanCollection>`

export const confirmation = (exists: boolean): string =>
  `<req:KetQuaXacThuc xmlns:req="http://dancuquocgia.bca"><req:TonTai>${exists}</req:TonTai></req:KetQuaXacThuc>`

export interface ServiceFault {
  readonly party: 'Client' | 'Server'
  /** `LoiDichVu/MaLoi`. */
  readonly code: string
  readonly text: string
  /** 500 as SOAP 1.1 wants it, unless told. */
  readonly status?: number
  readonly headers?: Readonly<Record<string, string>>
}

export function faulted({ party, code, text, status = 500, headers = {} }: ServiceFault): Answer {
  const detail = `<req:LoiDichVu xmlns:req="http://dancuquocgia.bca"><req:MaLoi>${code}</req:MaLoi><req:MoTaLoi>${text}</req:MoTaLoi></req:LoiDichVu>`
  const body = `<soap:Fault><faultcode>soap:${party}</faultcode><faultstring>${text}</faultstring><detail>${detail}</detail></soap:Fault>`
  return { status, headers: { ...xml, ...headers }, body: enveloped(body) }
}

/** As a bus writes it: no prefix in the code, no detail. */
export const plainFault: Answer = {
  status: 500,
  headers: xml,
  body: enveloped('<soap:Fault><faultcode>Server</faultcode><faultstring>Loi he thong</faultstring></soap:Fault>'),
}
