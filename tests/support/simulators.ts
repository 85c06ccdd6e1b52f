/** The business registry and the payment platform alone on loopback, with the control port, the clock in hand. */
import { pathToFileURL } from 'node:url'
import { createBusinessRegistrySimulator } from '#sandbox/business-registry/index.ts'
import { createControl } from '#sandbox/kernel/control.ts'
import { createKernel, type Kernel } from '#sandbox/kernel/kernel.ts'
import { openListener } from '#sandbox/kernel/listener.ts'
import { createPaymentPortalSimulator } from '#sandbox/payment-portal/index.ts'

export interface Simulators {
  readonly kernel: Kernel
  readonly portalUrl: string
  readonly registryUrl: string
  readonly registryTokenUrl: string
  /** Calls the control API and parses the answer; undefined for an empty one. */
  control(method: string, path: string, body?: unknown): Promise<{ status: number; body: unknown }>
  /** Switches a fault on. */
  fault(order: Readonly<Record<string, unknown>>): Promise<void>
  reset(): Promise<void>
  close(): Promise<void>
}

export async function openSimulators(): Promise<Simulators> {
  const kernel = createKernel({ contracts: pathToFileURL(`${process.cwd()}/contracts/`) })
  const portal = createPaymentPortalSimulator(kernel)
  const registry = createBusinessRegistrySimulator(kernel)
  const simulators = [portal, registry]
  const page = () => {
    throw new Error('nobody looks at the page here')
  }
  const control = createControl({ kernel, simulators, page })
  const listeners = await Promise.all([
    ...simulators.map(({ handler, system }) =>
      openListener({ handler, port: 0, host: '127.0.0.1', faults: { faults: kernel.faults, system } }),
    ),
    openListener({ handler: control, port: 0, host: '127.0.0.1' }),
  ])
  const [portalOrigin = '', registryOrigin = '', controlOrigin = ''] = listeners.map(
    ({ port }) => `http://127.0.0.1:${port}`,
  )
  kernel.listensAt('payment_portal', portalOrigin)
  kernel.listensAt('business_registry', registryOrigin)
  kernel.faults.onChange(async () => void (await Promise.all(listeners.map((one) => one.follow()))))

  const call: Simulators['control'] = async (method, path, body) => {
    const answer = await fetch(`${controlOrigin}/_sandbox${path}`, {
      method,
      ...(body !== undefined && { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    })
    const text = await answer.text()
    return { status: answer.status, body: text === '' ? undefined : JSON.parse(text) }
  }

  return {
    kernel,
    portalUrl: `${portalOrigin}${portal.paths['api']}`,
    registryUrl: `${registryOrigin}${registry.paths['api']}`,
    registryTokenUrl: `${registryOrigin}${registry.paths['token']}`,
    control: call,
    async fault(order) {
      const { status, body } = await call('POST', '/faults', order)
      if (status !== 201) throw new Error(`the fault was refused: ${JSON.stringify(body)}`)
    },
    reset: async () => void (await call('POST', '/reset')),
    async close() {
      for (const simulator of simulators) simulator.reset()
      await Promise.all(listeners.map((one) => one.close()))
    },
  }
}
