/** The payments module, put together. */
import type { ConfirmSettlement } from '#domain/ports/confirm-settlement.ts'
import { createApproveRefund, type ApproveRefund } from './approve-refund.ts'
import { createCancelPayment, type CancelPayment } from './cancel-payment.ts'
import { createConfirmSettlement } from './confirm-settlement.ts'
import { createConfirmNotification, type ConfirmNotification } from './confirm-notification.ts'
import { createCreateAttempt, type CreateAttempt } from './create-attempt.ts'
import { createCreatePayment, type CreatePayment } from './create-payment.ts'
import { defaultBudgets, type PaymentBudgets, type PaymentsDeps } from './deps.ts'
import { createFetchBill, type FetchBill } from './fetch-bill.ts'
import { createGetPayment, type GetPayment } from './get-payment.ts'
import { createGetPortalBill, type GetPortalBill } from './get-portal-bill.ts'
import { createGetRefund, type GetRefund } from './get-refund.ts'
import { createListPaymentEvents, type ListPaymentEvents } from './list-payment-events.ts'
import { createListPaymentPostings, type ListPaymentPostings } from './list-payment-postings.ts'
import { createListPayments, type ListPayments } from './list-payments.ts'
import { createListRefunds, type ListRefunds } from './list-refunds.ts'
import { createReceiveNotification, type ReceiveNotification } from './receive-notification.ts'
import { createRequestRefund, type RequestRefund } from './request-refund.ts'
import { createReturnPayer, type ReturnPayer } from './return-payer.ts'
import { createSettleAttempt, type SettleAttempt } from './settle-attempt.ts'
import { createSettleRefund, type SettleRefund } from './settle-refund.ts'
import { createSweep } from './sweep.ts'

export interface Payments {
  readonly create: CreatePayment
  readonly createAttempt: CreateAttempt
  readonly cancel: CancelPayment
  readonly get: GetPayment
  readonly list: ListPayments
  readonly events: ListPaymentEvents
  readonly getPortalBill: GetPortalBill
  readonly postings: ListPaymentPostings
  readonly requestRefund: RequestRefund
  readonly approveRefund: ApproveRefund
  readonly getRefund: GetRefund
  readonly listRefunds: ListRefunds
  readonly receiveNotification: ReceiveNotification
  readonly returnPayer: ReturnPayer
  /** For reconciliation. */
  readonly confirmSettlement: ConfirmSettlement
  /** The jobs. Each may run twice, late, or beside itself. */
  readonly settleAttempt: SettleAttempt
  readonly settleRefund: SettleRefund
  readonly fetchBill: FetchBill
  readonly confirmNotification: ConfirmNotification
  readonly sweep: () => Promise<void>
}

export function createPayments(deps: PaymentsDeps, budgets: PaymentBudgets = defaultBudgets): Payments {
  return {
    create: createCreatePayment(deps, budgets),
    createAttempt: createCreateAttempt(deps, budgets),
    cancel: createCancelPayment(deps, budgets),
    get: createGetPayment(deps),
    list: createListPayments(deps),
    events: createListPaymentEvents(deps),
    getPortalBill: createGetPortalBill(deps),
    postings: createListPaymentPostings(deps),
    requestRefund: createRequestRefund(deps, budgets),
    approveRefund: createApproveRefund(deps, budgets),
    getRefund: createGetRefund(deps),
    listRefunds: createListRefunds(deps),
    receiveNotification: createReceiveNotification(deps),
    returnPayer: createReturnPayer(deps),
    confirmSettlement: createConfirmSettlement(deps, budgets),
    settleAttempt: createSettleAttempt(deps, budgets),
    settleRefund: createSettleRefund(deps, budgets),
    fetchBill: createFetchBill(deps, budgets),
    confirmNotification: createConfirmNotification(deps, budgets),
    sweep: createSweep(deps),
  }
}
