/**
 * What an observation does to a refund: pure. A refund in doubt is asked about and, where the portal has never heard of it,
 * sent again byte for byte under the same reference; never under another one, and nothing here turns time into a verdict.
 */
import { assertNever } from '#domain/errors.ts'
import type { RefundStanding } from '#domain/portal.ts'
import type { Refund, RefundState } from '#domain/refund.ts'
import { limboDelayMs } from './limbo-schedule.ts'
import { takeOverMs } from './new-attempt.ts'
import type { RefundObservation } from './refund-observation.ts'
import {
  isRefundFinished,
  refundTransitionOn,
  type RefundHappening,
  type RefundTransition,
} from './refund-transitions.ts'

export interface RefundOutlook {
  /** null: nothing is due. */
  readonly dueAtMs: number | null
  readonly checks: number
}

export type RefundDecision =
  | {
      readonly kind: 'move'
      readonly row: RefundTransition
      readonly learned: RefundLearned
      readonly outlook: RefundOutlook
    }
  /** No move; look again. */
  | { readonly kind: 'wait'; readonly outlook: RefundOutlook }
  /** As `wait`, and the byte-identical REFUND may be sent now. */
  | { readonly kind: 'resend'; readonly outlook: RefundOutlook }
  /** Nothing to write. */
  | { readonly kind: 'rest' }

export interface RefundLearned {
  readonly portalRefundId?: string
  readonly refusal?: string
  readonly portalRecord?: { readonly transactionId?: string; readonly answerSha256: string }
}

type KnownStanding = Extract<RefundStanding, { kind: 'known' }>

export function decideRefund(refund: Refund, seen: RefundObservation, nowMs: number): RefundDecision {
  if (isRefundFinished(refund.state)) return { kind: 'rest' }
  const on = happeningOf(refund, seen)
  const row = on === undefined ? undefined : refundTransitionOn(refund.state, on)
  if (row !== undefined) {
    return { kind: 'move', row, learned: learnedFrom(seen), outlook: outlookOn(row.to, nowMs) }
  }
  const checks = refund.checks + 1
  const delayMs = limboDelayMs(checks)
  const outlook = { dueAtMs: delayMs === undefined ? null : nowMs + delayMs, checks }
  const mayResend = seen.kind === 'not_found' && (refund.state === 'submitting' || refund.state === 'in_doubt')
  return { kind: mayResend ? 'resend' : 'wait', outlook }
}

/** When to look at a refund that has just come to this state. */
export function outlookOn(state: RefundState, nowMs: number): RefundOutlook {
  switch (state) {
    case 'approved':
    case 'submitting':
      return { dueAtMs: nowMs + takeOverMs, checks: 0 }
    case 'in_doubt':
    case 'accepted':
      return { dueAtMs: nowMs + (limboDelayMs(0) ?? 0), checks: 0 }
    case 'requested':
    case 'completed':
    case 'rejected':
    case 'reversed':
      return { dueAtMs: null, checks: 0 }
    default:
      return assertNever(state)
  }
}

function happeningOf(refund: Refund, seen: RefundObservation): RefundHappening | undefined {
  switch (seen.kind) {
    case 'known':
      return isAboutOurs(refund, seen) ? happeningAtPortal(refund, seen) : undefined
    case 'send_refused':
      return seen.isFirst ? 'portal_refused' : 'answer_lost'
    case 'send_lost':
      return 'answer_lost'
    case 'unasked':
      // Looked at before and still submitting: somebody wrote down that REFUND had not left.
      return refund.checks === 0 ? 'answer_lost' : undefined
    case 'not_found':
    case 'not_sent':
      return undefined
    default:
      return assertNever(seen)
  }
}

function happeningAtPortal({ state }: Refund, { standing }: KnownStanding): RefundHappening {
  switch (standing) {
    case 'accepted':
      return 'portal_accepted'
    case 'completed':
      // What is completed was accepted: both steps are told, in this order.
      return state === 'accepted' ? 'portal_completed' : 'portal_accepted'
    case 'refused':
      return 'portal_refused'
    default:
      return assertNever(standing)
  }
}

const isAboutOurs = ({ amount }: Refund, seen: KnownStanding): boolean =>
  seen.amount.dong === amount.dong && seen.currency === 'VND'

function learnedFrom(seen: RefundObservation): RefundLearned {
  if (seen.kind !== 'known') return {}
  const { portalRefundId, refusal, answerSha256 } = seen
  return {
    ...(portalRefundId === undefined ? {} : { portalRefundId }),
    ...(refusal === undefined ? {} : { refusal }),
    portalRecord: { ...(portalRefundId === undefined ? {} : { transactionId: portalRefundId }), answerSha256 },
  }
}
