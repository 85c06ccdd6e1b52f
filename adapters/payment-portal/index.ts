/** A payment portal in one of its dialects, behind the port `PaymentPortal`. */
import type { PaymentPortalAdapter } from './adapter.ts'
import { createPaymentPlatform, type PaymentPlatformOptions } from './payment-platform/index.ts'

export type { PaymentPortalAdapter } from './adapter.ts'

export type PaymentPortalOptions = PaymentPlatformOptions

const dialects = { 'pp-1.0.6': createPaymentPlatform } as const

export const createPaymentPortalAdapter = (options: PaymentPortalOptions): PaymentPortalAdapter =>
  dialects[options.dialect](options)
