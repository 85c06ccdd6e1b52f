/** What the simulators share: one clock, one list of faults, one list of violations, one way to answer. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { createClock, type SandboxClock } from './clock.ts'
import { createExchanges, type Exchanges } from './exchanges.ts'
import { loadFaultCatalogue, type FaultCatalogue } from './fault-catalogue.ts'
import { createFaults, type ActiveFault, type Faults } from './faults.ts'
import { createRandom, type SeededRandom } from './random.ts'
import type { Answer, Exchange, System } from './simulator.ts'
import { send, spoilAnswer, spoilRequest, transportFaults } from './transport-faults.ts'
import { createViolations, type Violations } from './violations.ts'

/** The invented accounts every simulator knows. `npm start` writes them into the sandbox's configuration. */
const credentials = {
  population: {
    user: 'one-stop-lao-cai',
    secret: 'sandbox-population-secret',
    /** The provider's registered address: it goes into the password's hash and is not the address called. */
    hashUrl: 'https://population.sandbox.example/dancu/037',
  },
  businessRegistry: { clientId: 'one-stop-lao-cai', clientSecret: 'sandbox-registry-secret' },
  paymentPortal: { partnerCode: 'LAOCAITEST', secret: 'sandbox-portal-secret' },
  payGov: {
    partnerCode: 'LAOCAIPAYGOV',
    accessKey: 'SANDBOXKEY',
    secret: 'sandbox-paygov-secret',
    /** The sharing platform in front of it. */
    lgsp: {
      clientId: 'one-stop-lao-cai',
      clientSecret: 'sandbox-lgsp-secret',
      /** `lgspaccesstoken`: Base64 of a JSON object that nobody but the platform reads. */
      accessToken: Buffer.from(
        '{"AccessKey":"sandbox","SecretKey":"sandbox-lgsp-access","AppName":"lien-thong","PartnerCode":"LAOCAI","PartnerCodeCus":"LAOCAI"}',
      ).toString('base64'),
    },
  },
} as const

export type Credentials = typeof credentials

/** One line per exchange for whoever wants to log them. No personal data. */
export interface SandboxLogLine {
  readonly system: System
  readonly operation: string
  readonly status?: number
  readonly fault?: string
  readonly durationMs: number
}

export interface Kernel {
  readonly clock: SandboxClock
  readonly random: SeededRandom
  readonly faults: Faults
  readonly catalogue: FaultCatalogue
  readonly violations: Violations
  readonly exchanges: Exchanges
  readonly credentials: Credentials
  /** The repository's `contracts/` folder, ending in a slash. */
  readonly contracts: URL
  /** Origin of a simulator, e.g. `http://127.0.0.1:8093`; known once the sandbox listens. */
  originOf(system: System): string
  /** Where the payment platform sends its notifications, and PayGov beside it; undefined: nowhere yet. */
  notifyUrl(): string | undefined
  notifyAt(url: string): void
  listensAt(system: System, origin: string): void
  /**
   * Answers one exchange, with whatever fault is due. `answer` does the work and says what the simulator would say;
   * it gets the fault when it is one of `ownFaults`, and is not called when the request is lost before the work.
   */
  serve(exchange: Exchange, answer: AnswerExchange, ownFaults: ReadonlySet<string>): Promise<void>
}

type AnswerExchange = (fault: ActiveFault | undefined) => Answer | Promise<Answer>

export interface KernelOptions {
  readonly contracts: URL
  readonly seed?: number
  readonly notifyUrl?: string
  readonly log?: (line: SandboxLogLine) => void
}

export function createKernel(options: KernelOptions): Kernel {
  const clock = createClock()
  const catalogue = loadFaultCatalogue(options.contracts)
  const faults = createFaults(catalogue.concerns)
  const exchanges = createExchanges()
  const origins = new Map<System, string>()
  let notifyUrl = options.notifyUrl

  const record = (exchange: Exchange, startedMs: number, fault: string | undefined, status: number | undefined) => {
    const { system, operation, requestId } = exchange
    const durationMs = Math.round(performance.now() - startedMs)
    const line = { system, operation, durationMs, ...(status !== undefined && { status }), ...(fault && { fault }) }
    exchanges.add({ at: new Date(clock.nowMs()).toISOString(), ...line, ...(requestId !== undefined && { requestId }) })
    options.log?.(line)
  }

  return {
    clock,
    random: createRandom(options.seed ?? 1),
    faults,
    catalogue,
    violations: createViolations(clock.nowMs),
    exchanges,
    credentials,
    contracts: options.contracts,
    originOf(system) {
      const origin = origins.get(system)
      if (origin === undefined) throw new Error(`${system} is not listening yet`)
      return origin
    },
    notifyUrl: () => notifyUrl,
    notifyAt(url) {
      notifyUrl = url
    },
    listensAt: (system, origin) => void origins.set(system, origin),
    async serve(exchange, answer, ownFaults) {
      const startedMs = performance.now()
      const { system, operation, keys, res } = exchange
      const fault = faults.take(system, operation, keys, ({ fault: name }) => {
        return ownFaults.has(name) || transportFaults.includes(name)
      })
      const isOwn = fault !== undefined && ownFaults.has(fault.fault)
      if (fault && !isOwn && spoilRequest(res, fault)) return record(exchange, startedMs, fault.fault, undefined)
      const rightAnswer = await answer(isOwn ? fault : undefined)
      if (fault && !isOwn) spoilAnswer(res, rightAnswer, fault)
      else send(res, rightAnswer)
      record(exchange, startedMs, fault?.fault, rightAnswer.status)
    },
  }
}

/** A request's body, at most `limitBytes`; undefined when it is longer or the client left. */
export async function readBody(req: IncomingMessage, limitBytes = 64 * 1024): Promise<Buffer | undefined> {
  const chunks: Buffer[] = []
  let size = 0
  try {
    for await (const chunk of req as AsyncIterable<Buffer>) {
      size += chunk.length
      if (size > limitBytes) return undefined
      chunks.push(chunk)
    }
  } catch {
    return undefined
  }
  return chunks.length === 1 ? chunks[0] : Buffer.concat(chunks)
}

/** A listener that may be asynchronous: whatever it throws ends this one exchange with a bare 500. */
export function guarded(handle: (req: IncomingMessage, res: ServerResponse) => Promise<void>) {
  return (req: IncomingMessage, res: ServerResponse): void => {
    handle(req, res).catch((error: unknown) => {
      process.stderr.write(`sandbox: ${error instanceof Error ? error.stack : String(error)}\n`)
      if (!res.headersSent) res.writeHead(500)
      res.end()
    })
  }
}
