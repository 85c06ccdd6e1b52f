/** A payment portal in one of its dialects, behind the port `PaymentPortal`. */
import type { PaymentPortalAdapter } from './adapter.ts'
import { createPayGov, type PayGovOptions } from './paygov/index.ts'
import { createPaymentPlatform, type PaymentPlatformOptions } from './payment-platform/index.ts'

export type PaymentPortalOptions = PaymentPlatformOptions | PayGovOptions

export const createPaymentPortalAdapter = (options: PaymentPortalOptions): PaymentPortalAdapter =>
  options.dialect === 'paygov' ? createPayGov(options) : createPaymentPlatform(options)
