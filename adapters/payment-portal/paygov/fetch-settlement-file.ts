/** The daily settlement file [OURS], in the payment platform's form; signed for, and reached through the sharing platform. */
import { downloadSettlementFile, settlementSite } from '../download-settlement-file.ts'
import { checksum } from './checksum.ts'
import type { PartnerAccount, PayGovClient } from './client.ts'
import type { Downloads } from '#adapters/transport/http.ts'
import type { CallContext } from '#domain/call-context.ts'
import type { Clock } from '#domain/clock.ts'

export async function fetchSettlementFile(
  client: PayGovClient,
  means: { readonly http: Downloads; readonly clock: Clock },
  date: string,
  accept: (chunk: Uint8Array) => Promise<void>,
  call: CallContext,
): Promise<'file' | 'none'> {
  const headers = await client.headers(settlementSite, call)
  const request = { target: client.at('/doi-soat'), query: queryOf(date, client.account), headers }
  return downloadSettlementFile(means, request, accept, call)
}

function queryOf(date: string, { partnerCode, accessKey, secretKey }: PartnerAccount): string {
  const day = date.replaceAll('-', '')
  const signature = checksum([secretKey, accessKey, partnerCode, day])
  return `?${new URLSearchParams({ partnerCode, date: day, checksum: signature }).toString()}`
}
