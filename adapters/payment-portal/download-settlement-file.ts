/** The daily settlement file [OURS]: contracts/payment-portal/settlement-file.md. Handed on as it comes, unread. */
import { trouble, type CallSite } from '#adapters/transport/fate.ts'
import { statusTrouble } from '#adapters/transport/http-answer.ts'
import type { Downloads, HttpTarget } from '#adapters/transport/http.ts'
import type { CallContext } from '#domain/call-context.ts'
import type { Clock } from '#domain/clock.ts'

export const settlementSite: CallSite = {
  upstream: 'payment_portal',
  operation: 'fetchSettlementFile',
  effect: 'read',
}

/** Where the file of one day lies and who asks for it. */
export interface SettlementRequest {
  readonly target: HttpTarget
  readonly query: string
  readonly headers?: Readonly<Record<string, string>>
}

export async function downloadSettlementFile(
  { http, clock }: { readonly http: Downloads; readonly clock: Clock },
  { target, query, headers }: SettlementRequest,
  accept: (chunk: Uint8Array) => Promise<void>,
  call: CallContext,
): Promise<'file' | 'none'> {
  const wanted = { target, query, headers: { ...headers, accept: 'text/plain' } }
  const answer = await http.download(wanted, accept, settlementSite, call)
  if (answer.status === 404) return 'none'
  if (answer.status !== 200) throw statusTrouble({ ...answer, body: Buffer.alloc(0) }, settlementSite, clock.nowMs())
  if (!/^text\/plain(;|$)/i.test(String(answer.headers['content-type'] ?? ''))) {
    throw trouble('upstream_contract_broken', 'a settlement file that is not text', 'answered', settlementSite)
  }
  return 'file'
}
