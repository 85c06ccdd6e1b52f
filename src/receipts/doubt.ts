/** `payments/` calls a payment in doubt by the same two states; here they mean that nothing may be shown or scanned. */
import type { Attempt, AttemptState } from '#domain/payment.ts'

const doubtful: readonly AttemptState[] = ['in_doubt', 'cancelling']

export const isOutcomeUnknown = ({ state }: Pick<Attempt, 'state'>): boolean => doubtful.includes(state)
