/** The daily settlement file [OURS]: contracts/payment-portal/settlement-file.md. Handed on as it comes, unread. */
import { checksum } from './checksum.ts'
import type { PartnerAccount } from './client.ts'
import { trouble, type CallSite } from '#adapters/transport/fate.ts'
import { statusTrouble } from '#adapters/transport/http-answer.ts'
import { targetOf, type Downloads } from '#adapters/transport/http.ts'
import type { CallContext } from '#domain/call-context.ts'
import type { Clock } from '#domain/clock.ts'

const site: CallSite = { upstream: 'payment_portal', operation: 'fetchSettlementFile', effect: 'read' }

export interface SettlementAddress {
  readonly http: Downloads
  /** The platform's one address; the files lie under it. */
  readonly url: string
  readonly account: PartnerAccount
  readonly clock: Clock
}

export async function fetchSettlementFile(
  { http, url, account, clock }: SettlementAddress,
  date: string,
  accept: (chunk: Uint8Array) => Promise<void>,
  call: CallContext,
): Promise<'file' | 'none'> {
  const { origin, path } = targetOf(url)
  const target = { origin, path: `${path}/doi-soat` }
  const headers = { accept: 'text/plain' }
  const answer = await http.download({ target, query: queryOf(date, account), headers }, accept, site, call)
  if (answer.status === 404) return 'none'
  if (answer.status !== 200) throw statusTrouble({ ...answer, body: Buffer.alloc(0) }, site, clock.nowMs())
  if (!/^text\/plain(;|$)/i.test(String(answer.headers['content-type'] ?? ''))) {
    throw trouble('upstream_contract_broken', 'a settlement file that is not text', 'answered', site)
  }
  return 'file'
}

function queryOf(date: string, { partnerCode, secret }: PartnerAccount): string {
  const day = date.replaceAll('-', '')
  const signature = checksum(['RECON_FILE', partnerCode, day], secret)
  return `?${new URLSearchParams({ MaDoiTac: partnerCode, NgayDoiSoat: day, MaXacThuc: signature }).toString()}`
}
