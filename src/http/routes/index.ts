/** Every operation there is, the busiest first: express asks them in this order. */
import type { Route } from '../define-route.ts'
import { authorizationServerMetadata } from './access/authorization-server-metadata.ts'
import { evidenceKeys } from './access/evidence-keys.ts'
import { issueToken } from './access/issue-token.ts'
import { signingKeys } from './access/signing-keys.ts'
import { webhookKeys } from './access/webhook-keys.ts'
import { findBusiness } from './business/find-business.ts'
import { docsAsset } from './documentation/docs-asset.ts'
import { docsPage } from './documentation/docs-page.ts'
import { openapiDocument } from './documentation/openapi-document.ts'
import { problemIndex } from './documentation/problem-index.ts'
import { problemPage } from './documentation/problem-page.ts'
import { verifyPage } from './documentation/verify-page.ts'
import { findVerification } from './identity/find-verification.ts'
import { verifyIdentity } from './identity/verify-identity.ts'
import { listUpstreams } from './operations/list-upstreams.ts'
import { livez } from './operations/livez.ts'
import { readyz } from './operations/readyz.ts'
import { approveRefund } from './payment/approve-refund.ts'
import { cancelPayment } from './payment/cancel-payment.ts'
import { createAttempt } from './payment/create-attempt.ts'
import { createPayment } from './payment/create-payment.ts'
import { getPayment } from './payment/get-payment.ts'
import { getPaymentQr } from './payment/get-payment-qr.ts'
import { getPortalBill } from './payment/get-portal-bill.ts'
import { getReceipt } from './payment/get-receipt.ts'
import { getRefund } from './payment/get-refund.ts'
import { listPaymentEvents } from './payment/list-payment-events.ts'
import { listPaymentPostings } from './payment/list-payment-postings.ts'
import { listPayments } from './payment/list-payments.ts'
import { listRefunds } from './payment/list-refunds.ts'
import { requestRefund } from './payment/request-refund.ts'
import { receiveNotification } from './portal/receive-notification.ts'
import { returnPayer } from './portal/return-payer.ts'
import { getReconciliation } from './reconciliation/get-reconciliation.ts'
import { listCases } from './reconciliation/list-cases.ts'
import { listReconciliationRows } from './reconciliation/list-reconciliation-rows.ts'
import { listReconciliations } from './reconciliation/list-reconciliations.ts'
import { listTransferPayments } from './reconciliation/list-transfer-payments.ts'
import { putSettlementFile } from './reconciliation/put-settlement-file.ts'
import { resolveCase } from './reconciliation/resolve-case.ts'
import { startReconciliation } from './reconciliation/start-reconciliation.ts'
import { createWebhookEndpoint } from './webhook/create-webhook-endpoint.ts'
import { getWebhookDelivery } from './webhook/get-webhook-delivery.ts'
import { getWebhookEndpoint } from './webhook/get-webhook-endpoint.ts'
import { getWebhookSecret } from './webhook/get-webhook-secret.ts'
import { listEvents } from './webhook/list-events.ts'
import { listWebhookDeliveries } from './webhook/list-webhook-deliveries.ts'
import { listWebhookEndpoints } from './webhook/list-webhook-endpoints.ts'
import { replayWebhookDelivery } from './webhook/replay-webhook-delivery.ts'
import { rotateWebhookSecret } from './webhook/rotate-webhook-secret.ts'
import { updateWebhookEndpoint } from './webhook/update-webhook-endpoint.ts'

export const routes: readonly Route[] = [
  verifyIdentity,
  findBusiness,
  createPayment,
  getPayment,
  receiveNotification,
  issueToken,
  findVerification,
  listPayments,
  listPaymentEvents,
  listPaymentPostings,
  getReceipt,
  getPaymentQr,
  createAttempt,
  cancelPayment,
  requestRefund,
  getPortalBill,
  getRefund,
  listRefunds,
  approveRefund,
  returnPayer,
  startReconciliation,
  listReconciliations,
  getReconciliation,
  listReconciliationRows,
  putSettlementFile,
  listTransferPayments,
  listCases,
  resolveCase,
  listEvents,
  createWebhookEndpoint,
  listWebhookEndpoints,
  getWebhookEndpoint,
  updateWebhookEndpoint,
  rotateWebhookSecret,
  getWebhookSecret,
  listWebhookDeliveries,
  getWebhookDelivery,
  replayWebhookDelivery,
  listUpstreams,
  livez,
  readyz,
  authorizationServerMetadata,
  signingKeys,
  evidenceKeys,
  webhookKeys,
  openapiDocument,
  docsPage,
  problemIndex,
  problemPage,
  verifyPage,
  docsAsset,
]
