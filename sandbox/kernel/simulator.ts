/** What the kernel needs to know of a simulator, and what a simulator may ask of the kernel. */
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import type { Router } from 'express'

export const systems = ['population', 'business_registry', 'payment_portal', 'paygov'] as const
export type System = (typeof systems)[number]

/** Folder of the system's documents under `contracts/`. */
export const contractFolder: Record<System, string> = {
  population: 'population',
  business_registry: 'business-registry',
  payment_portal: 'payment-portal',
  paygov: 'paygov',
}

export interface Operation {
  /** As the upstream calls it, e.g. `TraCuuThongTinCongDan`, `INIT`. */
  readonly name: string
  /** Other names a tester may use for it, e.g. the port's `findPerson`. */
  readonly aliases?: readonly string[]
}

/** What a fault's `match` is compared with. All of them as the client sent them. */
export interface ExchangeKeys {
  /** 12 or 9 digits. */
  readonly personalId?: string
  /** Business code. */
  readonly code?: string
  /** `MaThamChieu`, at PayGov `requestCode`. */
  readonly reference?: string
  /** The account the caller authenticated with: user, client id or partner code. */
  readonly client?: string
}

/** One request that reached a simulator and was understood far enough to be named. */
export interface Exchange {
  readonly system: System
  readonly operation: string
  readonly keys: ExchangeKeys
  /** The caller's own id for it, e.g. `MaYeuCau`; shown in the list of exchanges. */
  readonly requestId?: string
  readonly req: IncomingMessage
  readonly res: ServerResponse
}

export interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | Uint8Array
}

export interface Simulator {
  readonly system: System
  readonly operations: readonly Operation[]
  /** Fault names the simulator carries out itself; the kernel does those of `transport-faults.ts`. */
  readonly faults: readonly string[]
  /** Paths of its endpoints by name, e.g. `{ api: '/dancu037' }`; `startSandbox` puts the origin in front. */
  readonly paths: Readonly<Record<string, string>>
  /** A plain listener; an express application is one. */
  readonly handler: RequestListener
  /** Extra control routes, mounted under `/_sandbox` of the control port. */
  readonly control?: Router
  /** Back to the seeded state. Where there is no `close`, also called when the sandbox closes: pending timers must end here. */
  reset(): void
  /** For one that keeps more than memory: ends timers, forgets nothing. */
  close?(): void
}
