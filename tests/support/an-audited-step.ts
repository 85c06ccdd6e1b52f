/** A look-up as a use case describes it: a match, for a dossier of the demo tenant. */
import type { AuditedStep } from '#domain/ports/accountability.ts'

export const anAuditedStep = (differing: Partial<AuditedStep> = {}): AuditedStep => ({
  kind: 'verify',
  action: 'verifyIdentity',
  principal: {
    tenant: 'lao-cai',
    clientId: 'one-stop-lc',
    scopes: new Set(['identity:verify']),
    tokenId: 'token-1',
    keyThumbprint: 'thumb-1',
  },
  purpose: { procedureCode: '2.000635', dossierCode: 'H38.17-261123-0007', officerId: '015080000123' },
  subject: { type: 'person', value: '015185000011' },
  categories: ['fullName', 'dateOfBirth'],
  upstream: 'population',
  upstreamRef: 'req_up-1',
  result: 'match',
  httpStatus: 200,
  latencyMs: 12.4,
  upstreamLatencyMs: 9.6,
  traceId: '0af7651916cd43dd8448eb211c80319c',
  request: '{"subject":{"personalId":"015185000011","fullName":"Nguyễn Thị Hoà"}}',
  response: '{"outcome":"match"}',
  ...differing,
})
