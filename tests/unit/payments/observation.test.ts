import { describe, expect, it } from 'vitest'
import { UpstreamError, type Fate, type UpstreamErrorCode } from '#domain/errors.ts'
import { openingTrouble } from '#payments/observation.ts'

const trouble = (code: UpstreamErrorCode, fate: Fate) =>
  openingTrouble(new UpstreamError(code, 'x', { upstream: 'payment_portal', operation: 'openTransaction', fate }), true)

const codes = [
  'upstream_unavailable',
  'upstream_circuit_open',
  'upstream_saturated',
  'upstream_timeout',
  'upstream_connection_lost',
  'upstream_failed',
  'upstream_contract_broken',
  'upstream_rejected_credentials',
  'upstream_procedure_not_licensed',
  'upstream_officer_not_authorised',
  'upstream_rejected_request',
  'upstream_quota_exhausted',
] as const satisfies readonly UpstreamErrorCode[]

describe('trouble with INIT', () => {
  it.each(codes)('%s of unknown fate is a lost answer', (code) => {
    expect(trouble(code, 'unknown')).toEqual({ kind: 'open_lost' })
  })

  it.each(codes)('%s that left nothing out of the house is not sent', (code) => {
    expect(trouble(code, 'not_sent')).toEqual({ kind: 'open_not_sent' })
  })

  it.each(codes)('%s that was answered is a refusal only where the portal turned it away before any work', (code) => {
    const expected =
      code === 'upstream_rejected_request' || code === 'upstream_rejected_credentials'
        ? { kind: 'open_refused', isFirst: true }
        : { kind: code === 'upstream_quota_exhausted' ? 'open_not_sent' : 'open_lost' }
    expect(trouble(code, 'answered')).toEqual(expected)
  })

  it('a fault of our own is a lost answer, for nobody knows when it struck', () => {
    expect(openingTrouble(new TypeError('x'), true)).toEqual({ kind: 'open_lost' })
  })
})
