import { describe, expect, it } from 'vitest'
import { applyOutcome, standingAt, validityMs } from '#sandbox/paying/standing.ts'
import { createLedger, statusCode } from '#sandbox/payment-portal/ledger.ts'

const openedAtMs = Date.UTC(2026, 10, 23)

function aTransaction() {
  const ledger = createLedger()
  const transaction = ledger.open({
    reference: 'R1',
    amount: 50_000,
    currency: 'VND',
    issuedAt: '20261123070000',
    description: 'THANH TOAN',
    receipt: {},
    contentDigest: 'digest',
    transactionId: 'GD1',
    payToken: 'token',
    payUrl: 'http://pay.example/thanh-toan/token',
    vietQr: 'qr',
    openedAtMs,
  })
  return { ledger, transaction }
}

describe('the platform’s ledger', () => {
  it('fails an unpaid transaction exactly when its validity ends, not a millisecond before', () => {
    const { transaction } = aTransaction()
    expect(standingAt(transaction, openedAtMs + validityMs - 1)).toBe('open')
    expect(standingAt(transaction, openedAtMs + validityMs)).toBe('failed')
    expect(statusCode('failed')).toBe('4')
    expect(transaction.history.at(-1)).toEqual({ atMs: openedAtMs + validityMs, event: 'expired' })
  })

  it('never fails one a bank is still working on', () => {
    const { transaction } = aTransaction()
    expect(applyOutcome(transaction, 'pending', openedAtMs + 1)).toBe('pending')
    expect(statusCode(standingAt(transaction, openedAtMs + 30 * validityMs))).toBe('3')
  })

  it('takes a success that comes after a failure', () => {
    const { transaction } = aTransaction()
    applyOutcome(transaction, 'failed', openedAtMs + 1)
    expect(applyOutcome(transaction, 'paid', openedAtMs + 2)).toBe('settled')
    expect(transaction.settledAtMs).toBe(openedAtMs + 2)
  })

  it.each(['failed', 'pending'] as const)('never lets a paid one become %s', (outcome) => {
    const { transaction } = aTransaction()
    applyOutcome(transaction, 'paid', openedAtMs + 1, 'DONGLUA')
    expect(applyOutcome(transaction, outcome, openedAtMs + 2)).toBe('impossible')
    expect(transaction).toMatchObject({ standing: 'paid', bank: 'DONGLUA', settledAtMs: openedAtMs + 1 })
  })

  it('says unchanged when the same thing happens twice', () => {
    const { transaction } = aTransaction()
    applyOutcome(transaction, 'paid', openedAtMs + 1)
    expect(applyOutcome(transaction, 'paid', openedAtMs + 2)).toBe('unchanged')
  })

  it('forgets everything when cleared', () => {
    const { ledger } = aTransaction()
    ledger.clear()
    expect(ledger.find('R1')).toBeUndefined()
    expect(ledger.findByPayToken('token')).toBeUndefined()
    expect([...ledger.all()]).toEqual([])
  })
})
