/**
 * The portal's notification at the door: its checksum read by the dialect's codec, its raw bytes made durable, and only
 * then the acknowledgement. It is not believed: confirming it is a job of its own. No time window: the platform may
 * repeat for days.
 */
import { createHash } from 'node:crypto'
import { GatewayError } from '#domain/errors.ts'
import { CommitConflict, type NotificationRecord } from '#domain/ports/unit-of-work.ts'
import { notificationStep } from './audited-steps.ts'
import type { PaymentsDeps } from './deps.ts'

type Reception =
  /** `MaLoi` 00: durable, or known already. */
  | { readonly kind: 'acknowledged'; readonly body: string }
  /** `MaLoi` 07: a wrong checksum. Nothing of it is kept. */
  | { readonly kind: 'invalid'; readonly body: string }
  /** Not durable: to be answered so that the portal repeats. */
  | { readonly kind: 'try_again'; readonly body: string }
  | { readonly kind: 'unknown_connection' }

export type ReceiveNotification = (connection: string, raw: Uint8Array) => Promise<Reception>

export function createReceiveNotification(deps: PaymentsDeps): ReceiveNotification {
  return async (connection, raw) => {
    const startedMs = deps.clock.monotonicMs()
    const tenant = deps.tenantOf(connection)
    const codec = tenant === undefined ? undefined : deps.portal(tenant, connection)?.codec
    if (tenant === undefined || codec === undefined) return { kind: 'unknown_connection' }
    const acknowledge = (verdict: 'received' | 'invalid' | 'try_again') =>
      codec.acknowledge(raw, verdict, deps.clock.nowMs())
    const read = codec.readNotification(raw)
    if (read.kind === 'invalid') return { kind: 'invalid', body: acknowledge('invalid') }
    const { reference, portalTransactionId } = read.notification
    const row: NotificationRecord = {
      id: deps.ids.next('ntf'),
      connection,
      digest: createHash('sha256').update(raw).digest('base64url'),
      raw,
      reference,
      portalTransactionId,
      receivedAtMs: deps.clock.nowMs(),
    }
    const kept = await keep(deps, tenant, row, startedMs)
    if (kept === 'storage_away') return { kind: 'try_again', body: acknowledge('try_again') }
    if (kept === 'new') {
      deps.jobs.enqueue({ kind: 'confirm_notification', notificationId: row.id }, deps.clock.nowMs())
    }
    return { kind: 'acknowledged', body: acknowledge('received') }
  }
}

async function keep(
  deps: PaymentsDeps,
  tenant: string,
  row: NotificationRecord,
  startedMs: number,
): Promise<'new' | 'known' | 'storage_away'> {
  const latencyMs = deps.clock.monotonicMs() - startedMs
  const step = notificationStep(tenant, row, { action: 'receiveNotification', result: 'received', latencyMs })
  const entries = [deps.accountability.enter(step)]
  try {
    await deps.unitOfWork.commit({ tenant, entries, writes: [{ kind: 'notification', row }] })
    return 'new'
  } catch (error) {
    if (error instanceof CommitConflict && error.conflict === 'notification') return 'known'
    if (error instanceof GatewayError && error.code === 'storage_unavailable') return 'storage_away'
    throw error
  }
}
