/**
 * A burst of notifications, one for each of as many payments that were really paid at the portal: how fast they are acknowledged
 * (each is durable by then), and how long after the last one all of them are confirmed and applied.
 */
import { hash } from 'node:crypto'
import { Pool } from 'undici'
import { quantile } from './load.ts'
import type { Program, SandboxProcess } from './programs.ts'
import { countRows } from './rows.ts'
import { scenarios } from './scenarios.ts'
import { cpuSeconds } from './usage.ts'

export interface NotificationBurst {
  readonly gateway: Program
  readonly sandbox: SandboxProcess
  readonly connectionString: string
  readonly perSecond: number
  readonly seconds: number
}

const appliedWithinSeconds = 10
const giveUpAfterSeconds = 300
const confirmOrder =
  'LoaiBanTin MaLoi MaDoiTac MaThamChieu SoTien MaTienTe MaGiaoDich MaNganHang ThoiGianGD ThongTinGiaoDich'.split(' ')

export async function measureNotifications(burst: NotificationBurst, say: (line: string) => void): Promise<void> {
  const { gateway, connectionString, perSecond, seconds } = burst
  const total = perSecond * seconds
  const paidBefore = await countRows(connectionString, 'payments', `state = 'paid'`)
  say(`opening and paying ${total} transactions first`)
  const messages = await prepare(burst, total)
  say(`now ${perSecond} notifications/s for ${seconds} s`)
  const cpuBefore = cpuSeconds(gateway.pid)
  const { latencies, wrong, took } = await send(burst, messages)
  const acknowledged = total - wrong
  const lastMs = performance.now()
  const paid = async () => (await countRows(connectionString, 'payments', `state = 'paid'`)) - paidBefore
  const atTheEnd = await paid()
  // An index has what waits, and counting all that is paid would be a load of its own.
  const waiting = () => countRows(connectionString, 'portal_notifications', 'settled_at_ms is null')
  let applied = atTheEnd
  while (applied < acknowledged && performance.now() - lastMs < giveUpAfterSeconds * 1_000) {
    await new Promise((resolve) => setTimeout(resolve, 100))
    if ((await waiting()) === 0) applied = await paid()
  }
  const appliedAfter = (performance.now() - lastMs) / 1_000
  const stored = await countRows(connectionString, 'portal_notifications')
  const micros = ((cpuSeconds(gateway.pid) - cpuBefore) / total) * 1e6
  say(
    `notifications: sent=${total} acknowledged=${acknowledged} stored=${stored} rate=${(total / took).toFixed(0)}/s ` +
      `p50=${quantile(latencies, 0.5).toFixed(1)}ms p99=${quantile(latencies, 0.99).toFixed(1)}ms applied=${applied} ` +
      `applied_during=${atTheEnd} applied_after=${appliedAfter.toFixed(1)}s gateway_cpu=${micros.toFixed(0)}µs ` +
      `(goal: ${perSecond}/s acknowledged, applied within ${appliedWithinSeconds} s)`,
  )
}

/** As many transactions as the burst has notifications, opened through the gateway and paid at the portal, and their messages. */
async function prepare({ gateway, sandbox }: NotificationBurst, total: number): Promise<readonly string[]> {
  const [payment] = scenarios.filter(({ name }) => name === 'payment')
  const api = new Pool(gateway.url, { connections: 32 })
  const control = new Pool(sandbox.controlUrl, { connections: 32 })
  const messages: string[] = []
  let begun = 0
  const worker = async (): Promise<void> => {
    while (begun < total) {
      begun += 1
      // Body and key belong together: nothing may come between them.
      const [body, key] = [payment?.body?.() ?? '', payment?.headers?.()]
      const headers = {
        ...key,
        authorization: `Bearer ${await gateway.token()}`,
        'content-type': 'application/json',
      }
      const created = await api.request({ method: 'POST', path: '/v1/payments', headers, body })
      const { attempt } = (await created.body.json()) as { attempt: { portalReference: string } }
      const paid = await control.request({
        method: 'POST',
        path: `/_sandbox/payments/${attempt.portalReference}/outcome`,
        headers: { 'content-type': 'application/json' },
        body: '{"outcome":"paid"}',
      })
      messages.push(confirmation(sandbox, (await paid.body.json()) as PaidTransaction))
    }
  }
  await Promise.all(Array.from({ length: 32 }, worker))
  await Promise.all([api.close(), control.close()])
  return messages
}

interface PaidTransaction {
  readonly reference: string
  readonly amount: number
  readonly currency: string
  readonly transactionId: string
  readonly bank: string
  readonly issuedAt: string
}

/** CONFIRM as the platform sends it: contracts/payment-portal/notifications.yaml. */
function confirmation({ credentials }: SandboxProcess, transaction: PaidTransaction): string {
  const { partnerCode, secret } = credentials.paymentPortal
  const message: Record<string, string | number> = {
    LoaiBanTin: 'CONFIRM',
    MaLoi: '00',
    MaDoiTac: partnerCode,
    MaThamChieu: transaction.reference,
    SoTien: transaction.amount,
    MaTienTe: transaction.currency,
    MaGiaoDich: transaction.transactionId,
    MaNganHang: transaction.bank,
    ThoiGianGD: transaction.issuedAt,
    ThongTinGiaoDich: 'THANH TOAN HO SO',
  }
  const values = confirmOrder.map((name) => String(message[name]))
  return JSON.stringify({ ...message, MaXacThuc: hash('sha256', [...values, secret].join('|'), 'hex') })
}

/** At a steady rate, whatever comes back. */
async function send({ gateway, perSecond }: NotificationBurst, messages: readonly string[]) {
  const pool = new Pool(gateway.url, { connections: 256, pipelining: 1 })
  const latencies: number[] = []
  let wrong = 0
  const post = async (body: string): Promise<void> => {
    const since = performance.now()
    const headers = { 'content-type': 'application/json' }
    const answer = await pool.request({ method: 'POST', path: '/notifications/payment-portal', headers, body })
    const { MaLoi } = (await answer.body.json()) as { MaLoi?: string }
    if (answer.statusCode !== 200 || MaLoi !== '00') wrong += 1
    latencies.push(performance.now() - since)
  }
  const pending: Promise<void>[] = []
  const begin = performance.now()
  for (let sent = 0; sent < messages.length;) {
    const due = Math.min(messages.length, Math.floor(((performance.now() - begin) / 1_000) * perSecond) + 1)
    for (; sent < due; sent += 1) pending.push(post(messages[sent] ?? ''))
    await new Promise((resolve) => setTimeout(resolve, 2))
  }
  await Promise.all(pending)
  const took = (performance.now() - begin) / 1_000
  await pool.close()
  return { latencies: latencies.sort((a, b) => a - b), wrong, took }
}
