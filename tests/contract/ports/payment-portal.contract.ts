/** What every `PaymentPortal` with its codec does, whatever stands behind it, and what those that can be asked say. */
import type { PaymentPortal, PortalCodec } from '#domain/ports/payment-portal.ts'
import type { TransactionOrder } from '#domain/portal.ts'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { aCall } from '../../support/a-call.ts'
import { anOrder } from '../../support/an-order.ts'

interface PortalSubject {
  readonly port: Pick<PaymentPortal, 'openTransaction'>
  readonly codec: PortalCodec
  close(): Promise<void>
}

interface AskableSubject extends PortalSubject {
  readonly port: Pick<Required<PaymentPortal>, 'openTransaction' | 'findTransaction' | 'fetchBill'>
  /** What the payer does. */
  pay(reference: string): Promise<void>
  fail(reference: string): Promise<void>
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

    it('prepares the same order as the same bytes', () => {
      const order = anOrder()
      expect(subject.codec.prepareTransaction(order)).toEqual(subject.codec.prepareTransaction({ ...order }))
    })

    it('opens a transaction and says where it is paid', async () => {
      const order = anOrder()
      expect(await send(order)).toMatchObject({
        reference: order.reference,
        payUrl: expect.stringMatching(/^https?:\/\//),
      })
    })

    it('answers the same bytes with the same pay page', async () => {
      const order = anOrder()
      expect(await send(order)).toEqual(await send(order))
    })

    it('gives two transactions of one dossier two pay pages', async () => {
      expect((await send(anOrder())).payUrl).not.toBe((await send(anOrder())).payUrl)
    })
  })
}

export function askablePortalContract(name: string, open: () => Promise<AskableSubject>): void {
  paymentPortalContract(name, open)
  describe(`payment portal that can be asked: ${name}`, () => {
    let subject: AskableSubject
    beforeAll(async () => {
      subject = await open()
    })
    afterAll(() => subject.close())
    const send = (order: TransactionOrder) =>
      subject.port.openTransaction(subject.codec.prepareTransaction(order), aCall())
    const find = (order: TransactionOrder) => subject.port.findTransaction(order, aCall())

    it('does not know a reference nobody has opened', async () => {
      expect(await find(anOrder())).toMatchObject({ kind: 'not_found' })
    })

    it('says that a transaction is pending until somebody pays', async () => {
      const order = anOrder()
      await send(order)
      expect(await find(order)).toMatchObject({ kind: 'known', standing: 'pending', currency: 'VND' })
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

    it('has a bill for what is paid, and says that there is none for what is not', async () => {
      const order = anOrder()
      await send(order)
      expect(await subject.port.fetchBill(order, aCall())).toEqual({ kind: 'not_paid' })
      await subject.pay(order.reference)
      const bill = await subject.port.fetchBill(order, aCall())
      expect(bill.kind === 'issued' && Buffer.from(bill.pdf).subarray(0, 5).toString()).toBe('%PDF-')
    })

    it('says failed once it failed', async () => {
      const order = anOrder()
      await send(order)
      await subject.fail(order.reference)
      expect(await find(order)).toMatchObject({ kind: 'known', standing: 'failed' })
    })
  })
}
