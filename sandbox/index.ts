/** The three national systems, and PayGov as a second payment portal, simulated in one process: real servers on loopback that speak `contracts/`. */
import { createControl } from './kernel/control.ts'
import { createKernel, type Credentials, type Kernel, type SandboxLogLine } from './kernel/kernel.ts'
import { openListener, type Listener } from './kernel/listener.ts'
import type { PageFacts } from './kernel/page.ts'
import { loadFirms, loadPeople } from './kernel/personas.ts'
import { systems, type Simulator, type System } from './kernel/simulator.ts'
import { transportFaults } from './kernel/transport-faults.ts'
import { createBusinessRegistrySimulator } from './business-registry/index.ts'
import { createPayGovSimulator } from './paygov/index.ts'
import { createPaymentPortalSimulator } from './payment-portal/index.ts'
import { createPopulationSimulator } from './population/index.ts'

export type { SandboxLogLine } from './kernel/kernel.ts'

export interface SandboxOptions {
  /** 8090 unless told; the simulators take the four ports after it. 0: any free ports. */
  readonly controlPort?: number
  /** Loopback unless told: nothing here deserves a network. */
  readonly host?: string
  /** The gateway's `…/notifications/<connection>` of the payment platform; PayGov's is `paygov` in the same folder. */
  readonly notifyUrl?: string
  /** The payment platform keeps its books here, durably, and goes on from them at the next start. Absent: in memory. */
  readonly journalFile?: string
  readonly log?: (line: SandboxLogLine) => void
}

export interface Sandbox {
  readonly controlUrl: string
  /** Service 037 in the deployed dialect. */
  readonly populationUrl: string
  /** The same service answering in the strict form of QCVN 109. */
  readonly populationStrictUrl: string
  /** `chiTietDoanhNghiep`; callers add `?msdn=`. */
  readonly registryUrl: string
  readonly registryTokenUrl: string
  /** Where all messages of the payment platform go. */
  readonly portalUrl: string
  /** PayGov's base address. */
  readonly payGovUrl: string
  readonly payGovTokenUrl: string
  readonly credentials: Credentials
  /** Where notifications go from now on. */
  notifyAt(url: string): void
  close(): Promise<void>
}

/** Rejects with Node's own error (`EADDRINUSE`, with `port`) when a port is taken; then nothing is left open. */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const { controlPort = 8090, host = '127.0.0.1', notifyUrl, journalFile, log } = options
  const kernel = createKernel({
    contracts: new URL('../contracts/', import.meta.url),
    ...(notifyUrl !== undefined && { notifyUrl }),
    ...(log && { log }),
  })
  const simulators = [
    createPopulationSimulator(kernel),
    createBusinessRegistrySimulator(kernel),
    createPaymentPortalSimulator(kernel, journalFile === undefined ? {} : { journalFile }),
    createPayGovSimulator(kernel),
  ]
  for (const simulator of simulators) assertEveryFaultHasItsDoer(kernel, simulator)

  const opened: Listener[] = []
  const listen = async (handler: Simulator['handler'], offset: number, system?: System) => {
    const port = controlPort === 0 ? 0 : controlPort + offset
    const faults = system && { faults: kernel.faults, system }
    const listener = await openListener({ handler, port, host, ...(faults && { faults }) })
    opened.push(listener)
    return `http://${host}:${listener.port}`
  }
  const close = async () => {
    kernel.faults.clear()
    await kernel.faults.settled()
    for (const simulator of simulators) (simulator.close ?? simulator.reset)()
    kernel.clock.reset()
    await Promise.all(opened.map((listener) => listener.close()))
  }

  try {
    const page = () => pageFacts(kernel, controlUrl, endpoints)
    const controlUrl = await listen(createControl({ kernel, simulators, page }), 0)
    for (const [at, { system, handler }] of simulators.entries()) {
      kernel.listensAt(system, await listen(handler, at + 1, system))
    }
    for (const { follow } of opened) kernel.faults.onChange(follow)
    const urls = urlsOf(kernel, simulators)
    const endpoints = labels.map(([name, label]) => ({ name: label, url: urls[name] }))
    return { controlUrl, ...urls, credentials: kernel.credentials, notifyAt: kernel.notifyAt, close }
  } catch (error) {
    await close()
    throw error
  }
}

function urlsOf(kernel: Kernel, simulators: readonly Simulator[]) {
  const urlOf = (system: System, name: string): string => {
    const path = simulators.find((one) => one.system === system)?.paths[name]
    if (path === undefined) throw new Error(`${system} has no endpoint called ${name}`)
    return kernel.originOf(system) + path
  }
  return {
    populationUrl: urlOf('population', 'api'),
    populationStrictUrl: urlOf('population', 'strict'),
    registryUrl: urlOf('business_registry', 'api'),
    registryTokenUrl: urlOf('business_registry', 'token'),
    portalUrl: urlOf('payment_portal', 'api'),
    payGovUrl: urlOf('paygov', 'api'),
    payGovTokenUrl: urlOf('paygov', 'token'),
  }
}

/** What the page calls them, in its own two languages. */
const labels = [
  ['populationUrl', 'Dân cư · Population (037)'],
  ['populationStrictUrl', 'Dân cư · Population (QCVN 109)'],
  ['registryUrl', 'Doanh nghiệp · Business registry'],
  ['registryTokenUrl', 'Doanh nghiệp · Registry token'],
  ['portalUrl', 'Thanh toán · Payment platform'],
  ['payGovUrl', 'Thanh toán · PayGov'],
  ['payGovTokenUrl', 'Thanh toán · PayGov token'],
] as const

function pageFacts(kernel: Kernel, controlUrl: string, endpoints: PageFacts['endpoints']): PageFacts {
  return {
    controlUrl,
    endpoints,
    notifyUrl: kernel.notifyUrl(),
    now: new Date(kernel.clock.nowMs()).toISOString(),
    frozen: kernel.clock.frozen,
    people: loadPeople(kernel.contracts),
    firms: loadFirms(kernel.contracts),
    faults: kernel.faults.list(),
    faultNames: systems.map((system) => ({ system, names: kernel.catalogue.known(system).map(({ name }) => name) })),
    violations: kernel.violations.list(),
    exchanges: kernel.exchanges.list(),
  }
}

/** A row of faults.yaml nobody can carry out would be accepted and then do nothing. */
function assertEveryFaultHasItsDoer(kernel: Kernel, { system, faults }: Simulator): void {
  const idle = kernel.catalogue
    .known(system)
    .filter(({ name }) => !faults.includes(name) && !transportFaults.includes(name))
  if (idle.length > 0) throw new Error(`${system}: nobody commits ${idle.map(({ name }) => name).join(', ')}`)
}
