/** The composition root: everything is made here, in the order it depends on each other, and stopped in the reverse order. */
import { join } from 'node:path'
import { createAccountability } from '#audit/accountability.ts'
import { createAuthenticate } from '#auth/authenticate.ts'
import { ensureDemoClient } from '#auth/demo-client.ts'
import { openKeySet } from '#auth/key-set.ts'
import { evidenceKeyHistory, webhookKeyDocument } from '#auth/published-keys.ts'
import { createRegistrations } from '#auth/registrations.ts'
import { createTokenEndpoint } from '#auth/token-endpoint.ts'
import { apiAudience } from '#auth/token-profile.ts'
import { StartupError } from '#domain/errors.ts'
import { money } from '#domain/money.ts'
import type { ClientStore } from '#domain/ports/stores.ts'
import { createEvidenceSigner } from '#evidence/evidence-signer.ts'
import { createApp } from '#http/app.ts'
import { createPresentRefusal } from '#http/present-refusal.ts'
import { statusOf } from '#http/problem.ts'
import { createServer } from '#http/server.ts'
import { createJobQueue } from '#jobs/queue.ts'
import { createLog } from '#observability/log.ts'
import { createMetrics, type Metrics } from '#observability/metrics.ts'
import { startOperationsServer } from '#observability/operations-server.ts'
import { createPayments } from '#payments/create-payments.ts'
import { createReceipts } from '#receipts/create-receipts.ts'
import { createCaseOpener } from '#reconciliation/case-opener.ts'
import { createReconciliation } from '#reconciliation/create-reconciliation.ts'
import { createSpool } from '#reconciliation/spool.ts'
import type { ReceiveNotification } from '#payments/receive-notification.ts'
import { createFindBusiness } from '#registers/find-business.ts'
import { createFindVerification } from '#registers/find-verification.ts'
import { createVerifyIdentity } from '#registers/verify-identity.ts'
import { createBillStore } from '#store/bill-store.ts'
import { createCaseStore } from '#store/case-store.ts'
import { createClientStore } from '#store/client-store.ts'
import { createIdempotencyStore } from '#store/idempotency-store.ts'
import { createNotificationStore } from '#store/notification-store.ts'
import { createOidcStore } from '#store/oidc-store.ts'
import { createPaymentStore } from '#store/payment-store.ts'
import { createReceiptStore } from '#store/receipt-store.ts'
import { createReconciliationStore } from '#store/reconciliation-store.ts'
import { createSettlementStore } from '#store/settlement-store.ts'
import { createRefundStore } from '#store/refund-store.ts'
import { createUnitOfWork } from '#store/unit-of-work.ts'
import { createVerificationStore } from '#store/verification-store.ts'
import { systemClock as clock } from './clock.ts'
import { openStorage } from './database.ts'
import { createIds } from './ids.ts'
import { onPort } from './on-port.ts'
import { createReadiness } from './readiness.ts'
import type { Settings } from './settings.ts'
import { createUpstreams } from './upstreams.ts'
import { startWebhooks } from './webhooks.ts'

export interface Gateway {
  /** Where it listens, e.g. `http://127.0.0.1:8080`. */
  readonly url: string
  /** Where /metrics is. */
  readonly operationsUrl: string
  /** Lets requests in progress finish, then stops everything, the embedded PostgreSQL included. */
  close(): Promise<void>
}

/** Requests in progress get this long; then connections are cut. */
const drainMs = 20_000

/** A rotation is seen by every process within a minute; a successor is published an hour and more before its use. */
const keyReloadMs = 60_000

/** Rejects with `StartupError`, a taken port included; nothing is left running then. */
export async function startGateway({ environment, config }: Settings): Promise<Gateway> {
  const { publicUrl, dataDir, mode } = environment
  const livemode = () => mode === 'production'
  const log = createLog({ level: environment.logLevel })
  const metrics = createMetrics()
  const ids = createIds(clock)
  const stops: (() => Promise<unknown>)[] = []
  const close = async (): Promise<void> => {
    for (const stop of stops.splice(0).toReversed()) await stop()
  }

  try {
    const keys = openKeySet({ folder: join(dataDir, 'keys'), clock, log })
    stops.push(repeat(keys.reload, keyReloadMs))
    const storage = await openStorage(environment, log)
    stops.push(storage.close)
    const { database } = storage
    const clients = createClientStore(database)
    await admitDemoClient(clients, environment)

    const upstreams = createUpstreams({
      config,
      publicUrl,
      clock,
      random: Math.random,
      observe: metrics.upstreamEvent,
    })
    stops.push(upstreams.close)
    await upstreams.ready()
    const writer = createUnitOfWork({ database, clock, log, observe: metrics })
    stops.push(writer.close)
    const signer = createEvidenceSigner({ keys: keys.evidence, issuer: publicUrl, clock })
    const accountability = createAccountability({
      clock,
      ids,
      tagKey: keys.auditTag,
      signer,
      issuer: publicUrl,
      logOrigin: `${new URL(publicUrl).host}/audit/${new Date(clock.nowMs()).getUTCFullYear()}`,
      policyVersion: 'scopes-1',
    })

    const webhooks = startWebhooks({
      database,
      unitOfWork: writer,
      accountability,
      keys,
      environment,
      livemode,
      observe: metrics.webhookTried,
      clock,
      ids,
      log,
    })
    stops.push(webhooks.stop)
    const { unitOfWork } = webhooks

    const bills = createBillStore(database)
    const payments = createPayments(
      {
        portal: upstreams.portal,
        tenantOf: upstreams.tenantOf,
        unit: upstreams.unit,
        livemode,
        feeCatalogue: (tenant) => config.tenants[tenant]?.feeCatalogue,
        refundApprovalAbove: (tenant) => money(config.tenants[tenant]?.refundApprovalAbove ?? 0),
        payments: createPaymentStore(database),
        refunds: createRefundStore(database),
        bills,
        idempotency: createIdempotencyStore(database),
        notifications: createNotificationStore(database),
        unitOfWork,
        accountability,
        cases: createCaseOpener({ clock }),
        // The queue's handlers are the payments' own: it comes to life below, before anything can be queued.
        jobs: { enqueue: (job, atMs) => jobs.enqueue(job, atMs) },
        clock,
        ids,
        log,
        signReturnToken: signer.signReturnToken,
        presentRefusal: createPresentRefusal(publicUrl),
      },
      config.deadlines,
    )
    const reconciliation = createReconciliation({
      portals: upstreams.reconciled,
      confirmSettlement: payments.confirmSettlement,
      settlements: createSettlementStore(database),
      reconciliations: createReconciliationStore(database),
      cases: createCaseStore(database),
      caseOpener: createCaseOpener({ clock }),
      unitOfWork,
      accountability,
      jobs: { enqueue: (job, atMs) => jobs.enqueue(job, atMs) },
      spool: createSpool(join(dataDir, 'spool')),
      clock,
      ids,
      livemode,
    })
    const jobs = createJobQueue({
      connectionString: database.connectionString,
      handlers: {
        settle_attempt: payments.settleAttempt,
        settle_refund: payments.settleRefund,
        fetch_bill: payments.fetchBill,
        confirm_notification: payments.confirmNotification,
        sweep: async () => {
          webhooks.dispatcher.wake()
          await payments.sweep()
          metrics.jobsParked(await jobs.parked())
          metrics.billsParked(await bills.parked())
        },
        reconcile: reconciliation.run,
        plan_reconciliations: reconciliation.plan,
      },
      clock,
      log,
      observe: metrics.jobFinished,
    })
    const readiness = createReadiness({ database, jobs })

    const registrations = createRegistrations({ clients, clock })
    const registers = { accountability, unitOfWork, clock, ids, livemode, statusOf, deadlines: config.deadlines }
    const app = createApp({
      publicUrl,
      clock,
      ids,
      log,
      metrics,
      authenticate: createAuthenticate({
        issuer: publicUrl,
        audience: apiAudience(publicUrl),
        keys: keys.accessToken,
        clock,
        registrations,
      }),
      // Remembered for seconds: a payment costs no read for its client's return origins.
      clients: { find: async (id) => (await registrations.find(id))?.client },
      idempotency: createIdempotencyStore(database),
      tokenEndpoint: createTokenEndpoint({
        issuer: publicUrl,
        clients,
        oidcStore: createOidcStore(database),
        keys: keys.accessToken,
        clock,
        log,
      }),
      evidenceKeys: () => evidenceKeyHistory(keys.evidence),
      webhookKeys: () => webhookKeyDocument(keys.webhook, clock.nowMs()),
      upstreamHealth: upstreams.health,
      livemode,
      readiness,
      verifyIdentity: createVerifyIdentity({ ...registers, population: upstreams.population }),
      findVerification: createFindVerification({ verifications: createVerificationStore(database) }),
      findBusiness: createFindBusiness({ ...registers, businessRegistry: upstreams.businessRegistry }),
      receipts: createReceipts({
        payments: createPaymentStore(database),
        receipts: createReceiptStore(database),
        unitOfWork,
        accountability,
        signer,
        unit: upstreams.unit,
        livemode,
        publicUrl,
        clock,
        ids,
      }),
      reconciliation,
      webhooks,
      payments: { ...payments, receiveNotification: counted(payments.receiveNotification, metrics) },
    })

    await jobs.start()
    stops.push(jobs.stop)
    const operations = await onPort('OPERATIONS_PORT', () =>
      startOperationsServer({ port: environment.operationsPort, metrics, log }),
    )
    stops.push(operations.close)
    const server = createServer(app, { clock })
    const port = await onPort('PORT', () => server.listen(environment.port, environment.host))
    stops.push(() => server.close(drainMs))
    log.info({ operation: 'start', mode, port }, 'ready')
    const host = environment.host === '0.0.0.0' ? '127.0.0.1' : environment.host
    return { url: `http://${host}:${port}`, operationsUrl: `http://127.0.0.1:${operations.port}`, close }
  } catch (error) {
    await close()
    throw error
  }
}

/** Forged and broken notifications leave nothing behind but this number (api.md, "IPN"). */
const counted =
  (receive: ReceiveNotification, metrics: Metrics): ReceiveNotification =>
  async (connection, raw) => {
    const received = await receive(connection, raw)
    metrics.notification(received.kind)
    return received
  }

/** Runs `task` again and again until the returned function ends it. */
function repeat(task: () => void, everyMs: number): () => Promise<void> {
  const timer = setInterval(task, everyMs)
  timer.unref()
  return async () => clearInterval(timer)
}

/** The demo client exists in the sandbox only; production refuses a database that still knows it. */
async function admitDemoClient(clients: ClientStore, { mode, dataDir }: Settings['environment']): Promise<void> {
  if (mode === 'sandbox') {
    await ensureDemoClient({ clients, dataDir })
    return
  }
  const known = await clients.find('demo-one-stop')
  if (known === undefined || known.disabledAt !== undefined) return
  throw new StartupError('the demo client demo-one-stop is registered, which MODE=production refuses', {
    cure: 'lienthong clients disable demo-one-stop',
  })
}
