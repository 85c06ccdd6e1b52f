import { describe, expect, it } from 'vitest'
import type { TransactionStanding } from '#domain/portal.ts'
import { CommitConflict } from '#domain/ports/unit-of-work.ts'
import { record } from '#payments/record.ts'
import { aPayment, standing } from '../../support/a-payment.ts'
import { fakeAccountability } from '../../support/fake-accountability.ts'
import { manualClock } from '../../support/manual-clock.ts'
import { recordingUnitOfWork } from '../../support/recording-unit-of-work.ts'
import { sequentialIds } from '../../support/sequential-ids.ts'

function recorder() {
  const unitOfWork = recordingUnitOfWork()
  const jobs = { enqueue: async () => undefined }
  const deps = {
    unitOfWork,
    accountability: fakeAccountability(),
    cases: { open: () => [] },
    jobs,
    clock: manualClock(),
    ids: sequentialIds(),
  }
  const see = (payment: ReturnType<typeof aPayment>, seen: TransactionStanding) =>
    record(deps, payment, seen, { action: 'settleAttempt', startedMs: 0 })
  return { unitOfWork, see }
}

describe('a former attempt that is paid beside a live one', () => {
  const former = aPayment({ state: 'failed', version: 3 })

  it('is laid in suspense by the commit that says nothing is left to ask', async () => {
    const { unitOfWork, see } = recorder()
    unitOfWork.failures.push(new CommitConflict('live_attempt'))
    expect(await see(former, standing('paid'))).toEqual({ kind: 'paid_besides' })
    expect(unitOfWork.committed).toMatchObject([
      {
        writes: [
          { kind: 'posting', posting: { kind: 'paid_besides', cites: former.attempt.portalReference } },
          { kind: 'attempt_schedule', schedule: { expected: { state: 'failed', version: 3 }, dueAtMs: null } },
        ],
      },
    ])
  })

  it('is looked at again when it moved meanwhile: the live one may have died, and this one may be paid', async () => {
    const { unitOfWork, see } = recorder()
    unitOfWork.failures.push(new CommitConflict('live_attempt'), new CommitConflict('stale'))
    expect(await see(former, standing('paid'))).toEqual({ kind: 'outrun' })
    expect(unitOfWork.committed).toEqual([])
  })
})

describe('a second transaction of a paid attempt', () => {
  const paid = aPayment({ state: 'paid', version: 3, portalTransactionId: 'T1' })
  const second = (currency: string) => ({ ...standing('paid', { dong: 40_000n, currency }), portalTransactionId: 'T2' })
  const posted = async (currency: string) => {
    const { unitOfWork, see } = recorder()
    await see(paid, second(currency))
    return unitOfWork.committed[0]?.writes
  }

  it('is laid in suspense as much as the portal took', async () => {
    expect(await posted('VND')).toMatchObject([
      { kind: 'posting', posting: { kind: 'double_charge', otherTransaction: 'T2', amount: { dong: 40_000n } } },
    ])
  })

  it('is told, and not posted, where it is no đồng', async () => {
    expect(await posted('USD')).toEqual([])
  })
})
