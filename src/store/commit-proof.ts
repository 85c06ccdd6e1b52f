/**
 * What to look for when the answer to a commit was lost. A batch is one transaction: a single row of it, found, proves
 * all of it. Updates that leave no row of their own are safe to repeat and need no proof.
 */
import type { CommitUnit, Write } from '#domain/ports/unit-of-work.ts'
import type { Statement } from './database.ts'

/** The query that finds proof of any of `units`; undefined when none of them leaves a row of its own. */
export function proofStatement(units: readonly CommitUnit[]): Statement | undefined {
  const found = units.map(proofOf).find((proof) => proof !== undefined)
  return found
}

function proofOf({ entries, writes }: CommitUnit): Statement | undefined {
  const [entry] = entries
  if (entry !== undefined) return byId('audit_entries', entry.id)
  return writes.map(proofOfWrite).find((proof) => proof !== undefined)
}

function proofOfWrite(write: Write): Statement | undefined {
  switch (write.kind) {
    case 'verification':
      return byId('identity_verifications', write.row.id)
    case 'payment':
      return byId('payment_events', write.event.id)
    case 'attempt':
      return byId('payment_events', write.beginning.event.id)
    case 'refund':
      return byId('payment_events', write.event.id)
    case 'attempt_move':
    case 'refund_move':
      return byId('payment_events', write.move.event.id)
    case 'notification':
      return byId('portal_notifications', write.row.id)
    case 'idempotency': {
      const { scope, fingerprint, createdAtMs } = write.row
      return {
        name: 'proof-idempotency',
        text: `select 1 from gateway.idempotency_keys
          where (tenant_id, client_id, method, path, key) = ($1, $2, $3, $4, $5) and fingerprint = $6 and created_at_ms = $7`,
        values: [scope.tenant, scope.clientId, scope.method, scope.path, scope.key, fingerprint, createdAtMs],
      }
    }
    default:
      return undefined
  }
}

const byId = (table: string, id: string): Statement => ({
  name: `proof-${table}`,
  text: `select 1 from gateway.${table} where id = $1`,
  values: [id],
})
