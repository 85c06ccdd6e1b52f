/** The daily settlement file [OURS], in the payment platform's form; signed for, and reached through the sharing platform. */
import { settlementAnswer, settlementSite } from '../settlement-answer.ts'
import { checksum } from './checksum.ts'
import type { PartnerAccount, PayGovClient, TokenHeaders } from './client.ts'
import type { Downloads } from '#adapters/transport/http.ts'
import type { CallContext } from '#domain/call-context.ts'
import type { Clock } from '#domain/clock.ts'

export async function fetchSettlementFile(
  client: PayGovClient,
  { http, clock }: { readonly http: Downloads; readonly clock: Clock },
  date: string,
  accept: (chunk: Uint8Array) => Promise<void>,
  call: CallContext,
): Promise<'file' | 'none'> {
  const target = client.at('/doi-soat')
  const query = queryOf(date, client.account)
  const fetch = (headers: TokenHeaders) =>
    http.download({ target, query, headers: { ...headers, accept: 'text/plain' } }, accept, settlementSite, call)
  return settlementAnswer(await client.letThrough(fetch, settlementSite, call), clock.nowMs())
}

function queryOf(date: string, { partnerCode, accessKey, secretKey }: PartnerAccount): string {
  const day = date.replaceAll('-', '')
  const signature = checksum([secretKey, accessKey, partnerCode, day])
  return `?${new URLSearchParams({ partnerCode, date: day, checksum: signature }).toString()}`
}
