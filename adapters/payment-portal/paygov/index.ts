/** PayGov, the portal that several provinces reach through their sharing platform. It has no status query and no refunds. */
import type { PaymentPortalAdapter } from '../adapter.ts'
import { createPayGovClient } from './client.ts'
import { encodeOrder, openTransaction } from './create.ts'
import { fetchSettlementFile } from './fetch-settlement-file.ts'
import { acknowledge, readNotification } from './notification.ts'
import { fetchBill } from './receipt.ts'
import { createAccessTokens } from '#adapters/transport/access-token.ts'
import { createHttp } from '#adapters/transport/http.ts'
import type { Clock } from '#domain/clock.ts'

export interface PayGovOptions {
  readonly dialect: 'paygov'
  /** The base address, under which everything lies. */
  readonly url: string
  readonly partnerCode: string
  readonly accessKey: string
  /** The secret key of the checksums, without a line end. */
  readonly secret: string
  /** How the sharing platform lets us through. */
  readonly lgsp: {
    readonly tokenUrl: string
    readonly clientId: string
    readonly secret: string
    /** The header `lgspaccesstoken`, as the province handed it out. */
    readonly accessToken: string
  }
  /** Where the payer's browser comes back; the reference is added to its query. */
  readonly returnUrl: string
  readonly clock: Clock
}

export function createPayGov(options: PayGovOptions): PaymentPortalAdapter {
  const { url, partnerCode, accessKey, secret, lgsp, returnUrl, clock } = options
  const account = { partnerCode, accessKey, secretKey: secret }
  const http = createHttp({ clock })
  const tokens = createAccessTokens({ ...lgsp, http, clock })
  const client = createPayGovClient({ http, url, account, tokens, lgspAccessToken: lgsp.accessToken, clock })
  return {
    openTransaction: (prepared, call) => openTransaction(client, prepared, call),
    fetchBill: (bill, call) => fetchBill(client, bill, call),
    fetchSettlementFile: (date, accept, call) => fetchSettlementFile(client, { http, clock }, date, accept, call),
    codec: {
      prepareTransaction: (order) => ({
        reference: order.reference,
        body: encodeOrder(order, account, returnUrl),
      }),
      readNotification: (raw) => readNotification(raw, account),
      acknowledge: (_raw, verdict) => acknowledge(verdict),
    },
    close: () => http.close(),
  }
}
