/** What a one-stop system, a payer in a browser, and the portal do on the way of a fee through the whole house. */
import { randomUUID } from 'node:crypto'
import type { CreatePaymentInput } from '#payments/check-order.ts'
import type { PaymentEventView, PaymentView } from '#payments/present-payment.ts'
import { aPaymentOrder } from './api-bodies.ts'
import type { ApiAnswer } from './api-client.ts'
import { eventually, type Patience } from './eventually.ts'
import { checksumOver, partner, type PortalMessage } from './portal-messages.ts'
import type { RunningHouse } from './running-house.ts'

export type Payment = PaymentView & { readonly evidence?: string }

/** An order nobody else has placed: a dossier of its own. */
export function anOrder(differing: Partial<CreatePaymentInput> = {}): CreatePaymentInput {
  const dossierCode = `H38.17-${randomUUID().slice(0, 13)}`
  return aPaymentOrder({
    dossierCode,
    reference: `${dossierCode}:P01`,
    returnUrl: 'https://one-stop.example/return',
    ...differing,
  })
}

export const create = (
  { client }: RunningHouse,
  order: CreatePaymentInput = anOrder(),
  key: string = randomUUID(),
): Promise<ApiAnswer<Payment>> => client.post<Payment>('/v1/payments', order, { 'idempotency-key': key })

/** Creates a payment that must be answered 201, whatever its state. */
export async function created(house: RunningHouse, differing: Partial<CreatePaymentInput> = {}): Promise<Payment> {
  const { status, body, text } = await create(house, anOrder(differing))
  if (status !== 201) throw new Error(`not created: ${status} ${text}`)
  return body
}

export const read = async ({ client }: RunningHouse, id: string): Promise<Payment> =>
  (await client.get<Payment>(`/v1/payments/${id}`)).body

export const reaches = (
  house: RunningHouse,
  id: string,
  state: Payment['state'],
  patience: Patience = {},
): Promise<Payment> =>
  eventually(
    () => read(house, id),
    (payment) => payment.state === state,
    patience,
  )

/** `state: cause` of each event, oldest first. */
export async function storyOf({ client }: RunningHouse, id: string): Promise<readonly string[]> {
  const { body } = await client.get<{ data: readonly PaymentEventView[] }>(`/v1/payments/${id}/events`)
  return body.data.map(({ data }) => `${data.to}: ${data.cause}`)
}

/** The portal's own record: what really happened, whoever knows it. */
export interface PortalRecord {
  readonly standing: string
  readonly status: string
  readonly amount: number
  readonly payUrl: string
  readonly transactionId: string
  readonly notifications: readonly { readonly result: string }[]
}

export async function portalRecord({ control }: RunningHouse, payment: Payment): Promise<PortalRecord | undefined> {
  const { status, body } = await control.get(`/payments/${payment.attempt.portalReference}`)
  return status === 200 ? (body as unknown as PortalRecord) : undefined
}

/** Every transaction the portal ever opened. */
export async function portalJournal({ control }: RunningHouse): Promise<readonly { readonly reference: string }[]> {
  const { body } = await control.get('/payments')
  return body['data'] as readonly { readonly reference: string }[]
}

/** Does at the portal what the payer or the bank would do. */
export async function payer(
  { control }: RunningHouse,
  payment: Payment,
  outcome: 'paid' | 'failed' | 'pending',
): Promise<void> {
  const { status } = await control.post(`/payments/${payment.attempt.portalReference}/outcome`, { outcome })
  if (status !== 200) throw new Error(`the portal refused the outcome: ${status}`)
}

/** Opens the pay page as a browser does, presses one of its buttons, and says where the browser is sent then. */
export async function pressOnPayPage(payUrl: string, result: string): Promise<string> {
  const page = await (await fetch(payUrl)).text()
  const bank = /name="cach" value="([^"]+)"[^>]*checked/.exec(page)?.[1]
  if (bank === undefined || !page.includes(`name="ket-qua" value="${result}"`)) throw new Error('no such button')
  const body = new URLSearchParams({ cach: bank, 'ket-qua': result })
  const answer = await fetch(payUrl, { method: 'POST', body, redirect: 'manual' })
  return answer.headers.get('location') ?? ''
}

const confirmOrder = [
  'LoaiBanTin',
  'MaLoi',
  'MaDoiTac',
  'MaThamChieu',
  'SoTien',
  'MaTienTe',
  'MaGiaoDich',
  'MaNganHang',
  'ThoiGianGD',
  'ThongTinGiaoDich',
]

/** A notification of success about `payment`, rightly signed after `differing` was put in. */
export function aNotification(payment: Payment, differing: PortalMessage = {}): PortalMessage {
  const message = {
    LoaiBanTin: 'CONFIRM',
    MaLoi: '00',
    MaDoiTac: partner.code,
    MaThamChieu: payment.attempt.portalReference,
    SoTien: payment.amount,
    MaTienTe: 'VND',
    MaGiaoDich: 'GD0000000001',
    MaNganHang: 'SAOBIEN',
    ThoiGianGD: '20261123143000',
    ThongTinGiaoDich: 'THANH TOAN HO SO',
    ...differing,
  }
  return { ...message, MaXacThuc: checksumOver(confirmOrder, message) }
}

/** Posts a message to the gateway's door for notifications, as the portal or anybody else may. */
export async function notify({ notifyUrl }: RunningHouse, message: PortalMessage | string): Promise<NotifyAnswer> {
  const answer = await fetch(notifyUrl, {
    method: 'POST',
    headers: { 'content-type': 'application/json; charset=utf-8' },
    body: typeof message === 'string' ? message : JSON.stringify(message),
  })
  const text = await answer.text()
  return { status: answer.status, body: JSON.parse(text) as PortalMessage }
}

interface NotifyAnswer {
  readonly status: number
  readonly body: PortalMessage
}
