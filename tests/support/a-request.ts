/** A request as use cases see it, from the demo tenant's one-stop system. */
import type { RequestContext } from '#domain/request-context.ts'

export function aRequest(differing: Partial<RequestContext> = {}): RequestContext {
  return {
    requestId: 'req_http',
    principal: {
      tenant: 'lao-cai',
      clientId: 'demo-one-stop',
      scopes: new Set(['identity:verify', 'business:read']),
      tokenId: 'token-1',
    },
    traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
    traceId: '0af7651916cd43dd8448eb211c80319c',
    startedAtMs: 0,
    signal: new AbortController().signal,
    ...differing,
  }
}
