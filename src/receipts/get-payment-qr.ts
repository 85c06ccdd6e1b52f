/**
 * The QR code a payer scans at the counter: the portal's own VietQR for this attempt, else the address of its pay page. Never
 * a transfer of our own making: that money would reach the account, and the portal would know of no payment.
 */
import { GatewayError } from '#domain/errors.ts'
import type { Attempt, Payment } from '#domain/payment.ts'
import type { RequestContext } from '#domain/request-context.ts'
import type { ReceiptsDeps } from './deps.ts'
import { isOutcomeUnknown } from './doubt.ts'
import { drawQr, type QrForm } from './qr-code.ts'

export type GetPaymentQr = (id: string, form: QrForm, request: RequestContext) => Promise<string | Uint8Array>

/** Throws `payment_not_found`, also for another tenant's; `outcome_unknown`, `nothing_to_pay`. */
export function createGetPaymentQr({ payments, clock }: Pick<ReceiptsDeps, 'payments' | 'clock'>): GetPaymentQr {
  return async (id, form, { principal: { tenant } }) => {
    const payment = await payments.find(tenant, id)
    if (payment === undefined) throw new GatewayError('payment_not_found', 'no such payment in the tenant')
    return drawQr(issuedByPortal(payment, clock.nowMs()), form)
  }
}

function issuedByPortal({ state, attempt }: Payment, nowMs: number): string {
  if (isOutcomeUnknown(attempt)) throw new GatewayError('outcome_unknown', 'nobody knows whether it is paid')
  const issued = attempt.vietQr ?? attempt.payUrl
  if (attempt.state === 'awaiting_payer' && !isOver(attempt, nowMs) && issued !== undefined) return issued
  throw new GatewayError('nothing_to_pay', 'no attempt awaits its payer', { details: { state } })
}

/** A moment before the portal is asked how it ended, the payer is already too late. */
const isOver = ({ expiresAtMs }: Attempt, nowMs: number): boolean => expiresAtMs !== undefined && expiresAtMs <= nowMs
