/** The whole sandbox on free ports, and one adapter for each system behind it: what adapters are tried against. */
import { createBusinessRegistryAdapter, type BusinessRegistryAdapter } from '#adapters/business-registry/index.ts'
import { createPayGov } from '#adapters/payment-portal/paygov/index.ts'
import { createPaymentPlatform, type PaymentPlatformAdapter } from '#adapters/payment-portal/payment-platform/index.ts'
import { createPopulationAdapter, type PopulationAdapter } from '#adapters/population/index.ts'
import { systemClock as clock } from '#main/clock.ts'
import { startSandbox, type Sandbox } from '#sandbox/index.ts'
import { controlOf, type SandboxControl } from './sandbox-control.ts'

export interface ThreeSystems {
  readonly sandbox: Sandbox
  readonly control: SandboxControl
  readonly population: PopulationAdapter
  /** The same register in the strict dialect. */
  readonly strictPopulation: PopulationAdapter
  readonly registry: BusinessRegistryAdapter
  readonly portal: PaymentPlatformAdapter
  /** A PayGov adapter that has no token yet. */
  freshPayGov(): ReturnType<typeof createPayGov>
  /** A registry adapter that has no token yet. */
  freshRegistry(): BusinessRegistryAdapter
  close(): Promise<void>
}

export async function openThreeSystems(notifyUrl?: string): Promise<ThreeSystems> {
  const sandbox = await startSandbox({ controlPort: 0, ...(notifyUrl !== undefined && { notifyUrl }) })
  const { credentials } = sandbox
  const { clientId, clientSecret: secret } = credentials.businessRegistry
  const opened: { close(): Promise<void> }[] = []
  const keep = <T extends { close(): Promise<void> }>(adapter: T): T => {
    opened.push(adapter)
    return adapter
  }
  const register = (dialect: 'dancu037' | 'qcvn109', url: string) =>
    keep(createPopulationAdapter({ dialect, url, ...credentials.population, clock }))
  const freshRegistry = () =>
    keep(
      createBusinessRegistryAdapter({
        dialect: 'enterprise-v1',
        url: sandbox.registryUrl,
        tokenUrl: sandbox.registryTokenUrl,
        clientId,
        secret,
        clock,
      }),
    )
  const freshPayGov = () => {
    const { lgsp, ...account } = credentials.payGov
    const { clientId, clientSecret: secret, accessToken } = lgsp
    const tokenUrl = sandbox.payGovTokenUrl
    return keep(
      createPayGov({
        dialect: 'paygov',
        url: sandbox.payGovUrl,
        ...account,
        lgsp: { tokenUrl, clientId, secret, accessToken },
        returnUrl: 'http://127.0.0.1/return/paygov',
        clock,
      }),
    )
  }
  return {
    sandbox,
    control: controlOf(sandbox.controlUrl),
    population: register('dancu037', sandbox.populationUrl),
    strictPopulation: register('qcvn109', sandbox.populationStrictUrl),
    registry: freshRegistry(),
    portal: keep(
      createPaymentPlatform({
        dialect: 'pp-1.0.6',
        url: sandbox.portalUrl,
        ...credentials.paymentPortal,
        clock,
      }),
    ),
    freshPayGov,
    freshRegistry,
    async close() {
      await Promise.all(opened.map((adapter) => adapter.close()))
      await sandbox.close()
    },
  }
}
