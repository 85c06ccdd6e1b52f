import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { CallContext } from '#domain/call-context.ts'
import type { Clock } from '#domain/clock.ts'
import { UpstreamError, type Fate, type UpstreamErrorCode } from '#domain/errors.ts'
import { protect, type ProtectOptions, type UpstreamEvent } from '#resilience/protect.ts'

interface Port {
  ask(question: string, call: CallContext): Promise<string>
  pay(order: string, call: CallContext): Promise<string>
}

/** Vitest's fake timers drive this clock and opossum's alike. */
const clock: Clock = {
  nowMs: () => Date.now(),
  monotonicMs: () => Date.now(),
  schedule: (delayMs, task) => {
    const timer = setTimeout(task, delayMs)
    return () => clearTimeout(timer)
  },
}

const failure = (code: UpstreamErrorCode, fate: Fate, retryAfterSeconds?: number): UpstreamError =>
  new UpstreamError(code, 'scripted', {
    upstream: 'payment_portal',
    operation: 'ask',
    fate,
    ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
  })

const hang = (call: CallContext): Promise<never> =>
  new Promise((_, reject) => call.signal.addEventListener('abort', () => reject(call.signal.reason as Error)))

const callWithin = (ms: number): CallContext => ({
  requestId: 'req_1',
  deadlineMs: Date.now() + ms,
  signal: new AbortController().signal,
})

const events: UpstreamEvent[] = []

function guarded(port: Partial<Port>, overrides: Partial<ProtectOptions<Port>> = {}) {
  const whole: Port = { ask: async () => 'yes', pay: async () => 'paid', ...port }
  return protect(whole, {
    system: 'payment_portal',
    policies: {
      ask: { effect: 'read', operationClass: 'ask', attemptTimeoutMs: 1_000, maxAttempts: 3 },
      pay: { effect: 'write', operationClass: 'pay', attemptTimeoutMs: 1_000, maxAttempts: 3 },
    },
    limits: { ask: { maxInFlight: 2, openForMs: 5_000 }, pay: { maxInFlight: 20, openForMs: 5_000 } },
    clock,
    random: () => 0.5,
    observe: (event) => events.push(event),
    ...overrides,
  })
}

beforeEach(() => {
  vi.useFakeTimers()
  events.length = 0
})
afterEach(() => {
  vi.useRealTimers()
})

describe('what a dialect lacks', () => {
  it('is lacking behind the guard as well, and has no class there', () => {
    const lacking: Pick<Port, 'ask'> & Partial<Port> = { ask: async () => 'yes' }
    const { port, guard } = protect<Pick<Port, 'ask'> & Partial<Port>>(lacking, {
      system: 'payment_portal',
      policies: {
        ask: { effect: 'read', operationClass: 'ask', attemptTimeoutMs: 1_000, maxAttempts: 3 },
        pay: { effect: 'write', operationClass: 'pay', attemptTimeoutMs: 1_000, maxAttempts: 3 },
      },
      clock,
      random: () => 0.5,
    })
    expect(Object.keys(port)).toEqual(['ask'])
    expect(guard.health().map(({ operationClass }) => operationClass)).toEqual(['ask'])
    guard.close()
  })
})

describe('deadline', () => {
  it('refuses without calling when no time is left, and says nothing was sent', async () => {
    const ask = vi.fn(async () => 'yes')
    const { port } = guarded({ ask })
    await expect(port.ask('?', callWithin(0))).rejects.toMatchObject({ code: 'upstream_timeout', fate: 'not_sent' })
    expect(ask).not.toHaveBeenCalled()
  })

  it('aborts a hung attempt at its own time-out and leaves its neighbour alone', async () => {
    const { port } = guarded({
      ask: (question, call) =>
        question === 'hang' ? hang(call) : new Promise((resolve) => setTimeout(() => resolve('slow yes'), 1_500)),
    })
    const hung = port.ask('hang', callWithin(1_000)).catch((error: unknown) => error)
    const healthy = guarded({
      ask: () => new Promise((resolve) => setTimeout(() => resolve('slow yes'), 900)),
    }).port.ask('slow', callWithin(5_000))
    await vi.advanceTimersByTimeAsync(1_000)
    expect(await hung).toMatchObject({ code: 'upstream_timeout', fate: 'unknown' })
    await expect(healthy).resolves.toBe('slow yes')
  })

  it('speaks for an adapter that ignores its signal, at most 40 ms late', async () => {
    const { port } = guarded({ pay: () => new Promise(() => {}) })
    const outcome = port.pay('o', callWithin(500)).catch((error: unknown) => error)
    await vi.advanceTimersByTimeAsync(540)
    expect(await outcome).toMatchObject({ code: 'upstream_timeout', fate: 'unknown' })
  })

  it('keeps the fate an adapter reports when it is aborted', async () => {
    const { port } = guarded({
      pay: (_, call) =>
        new Promise((_resolve, reject) =>
          call.signal.addEventListener('abort', () => reject(failure('upstream_timeout', 'not_sent'))),
        ),
    })
    const outcome = port.pay('o', callWithin(500)).catch((error: unknown) => error)
    await vi.advanceTimersByTimeAsync(501)
    expect(await outcome).toMatchObject({ code: 'upstream_timeout', fate: 'not_sent' })
  })
})

describe('bulkhead', () => {
  it('refuses the call over the limit at once, before any work, and frees places afterwards', async () => {
    const ask = vi.fn((_: string, call: CallContext) => hang(call))
    const { port, guard } = guarded({ ask })
    const inFlight = [port.ask('1', callWithin(900)), port.ask('2', callWithin(900))].map((one) => one.catch(() => {}))
    await expect(port.ask('3', callWithin(900))).rejects.toMatchObject({ code: 'upstream_saturated', fate: 'not_sent' })
    expect(ask).toHaveBeenCalledTimes(2)
    expect(guard.health().find(({ operationClass }) => operationClass === 'ask')?.inFlight).toBe(2)
    await vi.advanceTimersByTimeAsync(1_000)
    await Promise.all(inFlight)
    expect(guard.health().every(({ inFlight }) => inFlight === 0)).toBe(true)
  })

  it('gives each operation class places of its own', async () => {
    const { port } = guarded({ ask: (_, call) => hang(call) })
    const hung = [port.ask('1', callWithin(100)), port.ask('2', callWithin(100))].map((one) => one.catch(() => {}))
    await expect(port.pay('o', callWithin(100))).resolves.toBe('paid')
    await vi.advanceTimersByTimeAsync(200)
    await Promise.all(hung)
  })
})

describe('repeats', () => {
  const scripted = (errors: UpstreamError[]) =>
    vi.fn(async () => {
      const next = errors.shift()
      if (next !== undefined) throw next
      return 'done'
    })

  it('repeats a read whose outcome is unknown, with a request id of its own', async () => {
    const seen: string[] = []
    const errors = [failure('upstream_connection_lost', 'unknown')]
    const { port } = guarded({
      ask: async (_, call) => {
        seen.push(call.requestId)
        const next = errors.shift()
        if (next !== undefined) throw next
        return 'done'
      },
    })
    const answer = port.ask('?', callWithin(5_000))
    await vi.advanceTimersByTimeAsync(1_000)
    await expect(answer).resolves.toBe('done')
    expect(seen).toEqual(['req_1', 'req_1.2'])
  })

  it('never repeats a write whose outcome is unknown', async () => {
    const pay = scripted([failure('upstream_timeout', 'unknown')])
    const { port } = guarded({ pay })
    await expect(port.pay('o', callWithin(5_000))).rejects.toMatchObject({ fate: 'unknown' })
    expect(pay).toHaveBeenCalledTimes(1)
  })

  it('repeats a write that was never sent', async () => {
    const pay = scripted([failure('upstream_unavailable', 'not_sent')])
    const { port } = guarded({ pay })
    const answer = port.pay('o', callWithin(5_000))
    await vi.advanceTimersByTimeAsync(1_000)
    await expect(answer).resolves.toBe('done')
  })

  it.each(['upstream_contract_broken', 'upstream_rejected_credentials', 'upstream_quota_exhausted'] as const)(
    'does not repeat after %s',
    async (code) => {
      const ask = scripted([failure(code, 'answered')])
      const { port } = guarded({ ask })
      await expect(port.ask('?', callWithin(5_000))).rejects.toMatchObject({ code })
      expect(ask).toHaveBeenCalledTimes(1)
    },
  )

  it('does not wait for a Retry-After beyond the deadline', async () => {
    const ask = scripted([failure('upstream_failed', 'answered', 60)])
    const { port } = guarded({ ask })
    await expect(port.ask('?', callWithin(5_000))).rejects.toMatchObject({ code: 'upstream_failed' })
    expect(ask).toHaveBeenCalledTimes(1)
  })

  it('spends at most its budget: an outage is not amplified beyond a tenth of the traffic and a small reserve', async () => {
    let sent = 0
    const { port } = guarded(
      {
        ask: async () => {
          sent += 1
          throw failure('upstream_quota_exhausted', 'answered')
        },
        pay: async () => {
          sent += 1
          throw failure('upstream_unavailable', 'not_sent')
        },
      },
      { limits: { pay: { maxInFlight: 500, openForMs: 1 } }, random: () => 0 },
    )
    const calls = 400
    for (let i = 0; i < calls; i += 1) {
      const one = port.pay('o', callWithin(5_000)).catch(() => {})
      await vi.advanceTimersByTimeAsync(2)
      await one
    }
    expect(sent).toBeLessThanOrEqual(calls * 1.1 + 10)
  })
})

describe('breaker', () => {
  const openIt = async (port: Port) => {
    for (let i = 0; i < 12; i += 1) {
      const one = port.pay('o', callWithin(5_000)).catch(() => {})
      await vi.advanceTimersByTimeAsync(1_000)
      await one
    }
  }

  it('opens on unavailability and then refuses without sending', async () => {
    const pay = vi.fn(async () => {
      throw failure('upstream_connection_lost', 'unknown')
    })
    const { port, guard } = guarded({ pay }, { limits: { pay: { maxInFlight: 9, openForMs: 60_000 } } })
    await openIt(port)
    const before = pay.mock.calls.length
    await expect(port.pay('o', callWithin(5_000))).rejects.toMatchObject({
      code: 'upstream_circuit_open',
      fate: 'not_sent',
      retryAfterSeconds: 60,
    })
    expect(pay.mock.calls.length).toBe(before)
    expect(guard.health().find(({ operationClass }) => operationClass === 'pay')?.breaker).toBe('open')
  })

  it.each(['upstream_rejected_request', 'upstream_procedure_not_licensed', 'upstream_quota_exhausted'] as const)(
    'stays closed however often the upstream answers %s',
    async (code) => {
      const { port, guard } = guarded({
        pay: async () => {
          throw failure(code, 'answered')
        },
      })
      await openIt(port)
      expect(guard.health().every(({ breaker }) => breaker === 'closed')).toBe(true)
    },
  )

  it('asks a harmless question before it lets a write through again', async () => {
    const probe = vi.fn(async () => {})
    let healthy = false
    const pay = vi.fn(async () => {
      if (healthy) return 'paid'
      throw failure('upstream_connection_lost', 'unknown')
    })
    const { port } = guarded({ pay }, { probe, limits: { pay: { maxInFlight: 9, openForMs: 20_000 } } })
    await openIt(port)
    const writesBefore = pay.mock.calls.length
    healthy = true
    await vi.advanceTimersByTimeAsync(20_000)
    expect(probe).toHaveBeenCalledTimes(1)
    expect(pay.mock.calls.length).toBe(writesBefore)
    await expect(port.pay('o', callWithin(5_000))).resolves.toBe('paid')
  })

  it('stays open while the probe fails, and probes again later', async () => {
    const probe = vi.fn(async () => {
      throw failure('upstream_unavailable', 'not_sent')
    })
    const { port, guard } = guarded(
      {
        pay: async () => {
          throw failure('upstream_connection_lost', 'unknown')
        },
      },
      { probe, limits: { pay: { maxInFlight: 9, openForMs: 20_000 } } },
    )
    await openIt(port)
    await vi.advanceTimersByTimeAsync(45_000)
    expect(probe.mock.calls.length).toBeGreaterThanOrEqual(2)
    expect(guard.health().find(({ operationClass }) => operationClass === 'pay')?.breaker).toBe('open')
  })
})

describe('what it shows', () => {
  it('reports latency, error share and the last error of each class', async () => {
    const { port, guard } = guarded({
      ask: async (question) => {
        if (question === 'bad') throw failure('upstream_contract_broken', 'answered')
        return 'yes'
      },
    })
    await port.ask('good', callWithin(100))
    await port.ask('bad', callWithin(100)).catch(() => {})
    const ask = guard.health().find(({ operationClass }) => operationClass === 'ask')
    expect(ask).toMatchObject({ errorShare: 0.5, lastErrorCode: 'upstream_contract_broken' })
    expect(
      events.filter(({ kind }) => kind === 'call').map((event) => ('outcome' in event ? event.outcome : '')),
    ).toEqual(['ok', 'upstream_contract_broken'])
  })
})
