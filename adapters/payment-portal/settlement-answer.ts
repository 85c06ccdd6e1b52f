/** What an answer to the request for a settlement file says [OURS]: contracts/payment-portal/settlement-file.md. */
import { trouble, type CallSite } from '#adapters/transport/fate.ts'
import { statusTrouble, type HttpAnswer } from '#adapters/transport/http-answer.ts'

export const settlementSite: CallSite = {
  upstream: 'payment_portal',
  operation: 'fetchSettlementFile',
  effect: 'read',
}

/** The file itself was handed on while it came, unread. Throws `UpstreamError`. */
export function settlementAnswer(answer: Omit<HttpAnswer, 'body'>, nowMs: number): 'file' | 'none' {
  if (answer.status === 404) return 'none'
  if (answer.status !== 200) throw statusTrouble({ ...answer, body: Buffer.alloc(0) }, settlementSite, nowMs)
  if (!/^text\/plain(;|$)/i.test(String(answer.headers['content-type'] ?? ''))) {
    throw trouble('upstream_contract_broken', 'a settlement file that is not text', 'answered', settlementSite)
  }
  return 'file'
}
