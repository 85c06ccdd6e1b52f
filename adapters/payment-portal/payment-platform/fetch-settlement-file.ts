/** The daily settlement file lies under the platform's one address; who asks for it signs the day. */
import { settlementAnswer, settlementSite } from '../settlement-answer.ts'
import { checksum } from './checksum.ts'
import type { PartnerAccount } from './client.ts'
import { targetOf, type Downloads } from '#adapters/transport/http.ts'
import type { CallContext } from '#domain/call-context.ts'
import type { Clock } from '#domain/clock.ts'

export interface SettlementAddress {
  readonly http: Downloads
  /** The platform's one address. */
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
  const request = { target, query: queryOf(date, account), headers }
  return settlementAnswer(await http.download(request, accept, settlementSite, call), clock.nowMs())
}

function queryOf(date: string, { partnerCode, secret }: PartnerAccount): string {
  const day = date.replaceAll('-', '')
  const signature = checksum(['RECON_FILE', partnerCode, day], secret)
  return `?${new URLSearchParams({ MaDoiTac: partnerCode, NgayDoiSoat: day, MaXacThuc: signature }).toString()}`
}
