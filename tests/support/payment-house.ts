/** The payments module in a house of fakes: a store and a portal that outlive any number of processes. */
import { money } from '#domain/money.ts'
import type { Job } from '#domain/ports/job-queue.ts'
import type { PaymentView } from '#payments/present-payment.ts'
import type { RefundView } from '#payments/present-refund.ts'
import type { RequestRefundInput } from '#payments/request-refund.ts'
import type { CreatePaymentInput } from '#payments/check-order.ts'
import type { ApproveRefundInput } from '#payments/approve-refund.ts'
import { createCaseOpener } from '#reconciliation/case-opener.ts'
import { createPayments, type Payments } from '#payments/create-payments.ts'
import type { PaymentsDeps } from '#payments/deps.ts'
import type { StoredAnswer } from '#domain/ports/unit-of-work.ts'
import { aRequest } from './a-request.ts'
import { fakeAccountability, type FakeAccountability } from './fake-accountability.ts'
import { fakePortal, type FakePortal } from './fake-portal.ts'
import { fakeStore, type FakeStore } from './fake-store.ts'
import { manualClock, type ManualClock } from './manual-clock.ts'
import { sequentialIds } from './sequential-ids.ts'
import { silentLog } from './silent-log.ts'

export interface PaymentHouse {
  readonly store: FakeStore
  readonly portal: FakePortal
  readonly clock: ManualClock
  readonly accountability: FakeAccountability
  readonly payments: Payments
  readonly queue: { readonly job: Job; readonly atMs: number }[]
  readonly deps: PaymentsDeps
  /** A new process over the same store and portal. */
  restart(change?: (deps: PaymentsDeps) => PaymentsDeps): Payments
  create(differing?: Partial<CreatePaymentInput>, key?: string): ReturnType<Payments['create']>
  /** Creates and gives the payment as answered. */
  created(differing?: Partial<CreatePaymentInput>, key?: string): Promise<PaymentView>
  /** Another attempt of the payment. */
  again(paymentId: string, key?: string): ReturnType<Payments['createAttempt']>
  cancel(paymentId: string, key?: string): ReturnType<Payments['cancel']>
  /** A payment of 50,000 đồng that is paid. */
  paid(): Promise<PaymentView>
  /** 20,000 đồng of it back, which needs nobody's approval, unless the test says otherwise. */
  refund(
    paymentId: string,
    differing?: Partial<RequestRefundInput>,
    key?: string,
  ): ReturnType<Payments['requestRefund']>
  /** By another officer than `015080000123`. */
  approve(
    refund: Pick<RefundView, 'id' | 'payment'>,
    differing?: Partial<ApproveRefundInput>,
    key?: string,
  ): ReturnType<Payments['approveRefund']>
  /** What the store holds of the newest payment. */
  state(): string
  /** Moves the clock and lets the sweep and the jobs do their work, once. */
  pass(ms: number): Promise<void>
  drain(): Promise<void>
}

export const anOrder = (differing: Partial<CreatePaymentInput> = {}): CreatePaymentInput => ({
  reference: 'H38.17-261123-0007:P01',
  dossierCode: 'H38.17-261123-0007',
  procedureCode: '2.000635',
  procedureName: 'Cấp bản sao trích lục hộ tịch',
  payer: { fullName: 'Nguyễn Thị Hoà', personalId: '015185000011' },
  lines: [{ code: 'P01', name: 'Phí cấp bản sao trích lục hộ tịch', kind: 'phi', amount: 50_000, instalment: 1 }],
  collectingUnit: 'H38.17',
  returnUrl: 'https://one-stop.example/return',
  ...differing,
})

export const aRefund = (differing: Partial<RequestRefundInput> = {}): RequestRefundInput => ({
  amount: 20_000,
  reason: 'Nộp thừa',
  expectedRefundable: 50_000,
  officerId: '015080000123',
  ...differing,
})

const unit = {
  code: 'H38.17',
  portal: 'payment-portal',
  agencyCode: '000.00.00.H38',
  name: 'Văn phòng một cửa',
  ip: '10.0.0.1',
  beneficiary: { account: '9990001', bank: 'TESTBANK', name: 'KHO BAC THU NGHIEM' },
}

export const aClient = { returnOrigins: ['https://one-stop.example', 'http://127.0.0.1:*'] }

export const keyed = (input: CreatePaymentInput, key = 'key-1') => ({
  scope: { tenant: 'lao-cai', clientId: 'demo-one-stop', method: 'POST', path: '/v1/payments', key },
  fingerprint: JSON.stringify(input),
})

/** The key of a step on one payment. */
export const keyedStep = (paymentId: string, step: string, body: object, key = 'key-1') => ({
  scope: {
    tenant: 'lao-cai',
    clientId: 'demo-one-stop',
    method: 'POST',
    path: `/v1/payments/${paymentId}/${step}`,
    key,
  },
  fingerprint: JSON.stringify(body),
})

export const viewOf = ({ body }: StoredAnswer): PaymentView & { readonly evidence?: string } =>
  JSON.parse(body) as PaymentView & { readonly evidence?: string }

/** What the worker does with a job. */
export function runJob(payments: Payments, job: Job): Promise<void> {
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
      return job satisfies never
  }
}

/** Beyond it, all refunds of a payment together, a second person decides. */
const approvalAboveDong = 30_000

export const refundOf = ({ body }: StoredAnswer): RefundView => JSON.parse(body) as RefundView

export function paymentHouse(change: (deps: PaymentsDeps) => PaymentsDeps = (same) => same): PaymentHouse {
  const store = fakeStore()
  const portal = fakePortal()
  const clock = manualClock()
  const accountability = fakeAccountability()
  const queue: { job: Job; atMs: number }[] = []
  const deps = change({
    portal: (tenant, connection) => (tenant === 'lao-cai' && connection === 'payment-portal' ? portal : undefined),
    tenantOf: (connection) => (connection === 'payment-portal' ? 'lao-cai' : undefined),
    unit: (tenant, code) => (tenant === 'lao-cai' && code === unit.code ? unit : undefined),
    livemode: () => false,
    feeCatalogue: () => undefined,
    refundApprovalAbove: () => money(approvalAboveDong),
    payments: store.payments,
    refunds: store.refunds,
    bills: store.bills,
    idempotency: store.idempotency,
    notifications: store.notifications,
    unitOfWork: store.unitOfWork,
    cases: createCaseOpener({ clock }),
    accountability,
    jobs: { enqueue: (job, atMs) => void queue.push({ job, atMs }) },
    clock,
    ids: sequentialIds(),
    log: silentLog,
    signReturnToken: async ({ paymentId, state }) => `${paymentId}.${state}`,
    presentRefusal: ({ code, details }) => ({
      status: 409,
      contentType: 'application/problem+json',
      body: JSON.stringify({ code, ...details }),
    }),
  })
  const payments = createPayments(deps)

  const request = () => aRequest({ startedAtMs: clock.monotonicMs() })
  const house: PaymentHouse = {
    store,
    portal,
    clock,
    accountability,
    payments,
    queue,
    deps,
    restart: (differently = (same) => same) => createPayments(differently(deps)),
    create: (differing = {}, key = 'key-1') => {
      const input = anOrder(differing)
      return payments.create(input, aClient, keyed(input, key), request())
    },
    created: async (differing, key) => viewOf((await house.create(differing, key)).answer),
    again: (id, key) => payments.createAttempt(id, {}, keyedStep(id, 'attempts', {}, key), request()),
    cancel: (id, key) => payments.cancel(id, {}, keyedStep(id, 'cancellation', {}, key), request()),
    paid: async () => {
      const { id, attempt } = await house.created()
      portal.pay(attempt.portalReference)
      await payments.receiveNotification('payment-portal', portal.notificationOf(attempt.portalReference))
      await house.drain()
      return payments.get(id, request())
    },
    refund: (id, differing = {}, key) => {
      const input = aRefund(differing)
      return payments.requestRefund(id, input, keyedStep(id, 'refunds', input, key), request())
    },
    approve: ({ id, payment }, differing = {}, key) => {
      const input = { officerId: '015080000456', decision: 'approve' as const, ...differing }
      const subject = { paymentId: payment, refundId: id }
      return payments.approveRefund(subject, input, keyedStep(payment, `refunds/${id}/approval`, input, key), request())
    },
    state: () => store.all().at(-1)?.state ?? 'none',
    pass: async (ms) => {
      clock.advance(ms)
      await payments.sweep()
      await house.drain()
    },
    drain: async () => {
      for (const { job } of queue.splice(0)) await runJob(payments, job)
    },
  }
  return house
}
