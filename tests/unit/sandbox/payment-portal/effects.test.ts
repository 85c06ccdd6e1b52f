import { appendFileSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { openEffectsFile } from '#sandbox/payment-portal/effects.ts'
import { createLedger, restoreLedger, type Refund } from '#sandbox/payment-portal/ledger.ts'
import { temporaryFolder } from '../../../support/temporary-folder.ts'

const openedAtMs = Date.UTC(2026, 10, 23)

const order = (reference: string) => ({
  reference,
  amount: 50_000,
  currency: 'VND',
  issuedAt: '20261123070000',
  description: 'THANH TOAN',
  receipt: { TenDonVi: 'Sở Tư pháp' },
  contentDigest: 'digest',
  transactionId: `GD${reference}`,
  payToken: `token-${reference}`,
  payUrl: `http://pay.example/thanh-toan/${reference}`,
  vietQr: 'qr',
  openedAtMs,
})

const aRefund: Refund = {
  refundReference: 'F1',
  amount: 20_000,
  issuedAt: '20261123080000',
  reason: 'thu thừa',
  contentDigest: 'refund',
  transactionId: 'HT1',
  standing: 'PENDING',
  refusal: undefined,
  atMs: openedAtMs + 9,
}

function booksIn(path: string) {
  const file = openEffectsFile(path)
  const ledger = createLedger(file.note)
  return { file, ledger }
}

const restored = (path: string) => {
  const { past, close } = openEffectsFile(path)
  close()
  const ledger = createLedger()
  return { ledger, unheard: restoreLedger(ledger, past).map(({ reference }) => reference) }
}

describe('the platform’s books on the disk', () => {
  it('cuts off a line torn by a sudden death and keeps those before it', () => {
    const path = join(temporaryFolder(), 'effects')
    const { file, ledger } = booksIn(path)
    ledger.open(order('R1'))
    file.close()
    appendFileSync(path, '{"effect":"paid","reference":"R1","am')
    expect(restored(path).ledger.find('R1')?.standing).toBe('open')
    expect(readFileSync(path, 'utf8')).toMatch(/^[^\n]+\n$/)
  })

  it('gives back every transaction, payment and refund as they stood', () => {
    const path = join(temporaryFolder(), 'effects')
    const { file, ledger } = booksIn(path)
    const transaction = ledger.open(order('R1'))
    ledger.settle(transaction, 'paid', openedAtMs + 5, 'DONGLUA')
    ledger.addRefund(transaction, { ...aRefund })
    const refund = ledger.findRefund('F1')?.refund
    if (refund) ledger.completeRefund(transaction, refund)
    file.close()
    const again = restored(path).ledger
    expect(again.find('R1')).toMatchObject({ standing: 'paid', bank: 'DONGLUA', settledAtMs: openedAtMs + 5 })
    expect(again.findByPayToken('token-R1')?.receipt).toEqual({ TenDonVi: 'Sở Tư pháp' })
    expect(again.findRefund('F1')?.refund).toMatchObject({ standing: 'SUCCESS', amount: 20_000 })
  })

  it('names those whose end the partner has not acknowledged, a late success after a heard failure too', () => {
    const path = join(temporaryFolder(), 'effects')
    const { file, ledger } = booksIn(path)
    const heard = { effect: 'acknowledged', amount: 50_000, atMs: openedAtMs + 6 } as const
    for (const reference of ['R1', 'R2', 'R3']) ledger.settle(ledger.open(order(reference)), 'failed', openedAtMs + 5)
    file.note({ ...heard, reference: 'R1', resultCode: '99' })
    file.note({ ...heard, reference: 'R2', resultCode: '99' })
    const late = ledger.find('R2')
    if (late) ledger.settle(late, 'paid', openedAtMs + 7)
    file.close()
    expect(restored(path).unheard).toEqual(['R3', 'R2'])
  })

  it('forgets what was before a reset', () => {
    const path = join(temporaryFolder(), 'effects')
    const { file, ledger } = booksIn(path)
    ledger.open(order('R1'))
    file.note({ effect: 'reset' })
    ledger.open(order('R2'))
    file.close()
    expect([...restored(path).ledger.all()].map(({ reference }) => reference)).toEqual(['R2'])
  })

  it('writes nothing for what changed nothing', () => {
    const path = join(temporaryFolder(), 'effects')
    const { file, ledger } = booksIn(path)
    const transaction = ledger.open(order('R1'))
    ledger.settle(transaction, 'paid', openedAtMs + 5)
    ledger.settle(transaction, 'paid', openedAtMs + 6)
    ledger.settle(transaction, 'failed', openedAtMs + 7)
    file.close()
    expect(readFileSync(path, 'utf8').trim().split('\n')).toHaveLength(2)
  })
})
