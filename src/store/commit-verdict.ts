/** What an error of the commit statement means: a refusal, a passing quarrel with another process, or that nobody knows. */
import { CommitConflict, type CommitConflictKind } from '#domain/ports/unit-of-work.ts'
import { GatewayError } from '#domain/errors.ts'

export type CommitVerdict =
  /** A constraint or an expected state said no; nothing was written. */
  | { readonly kind: 'refused'; readonly error: Error }
  /** Nothing was written, and the same statement may succeed now: deadlock, serialisation, a lock held too long. */
  | { readonly kind: 'again' }
  /** Nothing can be said: an error during COMMIT may follow a durable row (reliability, finding 1). Read back. */
  | { readonly kind: 'unknown' }

const conflictOf: Readonly<Record<string, CommitConflictKind>> = {
  idempotency_keys_pkey: 'idempotency_key',
  payments_reference_key: 'payment_reference',
  payment_lines_obligation_key: 'obligation',
  payment_attempts_live_key: 'live_attempt',
  payment_attempts_portal_reference_key: 'portal_reference',
  portal_notifications_digest_key: 'notification',
  // Somebody else wrote the event of this number first: their move came before ours.
  payment_events_sequence_key: 'stale',
}

/** Check constraints that answer a race rather than name a fault. */
const conflictOfCheck: Readonly<Record<string, CommitConflictKind>> = {
  payments_refunds_within_paid: 'refundable',
}

const staleState = 'GW001'
/** The chain went on where this process did not see it: a new session reads its end. */
const chainConstraint = 'audit_entries_chain_key'

export function judgeCommitError(error: unknown): CommitVerdict {
  const { code, constraint } = error as { code?: string; constraint?: string }
  if (code === undefined || code.length !== 5) return { kind: 'unknown' }
  if (code === staleState) return { kind: 'refused', error: new CommitConflict('stale', { cause: error }) }
  if (constraint === chainConstraint) return { kind: 'unknown' }
  const known = code === '23505' ? conflictOf : code === '23514' ? conflictOfCheck : {}
  const conflict = constraint === undefined ? undefined : known[constraint]
  if (conflict !== undefined) return { kind: 'refused', error: new CommitConflict(conflict, { cause: error }) }
  if (code === '40P01' || code === '40001' || code === '55P03') return { kind: 'again' }
  // Raised while the statement runs, never by its commit: bad data, broken constraints, missing rights, our own triggers.
  if (/^(22|23|42|GW|P0)/.test(code))
    return {
      kind: 'refused',
      error: new GatewayError('internal_error', `the database refused a commit: ${code} ${constraint ?? ''}`.trim(), {
        cause: error,
      }),
    }
  return { kind: 'unknown' }
}
