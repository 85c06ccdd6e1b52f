/** How each operation of each port may be treated when there is trouble. Total: a new operation does not compile without a row. */
import type { Deadlines } from '#config/config.ts'
import type { BusinessRegistry } from '#domain/ports/business-registry.ts'
import type { PaymentPortal } from '#domain/ports/payment-portal.ts'
import type { PopulationRegister } from '#domain/ports/population-register.ts'
import type { SettlementSource } from '#domain/ports/settlement-source.ts'
import type { PortPolicies } from '#resilience/policy.ts'

export const populationPolicies = ({ verifyMs }: Deadlines): PortPolicies<PopulationRegister> => ({
  findPerson: { effect: 'read', operationClass: 'lookup', attemptTimeoutMs: verifyMs, maxAttempts: 2 },
  confirmPerson: { effect: 'read', operationClass: 'lookup', attemptTimeoutMs: verifyMs, maxAttempts: 2 },
})

export const registryPolicies = ({ businessMs }: Deadlines): PortPolicies<BusinessRegistry> => ({
  findBusiness: { effect: 'read', operationClass: 'lookup', attemptTimeoutMs: businessMs, maxAttempts: 2 },
})

/**
 * INIT and REFUND have a class each: when one hangs, the other and the questions must still get through, for they are how
 * doubt ends. Bills are large and slow, and share none.
 */
export const portalPolicies = ({ initMs, queryMs, billMs }: Deadlines): PortPolicies<PaymentPortal> => ({
  openTransaction: { effect: 'write', operationClass: 'open', attemptTimeoutMs: initMs, maxAttempts: 3 },
  refundTransaction: { effect: 'write', operationClass: 'refund', attemptTimeoutMs: initMs, maxAttempts: 3 },
  findRefund: { effect: 'read', operationClass: 'ask', attemptTimeoutMs: queryMs, maxAttempts: 2 },
  findTransaction: { effect: 'read', operationClass: 'ask', attemptTimeoutMs: queryMs, maxAttempts: 2 },
  probe: { effect: 'read', operationClass: 'ask', attemptTimeoutMs: queryMs, maxAttempts: 1 },
  fetchBill: { effect: 'read', operationClass: 'bill', attemptTimeoutMs: billMs, maxAttempts: 2 },
})

/** Half a file that was passed on cannot be taken back: who wants it again begins anew, later. Ten minutes: api.md, "Manners". */
export const settlementPolicies: PortPolicies<SettlementSource> = {
  fetchSettlementFile: { effect: 'read', operationClass: 'file', attemptTimeoutMs: 600_000, maxAttempts: 1 },
}
