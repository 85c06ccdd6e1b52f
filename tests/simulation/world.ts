/** One history's world: processes that come and go, a database and a portal that stay, clients who remember what they were told. */
import { assertNever, GatewayError } from '#domain/errors.ts'
import type { Job } from '#domain/ports/job-queue.ts'
import type { StoredAnswer } from '#domain/ports/unit-of-work.ts'
import type { RequestContext } from '#domain/request-context.ts'
import type { CreatePaymentInput } from '#payments/check-order.ts'
import type { KeyedRequest } from '#payments/replay.ts'
import type { PaymentView } from '#payments/present-payment.ts'
import { aRequest } from '../support/a-request.ts'
import { sequentialIds } from '../support/sequential-ids.ts'
import { portalModel } from './portal-model.ts'
import { receiverModel } from './receiver-model.ts'
import type { SimulatedDatabase } from './simulated-database.ts'
import { muteUnitCode, startProcess, unitCode, type Outside, type SimulatedProcess } from './simulated-process.ts'
import { createSteps } from './steps.ts'
import { virtualTime } from './virtual-time.ts'

/** Something a client or the portal asked of a process. As in Jepsen: no `end` means that nobody knows. */
export interface Act {
  readonly kind: string
  /** Whose key, payment or bytes it is about. */
  readonly subject: string
  readonly tenant: string
  end?: Ending
}

export type Ending =
  | { readonly kind: 'answered'; readonly answer: StoredAnswer }
  | { readonly kind: 'seen'; readonly view: PaymentView }
  | { readonly kind: 'notified'; readonly verdict: string; readonly raw: Uint8Array }
  | { readonly kind: 'done' }
  | { readonly kind: 'refused'; readonly code: string }
  /** Not an expected refusal: a fault of ours. */
  | { readonly kind: 'broken'; readonly error: unknown }

export interface Client {
  readonly tenant: string
  readonly clientId: string
}

export interface World extends Outside {
  readonly acts: readonly Act[]
  readonly processes: SimulatedProcess[]
  /** Notifications of the portal that may still be sent, or sent again. */
  readonly outbox: { readonly connection: string; readonly raw: Uint8Array; isAcknowledged: boolean }[]
  start(): SimulatedProcess
  crash(process: SimulatedProcess, leaving?: boolean): SimulatedProcess
  create(process: SimulatedProcess, order: Order): Act
  createAttempt(process: SimulatedProcess, asked: Asked): Act
  cancel(process: SimulatedProcess, asked: Asked): Act
  requestRefund(process: SimulatedProcess, asked: Asked, refund: { amount: number; expectedRefundable: number }): Act
  /** By a second person, of another client. */
  approveRefund(process: SimulatedProcess, asked: Asked, refundId: string, decision: 'approve' | 'reject'): Act
  get(process: SimulatedProcess, client: Client, id: string): Act
  getBill(process: SimulatedProcess, client: Client, id: string): Act
  notify(process: SimulatedProcess, index: number): Act
  run(process: SimulatedProcess, job: Job): Act
  /** Reconciliation hands on what the portal's file says of the transaction; nothing, where it names none. */
  settleByFile(process: SimulatedProcess, reference: string): Act
  sweep(process: SimulatedProcess): Act
  /** Tells every client what it is owed. */
  deliver(process: SimulatedProcess): Act
  /** Answers everything in order, moving time over short waits, until nobody waits for anything. */
  finish(): Promise<void>
  advance(ms: number): Promise<void>
}

export interface Order {
  readonly client: Client
  readonly key: string
  readonly input: CreatePaymentInput
}

/** A step on a payment under a key. */
export interface Asked {
  readonly client: Client
  readonly key: string
  readonly paymentId: string
}

/** Beyond this a message of somebody who stopped waiting has arrived, or never will. */
const longestJourneyMs = 60_000

export function createWorld(database: SimulatedDatabase): World {
  const time = virtualTime()
  const steps = createSteps()
  const portal = portalModel(time.nowMs)
  const ids = sequentialIds()
  const outside: Outside = { time, steps, database, portal, receiver: receiverModel(), ids }
  const acts: Act[] = []
  const processes: SimulatedProcess[] = []
  let born = 0

  const begin = (
    process: SimulatedProcess,
    told: Pick<Act, 'kind' | 'subject' | 'tenant'>,
    work: () => Promise<Ending>,
  ) => {
    const act: Act = { ...told }
    acts.push(act)
    steps.trace.push(`${process.life.name} begins ${told.kind} ${told.subject}`)
    work().then(
      (end) => (act.end = end),
      (error: unknown) =>
        (act.end = error instanceof GatewayError ? { kind: 'refused', code: error.code } : { kind: 'broken', error }),
    )
    return act
  }
  const requestOf = (process: SimulatedProcess, { tenant, clientId }: Client) =>
    aRequest({
      principal: { tenant, clientId, scopes: new Set(), tokenId: 'token' },
      startedAtMs: time.clockOf(process.life).monotonicMs(),
    })

  /** A money step under its key, as the HTTP layer would ask for it. */
  const step = (
    process: SimulatedProcess,
    { client, key, paymentId }: Asked,
    { kind, path, input }: { readonly kind: string; readonly path: string; readonly input: object },
    work: (keyed: KeyedRequest, request: RequestContext) => Promise<{ readonly answer: StoredAnswer }>,
  ): Act => {
    const fingerprint = JSON.stringify(input)
    const scope = { ...client, method: 'POST', path: `/v1/payments/${paymentId}/${path}`, key }
    const subject = `${client.clientId} ${key} ${scope.path} ${fingerprint}`
    return begin(process, { kind, subject, tenant: client.tenant }, async () => {
      const { answer } = await work({ scope, fingerprint }, requestOf(process, client))
      return { kind: 'answered', answer }
    })
  }

  const world: World = {
    ...outside,
    acts,
    processes,
    outbox: [],
    start: () => {
      const process = startProcess(outside, `p${(born += 1)}`)
      processes.push(process)
      return process
    },
    crash: (process, leaving) => {
      steps.kill(process.life, leaving)
      processes.splice(processes.indexOf(process), 1)
      return world.start()
    },
    create: (process, { client, key, input }) => {
      const scope = { ...client, method: 'POST', path: '/v1/payments', key }
      const subject = `${client.clientId} ${key} ${JSON.stringify(input)}`
      return begin(process, { kind: 'create', subject, tenant: client.tenant }, async () => {
        const keyed = { scope, fingerprint: JSON.stringify(input) }
        const origins = { returnOrigins: ['https://one-stop.example'] }
        const { answer } = await process.payments.create(input, origins, keyed, requestOf(process, client))
        return { kind: 'answered', answer }
      })
    },
    createAttempt: (process, asked) =>
      step(process, asked, { kind: 'createAttempt', path: 'attempts', input: {} }, (keyed, request) =>
        process.payments.createAttempt(asked.paymentId, {}, keyed, request),
      ),
    cancel: (process, asked) =>
      step(process, asked, { kind: 'cancel', path: 'cancellation', input: {} }, (keyed, request) =>
        process.payments.cancel(asked.paymentId, {}, keyed, request),
      ),
    requestRefund: (process, asked, { amount, expectedRefundable }) => {
      const input = { amount, expectedRefundable, reason: 'Nộp thừa', officerId: 'officer-1' }
      return step(process, asked, { kind: 'requestRefund', path: 'refunds', input }, (keyed, request) =>
        process.payments.requestRefund(asked.paymentId, input, keyed, request),
      )
    },
    approveRefund: (process, asked, refundId, decision) => {
      const input = { decision, officerId: 'officer-2' }
      const path = `refunds/${refundId}/approval`
      return step(process, asked, { kind: 'approveRefund', path, input }, (keyed, request) =>
        process.payments.approveRefund({ paymentId: asked.paymentId, refundId }, input, keyed, request),
      )
    },
    get: (process, client, id) =>
      begin(process, { kind: 'get', subject: id, tenant: client.tenant }, async () => ({
        kind: 'seen',
        view: await process.payments.get(id, requestOf(process, client)),
      })),
    getBill: (process, client, id) =>
      begin(process, { kind: 'getBill', subject: id, tenant: client.tenant }, async () => {
        await process.payments.getPortalBill(id, requestOf(process, client))
        return { kind: 'done' }
      }),
    notify: (process, index) => {
      const message = world.outbox[index]
      if (message === undefined) throw new Error('no such notification')
      const { connection, raw } = message
      const told = { kind: 'notify', subject: new TextDecoder().decode(raw), tenant: connection }
      return begin(process, told, async () => {
        const { kind } = await process.payments.receiveNotification(connection, raw)
        if (kind === 'acknowledged') message.isAcknowledged = true
        return { kind: 'notified', verdict: kind, raw }
      })
    },
    run: (process, job) =>
      begin(process, { kind: job.kind, subject: JSON.stringify(job), tenant: '*' }, async () => {
        await runJob(process, job)
        return { kind: 'done' }
      }),
    settleByFile: (process, reference) =>
      begin(process, { kind: 'settleByFile', subject: reference, tenant: '*' }, async () => {
        const transaction = portal.transactions().find((one) => one.reference === reference)
        const { connection = '', takenBackAtMs: since } = transaction ?? {}
        const row = portal.settlementRow(reference)
        const tenant = connection === 'portal-b' ? 'ha-giang' : 'lao-cai'
        const agreed = since === undefined ? {} : { takenBackSinceMs: since }
        if (row !== undefined)
          await process.payments.confirmSettlement({ tenant, connection, reference, row, ...agreed })
        return { kind: 'done' }
      }),
    sweep: (process) =>
      begin(process, { kind: 'sweep', subject: '', tenant: '*' }, async () => {
        await process.payments.sweep()
        return { kind: 'done' }
      }),
    deliver: (process) =>
      begin(process, { kind: 'deliver', subject: '', tenant: '*' }, async () => {
        await process.deliver()
        return { kind: 'done' }
      }),
    finish: async () => {
      await steps.settle()
      for (;;) {
        const [first] = steps.waiting()
        if (first !== undefined) await steps.answer(first)
        else {
          const waitMs = time.untilNextMs()
          if (waitMs === undefined || waitMs > longestJourneyMs) return
          await time.advance(waitMs, steps.settle)
        }
      }
    },
    advance: async (ms) => {
      if (ms >= longestJourneyMs) await steps.deliverLate()
      await time.advance(ms, async () => {
        await steps.settle()
        if (ms >= longestJourneyMs) await steps.deliverLate()
      })
    },
  }
  return world
}

function runJob({ payments }: SimulatedProcess, job: Job): Promise<void> {
  switch (job.kind) {
    case 'settle_attempt':
      return payments.settleAttempt(job)
    case 'settle_refund':
      return payments.settleRefund(job)
    case 'fetch_bill':
      return payments.fetchBill(job)
    case 'confirm_notification':
      return payments.confirmNotification(job)
    default:
      return assertNever(job)
  }
}

export const clients: readonly [Client, Client, Client] = [
  { tenant: 'lao-cai', clientId: 'one-stop' },
  { tenant: 'lao-cai', clientId: 'fee-desk' },
  { tenant: 'ha-giang', clientId: 'one-stop-hg' },
]

/** The same obligations, and four of its own, through the portal that cannot be asked. */
export const muteOrderOf = (client: Client, number: number): Order => {
  const order = orderOf(client, number + 2)
  return {
    ...order,
    key: `mute-${number}`,
    input: { ...order.input, reference: `${order.input.reference}:M`, collectingUnit: muteUnitCode },
  }
}

/** Orders 0 and 1 collect one obligation; every client uses the same keys, and the two tenants the same references. */
export function orderOf(client: Client, number: number, differing: Partial<CreatePaymentInput> = {}): Order {
  const dossierCode = `H38.17-261123-000${number >> 1}`
  const owner = client.clientId === 'fee-desk' ? 'F' : 'S'
  return {
    client,
    key: `key-${number}`,
    input: {
      reference: `${dossierCode}:${owner}${number}`,
      dossierCode,
      procedureCode: '2.000635',
      procedureName: 'Cấp bản sao trích lục hộ tịch',
      payer: { fullName: 'Nguyễn Thị Hoà', personalId: '015185000011' },
      lines: [{ code: 'P01', name: 'Phí', kind: 'phi', amount: 50_000 + number, instalment: 1 }],
      collectingUnit: unitCode,
      ...(number === 3 ? { expiresAt: '2026-11-23T03:30:00.000Z' } : {}),
      ...differing,
    },
  }
}
