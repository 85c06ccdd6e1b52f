/** A verification once more, as it was answered. The register is not asked, and nothing about a person is in it. */
import { GatewayError } from '#domain/errors.ts'
import type { VerificationStore } from '#domain/ports/stores.ts'
import type { RequestContext } from '#domain/request-context.ts'
import type { IdentityVerification } from './identity-verification.ts'

/** Throws `verification_not_found`, also for another tenant's. */
export function createFindVerification({ verifications }: { readonly verifications: VerificationStore }) {
  return async (id: string, { principal }: RequestContext): Promise<IdentityVerification> => {
    const record = await verifications.find(principal.tenant, id)
    if (record === undefined) throw new GatewayError('verification_not_found', 'the tenant has no such verification')
    // We wrote it ourselves: members come back in the order they were sent, so the same text goes out again.
    return JSON.parse(record.answer) as IdentityVerification
  }
}
