/** What every `PaymentPortal` with its codec does, whatever stands behind it. */
import type { PaymentPortal, PortalCodec } from '#domain/ports/payment-portal.ts'
import type { TransactionOrder } from '#domain/portal.ts'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { aCall } from '../../support/a-call.ts'
import { anOrder } from '../../support/an-order.ts'

export interface PortalSubject {
  readonly port: Pick<Required<PaymentPortal>, 'openTransaction' | 'findTransaction'>
  readonly codec: PortalCodec
  /** What the payer does. */
  pay(reference: string): Promise<void>
  fail(reference: string): Promise<void>
  close(): Promise<void>
}

export function paymentPortalContract(name: string, open: () => Promise<PortalSubject>): void {
  describe(`payment portal: ${name}`, () => {
    let subject: PortalSubject
    beforeAll(async () => {
      subject = await open()
    })
    afterAll(() => subject.close())
    const send = (order: TransactionOrder) =>
      subject.port.openTransaction(subject.codec.prepareTransaction(order), aCall())
    const find = (order: TransactionOrder) => subject.port.findTransaction(order, aCall())

    it('prepares the same order as the same bytes', () => {
      const order = anOrder()
      expect(subject.codec.prepareTransaction(order)).toEqual(subject.codec.prepareTransaction({ ...order }))
    })

    it('does not know a reference nobody has opened', async () => {
      expect(await find(anOrder())).toMatchObject({ kind: 'not_found' })
    })

    it('opens a transaction that is pending until somebody pays', async () => {
      const order = anOrder()
      expect(await send(order)).toMatchObject({
        reference: order.reference,
        payUrl: expect.stringMatching(/^https?:\/\//),
      })
      expect(await find(order)).toMatchObject({ kind: 'known', standing: 'pending', currency: 'VND' })
    })

    it('answers the same bytes with the same pay page', async () => {
      const order = anOrder()
      expect(await send(order)).toEqual(await send(order))
    })

    it('says paid with amount and transaction id once it is paid', async () => {
      const order = anOrder()
      await send(order)
      await subject.pay(order.reference)
      expect(await find(order)).toMatchObject({
        kind: 'known',
        standing: 'paid',
        amount: { dong: 50_000n },
        portalTransactionId: expect.stringMatching(/./),
      })
    })

    it('says failed once it failed', async () => {
      const order = anOrder()
      await send(order)
      await subject.fail(order.reference)
      expect(await find(order)).toMatchObject({ kind: 'known', standing: 'failed' })
    })
  })
}
