import { describe, expect, it } from 'vitest'
import { GatewayError } from '#domain/errors.ts'
import { CommitConflict } from '#domain/ports/unit-of-work.ts'
import { aRequest } from '../../support/a-request.ts'
import { faults } from '../../support/fake-portal.ts'
import { aClient, anOrder, keyed, paymentHouse, viewOf, type PaymentHouse } from '../../support/payment-house.ts'

const refusal = (promise: Promise<unknown>): Promise<GatewayError> =>
  promise.then(
    () => Promise.reject(new Error('it was not refused')),
    (error: unknown) => error as GatewayError,
  )
const takeOver = (house: PaymentHouse) => house.clock.advance(15_000)
const fine = {
  penaltyTypeCode: 'XP01',
  penaltyTypeName: 'Vi phạm hành chính',
  decidingAgencyCode: 'CA15',
  decidingAgencyName: 'Công an tỉnh',
  treasury: 'KBNN',
  decisionDate: '2026-11-01',
  decisionNumber: '12/QĐ-XPHC',
  violationTime: '08:00 01/11/2026',
  violationPlace: 'Lào Cai',
  violatorName: 'Nguyễn Thị Hoà',
}
const aLine = { code: 'P01', name: 'Phí', kind: 'phi', amount: 1, instalment: 1 } as const

describe('an order that may not be collected', () => {
  it.each([
    ['outside the client’s origins', { returnUrl: 'https://evil.example/return' }, 'return_url_not_allowed'],
    ['for a unit nobody configured', { collectingUnit: 'H99.99' }, 'unknown_collecting_unit'],
    ['that expired a moment ago', { expiresAt: '2026-11-23T02:30:00.000Z' }, 'expiry_not_acceptable'],
    ['that expires in 31 days', { expiresAt: '2026-12-24T02:30:00.001Z' }, 'expiry_not_acceptable'],
    ['with the same obligation twice', { lines: [aLine, aLine] }, 'invalid_request'],
    ['with a fine among fees', { lines: [aLine, { ...aLine, code: 'F', kind: 'fine' }], fine }, 'invalid_request'],
    ['with a fine without its decision', { lines: [{ ...aLine, kind: 'fine' }] }, 'invalid_request'],
    ['with a decision but no fine', { fine }, 'invalid_request'],
  ] as const)('%s is refused before anything is written or sent', async (_, differing, code) => {
    const house = paymentHouse()
    const error = await refusal(house.create(differing))
    expect(error.code).toBe(code)
    expect(error.errors?.[0]?.pointer).toMatch(/^\//)
    expect(house.store.units).toEqual([])
    expect(house.portal.calls.openTransaction).toBe(0)
  })

  it('is answered from its key all the same when it was good once', async () => {
    const house = paymentHouse()
    const expiresAt = '2026-11-23T02:31:00.000Z'
    const first = await house.create({ expiresAt })
    house.clock.advance(120_000)
    expect(await house.create({ expiresAt })).toEqual({ kind: 'replayed', answer: first.answer })
  })

  it('is refused when its unit names a portal that is not configured', async () => {
    const house = paymentHouse()
    const payments = house.restart((deps) => ({ ...deps, portal: () => undefined }))
    const error = await refusal(payments.create(anOrder(), aClient, keyed(anOrder()), aRequest()))
    expect(error.code).toBe('upstream_not_configured')
  })
})

describe('creating a payment', () => {
  it('takes two commits, one call and no reads', async () => {
    const house = paymentHouse()
    await house.create()
    expect(house.store.units).toHaveLength(2)
    expect(house.portal.calls).toMatchObject({ openTransaction: 1, findTransaction: 0 })
    expect(house.store.reads.count).toBe(0)
  })

  it('answers 201 with the payment as api.md writes it, evidence last', async () => {
    const house = paymentHouse()
    const { kind, answer } = await house.create()
    const view = viewOf(answer)
    expect(kind).toBe('created')
    expect(answer).toMatchObject({ status: 201, contentType: 'application/json' })
    expect(Object.keys(view).at(-1)).toBe('evidence')
    const reference = house.portal.inits[0]?.reference ?? ''
    expect(view).toEqual({
      id: expect.stringMatching(/^pay_/) as string,
      reference: 'H38.17-261123-0007:P01',
      state: 'awaiting_payer',
      finished: false,
      outcomeCertain: true,
      amount: 50_000,
      currency: 'VND',
      lines: [{ code: 'P01', name: 'Phí cấp bản sao trích lục hộ tịch', kind: 'phi', amount: 50_000, instalment: 1 }],
      refundable: 0,
      attempt: {
        id: expect.stringMatching(/^att_/) as string,
        state: 'awaiting_payer',
        portalReference: reference,
        payUrl: `https://portal.example/pay/${reference}`,
        expiresAt: '2026-11-24T02:30:00.000Z',
      },
      createdAt: '2026-11-23T02:30:00.000Z',
      livemode: false,
      evidence: expect.any(String) as string,
    })
  })

  it('holds nothing of the payer in its answer or its audit steps', async () => {
    const house = paymentHouse()
    const { answer } = await house.create()
    expect(answer.body).not.toMatch(/Hoà|015185000011/)
    // The request is only ever kept as a salted digest.
    const audited = house.accountability.steps.map((step) => ({
      ...step,
      request: '',
      amountDong: String(step.amountDong),
    }))
    expect(JSON.stringify(audited)).not.toMatch(/Hoà|015185000011/)
  })

  it('has its row durable before the portal hears of it', async () => {
    const house = paymentHouse()
    let unitsAtCall = -1
    const payments = house.restart((deps) => ({
      ...deps,
      portal: () => ({
        ...house.portal,
        port: {
          ...house.portal.port,
          openTransaction: (...call) => {
            unitsAtCall = house.store.units.length
            return house.portal.port.openTransaction(...call)
          },
        },
      }),
    }))
    await payments.create(anOrder(), aClient, keyed(anOrder()), aRequest())
    expect(unitsAtCall).toBe(1)
  })

  it('writes one audit entry with each commit and a gapless story', async () => {
    const house = paymentHouse()
    const { id } = await house.created()
    expect(house.store.units.map(({ entries }) => entries.length)).toEqual([1, 1])
    expect(
      house.accountability.steps.map(({ result, transition }) => [result, transition?.from, transition?.to]),
    ).toEqual([
      ['payment_created', 'none', 'submitting'],
      ['portal_opened', 'submitting', 'awaiting_payer'],
    ])
    const events = await house.payments.events(id, aRequest())
    expect(
      events.map(({ sequence, type, data: { cause, actor, state } }) => [sequence, type, cause, actor, state]),
    ).toEqual([
      [1, 'payment.submitting', 'created', 'client:demo-one-stop', 'submitting'],
      [2, 'payment.awaiting_payer', 'portal_opened', 'portal', 'awaiting_payer'],
    ])
  })

  it('goes on when the client is gone', async () => {
    const house = paymentHouse()
    const request = aRequest({ signal: AbortSignal.abort() })
    const { answer } = await house.payments.create(anOrder(), aClient, keyed(anOrder()), request)
    expect(viewOf(answer).state).toBe('awaiting_payer')
  })

  it('leaves no timer behind', async () => {
    const house = paymentHouse()
    await house.create()
    expect(house.clock.pending).toBe(0)
  })

  it('adds up its lines, fines too', async () => {
    const house = paymentHouse()
    const lines = [
      { ...aLine, kind: 'fine', amount: 999_999_999_998 },
      { ...aLine, kind: 'fine', instalment: 2 },
    ] as const
    expect((await house.created({ lines, fine })).amount).toBe(999_999_999_999)
  })
})

describe('the answer when INIT goes wrong', () => {
  it.each([
    ['did not leave the house', faults.initNotSent, 'submitting', true],
    ['was answered and the answer lost', faults.initLost, 'in_doubt', false],
    ['never arrived, which nobody here can know', faults.initDropped, 'in_doubt', false],
    ['met an inner failure of the portal', faults.initFailed, 'in_doubt', false],
    ['was refused as wrong', faults.initRefused, 'failed', true],
  ] as const)('that %s is 201 all the same', async (_, fault, state, outcomeCertain) => {
    const house = paymentHouse()
    house.portal.faults.push(fault)
    const { answer } = await house.create()
    expect(answer.status).toBe(201)
    expect(viewOf(answer)).toMatchObject({ state, outcomeCertain, finished: state === 'failed' })
    expect(await house.create()).toEqual({ kind: 'replayed', answer })
  })

  it('that did not leave the house has a look due soon', async () => {
    const house = paymentHouse()
    house.portal.faults.push(faults.initNotSent)
    await house.create()
    expect(house.store.all()[0]?.attempt).toMatchObject({
      state: 'submitting',
      checks: 1,
      dueAtMs: house.clock.nowMs() + 10_000,
    })
  })

  it('wakes the job at the first look of the limbo schedule instead of leaving it to the next sweep', async () => {
    const house = paymentHouse()
    house.portal.faults.push(faults.initLost)
    const { id, attempt } = await house.created()
    const job = { kind: 'settle_attempt', tenant: 'lao-cai', paymentId: id, attemptId: attempt.id }
    expect(house.queue).toEqual([{ job, atMs: house.clock.nowMs() + 5_000 }])
  })

  it('leaves the queue alone when all went well: the next look is minutes away', async () => {
    const house = paymentHouse()
    await house.created()
    expect(house.queue).toEqual([])
  })

  it('is doubt when the portal hangs past eight seconds', async () => {
    const house = paymentHouse()
    const payments = house.restart((deps) => ({
      ...deps,
      portal: () => ({
        ...house.portal,
        port: {
          ...house.portal.port,
          openTransaction: (_, { signal }) =>
            new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error))),
        },
      }),
    }))
    const creating = payments.create(anOrder(), aClient, keyed(anOrder()), aRequest())
    await Promise.resolve().then(() => undefined)
    for (let step = 0; step < 20; step += 1) await Promise.resolve()
    house.clock.advance(7_999)
    expect(house.clock.pending).toBe(1)
    house.clock.advance(1)
    expect(viewOf((await creating).answer)).toMatchObject({ state: 'in_doubt', outcomeCertain: false })
  })

  it('is not sent at all by a process that was paused past the deadline', async () => {
    const house = paymentHouse()
    const payments = house.restart((deps) => ({
      ...deps,
      unitOfWork: {
        commit: async (unit) => {
          await deps.unitOfWork.commit(unit)
          house.clock.advance(8_000)
        },
      },
    }))
    const { answer } = await payments.create(anOrder(), aClient, keyed(anOrder()), aRequest())
    expect(viewOf(answer).state).toBe('submitting')
    expect(house.portal.calls.openTransaction).toBe(0)
  })
})

describe('the same Idempotency-Key', () => {
  it('with the same body gives the same bytes and calls nobody', async () => {
    const house = paymentHouse()
    const first = await house.create()
    const again = await house.create()
    expect(again).toEqual({ kind: 'replayed', answer: first.answer })
    expect(house.portal.calls.openTransaction).toBe(1)
  })

  it('with another body is refused', async () => {
    const house = paymentHouse()
    await house.create()
    const error = await refusal(house.create({ procedureName: 'khác' }))
    expect(error.code).toBe('idempotency_key_reused')
  })

  it('of another client is another key', async () => {
    const house = paymentHouse()
    await house.create()
    const input = anOrder({ reference: 'other', dossierCode: 'other' })
    const { scope, fingerprint } = keyed(input)
    const other = { scope: { ...scope, clientId: 'other' }, fingerprint }
    expect((await house.payments.create(input, aClient, other, aRequest())).kind).toBe('created')
  })

  it('while the first request runs is refused with the seconds to wait', async () => {
    const house = paymentHouse()
    const { create, letGo } = withHeldPortal(house)
    const running = create()
    for (let step = 0; step < 20; step += 1) await Promise.resolve()
    const error = await refusal(create())
    expect(error).toMatchObject({ code: 'request_in_progress', retryAfterSeconds: 15 })
    letGo()
    expect((await running).kind).toBe('created')
  })

  it('two hundred times at once has one effect', async () => {
    const house = paymentHouse()
    const outcomes = await Promise.allSettled(Array.from({ length: 200 }, () => house.create()))
    const created = outcomes.filter((outcome) => outcome.status === 'fulfilled' && outcome.value.kind === 'created')
    const refusals = outcomes.filter((outcome) => outcome.status === 'rejected')
    expect(created).toHaveLength(1)
    expect(refusals.every(({ reason }) => (reason as GatewayError).code === 'request_in_progress')).toBe(true)
    expect(house.portal.inits).toHaveLength(1)
    expect(house.store.all()).toHaveLength(1)
  })

  it('after the process died computes the answer from the row, stores it, and gives it again', async () => {
    const house = paymentHouse()
    await dieAfterFirstCommit(house)
    takeOver(house)
    const first = await house.create()
    expect(first.kind).toBe('replayed')
    expect(viewOf(first.answer)).toMatchObject({ state: 'submitting', evidence: expect.any(String) as string })
    expect(await house.create()).toEqual(first)
  })

  it('after the process died shows what became of the payment meanwhile', async () => {
    const house = paymentHouse()
    await dieAfterFirstCommit(house)
    await house.pass(15_000)
    expect(viewOf((await house.create()).answer).state).toBe('awaiting_payer')
  })

  it('answered by a replay while its first process was paused keeps the replay’s bytes, and the pay URL is not lost', async () => {
    const house = paymentHouse()
    const { create, letGo } = withHeldPortal(house)
    const running = create()
    for (let step = 0; step < 20; step += 1) await Promise.resolve()
    house.clock.advance(15_000)
    const answeredByReplay = await house.create()
    letGo()
    const late = await running
    expect(late.answer).toEqual(answeredByReplay.answer)
    expect(house.store.all()[0]?.attempt).toMatchObject({
      state: 'awaiting_payer',
      payUrl: expect.any(String) as string,
    })
  })
})

describe('a reference or an obligation that is taken', () => {
  it.each([
    ['reference_exists', { dossierCode: 'other' }],
    ['obligation_exists', { reference: 'other' }],
  ] as const)('is %s, naming the first one, and the refusal is given again byte for byte', async (code, differing) => {
    const house = paymentHouse()
    const { id } = await house.created()
    const refused = await house.create(differing, 'key-2')
    expect(refused).toMatchObject({ kind: 'created', answer: { status: 409 } })
    expect(JSON.parse(refused.answer.body)).toEqual({ code, existing: id })
    expect(await house.create(differing, 'key-2')).toEqual({ kind: 'replayed', answer: refused.answer })
    expect(house.portal.inits).toHaveLength(1)
    expect(house.store.units.at(-1)?.entries).toHaveLength(1)
  })

  it('stays taken by a key of another day', async () => {
    const house = paymentHouse()
    await house.create()
    house.clock.advance(40 * 86_400_000)
    const { answer } = await house.create({ reference: 'other' }, 'key-2')
    expect(answer.status).toBe(409)
  })

  it('becomes free when the payment failed, though its reference does not', async () => {
    const house = paymentHouse()
    house.portal.faults.push(faults.initRefused)
    await house.create()
    expect((await house.created({ reference: 'other' }, 'key-2')).state).toBe('awaiting_payer')
    expect(JSON.parse((await house.create({ dossierCode: 'other' }, 'key-3')).answer.body)).toMatchObject({
      code: 'reference_exists',
    })
  })

  it('is another obligation in another instalment', async () => {
    const house = paymentHouse()
    await house.create()
    const lines = [{ ...aLine, instalment: 2 }]
    expect((await house.create({ reference: 'other', lines }, 'key-2')).answer.status).toBe(201)
  })
})

describe('a store in trouble', () => {
  it('before anything is durable is a refusal, to be repeated with the same key', async () => {
    const house = paymentHouse()
    house.store.isAway = true
    expect((await refusal(house.create())).code).toBe('storage_unavailable')
    house.store.isAway = false
    expect((await house.created()).state).toBe('awaiting_payer')
    expect(house.portal.inits).toHaveLength(1)
  })

  it('that loses the first commit’s outcome keeps the payment: the repeated key finds it', async () => {
    const house = paymentHouse()
    house.store.commitsToLose = 1
    expect((await refusal(house.create())).code).toBe('storage_unavailable')
    await house.pass(15_000)
    expect(viewOf((await house.create()).answer).state).toBe('awaiting_payer')
    expect(house.portal.transactions.size).toBe(1)
  })

  it('that loses the second commit’s outcome gives the bytes that were stored', async () => {
    const house = paymentHouse()
    let commits = 0
    const payments = house.restart((deps) => ({
      ...deps,
      unitOfWork: {
        commit: async (unit) => {
          commits += 1
          if (commits === 2) house.store.commitsToLose = 1
          return deps.unitOfWork.commit(unit)
        },
      },
    }))
    const creating = payments.create(anOrder(), aClient, keyed(anOrder()), aRequest())
    await waited(house, 200)
    const { answer } = await creating
    expect(viewOf(answer).state).toBe('awaiting_payer')
    expect((await house.create()).answer).toEqual(answer)
    expect(house.store.units).toHaveLength(2)
  })

  it('for longer than patience lasts is answered 201 with what is durable, and no evidence', async () => {
    const house = paymentHouse()
    const { create, letGo } = withHeldPortal(house)
    const creating = create()
    for (let step = 0; step < 20; step += 1) await Promise.resolve()
    house.store.isAway = true
    letGo()
    for (let waits = 0; waits < 60; waits += 1) await waited(house, 200)
    const { answer } = await creating
    expect(answer.status).toBe(201)
    expect(viewOf(answer)).toMatchObject({ state: 'submitting' })
    expect(viewOf(answer).evidence).toBeUndefined()
  })

  it('that lost to another writer is stored all the same, however late it is by then', async () => {
    const house = paymentHouse()
    let commits = 0
    const payments = house.restart((deps) => ({
      ...deps,
      unitOfWork: {
        commit: async (unit) => {
          commits += 1
          if (commits !== 2) return deps.unitOfWork.commit(unit)
          house.clock.advance(60_000)
          throw new CommitConflict('stale')
        },
      },
    }))
    const { answer } = await payments.create(anOrder(), aClient, keyed(anOrder()), aRequest())
    expect(viewOf(answer)).toMatchObject({ state: 'awaiting_payer', evidence: expect.any(String) })
    expect((await house.create()).answer).toEqual(answer)
  })

  it('or a fault of our own, once the row is durable, is answered 201 with what is durable', async () => {
    const house = paymentHouse()
    const accountability = { ...house.accountability, attest: () => Promise.reject(new Error('the key is gone')) }
    const payments = house.restart((deps) => ({ ...deps, accountability }))
    const { answer } = await payments.create(anOrder(), aClient, keyed(anOrder()), aRequest())
    expect(answer.status).toBe(201)
    expect(viewOf(answer)).toMatchObject({ state: 'submitting' })
    await house.pass(15_000)
    expect(viewOf((await house.create()).answer).state).toBe('awaiting_payer')
  })

  it('gives a colliding portal reference another chance with a new one', async () => {
    const house = paymentHouse()
    let refusals = 1
    const payments = house.restart((deps) => ({
      ...deps,
      unitOfWork: {
        commit: (unit) =>
          refusals-- > 0 ? Promise.reject(new CommitConflict('portal_reference')) : deps.unitOfWork.commit(unit),
      },
    }))
    const { answer } = await payments.create(anOrder(), aClient, keyed(anOrder()), aRequest())
    expect(viewOf(answer).state).toBe('awaiting_payer')
  })
})

/** A portal that answers INIT only when told to. */
function withHeldPortal(house: PaymentHouse) {
  let letGo = () => {}
  const held = new Promise<void>((resolve) => (letGo = resolve))
  const payments = house.restart((deps) => ({
    ...deps,
    portal: () => ({
      ...house.portal,
      port: {
        ...house.portal.port,
        openTransaction: async (...call) => {
          await held
          return house.portal.port.openTransaction(...call)
        },
      },
    }),
  }))
  const create = () => payments.create(anOrder(), aClient, keyed(anOrder()), aRequest())
  return { create, letGo: () => letGo() }
}

/** A process that never comes back from its first commit. */
function dieAfterFirstCommit(house: PaymentHouse): Promise<void> {
  return new Promise((dead) => {
    const payments = house.restart((deps) => ({
      ...deps,
      unitOfWork: {
        commit: async (unit) => {
          await deps.unitOfWork.commit(unit)
          dead()
          return new Promise(() => {})
        },
      },
    }))
    void payments.create(anOrder(), aClient, keyed(anOrder()), aRequest())
  })
}

/** Lets everything that can run do so, then moves the clock. */
async function waited(house: PaymentHouse, ms: number): Promise<void> {
  for (let step = 0; step < 40; step += 1) await Promise.resolve()
  house.clock.advance(ms)
}
