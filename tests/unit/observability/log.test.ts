import { describe, expect, it } from 'vitest'
import { GatewayError, UpstreamError } from '#domain/errors.ts'
import { createLog } from '#observability/log.ts'

function written() {
  const lines: string[] = []
  const log = createLog({ level: 'debug', destination: { write: (line: string) => void lines.push(line) } })
  return { log, lines, last: () => JSON.parse(lines.at(-1) ?? '') as Record<string, unknown> }
}

describe('a log line', () => {
  it('drops every field that is not on the list', () => {
    const { log, lines, last } = written()
    log.info(
      {
        operation: 'verifyIdentity',
        fullName: 'Nguyễn Thị Hoà',
        body: '{}',
        url: '/x',
        authorization: 'Bearer x',
        headers: {},
      },
      'request answered',
    )
    expect(Object.keys(last()).toSorted()).toEqual(['level', 'msg', 'operation', 'time'])
    expect(lines[0]).not.toContain('Hoà')
  })

  it('drops objects and arrays even under a known name', () => {
    const { log, last } = written()
    log.info({ reason: { name: 'Hoà' }, kind: ['Hoà'], status: 200 }, 'x')
    expect(last()).not.toHaveProperty('reason')
    expect(last()).not.toHaveProperty('kind')
    expect(last()['status']).toBe(200)
  })

  it('stays one line and looks like what it is, whatever a value holds', () => {
    const { log, lines, last } = written()
    log.warn({ code: 'a\r\nb\u001b[31m\u2028\u202e\u200b' }, 'text\nforged')
    expect(lines).toHaveLength(1)
    for (const character of '\r\n\u001b\u2028\u202e\u200b') expect(lines[0]?.trimEnd()).not.toContain(character)
    expect(last()['code']).toBe('a\\u{d}\\u{a}b\\u{1b}[31m\\u{2028}\\u{202e}\\u{200b}')
    expect(last()['msg']).toBe('text\\u{a}forged')
  })

  it('cuts what is too long to be ours', () => {
    const { log, last } = written()
    log.info({ reason: 'x'.repeat(10_000) }, 'x')
    expect(String(last()['reason']).length).toBeLessThan(300)
  })
})

describe('an error in a line', () => {
  it('keeps code and message when it is ours, with its cause', () => {
    const { log, last } = written()
    const cause = new UpstreamError('upstream_timeout', 'no answer within 8000 ms', {
      upstream: 'population',
      operation: 'findPerson',
      fate: 'unknown',
    })
    log.error({ error: new GatewayError('internal_error', 'gave up', { cause }) }, 'x')
    expect(last()['error']).toMatchObject({
      name: 'GatewayError',
      code: 'internal_error',
      message: 'gave up',
      cause: { name: 'UpstreamError', code: 'upstream_timeout', message: 'no answer within 8000 ms' },
    })
  })

  it('tells only class, code and places of anybody else’s, for its message may quote a citizen', () => {
    const { log, lines, last } = written()
    const foreign = Object.assign(new TypeError('duplicate key (Nguyễn Thị Hoà, 015185000011)'), {
      code: '23505',
      detail: 'Key (full_name)=(Nguyễn Thị Hoà)',
    })
    log.error({ error: foreign }, 'x')
    expect(last()['error']).toMatchObject({ name: 'TypeError', code: '23505' })
    expect((last()['error'] as { at: string[] }).at[0]).toMatch(/log\.test\.ts:\d+:\d+$/)
    expect(lines[0]).not.toMatch(/Hoà|015185000011/)
  })

  it('survives what is no error, and causes without end', () => {
    const { log, last } = written()
    const circle = new Error('x') as Error & { cause: unknown }
    circle.cause = circle
    log.error({ error: circle }, 'x')
    log.error({ error: 'text' }, 'x')
    expect(last()['error']).toEqual({ name: 'string' })
  })
})
