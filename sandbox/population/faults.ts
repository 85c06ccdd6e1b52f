/** The faults of contracts/population/faults.yaml that only this service can commit. */
import type { Answer } from '../kernel/simulator.ts'
import { answered, confirmation, faulted, plainFault } from './envelope.ts'

const technical = { party: 'Server', code: '500', text: 'Loi he thong' } as const

export const procedureNotLicensed = faulted({
  party: 'Client',
  code: '004',
  text: 'Thu tuc khong duoc phep khai thac du lieu dan cu',
})
export const officerNotAuthorised = faulted({
  party: 'Client',
  code: '005',
  text: 'Tai khoan can bo khong co quyen khai thac',
})
export const rejectedCredentials = faulted({
  party: 'Client',
  code: '401',
  text: 'Khong xac thuc duoc he thong ket noi',
  status: 401,
  headers: { 'www-authenticate': 'Basic realm="037"' },
})
export const rejectedRequest = (code: string): Answer =>
  faulted({ party: 'Client', code, text: 'Ban tin khong dung dinh dang' })

const plainText = { 'content-type': 'text/plain; charset=utf-8' }

/** Faults that are one fixed answer, whoever was asked about. */
export const fixedAnswers: Readonly<Record<string, Answer>> = {
  'http-503': { status: 503, headers: { ...plainText, 'retry-after': '7' }, body: 'Service Unavailable' },
  quota: faulted({
    party: 'Client',
    code: '429',
    text: 'Vuot qua han muc',
    status: 429,
    headers: { 'retry-after': '30' },
  }),
  'soap-fault': faulted(technical),
  'soap-fault-200': faulted({ ...technical, status: 200 }),
  'soap-fault-plain': plainFault,
  'rejected-request': rejectedRequest('100'),
  'procedure-not-licensed': procedureNotLicensed,
  'officer-not-authorised': officerNotAuthorised,
  'rejected-credentials': rejectedCredentials,
  forbidden: { status: 403, headers: plainText, body: 'Forbidden' },
  redirect: { status: 302, headers: { location: '/elsewhere' }, body: '' },
  'not-confirmed': answered(confirmation(false)),
}

const threeMebibytes = 3 * 1024 * 1024

/** Faults that take the right answer and change its bytes. */
export const rewrites: Readonly<Record<string, (xml: string) => string>> = {
  doctype: (xml) => xml.replace('?>', '?><!DOCTYPE x [<!ENTITY a "a">]>'),
  oversized: (xml) => xml.replace('<soap:Body>', `<soap:Body><!--${'x'.repeat(threeMebibytes)}-->`),
  'other-prefixes': (xml) =>
    xml
      .replaceAll(/(<\/?)(?:dc|req):/g, '$1')
      .replaceAll(/xmlns:(?:dc|req)=/g, 'xmlns=')
      .replaceAll(/(<\/?)soap:/g, '$1ns7:')
      .replace('xmlns:soap=', 'xmlns:ns7=')
      .replace('<ns7:Body>', '<ns7:Header xmlns:dan="http://dancuquocgia.bca"/><ns7:Body>'),
  'foreign-elements': (xml) => xml.replaceAll('</dc:CongDan>', `${foreignElements}</dc:CongDan>`),
}

/** Fifty fields nobody asked for; the marker must never be seen on our side. */
const foreignElements = Array.from(
  { length: 50 },
  (_, at) => `<x:TruongLa${at} xmlns:x="http://population.sandbox.example/foreign">CANARY-${at}</x:TruongLa${at}>`,
).join('')

/** Faults that change whom the answer is about; see answer.ts. */
export const mixUps = ['not-found', 'empty-name', 'wrong-person', 'wrong-name', 'multiple-matches'] as const
export type MixUp = (typeof mixUps)[number]

export const populationFaults: readonly string[] = [
  ...Object.keys(fixedAnswers),
  ...Object.keys(rewrites),
  ...mixUps,
  'wrong-operation',
]
