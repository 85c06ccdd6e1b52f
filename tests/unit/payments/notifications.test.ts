import { describe, expect, it } from 'vitest'
import { aRequest } from '../../support/a-request.ts'
import { faults } from '../../support/fake-portal.ts'
import { aClient, anOrder, keyed, paymentHouse, viewOf, type PaymentHouse } from '../../support/payment-house.ts'

const connection = 'payment-portal'
const second = 1_000
const day = 86_400_000

async function waiting(): Promise<{ house: PaymentHouse; id: string; reference: string }> {
  const house = paymentHouse()
  const { id, attempt } = await house.created()
  return { house, id, reference: attempt.portalReference }
}
const receive = (house: PaymentHouse, raw: Uint8Array) => house.payments.receiveNotification(connection, raw)
const outcomes = (house: PaymentHouse) =>
  house.accountability.steps.filter(({ action }) => action === 'confirmNotification').map(({ result }) => result)

/** The same gateway, with its portal's port answering some calls in another way. */
const withPort = (house: PaymentHouse, change: Partial<PaymentHouse['portal']['port']>) =>
  house.restart((deps) => ({
    ...deps,
    portal: () => ({ ...house.portal, port: { ...house.portal.port, ...change } }),
  }))

function queuedIn({ queue: [queued] }: PaymentHouse) {
  const job = queued?.job
  if (job?.kind !== 'confirm_notification') throw new Error('no job')
  return job
}

describe('the notification door', () => {
  it('refuses a wrong checksum with MaLoi 07 and keeps nothing of it', async () => {
    const { house, reference } = await waiting()
    const units = house.store.units.length
    const answer = await receive(house, house.portal.notificationOf(reference, { valid: false }))
    expect(answer).toEqual({ kind: 'invalid', body: 'ack:invalid' })
    expect(house.store.units).toHaveLength(units)
    expect(house.queue).toEqual([])
  })

  it('asks the portal to repeat when nothing can be stored', async () => {
    const { house, reference } = await waiting()
    house.store.isAway = true
    expect(await receive(house, house.portal.notificationOf(reference))).toEqual({
      kind: 'try_again',
      body: 'ack:try_again',
    })
    expect(house.queue).toEqual([])
  })

  it('knows no connection that is not configured', async () => {
    const { house, reference } = await waiting()
    const raw = house.portal.notificationOf(reference)
    expect(await house.payments.receiveNotification('other', raw)).toEqual({ kind: 'unknown_connection' })
  })

  it('acknowledges only after the raw bytes are durable, and moves nothing', async () => {
    const { house, id, reference } = await waiting()
    house.portal.pay(reference)
    const raw = house.portal.notificationOf(reference)
    expect(await receive(house, raw)).toEqual({ kind: 'acknowledged', body: 'ack:received' })
    const unit = house.store.units.at(-1)
    expect(unit).toMatchObject({
      entries: [{ kind: 'ipn' }],
      writes: [{ kind: 'notification', row: { raw, reference } }],
    })
    expect(house.state()).toBe('awaiting_payer')
    expect(house.queue).toMatchObject([{ job: { kind: 'confirm_notification' } }])
    expect(await house.payments.events(id, aRequest())).toHaveLength(2)
  })

  it('acknowledges a hundred duplicates at once and keeps one', async () => {
    const { house, reference } = await waiting()
    house.portal.pay(reference)
    const raw = house.portal.notificationOf(reference)
    const answers = await Promise.all(Array.from({ length: 100 }, () => receive(house, raw)))
    expect(new Set(answers.map(({ kind }) => kind))).toEqual(new Set(['acknowledged']))
    expect(house.queue).toHaveLength(1)
    await house.drain()
    expect(house.portal.calls.findTransaction).toBe(1)
  })

  it('recognises a duplicate 400 days later', async () => {
    const { house, reference } = await waiting()
    const raw = house.portal.notificationOf(reference)
    await receive(house, raw)
    house.clock.advance(400 * day)
    const units = house.store.units.length
    expect((await receive(house, raw)).kind).toBe('acknowledged')
    expect(house.store.units).toHaveLength(units)
  })
})

describe('confirming a notification', () => {
  it('asks the portal, then moves the payment, in one commit with the notification’s end', async () => {
    const { house, id, reference } = await waiting()
    house.portal.pay(reference)
    await receive(house, house.portal.notificationOf(reference))
    await house.drain()
    expect(house.store.units.at(-1)?.writes.map(({ kind }) => kind)).toEqual(['attempt_move', 'notification_settled'])
    expect(await house.payments.get(id, aRequest())).toMatchObject({
      state: 'paid',
      finished: true,
      refundable: 50_000,
    })
    const last = (await house.payments.events(id, aRequest())).at(-1)
    expect(last?.data).toMatchObject({
      cause: 'portal_paid',
      actor: 'portal',
      portalRecord: { transactionId: `T${reference}`, answerSha256: 'sha-of-paid' },
    })
  })

  it('does not believe a well-signed notification that QUERY does not confirm', async () => {
    const { house, reference } = await waiting()
    await receive(house, house.portal.notificationOf(reference))
    await house.drain()
    expect(house.state()).toBe('awaiting_payer')
    expect(outcomes(house)).toEqual(['handed_over'])
  })

  it('goes on asking from the quick end of the schedule when QUERY lags behind', async () => {
    const { house, reference } = await waiting()
    await receive(house, house.portal.notificationOf(reference))
    await house.drain()
    house.portal.pay(reference)
    await house.pass(5 * second)
    expect(house.state()).toBe('paid')
  })

  it('does not look at the amount the notification names, but at the portal’s', async () => {
    const { house, reference } = await waiting()
    house.portal.pay(reference, 1n)
    await receive(house, house.portal.notificationOf(reference, { amount: '50000' }))
    await house.drain()
    expect(house.state()).toBe('mismatch')
  })

  it('hands over to the attempt’s schedule when the portal cannot be asked', async () => {
    const { house, reference } = await waiting()
    house.portal.pay(reference)
    house.portal.standing = faults.queryFails
    await receive(house, house.portal.notificationOf(reference))
    await house.drain()
    expect(outcomes(house)).toEqual(['handed_over'])
    house.portal.standing = undefined
    await house.pass(5 * second)
    expect(house.state()).toBe('paid')
  })

  it('keeps one for a reference nobody knows in suspense', async () => {
    const { house } = await waiting()
    const answer = await receive(house, house.portal.notificationOf('ZZZZZZZZZZZZZZZZZZZZ'))
    expect(answer.kind).toBe('acknowledged')
    await house.drain()
    expect(outcomes(house)).toEqual(['suspense'])
    expect(house.portal.calls.findTransaction).toBe(0)
    await house.pass(second)
    expect(outcomes(house)).toEqual(['suspense'])
  })

  it('asks nobody about a payment that is paid', async () => {
    const { house, reference } = await waiting()
    house.portal.pay(reference)
    await receive(house, house.portal.notificationOf(reference))
    await house.drain()
    await receive(house, house.portal.notificationOf(reference, { again: true }))
    await house.drain()
    expect(outcomes(house)).toEqual(['portal_paid', 'already_paid'])
    expect(house.portal.calls.findTransaction).toBe(1)
  })

  it('says so when a paid payment is notified with another transaction', async () => {
    const { house, reference } = await waiting()
    house.portal.pay(reference)
    await receive(house, house.portal.notificationOf(reference))
    await receive(house, house.portal.notificationOf(reference, { transactionId: 'T-other' }))
    await house.drain()
    expect(outcomes(house)).toEqual(['portal_paid', 'second_transaction'])
    expect(house.state()).toBe('paid')
    expect(house.store.allCases()).toMatchObject([
      { kind: 'double_charge', details: { portalTransactionId: `T${reference}`, otherTransactionId: 'T-other' } },
    ])
  })

  it('before the answer to INIT pays the payment, and the answer to INIT then says so', async () => {
    const house = paymentHouse()
    const payments = withPort(house, {
      openTransaction: async (prepared, call) => {
        const answer = await house.portal.port.openTransaction(prepared, call)
        house.portal.pay(prepared.reference)
        await receive(house, house.portal.notificationOf(prepared.reference))
        await house.drain()
        return answer
      },
    })
    const { answer } = await payments.create(anOrder(), aClient, keyed(anOrder()), aRequest())
    expect(viewOf(answer)).toMatchObject({ state: 'paid', finished: true, evidence: expect.any(String) as string })
    const events = await house.payments.events(viewOf(answer).id, aRequest())
    expect(events.map(({ sequence, data }) => [sequence, data.state])).toEqual([
      [1, 'submitting'],
      [2, 'paid'],
    ])
  })

  it('is confirmed anew at once when the answer to INIT was written while the portal was asked', async () => {
    const house = paymentHouse()
    const asking = Promise.withResolvers<undefined>()
    const writing = Promise.withResolvers<undefined>()
    let confirming: Promise<void> | undefined
    const payments: PaymentHouse['payments'] = withPort(house, {
      openTransaction: async (prepared, call) => {
        const answer = await house.portal.port.openTransaction(prepared, call)
        house.portal.pay(prepared.reference)
        await receive(house, house.portal.notificationOf(prepared.reference))
        confirming = payments.confirmNotification(queuedIn(house))
        await asking.promise
        return answer
      },
      findTransaction: async (...asked) => {
        asking.resolve(undefined)
        await writing.promise
        return house.portal.port.findTransaction(...asked)
      },
    })
    const { answer } = await payments.create(anOrder(), aClient, keyed(anOrder()), aRequest())
    expect(viewOf(answer)).toMatchObject({ state: 'awaiting_payer' })
    writing.resolve(undefined)
    await confirming
    expect(house.state()).toBe('paid')
    expect(house.store.units.at(-1)?.writes.map(({ kind }) => kind)).toEqual(['attempt_move', 'notification_settled'])
  })

  it('thirty days late corrects a failed payment to paid, citing the portal', async () => {
    const { house, id, reference } = await waiting()
    house.portal.fail(reference)
    await receive(house, house.portal.notificationOf(reference))
    await house.drain()
    expect(house.state()).toBe('failed')
    house.clock.advance(30 * day)
    house.portal.pay(reference)
    await receive(house, house.portal.notificationOf(reference, { late: true }))
    await house.drain()
    expect(house.state()).toBe('paid')
    expect((await house.payments.events(id, aRequest())).at(-1)).toMatchObject({
      type: 'payment.corrected',
      data: { from: 'failed', to: 'paid', cause: 'paid_late', portalRecord: { transactionId: `T${reference}` } },
    })
  })

  it('late is followed up even when QUERY lags behind a payment that had failed', async () => {
    const { house, reference } = await waiting()
    house.portal.fail(reference)
    await house.pass(600 * second)
    house.portal.transactions.delete(reference)
    await receive(house, house.portal.notificationOf(reference))
    await house.drain()
    expect(outcomes(house)).toEqual(['handed_over'])
    house.portal.transactions.set(reference, { body: '', amount: 50_000n, standing: 'paid' })
    await house.pass(5 * second)
    expect(house.state()).toBe('paid')
  })

  it('of a second charge for an obligation collected elsewhere is recorded as paid, and the lock stays where it is', async () => {
    const { house, id, reference } = await waiting()
    house.portal.fail(reference)
    await house.pass(600 * second)
    const other = await house.created({ reference: 'other' }, 'key-2')
    house.portal.pay(reference)
    await receive(house, house.portal.notificationOf(reference))
    await house.drain()
    expect((await house.payments.get(id, aRequest())).state).toBe('paid')
    expect((await house.payments.get(other.id, aRequest())).state).toBe('awaiting_payer')
    expect(house.accountability.steps.map(({ result }) => result)).toContain('paid_late_obligation_taken')
    expect(house.store.allCases()).toMatchObject([{ kind: 'obligation_paid_twice', paymentId: id }])
    const third = await house.create({ reference: 'third' }, 'key-3')
    expect(JSON.parse(third.answer.body)).toMatchObject({ code: 'obligation_exists', existing: other.id })
  })

  it('says failed again of a failed payment, to no effect', async () => {
    const { house, reference } = await waiting()
    house.portal.fail(reference)
    await house.pass(600 * second)
    await receive(house, house.portal.notificationOf(reference))
    await house.drain()
    expect(outcomes(house)).toEqual(['no_effect'])
    expect(house.store.all()[0]?.attempt.dueAtMs).toBeUndefined()
  })

  it('lost from the queue is found by the sweep', async () => {
    const { house, reference } = await waiting()
    house.portal.pay(reference)
    await receive(house, house.portal.notificationOf(reference))
    house.queue.length = 0
    await house.pass(second)
    expect(house.state()).toBe('paid')
  })

  it('run twice at once moves the payment once', async () => {
    const { house, id, reference } = await waiting()
    house.portal.pay(reference)
    await receive(house, house.portal.notificationOf(reference))
    const job = queuedIn(house)
    await Promise.all([house.payments.confirmNotification(job), house.payments.confirmNotification(job)])
    expect(await house.payments.events(id, aRequest())).toHaveLength(3)
  })
})
