import { afterEach, describe, expect, it } from 'vitest'
import { createMetrics } from '#observability/metrics.ts'
import { startOperationsServer, type OperationsServer } from '#observability/operations-server.ts'
import { silentLog } from '../../support/silent-log.ts'

describe('the numbers', () => {
  it('count requests by operation and class of status', async () => {
    const metrics = createMetrics()
    metrics.requestFinished('verifyIdentity', 200, 12)
    metrics.requestFinished('verifyIdentity', 204, 30)
    metrics.requestFinished('verifyIdentity', 503, 1)
    const { text } = await metrics.exposition()
    expect(text).toContain('lienthong_request_duration_seconds_count{operation="verifyIdentity",status_class="2xx"} 2')
    expect(text).toContain('lienthong_request_duration_seconds_count{operation="verifyIdentity",status_class="5xx"} 1')
    expect(text).toContain(
      'lienthong_request_duration_seconds_bucket{le="0.025",operation="verifyIdentity",status_class="2xx"} 1',
    )
  })

  it('show calls, repeats and the one present state of a breaker', async () => {
    const metrics = createMetrics()
    const call = { kind: 'call', system: 'population', operation: 'findPerson', outcome: 'ok', durationMs: 5 } as const
    metrics.upstreamEvent({ ...call, attempts: 1 })
    metrics.upstreamEvent({ ...call, attempts: 3 })
    const breaker = { kind: 'breaker', system: 'population', operationClass: 'lookup' } as const
    metrics.upstreamEvent({ ...breaker, state: 'open' })
    metrics.upstreamEvent({ ...breaker, state: 'half_open' })
    const { text } = await metrics.exposition()
    expect(text).toContain(
      'lienthong_upstream_call_duration_seconds_count{system="population",operation="findPerson",outcome="ok"} 2',
    )
    expect(text).toContain('lienthong_upstream_repeats_total{system="population",operation="findPerson"} 2')
    const states = [...text.matchAll(/^lienthong_breaker_state\{.*state="(\w+)"\} (\d)$/gm)].map(([, state, value]) => [
      state,
      value,
    ])
    expect(states).toEqual([
      ['closed', '0'],
      ['half_open', '1'],
      ['open', '0'],
    ])
  })

  it('show commits, jobs and notifications', async () => {
    const metrics = createMetrics()
    metrics.commitFinished(16, 3)
    metrics.commitQueue(4)
    metrics.jobFinished('settle_attempt', 'failed')
    metrics.notification('invalid')
    const { text } = await metrics.exposition()
    expect(text).toContain('lienthong_commit_batch_units_sum 16')
    expect(text).toContain('lienthong_commit_queue_units 4')
    expect(text).toContain('lienthong_jobs_total{kind="settle_attempt",outcome="failed"} 1')
    expect(text).toContain('lienthong_notifications_total{outcome="invalid"} 1')
  })

  it('are named as promtool wants them: only counters end in _total', async () => {
    const { text } = await createMetrics().exposition()
    const types = [...text.matchAll(/^# TYPE (\S+) (\w+)$/gm)]
    expect(types.length).toBeGreaterThan(10)
    for (const [, name = '', type] of types) expect([name, type === 'counter']).toEqual([name, name.endsWith('_total')])
  })
})

describe('the operators’ door', () => {
  let server: OperationsServer | undefined
  afterEach(() => server?.close())

  it('serves metrics and liveness and nothing else', async () => {
    server = await startOperationsServer({ port: 0, metrics: createMetrics(), log: silentLog })
    const get = (path: string, init?: RequestInit) => fetch(`http://127.0.0.1:${server?.port}${path}`, init)
    const metrics = await get('/metrics')
    expect(metrics.headers.get('content-type')).toContain('text/plain')
    expect(await metrics.text()).toContain('lienthong_request_duration_seconds')
    expect((await get('/livez')).status).toBe(200)
    expect((await get('/v1/upstreams')).status).toBe(404)
    expect((await get('/metrics', { method: 'POST' })).status).toBe(405)
  })

  it('says 500 when the numbers cannot be written', async () => {
    const metrics = { ...createMetrics(), exposition: () => Promise.reject(new Error('broken')) }
    server = await startOperationsServer({ port: 0, metrics, log: silentLog })
    expect((await fetch(`http://127.0.0.1:${server.port}/metrics`)).status).toBe(500)
  })
})
