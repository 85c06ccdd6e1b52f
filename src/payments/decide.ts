/**
 * What an observation does to an attempt: pure, so that every rule about money can be read and tried in one place. The
 * moves themselves stand in `transitions.ts`; here stands which happening an observation is, and when to look next.
 *
 * Four rules carry it (api.md "Portal truth" and "Recovery", reliability.md I6, I7, I18):
 * - an answer that is not about our amount and currency settles nothing but a mismatch;
 * - "not found" proves an attempt dead only when seen twice, thirty minutes apart, with no INIT sent in between;
 * - a lost INIT is sent again byte for byte once the portal has said pending or not found, and never after `expiresAt`,
 *   when nobody needs its pay URL any more;
 * - the clock alone moves nothing: at `expiresAt` the portal is asked, and its answer decides. QUERY 4 from then on
 *   means that nobody paid in time (`expired`, where the attempt was still waiting for its payer); before it, that
 *   paying failed.
 *
 * A portal that cannot be asked (decision 0013) is believed only by its settlement file: its notification and `expiresAt`
 * lead into doubt, from where no look leads out, so none is due. Its lost INIT is sent again without having asked.
 */
import { assertNever } from '#domain/errors.ts'
import type { Money } from '#domain/money.ts'
import type { Attempt, AttemptState, Payment, PaymentEvent } from '#domain/payment.ts'
import { limboDelayMs, quietPosition } from './limbo-schedule.ts'
import type { Observation } from './observation.ts'
import { isTerminal, transitionOn, type Happening, type Transition } from './transitions.ts'

/** "Not found" must be seen again this much later. The portal may need a while before it finds what it was just told. */
export const notFoundWindowMs = 30 * 60_000

/** When to look next, and what the looks so far have shown. */
export interface Outlook {
  /** null: nothing is due. */
  readonly dueAtMs: number | null
  readonly checks: number
  /** First sighting of "not found" since INIT last left the house. */
  readonly notFoundSinceMs: number | null
}

export type Decision =
  | { readonly kind: 'move'; readonly row: Transition; readonly learned: Learned; readonly outlook: Outlook }
  /** No move; look again. */
  | { readonly kind: 'wait'; readonly outlook: Outlook }
  /** As `wait`, and the byte-identical INIT may be sent now. */
  | { readonly kind: 'resend'; readonly outlook: Outlook }
  /** Nothing to write. */
  | { readonly kind: 'rest' }

/** What the observation tells about the transaction, whether or not it was known before. */
interface Learned {
  readonly payUrl?: string
  readonly vietQr?: string
  readonly portalTransactionId?: string
  readonly portalRecord?: NonNullable<PaymentEvent['portalRecord']>
  /** What the portal took, in đồng. */
  readonly taken?: Money
}

/** What the portal says became of the money, be it asked or by its settlement file. */
type Word = Extract<Observation, { kind: 'known' | 'settled' }>

export function decide(payment: Payment, seen: Observation, nowMs: number): Decision {
  const { attempt } = payment
  const on = happeningOf(payment, seen, nowMs)
  const row = on === undefined ? undefined : transitionOn(attempt.state, on)
  if (row !== undefined) return move(attempt, row, seen, nowMs)
  if (isAtRest(attempt, seen)) return { kind: 'rest' }
  if (isClosedBy(attempt, seen)) return closed
  if (mayResend(payment, seen, nowMs)) return { kind: 'resend', outlook: laterOutlook(attempt, seen, nowMs) }
  const isMute = seen.kind === 'unaskable' || seen.kind === 'told'
  return { kind: 'wait', outlook: isMute ? muteOutlook(attempt, seen, nowMs) : laterOutlook(attempt, seen, nowMs) }
}

const nothingDue: Outlook = { dueAtMs: null, checks: 0, notFoundSinceMs: null }

const closed: Decision = { kind: 'wait', outlook: nothingDue }

/** Which happening of the table this is. Where the table has no edge for it, it is none. */
function happeningOf(payment: Payment, seen: Observation, nowMs: number): Happening | undefined {
  const { attempt } = payment
  switch (seen.kind) {
    case 'opened':
      return isLeftToReconciliation(attempt) ? undefined : 'portal_opened'
    case 'open_refused':
      return seen.isFirst ? 'portal_refused' : 'answer_lost'
    case 'open_lost':
      return 'answer_lost'
    case 'open_not_sent':
      return undefined
    case 'unasked':
      // Looked at before and still submitting: somebody wrote down that INIT had not left.
      return attempt.checks === 0 ? 'worker_lost' : undefined
    case 'unaskable':
      return isPastExpiry(attempt, nowMs) ? 'unknown_after_expiry' : undefined
    case 'told':
      return 'told_unconfirmed'
    case 'not_found':
      return isProvenDead(attempt, nowMs) ? 'never_arrived' : undefined
    case 'taken_back':
      return 'reversed'
    case 'known':
    case 'settled':
      return happeningAtPortal(payment, seen, nowMs)
    default:
      return assertNever(seen)
  }
}

function happeningAtPortal(payment: Payment, seen: Word, nowMs: number): Happening | undefined {
  if (!isAboutOurs(payment, seen)) return seen.standing === 'paid' ? 'amount_differs' : undefined
  const isOver = isPastExpiry(payment.attempt, nowMs)
  const { standing } = seen
  switch (standing) {
    case 'paid':
      return 'portal_paid'
    case 'failed':
      return isOver ? 'validity_over' : 'portal_failed'
    case 'pending':
      if (isOver) return 'pending_after_expiry'
      // Without a pay URL nobody can be waited for: INIT is sent again to learn it.
      return payment.attempt.payUrl === undefined ? undefined : 'portal_pending'
    default:
      return assertNever(standing)
  }
}

const isAboutOurs = ({ amount }: Payment, seen: Word): boolean => seen.amount.dong === amount.dong && isInDong(seen)

/** A settlement file is in đồng or is not read. */
const isInDong = (seen: Word): boolean => seen.kind === 'settled' || seen.currency === 'VND'

const isPastExpiry = ({ expiresAtMs }: Attempt, nowMs: number): boolean =>
  expiresAtMs !== undefined && nowMs >= expiresAtMs

const isProvenDead = ({ notFoundSinceMs }: Attempt, nowMs: number): boolean =>
  notFoundSinceMs !== undefined && nowMs - notFoundSinceMs >= notFoundWindowMs

function move(attempt: Attempt, row: Transition, seen: Observation, nowMs: number): Decision {
  const notFoundSinceMs = row.to === 'in_doubt' ? sightingAfter(attempt, seen, nowMs) : null
  const checks = row.to === 'awaiting_payer' ? quietPosition : 0
  const isAtAnEnd = isTerminal(row.to) || leftToReconciliation.has(row.on)
  const dueAtMs = isAtAnEnd ? null : dueAfter(checks, nowMs, row.to, attempt)
  return { kind: 'move', row, learned: learnedFrom(seen), outlook: { dueAtMs, checks, notFoundSinceMs } }
}

/** Nobody can be asked, and nothing but a settlement file says more. */
const leftToReconciliation: ReadonlySet<Happening> = new Set(['told_unconfirmed', 'unknown_after_expiry'])

/** An attempt in doubt of which nothing is due: an INIT that comes late does not take back what was told. */
const isLeftToReconciliation = ({ state, dueAtMs }: Attempt): boolean => state === 'in_doubt' && dueAtMs === undefined

function learnedFrom(seen: Observation): Learned {
  switch (seen.kind) {
    case 'opened':
      return { payUrl: seen.payUrl, ...(seen.vietQr === undefined ? {} : { vietQr: seen.vietQr }) }
    case 'not_found':
      return { portalRecord: { answerSha256: seen.answerSha256 } }
    case 'known': {
      const transaction = seen.portalTransactionId
      const taken = takenBy(seen)
      if (transaction === undefined) return { portalRecord: { answerSha256: seen.answerSha256 }, ...taken }
      return {
        portalTransactionId: transaction,
        portalRecord: { transactionId: transaction, answerSha256: seen.answerSha256 },
        ...taken,
      }
    }
    case 'told':
      return { portalRecord: { transactionId: seen.portalTransactionId, answerSha256: seen.notificationSha256 } }
    case 'settled': {
      const { portalTransactionId, fileSha256, file, line } = seen
      return {
        portalTransactionId,
        portalRecord: { transactionId: portalTransactionId, answerSha256: fileSha256, file, line },
        ...takenBy(seen),
      }
    }
    case 'taken_back': {
      const { portalTransactionId, answerSha256, file, line } = seen
      return { portalRecord: { transactionId: portalTransactionId, answerSha256, file, line } }
    }
    default:
      return {}
  }
}

const takenBy = (seen: Word): { readonly taken?: Money } =>
  seen.standing === 'paid' && isInDong(seen) ? { taken: seen.amount } : {}

/** Whether there is nothing to write. An INIT that reaches the portal for a dead attempt is a reason to watch it. */
function isAtRest(attempt: Attempt, seen: Observation): boolean {
  const { state, dueAtMs } = attempt
  const mayHaveRevived = state !== 'paid' && revivals.has(seen.kind)
  if (isTerminal(state)) return dueAtMs === undefined && !mayHaveRevived
  if (seen.kind === 'unaskable') return dueAtMs === undefined
  return (
    seen.kind === 'opened' || seen.kind === 'told' || (seen.kind === 'open_lost' && isLeftToReconciliation(attempt))
  )
}

const revivals: ReadonlySet<Observation['kind']> = new Set(['opened', 'open_lost', 'told'])

/** Whether nothing is left to ask: a paid attempt is settled by whatever is said of it, a dead one by QUERY 4. */
const isClosedBy = ({ state }: Attempt, seen: Observation): boolean =>
  state === 'paid' || (isTerminal(state) && seen.kind === 'known' && seen.standing === 'failed')

/** So long a file may be late. Until then the word of a dead attempt's notification forbids another attempt. */
const disputeMs = 7 * 86_400_000

/**
 * Of a portal that cannot be asked: only `expiresAt` and the end of a dispute are worth coming back for. An INIT that reached
 * it for a dead attempt has counted a look and begins a dispute too; the look at the end of one has counted none.
 */
function muteOutlook({ state, checks, expiresAtMs }: Attempt, seen: Observation, nowMs: number): Outlook {
  if (state === 'awaiting_payer') return { ...nothingDue, dueAtMs: expiresAtMs ?? null }
  const isDisputed = isTerminal(state) && (seen.kind === 'told' || checks > 0)
  return { ...nothingDue, dueAtMs: isDisputed ? nowMs + disputeMs : null }
}

function laterOutlook(attempt: Attempt, seen: Observation, nowMs: number): Outlook {
  const checks = attempt.checks + 1
  const dueAtMs = dueAfter(checks, nowMs, attempt.state, attempt)
  return { dueAtMs, checks, notFoundSinceMs: sightingAfter(attempt, seen, nowMs) }
}

/** The look after `checks` of them; for an attempt that waits for its payer no later than `expiresAt`. */
function dueAfter(checks: number, nowMs: number, state: AttemptState, { expiresAtMs }: Attempt): number | null {
  const delayMs = limboDelayMs(checks)
  if (delayMs === undefined) return null
  const dueAtMs = nowMs + delayMs
  if (state !== 'awaiting_payer' || expiresAtMs === undefined || expiresAtMs <= nowMs) return dueAtMs
  return Math.min(dueAtMs, expiresAtMs)
}

/** The first "not found" that still counts. An INIT that may have arrived starts the window anew; being found ends it. */
function sightingAfter({ notFoundSinceMs }: Attempt, seen: Observation, nowMs: number): number | null {
  switch (seen.kind) {
    case 'known':
    case 'settled':
    case 'taken_back':
    case 'opened':
      return null
    case 'not_found':
      return notFoundSinceMs ?? nowMs
    case 'open_lost':
      return notFoundSinceMs === undefined ? null : nowMs
    case 'open_not_sent':
    case 'open_refused':
    case 'unasked':
    case 'unaskable':
    case 'told':
      return notFoundSinceMs ?? null
    default:
      return assertNever(seen)
  }
}

function mayResend(payment: Payment, seen: Observation, nowMs: number): boolean {
  const { attempt } = payment
  const isLostInit = (attempt.state === 'submitting' || attempt.state === 'in_doubt') && attempt.payUrl === undefined
  if (!isLostInit || isPastExpiry(attempt, nowMs)) return false
  if (seen.kind === 'not_found' || seen.kind === 'unaskable') return true
  return seen.kind === 'known' && seen.standing === 'pending' && isAboutOurs(payment, seen)
}

/** A client asks that an attempt that waits for its payer be given up; nothing else can be. */
export function cancellationOf({ attempt }: Payment, nowMs: number): Decision {
  const row = transitionOn(attempt.state, 'cancel_requested')
  if (row === undefined) return { kind: 'rest' }
  const outlook = { dueAtMs: dueAfter(0, nowMs, row.to, attempt), checks: 0, notFoundSinceMs: null }
  return { kind: 'move', row, learned: {}, outlook }
}

/** A notification could not be confirmed yet: begin the schedule anew, from its quick end. */
export function alertedOutlook(attempt: Attempt, nowMs: number): Outlook {
  return {
    dueAtMs: dueAfter(0, nowMs, attempt.state, attempt),
    checks: 0,
    notFoundSinceMs: attempt.notFoundSinceMs ?? null,
  }
}
