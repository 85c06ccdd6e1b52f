/** What this side has seen of a refund at the portal: the only thing besides the clock that decisions are made from. */
import type { RefundStanding } from '#domain/portal.ts'
import { openingTrouble } from './observation.ts'

export type RefundObservation =
  | RefundStanding
  /** Nothing left the house. */
  | { readonly kind: 'not_sent' }
  /** Turned away before any work. `isFirst`: these bytes had never been sent before, so nothing was given back. */
  | { readonly kind: 'send_refused'; readonly isFirst: boolean }
  /** It may have arrived. */
  | { readonly kind: 'send_lost' }
  /** No usable answer to a question: nothing is known that was not known before. */
  | { readonly kind: 'unasked' }

/** The trouble of a REFUND means what that of an INIT does: both are writes the portal knows by their reference. */
export function refundTrouble(error: unknown, isFirst: boolean): RefundObservation {
  const trouble = openingTrouble(error, isFirst)
  switch (trouble.kind) {
    case 'open_not_sent':
      return { kind: 'not_sent' }
    case 'open_refused':
      return { kind: 'send_refused', isFirst }
    default:
      return { kind: 'send_lost' }
  }
}
