/** A gateway process over simulated ports: the real payments module, the real store, the real writer. Its death forgets all of it. */
import { createHash } from 'node:crypto'
import { canonicalJson } from '#domain/canonical-json.ts'
import type { Ids } from '#domain/clock.ts'
import type { Accountability, AuditedStep, AuditEntry } from '#domain/ports/accountability.ts'
import type { Job } from '#domain/ports/job-queue.ts'
import type { WebhookAnswer, WebhookSender } from '#domain/ports/webhook-sender.ts'
import { createPayments, type Payments } from '#payments/create-payments.ts'
import type { PortalConnection } from '#payments/deps.ts'
import { createCaseOpener } from '#reconciliation/case-opener.ts'
import { createBillStore } from '#store/bill-store.ts'
import { createIdempotencyStore } from '#store/idempotency-store.ts'
import { createNotificationStore } from '#store/notification-store.ts'
import { createPaymentStore } from '#store/payment-store.ts'
import { createRefundStore } from '#store/refund-store.ts'
import { createUnitOfWork } from '#store/unit-of-work.ts'
import { createWebhookDeliveryStore } from '#store/webhook-delivery-store.ts'
import { presentEvent } from '#payments/present-payment.ts'
import { serveEndpoint, type ServeDeps } from '#webhooks/serve-endpoint.ts'
import { someWebhookKeys } from '../support/a-webhook-endpoint.ts'
import { silentLog } from '../support/silent-log.ts'
import { portalTrouble, type PortalModel } from './portal-model.ts'
import type { ReceiverModel } from './receiver-model.ts'
import type { SimulatedDatabase } from './simulated-database.ts'
import type { Steps } from './steps.ts'
import type { Life, VirtualTime } from './virtual-time.ts'

export interface Outside {
  readonly time: VirtualTime
  readonly steps: Steps
  readonly database: SimulatedDatabase
  readonly portal: PortalModel
  readonly receiver: ReceiverModel
  readonly ids: Ids
}

export interface SimulatedProcess {
  readonly life: Life
  readonly payments: Payments
  /** Sends every endpoint what is due. */
  deliver(): Promise<void>
  /** Queued and not yet run; lost with the process, so that only what the rows say is left. */
  readonly jobs: { readonly job: Job; readonly atMs: number }[]
}

export const unitCode = 'H38.17'
/** Collects through a portal that cannot be asked and gives nothing back. */
export const muteUnitCode = 'H38.29'
export const muteConnection = 'portal-mute'

/** Accounts of two tenants at one platform, so that a leak between them has somewhere to go; one unit has another dialect. */
const units = [
  { tenant: 'lao-cai', code: unitCode, connection: 'portal-a', agencyCode: '000.00.00.H38' },
  { tenant: 'ha-giang', code: unitCode, connection: 'portal-b', agencyCode: '000.00.00.H20' },
  { tenant: 'lao-cai', code: muteUnitCode, connection: muteConnection, agencyCode: '000.00.00.H38' },
] as const

export function startProcess(outside: Outside, name: string): SimulatedProcess {
  const { time, steps, database, portal, receiver, ids } = outside
  const life: Life = { name, isDead: false }
  const clock = time.clockOf(life)
  const jobs: { job: Job; atMs: number }[] = []
  const reader = database.readOf(life, steps)
  const connection = portalConnection(life, steps, portal)
  const unitOfWork = createUnitOfWork({
    database: { connectionString: '' },
    openSession: database.openSessionOf(life, steps),
    clock,
    log: silentLog,
  })
  const payments = createPayments({
    portal: (tenant, wanted) => {
      if (!units.some((one) => one.tenant === tenant && one.connection === wanted)) return undefined
      return wanted === muteConnection ? muteOf(connection) : connection
    },
    tenantOf: (wanted) => units.find((one) => one.connection === wanted)?.tenant,
    unit: (tenant, code) => {
      const found = units.find((one) => one.tenant === tenant && one.code === code)
      return found === undefined
        ? undefined
        : {
            code,
            portal: found.connection,
            agencyCode: found.agencyCode,
            name: 'Văn phòng một cửa',
            ip: '10.0.0.1',
            beneficiary: { account: '9990001', bank: 'TESTBANK', name: 'KHO BAC THU NGHIEM' },
          }
    },
    livemode: () => false,
    feeCatalogue: () => undefined,
    refundApprovalAbove: () => ({ dong: 30_000n }),
    payments: createPaymentStore(reader),
    refunds: createRefundStore(reader),
    bills: createBillStore(reader),
    idempotency: createIdempotencyStore(reader),
    notifications: createNotificationStore(reader),
    unitOfWork,
    cases: createCaseOpener({ clock }),
    accountability: plainAccountability(ids, time),
    jobs: { enqueue: (job, atMs) => void jobs.push({ job, atMs }) },
    clock,
    ids,
    log: silentLog,
    signReturnToken: async ({ paymentId, state }) => `${paymentId}.${state}`,
    presentRefusal: ({ code, details }) => ({
      status: 409,
      contentType: 'application/problem+json',
      body: JSON.stringify({ code, ...details }),
    }),
  })
  const deliveries = createWebhookDeliveryStore(reader)
  const webhooks: ServeDeps = {
    deliveries,
    sender: senderOf(life, steps, receiver),
    unitOfWork,
    keys,
    present: (told, livemode) =>
      told.kind === 'payment'
        ? presentEvent(told.payment, told.event, livemode)
        : { id: told.id, type: 'case.opened', createdAt: '', sequence: 1, data: { id: told.opened.id }, livemode },
    livemode: () => false,
    clock,
    ids,
    log: silentLog,
  }
  const deliver = async (): Promise<void> => {
    const owed = await deliveries.owed(10)
    for (const { endpoint, dueAtMs } of owed) if (dueAtMs <= time.nowMs()) await serveEndpoint(webhooks, endpoint)
  }
  return { life, payments, deliver, jobs }
}

const { keys } = someWebhookKeys()

/** A message that was lost, or whose answer was, is one nobody knows the end of. */
const senderOf = (life: Life, steps: Steps, receiver: ReceiverModel): WebhookSender => ({
  send: (message, { signal }) =>
    steps
      .park<WebhookAnswer>({
        life,
        name: 'receiver post',
        signal,
        effect: async () => receiver.receive(message),
        trouble: (kind) => new Error(kind),
      })
      .catch((error: Error): WebhookAnswer =>
        error.message === 'unreachable'
          ? { kind: 'not_sent', reason: 'no_connection' }
          : { kind: 'unknown', reason: 'timeout' },
      ),
})

function portalConnection(life: Life, steps: Steps, portal: PortalModel): PortalConnection {
  const call = <T>(operation: string, signal: AbortSignal, effect: () => T): Promise<T> =>
    steps.park({
      life,
      name: `portal ${operation}`,
      signal,
      effect: async () => effect(),
      trouble: (kind) => portalTrouble(operation, kind),
    })
  return {
    codec: portal.codec,
    port: {
      openTransaction: (prepared, { signal }) => call('openTransaction', signal, () => portal.open(prepared)),
      findTransaction: ({ reference }, { signal }) => call('findTransaction', signal, () => portal.query(reference)),
      refundTransaction: (prepared, { signal }) => call('refundTransaction', signal, () => portal.refund(prepared)),
      findRefund: ({ refundReference }, { signal }) =>
        call('findRefund', signal, () => portal.queryRefund(refundReference)),
      fetchBill: ({ reference }, { signal }) => call('fetchBill', signal, () => portal.bill(reference)),
    },
  }
}

function muteOf({ codec, port: { openTransaction, fetchBill } }: PortalConnection): PortalConnection {
  const { prepareRefund: _, ...rest } = codec
  return { codec: rest, port: { openTransaction, fetchBill } }
}

/** Entries with a real leaf and hash, without keys: the evidence names the entry that must be there. */
function plainAccountability(ids: Ids, time: VirtualTime): Accountability {
  const enter = (step: AuditedStep): AuditEntry => {
    const { kind, action, result, subject, transition } = step
    const leaf = canonicalJson({
      action,
      result,
      ...(subject === undefined ? {} : { subject: subject.value }),
      ...(transition === undefined ? {} : { from: transition.from, to: transition.to }),
    })
    return {
      id: ids.next('aud'),
      tenant: step.principal.tenant,
      kind,
      action,
      atMs: time.nowMs(),
      leaf,
      leafHash: createHash('sha256').update('\0').update(leaf).digest(),
      requestSalt: ids.random(32),
      responseSalt: ids.random(32),
    }
  }
  return {
    enter,
    attest: async (step) => {
      const entry = enter(step)
      return { entry, evidence: `evidence-of-${entry.id}` }
    },
  }
}
