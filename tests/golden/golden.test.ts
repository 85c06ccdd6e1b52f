/**
 * The wire, frozen: <system>/<operation>/<case>/ holds what a use case asks (input.json), what goes out (request.*), what
 * comes back (response.*) and what the port says (output.json). `GOLDEN_UPDATE=1` rewrites request and output; read the
 * difference before you commit it.
 */
import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { UpstreamError } from '#domain/errors.ts'
import { answering, type WrittenAnswer } from '../support/recorded-http.ts'
import { wire, type GoldenInput } from './wire.ts'

const root = fileURLToPath(new URL('.', import.meta.url))
const folders = (path: string) =>
  readdirSync(`${root}/${path}`, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
const cases = folders('').flatMap((system) =>
  folders(system).flatMap((operation) =>
    folders(`${system}/${operation}`).map((name) => ({ system, operation, name })),
  ),
)

describe('on the wire', () => {
  it('every port operation is frozen at least once', () => {
    expect(new Set(cases.map(({ system, operation }) => `${system}/${operation}`))).toEqual(new Set(Object.keys(wire)))
  })

  it.each(cases)('$system $operation: $name', async ({ system, operation, name }) => {
    const folder = `${root}/${system}/${operation}/${name}`
    const input = JSON.parse(readFileSync(`${folder}/input.json`, 'utf8')) as GoldenInput
    const http = answering(responseIn(folder, input))
    const output = await outcomeOf(wire[`${system}/${operation}`]?.(input, http))
    const [request] = http.sent
    if (request !== undefined) {
      const { headers, target, query } = request
      const head = { method: request.method, path: target.path + (query ?? ''), headers }
      same(`${folder}/request.http.json`, `${JSON.stringify(head, null, 2)}\n`)
      if (request.body !== undefined)
        same(`${folder}/request.${system === 'population' ? 'xml' : 'json'}`, `${request.body}\n`)
    }
    same(`${folder}/output.json`, `${JSON.stringify(output, bigintAsText, 2)}\n`)
  })
})

/** `response.xml`, `response.json`, `response.html` or `response.pdf`, whichever is there. */
function responseIn(folder: string, { response }: GoldenInput): WrittenAnswer {
  const types = { xml: 'text/xml; charset=utf-8', json: 'application/json', html: 'text/html', pdf: 'application/pdf' }
  const [kind, contentType] =
    Object.entries(types).find(([extension]) => existsSync(`${folder}/response.${extension}`)) ?? []
  const body = kind === undefined ? '' : readFileSync(`${folder}/response.${kind}`)
  return { body, ...(contentType !== undefined && { contentType }), ...response }
}

async function outcomeOf(call: Promise<unknown> | undefined): Promise<unknown> {
  try {
    return await call
  } catch (error) {
    if (!(error instanceof UpstreamError)) throw error
    const { code, message, upstream, operation, fate, upstreamCode, retryAfterSeconds } = error
    return { error: { code, message, upstream, operation, fate, upstreamCode, retryAfterSeconds } }
  }
}

const bigintAsText = (_key: string, value: unknown) => (typeof value === 'bigint' ? String(value) : value)

function same(file: string, actual: string): void {
  if (process.env['GOLDEN_UPDATE'] === '1') writeFileSync(file, actual)
  expect(actual).toBe(readFileSync(file, 'utf8'))
}
