/** Accountability without keys: the leaf is the step's result, the evidence names the entry. Keeps every step it was given. */
import { randomUUID } from 'node:crypto'
import type { Accountability, AuditedStep, AuditEntry } from '#domain/ports/accountability.ts'

export interface FakeAccountability extends Accountability {
  readonly steps: AuditedStep[]
}

export function fakeAccountability(): FakeAccountability {
  const steps: AuditedStep[] = []
  const enter = (step: AuditedStep): AuditEntry => {
    steps.push(step)
    return {
      id: `aud_${randomUUID()}`,
      tenant: step.principal.tenant,
      kind: step.kind,
      action: step.action,
      atMs: 0,
      leaf: JSON.stringify({ result: step.result }),
      leafHash: new Uint8Array(32),
      requestSalt: new Uint8Array(32),
      responseSalt: new Uint8Array(32),
    }
  }
  return {
    steps,
    enter,
    attest: async (step) => {
      const entry = enter(step)
      return { entry, evidence: `evidence-of-${entry.id}` }
    },
  }
}
