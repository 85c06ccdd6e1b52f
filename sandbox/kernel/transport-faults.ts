/**
 * Faults that any server can have, done on the real socket. Those before the work leave no effect; those after it
 * leave the whole effect and spoil only the answer. Which is which matters for money, so it is said here once.
 */
import type { ServerResponse } from 'node:http'
import type { ActiveFault } from './faults.ts'
import type { Answer } from './simulator.ts'

/** The work is not done. */
const beforeWork = {
  /** Also carried out at the door, before a request exists: see listener.ts. */
  refuse: (res) => cut(res),
  hang: () => {},
  'http-500': (res) => send(res, { status: 500, headers: plainText, body: 'Internal Server Error' }),
  'html-with-200': (res) => send(res, { status: 200, headers: html, body: maintenancePage }),
  'soap-fault': (res) => send(res, { status: 500, headers: xml, body: busFault }),
} satisfies Record<string, (res: ServerResponse) => void>

/** The work is done; `answer` is what should have been said. */
const afterWork = {
  'swallow-after-effect': (res) => cut(res),
  empty: (res, answer) => send(res, { ...answer, body: '' }),
  malformed: (res, answer) => send(res, { ...answer, body: garble(answer.body) }),
  truncated: (res, answer, fault) => sendPart(res, answer, fault, () => res.socket?.end()),
  slow: (res, answer, fault) => drip(res, answer, fault.params?.delayMs ?? 5000),
  delay: (res, answer, fault) => later(res, fault.params?.delayMs ?? 1000, () => send(res, answer)),
} satisfies Record<string, (res: ServerResponse, answer: Answer, fault: ActiveFault) => void>

const plainText = { 'content-type': 'text/plain; charset=utf-8' }
const html = { 'content-type': 'text/html; charset=utf-8' }
const xml = { 'content-type': 'text/xml; charset=utf-8' }

const maintenancePage =
  '<!DOCTYPE html><html lang="vi"><head><meta charset="utf-8"><title>Bảo trì hệ thống</title></head>' +
  '<body><h1>Hệ thống đang bảo trì</h1><p>Vui lòng quay lại sau.</p></body></html>'

/** Of the service bus in between, which speaks SOAP whatever the service behind it speaks. */
const busFault =
  '<?xml version="1.0" encoding="UTF-8"?><soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/">' +
  '<soap:Body><soap:Fault><faultcode>soap:Server</faultcode><faultstring>Service unavailable</faultstring>' +
  '</soap:Fault></soap:Body></soap:Envelope>'

/** `reset` is both: before the work, or in the middle of the answer when `params.atByte` says where. */
export const transportFaults: readonly string[] = [...Object.keys(beforeWork), 'reset', ...Object.keys(afterWork)]

/** True when the exchange ends here and no work is to be done. */
export function spoilRequest(res: ServerResponse, fault: ActiveFault): boolean {
  if (fault.fault === 'reset' && fault.params?.atByte === undefined) {
    cut(res)
    return true
  }
  const spoil = (beforeWork as Record<string, ((res: ServerResponse) => void) | undefined>)[fault.fault]
  spoil?.(res)
  return spoil !== undefined
}

export function spoilAnswer(res: ServerResponse, answer: Answer, fault: ActiveFault): void {
  if (fault.fault === 'reset') return sendPart(res, answer, fault, () => cut(res))
  const table = afterWork as Record<
    string,
    ((res: ServerResponse, answer: Answer, fault: ActiveFault) => void) | undefined
  >
  const spoil = table[fault.fault]
  if (spoil) spoil(res, answer, fault)
  else send(res, answer)
}

export function send(res: ServerResponse, { status, headers, body }: Answer): void {
  res.writeHead(status, { ...headers, 'content-length': Buffer.byteLength(body) })
  res.end(body)
}

/** Real milliseconds: a client measures the network with its own clock. Forgotten when the client goes away. */
function later(res: ServerResponse, delayMs: number, task: () => void): void {
  const forget = () => clearTimeout(timer)
  const timer = setTimeout(() => {
    res.off('close', forget)
    task()
  }, delayMs)
  res.once('close', forget)
}

/** RST instead of FIN: the client sees ECONNRESET, not the end of an answer. */
function cut(res: ServerResponse): void {
  res.socket?.resetAndDestroy()
}

/** Promises the whole length, sends `atByte` bytes of it (half, unless told), then does `ending`. */
function sendPart(res: ServerResponse, answer: Answer, fault: ActiveFault, ending: () => void): void {
  const body = Buffer.from(answer.body)
  const atByte = Math.min(fault.params?.atByte ?? Math.floor(body.length / 2), Math.max(body.length - 1, 0))
  res.writeHead(answer.status, { ...answer.headers, 'content-length': body.length })
  res.flushHeaders()
  res.write(body.subarray(0, atByte), ending)
}

const garbage = '\u0000<}&{<'

/** Breaks XML as well as JSON: the last two thirds of the answer follow something neither grammar allows. */
function garble(body: string | Uint8Array): Buffer {
  const bytes = Buffer.from(body)
  const third = Math.floor(bytes.length / 3)
  return Buffer.concat([bytes.subarray(0, third), Buffer.from(garbage), bytes.subarray(third)])
}

const drops = 10

/** A third of the time until the head, the rest for the body in ten drops: slow headers and a slow body at once. */
function drip(res: ServerResponse, { status, headers, body }: Answer, overMs: number): void {
  const bytes = Buffer.from(body)
  const size = Math.max(1, Math.ceil(bytes.length / drops))
  const pauseMs = (overMs * 2) / 3 / drops
  const drop = (at: number) => {
    const rest = at + size
    res.write(bytes.subarray(at, rest))
    later(res, pauseMs, rest < bytes.length ? () => drop(rest) : () => res.end())
  }
  later(res, overMs / 3, () => {
    res.writeHead(status, { ...headers, 'content-length': bytes.length })
    res.flushHeaders()
    drop(0)
  })
}
