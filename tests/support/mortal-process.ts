/**
 * A process that dies at its n-th step outside itself: a port's call before it took effect, or after it did and before
 * its answer came. What was in memory is gone; store and portal go on. A dead process never answers, and never acts.
 */
import type { PaymentsDeps } from '#payments/deps.ts'

export interface Death {
  /** Counted from 1. */
  readonly atStep: number
  readonly when: 'before' | 'after'
}

export interface MortalProcess {
  readonly deps: PaymentsDeps
  readonly died: Promise<void>
  /** Steps taken so far. */
  readonly steps: { count: number }
}

export function mortalProcess(deps: PaymentsDeps, death: Death): MortalProcess {
  const steps = { count: 0 }
  let isDead = false
  let die = () => {}
  const died = new Promise<void>((resolve) => (die = resolve))
  const never = () => new Promise<never>(() => {})

  const step = async (call: () => Promise<unknown>): Promise<unknown> => {
    if (isDead) return never()
    steps.count += 1
    const isLast = steps.count === death.atStep
    if (isLast && death.when === 'before') return perish()
    try {
      return await call()
    } finally {
      if (isLast) await perish()
    }
  }
  const perish = (): Promise<never> => {
    isDead = true
    die()
    return never()
  }
  const mortal = <Port extends object>(port: Port): Port =>
    new Proxy(port, {
      get: (target, name) => {
        const member: unknown = Reflect.get(target, name)
        if (typeof member !== 'function') return member
        return (...args: unknown[]) => step(() => Promise.resolve(Reflect.apply(member, target, args) as unknown))
      },
    })

  return {
    steps,
    died,
    deps: {
      ...deps,
      unitOfWork: mortal(deps.unitOfWork),
      payments: mortal(deps.payments),
      refunds: mortal(deps.refunds),
      idempotency: mortal(deps.idempotency),
      notifications: mortal(deps.notifications),
      portal: (tenant, connection) => {
        const found = deps.portal(tenant, connection)
        return found && { codec: found.codec, port: mortal(found.port) }
      },
    },
  }
}
