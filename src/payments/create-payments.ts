/** The payments module, put together. */
import { createCancelPayment, type CancelPayment } from './cancel-payment.ts'
import { createConfirmNotification, type ConfirmNotification } from './confirm-notification.ts'
import { createCreateAttempt, type CreateAttempt } from './create-attempt.ts'
import { createCreatePayment, type CreatePayment } from './create-payment.ts'
import { defaultBudgets, type PaymentBudgets, type PaymentsDeps } from './deps.ts'
import { createGetPayment, type GetPayment } from './get-payment.ts'
import { createListPaymentEvents, type ListPaymentEvents } from './list-payment-events.ts'
import { createListPayments, type ListPayments } from './list-payments.ts'
import { createReceiveNotification, type ReceiveNotification } from './receive-notification.ts'
import { createReturnPayer, type ReturnPayer } from './return-payer.ts'
import { createSettleAttempt, type SettleAttempt } from './settle-attempt.ts'
import { createSweep } from './sweep.ts'

export interface Payments {
  readonly create: CreatePayment
  readonly createAttempt: CreateAttempt
  readonly cancel: CancelPayment
  readonly get: GetPayment
  readonly list: ListPayments
  readonly events: ListPaymentEvents
  readonly receiveNotification: ReceiveNotification
  readonly returnPayer: ReturnPayer
  /** The three jobs. Each may run twice, late, or beside itself. */
  readonly settleAttempt: SettleAttempt
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
    receiveNotification: createReceiveNotification(deps),
    returnPayer: createReturnPayer(deps),
    settleAttempt: createSettleAttempt(deps, budgets),
    confirmNotification: createConfirmNotification(deps, budgets),
    sweep: createSweep(deps),
  }
}
