import { describe, expect, it } from 'vitest'
import { attemptStates, type Attempt, type AttemptState } from '#domain/payment.ts'
import { alertedOutlook, decide, notFoundWindowMs, type Decision } from '#payments/decide.ts'
import type { Observation } from '#payments/observation.ts'
import { aPayment, noon, notFound, standing } from '../../support/a-payment.ts'

const opened: Observation = { kind: 'opened', payUrl: 'https://portal.example/pay/1', vietQr: 'QR' }
const refused: Observation = { kind: 'open_refused', isFirst: true }
const refusedAgain: Observation = { kind: 'open_refused', isFirst: false }
const notSent: Observation = { kind: 'open_not_sent' }
const lost: Observation = { kind: 'open_lost' }
const unasked: Observation = { kind: 'unasked' }

const second = 1_000
const minute = 60 * second
const day = 24 * 60 * minute

interface Given extends Partial<Attempt> {
  readonly state: AttemptState
}
const given = (attempt: Given) => ({
  when: (seen: Observation, nowMs = noon) => decide(aPayment({ dueAtMs: noon, ...attempt }), seen, nowMs),
})
/** `kind`, or for a move where it goes and why. */
const brief = (decision: Decision) =>
  decision.kind === 'move' ? `${decision.row.to} by ${decision.row.correction ?? decision.row.on}` : decision.kind
const payUrl = 'https://portal.example/pay/1'

describe('what each observation does in each state', () => {
  const live = ['submitting', 'awaiting_payer', 'in_doubt', 'cancelling', 'mismatch'] as const
  const observations: Readonly<Record<string, Observation>> = {
    opened,
    refused,
    refusedAgain,
    notSent,
    lost,
    unasked,
    notFound,
    pending: standing('pending'),
    paid: standing('paid'),
    paidOther: standing('paid', { dong: 49_999n }),
    failed: standing('failed'),
  }
  const dead = {
    // INIT reached the portal for a dead attempt: it may be paid, so it is watched.
    opened: 'wait',
    lost: 'wait',
    refused: 'rest',
    refusedAgain: 'rest',
    notSent: 'rest',
    unasked: 'rest',
    notFound: 'rest',
    pending: 'rest',
    paid: 'paid by paid_late',
    paidOther: 'rest',
    failed: 'rest',
  }
  const expected: Readonly<Record<AttemptState, Readonly<Record<string, string>>>> = {
    submitting: {
      opened: 'awaiting_payer by portal_opened',
      refused: 'failed by portal_refused',
      refusedAgain: 'in_doubt by answer_lost',
      notSent: 'wait',
      lost: 'in_doubt by answer_lost',
      unasked: 'in_doubt by worker_lost',
      notFound: 'resend',
      pending: 'resend',
      paid: 'paid by portal_paid',
      paidOther: 'in_doubt by amount_differs',
      failed: 'failed by portal_failed',
    },
    awaiting_payer: {
      opened: 'rest',
      refused: 'wait',
      refusedAgain: 'wait',
      notSent: 'wait',
      lost: 'wait',
      unasked: 'wait',
      notFound: 'wait',
      pending: 'wait',
      paid: 'paid by portal_paid',
      paidOther: 'mismatch by amount_differs',
      failed: 'failed by portal_failed',
    },
    in_doubt: {
      opened: 'awaiting_payer by portal_opened',
      refused: 'wait',
      refusedAgain: 'wait',
      notSent: 'wait',
      lost: 'wait',
      unasked: 'wait',
      notFound: 'resend',
      pending: 'resend',
      paid: 'paid by settled_after_doubt',
      paidOther: 'mismatch by settled_after_doubt',
      failed: 'failed by settled_after_doubt',
    },
    cancelling: {
      opened: 'rest',
      refused: 'wait',
      refusedAgain: 'wait',
      notSent: 'wait',
      lost: 'wait',
      unasked: 'wait',
      notFound: 'wait',
      pending: 'wait',
      paid: 'paid by portal_paid',
      paidOther: 'in_doubt by amount_differs',
      failed: 'cancelled by portal_failed',
    },
    mismatch: {
      opened: 'rest',
      refused: 'wait',
      refusedAgain: 'wait',
      notSent: 'wait',
      lost: 'wait',
      unasked: 'wait',
      notFound: 'wait',
      pending: 'wait',
      paid: 'paid by mismatch_resolved',
      paidOther: 'wait',
      failed: 'failed by mismatch_resolved',
    },
    paid: Object.fromEntries(Object.keys(observations).map((name) => [name, 'rest'])),
    failed: dead,
    expired: dead,
    cancelled: dead,
  }
  const cases = attemptStates.flatMap((state) =>
    Object.entries(observations).map(([name, seen]) => ({ state, name, seen })),
  )
  it.each(cases)('$state, $name', ({ state, name, seen }) => {
    const isLive = (live as readonly AttemptState[]).includes(state)
    const { dueAtMs: _, ...unscheduled } = aPayment({ state }).attempt
    const payment = isLive ? aPayment({ state, dueAtMs: noon }) : aPayment(unscheduled)
    expect(brief(decide(payment, seen, noon))).toBe(expected[state][name])
  })
})

describe('doubt', () => {
  it('is never ended by the clock, however long the portal says nothing', () => {
    for (const state of ['submitting', 'awaiting_payer', 'in_doubt', 'cancelling', 'mismatch'] as const) {
      for (const seen of [unasked, notSent, lost, refusedAgain, standing('pending')]) {
        const decision = given({ state, checks: 50 }).when(seen, noon + 400 * day)
        const to = decision.kind === 'move' ? decision.row.to : state
        expect(['failed', 'expired', 'cancelled', 'paid']).not.toContain(to)
      }
    }
  })

  it('begins with a look after 5 s', () => {
    expect(given({ state: 'submitting' }).when(lost)).toMatchObject({
      kind: 'move',
      outlook: { dueAtMs: noon + 5 * second, checks: 0, notFoundSinceMs: null },
    })
  })

  it('goes on along the schedule with every look', () => {
    expect(given({ state: 'in_doubt', checks: 1 }).when(unasked)).toEqual({
      kind: 'wait',
      outlook: { dueAtMs: noon + 45 * second, checks: 2, notFoundSinceMs: null },
    })
  })

  it('stops asking by itself after thirty days, and stays doubt', () => {
    expect(given({ state: 'in_doubt', checks: 103 }).when(unasked)).toMatchObject({
      kind: 'wait',
      outlook: { dueAtMs: null },
    })
  })

  it('shows a process that died while sending as doubt only when the portal cannot be asked', () => {
    expect(brief(given({ state: 'submitting', checks: 0 }).when(unasked))).toBe('in_doubt by worker_lost')
    expect(brief(given({ state: 'submitting', checks: 1 }).when(unasked))).toBe('wait')
  })

  it('returns to waiting for the payer when the portal still waits and the pay URL is known', () => {
    const decision = given({ state: 'in_doubt', payUrl }).when(standing('pending'))
    expect(brief(decision)).toBe('awaiting_payer by settled_after_doubt')
  })
})

describe('not found', () => {
  const since = noon - notFoundWindowMs

  it('is remembered when first seen, and INIT may be sent again', () => {
    expect(given({ state: 'in_doubt' }).when(notFound)).toMatchObject({
      kind: 'resend',
      outlook: { notFoundSinceMs: noon },
    })
  })

  it('does not kill when seen twice within the window', () => {
    expect(brief(given({ state: 'in_doubt', notFoundSinceMs: since + 1 }).when(notFound))).toBe('resend')
  })

  it.each(['submitting', 'awaiting_payer', 'in_doubt'] as const)(
    'kills %s when seen again across the window',
    (state) => {
      const decision = given({ state, notFoundSinceMs: since }).when(notFound)
      expect(decision).toMatchObject({ kind: 'move', row: { to: 'failed', on: 'never_arrived' } })
      expect(decision).toMatchObject({ learned: { portalRecord: { answerSha256: 'sha-of-not-found' } } })
    },
  )

  it('cancels what was being cancelled when seen again across the window', () => {
    expect(brief(given({ state: 'cancelling', notFoundSinceMs: since }).when(notFound))).toBe(
      'cancelled by never_arrived',
    )
  })

  it('counts anew after an INIT that may have arrived', () => {
    expect(given({ state: 'in_doubt', notFoundSinceMs: since }).when(lost)).toMatchObject({
      outlook: { notFoundSinceMs: noon },
    })
  })

  it('counts on after an INIT that did not leave, and while the portal cannot be asked', () => {
    for (const seen of [notSent, refusedAgain, unasked]) {
      expect(given({ state: 'in_doubt', notFoundSinceMs: since }).when(seen)).toMatchObject({
        outlook: { notFoundSinceMs: since },
      })
    }
  })

  it('is forgotten when the portal finds it after all', () => {
    expect(given({ state: 'in_doubt', notFoundSinceMs: since }).when(standing('pending'))).toMatchObject({
      outlook: { notFoundSinceMs: null },
    })
  })
})

describe('the payer’s time', () => {
  const expiresAtMs = noon

  it.each([
    ['pending', 'wait', 'in_doubt by pending_after_expiry'],
    ['failed', 'failed by portal_failed', 'expired by validity_over'],
    ['paid', 'paid by portal_paid', 'paid by portal_paid'],
  ] as const)('makes of QUERY "%s" before its end %s and from then on %s', (of, early, late) => {
    const awaiting = given({ state: 'awaiting_payer', payUrl, expiresAtMs })
    expect(brief(awaiting.when(standing(of), noon - 1))).toBe(early)
    expect(brief(awaiting.when(standing(of), noon))).toBe(late)
  })

  it('does not end by itself: without an answer the attempt goes on waiting', () => {
    expect(brief(given({ state: 'awaiting_payer', expiresAtMs }).when(unasked, noon + day))).toBe('wait')
  })

  it('is the latest moment for the next look at an attempt that waits for its payer', () => {
    const soon = given({ state: 'awaiting_payer', expiresAtMs: noon + minute, checks: 4 }).when(standing('pending'))
    expect(soon).toMatchObject({ kind: 'wait', outlook: { dueAtMs: noon + minute } })
  })

  it('makes a lost INIT not worth repeating once it is over', () => {
    expect(brief(given({ state: 'in_doubt', expiresAtMs }).when(notFound))).toBe('wait')
    expect(brief(given({ state: 'in_doubt', expiresAtMs }).when(standing('pending')))).toBe('wait')
  })

  it('over, makes doubt of an INIT that arrived and was never answered with a pay URL', () => {
    const submitting = given({ state: 'submitting', expiresAtMs })
    expect(brief(submitting.when(standing('pending')))).toBe('in_doubt by pending_after_expiry')
  })

  it('over, lets doubt end in failed, never in expired', () => {
    expect(brief(given({ state: 'in_doubt', expiresAtMs }).when(standing('failed')))).toBe(
      'failed by settled_after_doubt',
    )
  })
})

describe('amount and currency', () => {
  it.each([{ dong: 1n }, { dong: 50_001n }, { currency: 'USD' }])(
    'other than ours (%o) never make it paid',
    (other) => {
      for (const state of attemptStates.filter((state) => state !== 'paid')) {
        const decision = given({ state }).when(standing('paid', other))
        expect(decision.kind === 'move' && decision.row.to === 'paid').toBe(false)
      }
    },
  )

  it('other than ours make neither "pending" nor "failed" an answer about us', () => {
    for (const of of ['pending', 'failed'] as const) {
      expect(brief(given({ state: 'in_doubt' }).when(standing(of, { dong: 1n })))).toBe('wait')
      expect(brief(given({ state: 'awaiting_payer' }).when(standing(of, { dong: 1n })))).toBe('wait')
    }
  })
})

describe('an attempt at its end', () => {
  it('paid, is left alone by everything the portal may still say', () => {
    for (const seen of [standing('failed'), standing('pending'), standing('paid', { dong: 1n }), notFound, unasked]) {
      expect(given({ state: 'paid' }).when(seen)).toEqual({
        kind: 'wait',
        outlook: { dueAtMs: null, checks: 0, notFoundSinceMs: null },
      })
    }
  })

  it('failed, but watched for a reason, is watched until the portal says failed again', () => {
    expect(given({ state: 'failed' }).when(standing('pending'))).toMatchObject({
      kind: 'wait',
      outlook: { dueAtMs: noon + 10 * second },
    })
    expect(given({ state: 'failed' }).when(standing('failed'))).toMatchObject({
      kind: 'wait',
      outlook: { dueAtMs: null },
    })
  })

  it('has nothing due after the move there', () => {
    expect(given({ state: 'awaiting_payer' }).when(standing('paid'))).toMatchObject({
      outlook: { dueAtMs: null, checks: 0, notFoundSinceMs: null },
    })
  })
})

describe('what a move brings along', () => {
  it('from INIT: pay URL and QR, and an unhurried look at the payer', () => {
    expect(given({ state: 'submitting' }).when(opened)).toMatchObject({
      learned: { payUrl, vietQr: 'QR' },
      outlook: { dueAtMs: noon + 10 * minute, checks: 4 },
    })
  })

  it('from QUERY: the portal’s transaction and what a correction cites', () => {
    expect(given({ state: 'failed' }).when(standing('paid'))).toMatchObject({
      learned: { portalTransactionId: 'GD1', portalRecord: { transactionId: 'GD1', answerSha256: 'sha-of-paid' } },
    })
  })
})

describe('an unconfirmed notification', () => {
  it('starts the schedule again from its quick end', () => {
    expect(
      alertedOutlook(aPayment({ state: 'awaiting_payer', checks: 9, expiresAtMs: noon + day }).attempt, noon),
    ).toEqual({
      dueAtMs: noon + 5 * second,
      checks: 0,
      notFoundSinceMs: null,
    })
  })
})
