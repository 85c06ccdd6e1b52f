/** Every tenant's adapters, each behind its own guard: a province that hurts one upstream does not open another's breaker. */
import { createBusinessRegistryAdapter } from '#adapters/business-registry/index.ts'
import { createPaymentPortalAdapter } from '#adapters/payment-portal/index.ts'
import { createPopulationAdapter } from '#adapters/population/index.ts'
import type { Config, TenantConfig } from '#config/config.ts'
import type { Clock } from '#domain/clock.ts'
import type { UpstreamSystem } from '#domain/errors.ts'
import type { CollectingUnit } from '#domain/portal.ts'
import type { BusinessRegistry } from '#domain/ports/business-registry.ts'
import type { PaymentPortal, PortalCodec } from '#domain/ports/payment-portal.ts'
import type { PopulationRegister } from '#domain/ports/population-register.ts'
import type { SettlementSource } from '#domain/ports/settlement-source.ts'
import type { ReconciledPortal } from '#reconciliation/deps.ts'
import type { ClassHealth } from '#resilience/health.ts'
import { protect, type Guard, type UpstreamEvent } from '#resilience/protect.ts'
import { populationPolicies, portalPolicies, registryPolicies, settlementPolicies } from './policies.ts'

export interface UpstreamHealth {
  readonly system: UpstreamSystem
  /** The configured portal account; absent for the two registers. */
  readonly connection?: string
  readonly dialect: string
  readonly classes: readonly ClassHealth[]
}

export interface Upstreams {
  population(tenant: string): PopulationRegister | undefined
  businessRegistry(tenant: string): BusinessRegistry | undefined
  portal(tenant: string, connection: string): { readonly port: PaymentPortal; readonly codec: PortalCodec } | undefined
  /** The tenant whose portal account a notification path names. */
  tenantOf(connection: string): string | undefined
  unit(tenant: string, code: string): CollectingUnit | undefined
  /** Every configured portal account, as reconciliation sees it. */
  reconciled(): readonly ReconciledPortal[]
  health(tenant: string): readonly UpstreamHealth[]
  /** Resolves when every contract an adapter works by has been read; rejects when one cannot be. */
  ready(): Promise<void>
  close(): Promise<void>
}

export interface UpstreamsOptions {
  readonly config: Config
  /** How browsers reach us: payers come back under it. */
  readonly publicUrl: string
  readonly clock: Clock
  readonly random: () => number
  readonly observe: (event: UpstreamEvent) => void
}

interface Connected<Port> {
  readonly port: Port
  readonly guard: Guard
  readonly health: Omit<UpstreamHealth, 'classes'>
  ready?(): Promise<void>
  close(): Promise<void>
}

interface ConnectedPortal extends Connected<PaymentPortal> {
  readonly codec: PortalCodec
  /** `MaDoiTac`, or what the dialect has in its place. */
  readonly partner: string
  /** Absent where the dialect has no settlement file. */
  readonly settlements?: SettlementSource
}

interface TenantUpstreams {
  readonly population: Connected<PopulationRegister> | undefined
  readonly businessRegistry: Connected<BusinessRegistry> | undefined
  readonly portals: ReadonlyMap<string, ConnectedPortal>
}

export function createUpstreams(options: UpstreamsOptions): Upstreams {
  const { config } = options
  const tenants = new Map(Object.entries(config.tenants).map(([id, tenant]) => [id, connect(tenant, options)]))
  const owners = new Map(
    [...tenants].flatMap(([id, { portals }]) => [...portals.keys()].map((connection) => [connection, id] as const)),
  )
  const everything = (one: TenantUpstreams | undefined) =>
    one === undefined
      ? []
      : [one.population, one.businessRegistry, ...one.portals.values()].filter((upstream) => upstream !== undefined)

  return {
    population: (tenant) => tenants.get(tenant)?.population?.port,
    businessRegistry: (tenant) => tenants.get(tenant)?.businessRegistry?.port,
    portal: (tenant, connection) => tenants.get(tenant)?.portals.get(connection),
    tenantOf: (connection) => owners.get(connection),
    unit: (tenant, code) => {
      const unit = config.tenants[tenant]?.collectingUnits[code]
      return unit === undefined ? undefined : { code, ...unit }
    },
    reconciled: () => [...tenants].flatMap(([tenant, { portals }]) => reconciledPortals(tenant, portals)),
    health: (tenant) =>
      everything(tenants.get(tenant)).map(({ health, guard }) => ({ ...health, classes: guard.health() })),
    ready: async () => {
      for (const upstream of [...tenants.values()].flatMap(everything)) await upstream.ready?.()
    },
    close: async () => {
      for (const upstream of [...tenants.values()].flatMap(everything)) {
        upstream.guard.close()
        await upstream.close()
      }
    },
  }
}

function connect(tenant: TenantConfig, options: UpstreamsOptions): TenantUpstreams {
  return {
    population: tenant.population && connectPopulation(tenant.population, options),
    businessRegistry: tenant.businessRegistry && connectRegistry(tenant.businessRegistry, options),
    portals: new Map(
      Object.entries(tenant.portals).map(([connection, portal]) => [
        connection,
        connectPortal(connection, portal, options),
      ]),
    ),
  }
}

function connectPopulation(
  population: NonNullable<TenantConfig['population']>,
  { config, clock, random, observe }: UpstreamsOptions,
): Connected<PopulationRegister> {
  const adapter = createPopulationAdapter({ ...population, clock })
  const policies = populationPolicies(config.deadlines)
  const guarded = protect<PopulationRegister>(adapter, { system: 'population', policies, clock, random, observe })
  return {
    ...guarded,
    health: { system: 'population', dialect: population.dialect },
    ready: adapter.ready,
    close: adapter.close,
  }
}

function connectRegistry(
  registry: NonNullable<TenantConfig['businessRegistry']>,
  { config, clock, random, observe }: UpstreamsOptions,
): Connected<BusinessRegistry> {
  const adapter = createBusinessRegistryAdapter({ ...registry, clock })
  const policies = registryPolicies(config.deadlines)
  const guarded = protect<BusinessRegistry>(adapter, { system: 'business_registry', policies, clock, random, observe })
  return { ...guarded, health: { system: 'business_registry', dialect: registry.dialect }, close: adapter.close }
}

function connectPortal(
  connection: string,
  portal: TenantConfig['portals'][string],
  { config, publicUrl, clock, random, observe }: UpstreamsOptions,
): ConnectedPortal {
  // The platform has our return address registered; PayGov is told it with every order.
  const adapter = createPaymentPortalAdapter(
    portal.dialect === 'paygov'
      ? { ...portal, returnUrl: `${publicUrl}/return/${connection}`, clock }
      : { ...portal, clock },
  )
  const { probe } = adapter
  const guarded = protect<PaymentPortal>(adapter, {
    system: 'payment_portal',
    policies: portalPolicies(config.deadlines),
    ...(probe === undefined ? {} : { probe: (_port, call) => probe(call) }),
    clock,
    random,
    observe,
  })
  const settlements = protect<SettlementSource>(adapter, {
    system: 'payment_portal',
    policies: settlementPolicies,
    clock,
    random,
    observe,
  })
  return {
    port: guarded.port,
    guard: both(guarded.guard, settlements.guard),
    settlements: settlements.port,
    partner: portal.partnerCode,
    codec: adapter.codec,
    health: { system: 'payment_portal', connection, dialect: portal.dialect },
    close: adapter.close,
  }
}

/** One account, two guards: its files hang by themselves. */
const both = (one: Guard, other: Guard): Guard => ({
  health: () => [...one.health(), ...other.health()],
  close: () => {
    one.close()
    other.close()
  },
})

const reconciledPortals = (tenant: string, portals: TenantUpstreams['portals']): readonly ReconciledPortal[] =>
  [...portals].map(([connection, { partner, port, settlements }]) => ({
    tenant,
    connection,
    partner,
    isAskable: port.findTransaction !== undefined,
    ...(settlements === undefined ? {} : { fetchFile: settlements.fetchSettlementFile }),
  }))
