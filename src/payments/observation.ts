/** What this side has seen of an attempt at the portal: the only thing besides the clock that decisions are made from. */
import type { Money } from '#domain/money.ts'
import type { TransactionStanding } from '#domain/portal.ts'
import { UpstreamError } from '#domain/errors.ts'

export type Observation = Opening | Asking | Telling

/** What became of sending INIT. */
export type Opening =
  | { readonly kind: 'opened'; readonly payUrl: string; readonly vietQr?: string }
  /** Nothing left the house. */
  | { readonly kind: 'open_not_sent' }
  /** `isFirst`: these bytes had never been sent before, so the refusal proves that no transaction exists. */
  | { readonly kind: 'open_refused'; readonly isFirst: boolean }
  /** It may have arrived. */
  | { readonly kind: 'open_lost' }

/** What became of asking (QUERY). */
export type Asking =
  | TransactionStanding
  /** No usable answer, whatever its fate: nothing is known that was not known before. */
  | { readonly kind: 'unasked' }
  /** The dialect has no QUERY: asking again would help as little. */
  | { readonly kind: 'unaskable' }

/** What the portal said by itself. */
export type Telling =
  /** The notification of a portal that cannot be asked claims that it was paid. Only a reason to doubt. */
  | { readonly kind: 'told'; readonly portalTransactionId: string; readonly notificationSha256: string }
  /** A row of its settlement file: the word that ends doubt. */
  | ({
      readonly kind: 'settled'
      readonly standing: 'paid' | 'failed'
      readonly amount: Money
      readonly fileSha256: string
    } & FileLine)
  /** Its file and its answer both take back what they had called paid, and have done so for a while. */
  | ({ readonly kind: 'taken_back'; readonly answerSha256: string } & FileLine)

interface FileLine {
  readonly portalTransactionId: string
  /** `stf_…` and the row's place in it. */
  readonly file: string
  readonly line: number
}

/**
 * Reads the trouble of an INIT. A refusal counts as definite only where the portal turned the message away before
 * any work:
 *
 * | error | fate | means |
 * |---|---|---|
 * | any | `not_sent` | `open_not_sent`: the bytes stay here and are sent later |
 * | `upstream_rejected_request` (MaLoi 02) | `answered` | `open_refused`: the message was not understood |
 * | `upstream_rejected_credentials` (MaLoi 07, 401) | `answered` | `open_refused`: our signature was not accepted |
 * | `upstream_quota_exhausted` | `answered` | `open_not_sent`: turned away at the door, welcome later |
 * | `upstream_failed` (MaLoi 99 "other", 5xx) | `answered` | `open_lost`: "other" does not say that nothing was made |
 * | `upstream_contract_broken` | `answered` | `open_lost`: an unusable answer to a message that arrived |
 * | anything else | `answered` | `open_lost` |
 * | any | `unknown` | `open_lost` |
 * | not an `UpstreamError` | | `open_lost`: a fault of ours at an unknown moment |
 */
export function openingTrouble(error: unknown, isFirst: boolean): Opening {
  if (!(error instanceof UpstreamError)) return { kind: 'open_lost' }
  if (error.fate === 'not_sent') return { kind: 'open_not_sent' }
  if (error.fate === 'unknown') return { kind: 'open_lost' }
  switch (error.code) {
    case 'upstream_rejected_request':
    case 'upstream_rejected_credentials':
      return { kind: 'open_refused', isFirst }
    case 'upstream_quota_exhausted':
      return { kind: 'open_not_sent' }
    default:
      return { kind: 'open_lost' }
  }
}
