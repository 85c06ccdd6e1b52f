/** Why a step on a payment may have to be refused: three reasons that a caller acts on in three ways (api.md, "Fees"). */
import { GatewayError, type GatewayErrorCode } from '#domain/errors.ts'
import type { Attempt, AttemptState, Payment } from '#domain/payment.ts'
import type { Refused } from './undertake.ts'

type Obstacles = Readonly<Record<AttemptState, GatewayErrorCode | undefined>>

/** A new attempt needs the former one proven dead; by the table, that is: failed, expired or cancelled. */
const toAnotherAttempt: Obstacles = {
  submitting: 'attempt_in_flight',
  awaiting_payer: 'attempt_in_flight',
  in_doubt: 'outcome_unknown',
  cancelling: 'outcome_unknown',
  mismatch: 'outcome_unknown',
  paid: 'already_paid',
  failed: undefined,
  expired: undefined,
  cancelled: undefined,
}

const toCancellation: Obstacles = {
  submitting: 'attempt_in_flight',
  awaiting_payer: undefined,
  in_doubt: 'outcome_unknown',
  cancelling: 'outcome_unknown',
  mismatch: 'outcome_unknown',
  paid: 'already_paid',
  failed: 'already_closed',
  expired: 'already_closed',
  cancelled: 'already_closed',
}

/** A dead attempt with a look due may have been revived by an INIT that arrived late: not proven dead. */
export const obstacleToAnotherAttempt = ({ attempt }: Payment): GatewayErrorCode | undefined =>
  toAnotherAttempt[attempt.state] ?? (isWatched(attempt) ? 'outcome_unknown' : undefined)

export const obstacleToCancellation = ({ attempt }: Payment): GatewayErrorCode | undefined =>
  toCancellation[attempt.state]

const isWatched = ({ dueAtMs }: Attempt): boolean => dueAtMs !== undefined

export const refusedFor = ({ dossierCode, procedureCode }: Payment, refusal: GatewayError): Refused => ({
  kind: 'refused',
  refusal,
  dossierCode,
  procedureCode,
})
