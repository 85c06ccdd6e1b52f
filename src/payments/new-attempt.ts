/** An attempt as it is first written: its reference, and INIT prepared byte for byte. */
import type { Ids } from '#domain/clock.ts'
import type { Attempt, Payment } from '#domain/payment.ts'
import type { CollectingUnit } from '#domain/portal.ts'
import type { PortalCodec } from '#domain/ports/payment-portal.ts'
import { defaultValidityMs } from './check-order.ts'

/** When the sweeper takes over from a process that never came back with INIT's outcome: after its 8 s, with room to spare. */
export const takeOverMs = 15_000

export interface AttemptTerms {
  readonly number: number
  readonly unit: CollectingUnit
  readonly codec: PortalCodec
  readonly ids: Ids
  readonly nowMs: number
  /** RFC 3339. */
  readonly expiresAt: string | undefined
}

export type Order = Pick<
  Payment,
  'dossierCode' | 'procedureCode' | 'procedureName' | 'payer' | 'lines' | 'amount' | 'fine'
>

export function newAttempt(order: Order, { number, unit, codec, ids, nowMs, expiresAt }: AttemptTerms): Attempt {
  const { dossierCode, procedureCode, procedureName, payer, lines, amount, fine } = order
  const portalReference = ids.portalReference() as Attempt['portalReference']
  const prepared = codec.prepareTransaction({
    dossierCode,
    procedureCode,
    procedureName,
    payer,
    lines,
    amount,
    ...(fine === undefined ? {} : { fine }),
    reference: portalReference,
    issuedAtMs: nowMs,
    unit,
  })
  return {
    id: ids.next('att'),
    number,
    state: 'submitting',
    version: 1,
    connection: unit.portal,
    portalReference,
    issuedAtMs: nowMs,
    initBody: prepared.body,
    expiresAtMs: expiresAt === undefined ? nowMs + defaultValidityMs : Date.parse(expiresAt),
    dueAtMs: nowMs + takeOverMs,
    checks: 0,
  }
}
