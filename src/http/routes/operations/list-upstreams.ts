/** How the national systems are doing, seen from here. */
import { z } from 'zod'
import { defineRoute } from '../../define-route.ts'
import type { ClassHealth, UpstreamHealth } from '../../use-cases.ts'
import { instant, listOf, livemode } from '../schemas.ts'

const breaker = z.enum(['closed', 'half_open', 'open'])
const errorShare = z.number().min(0).max(1)

const operationClass = z
  .strictObject({
    operationClass: z.string(),
    breaker,
    inFlight: z.int().min(0),
    maxInFlight: z.int().min(1),
    latencyMs: z.strictObject({ p50: z.number(), p99: z.number() }).exactOptional(),
    errorShare: errorShare.exactOptional().meta({ description: 'Of the last calls, at most 512.' }),
    lastErrorCode: z.string().exactOptional(),
    lastErrorAt: instant.exactOptional(),
  })
  .meta({ id: 'OperationClass', description: 'Operations that share a breaker and a bulkhead.' })

const upstream = z
  .strictObject({
    system: z.enum(['population', 'business_registry', 'payment_portal']),
    connection: z.string().exactOptional().meta({ description: 'The portal account.' }),
    dialect: z.string(),
    breaker: breaker.meta({ description: 'The worst of its classes.' }),
    inFlight: z.int().min(0),
    errorShare: errorShare.exactOptional().meta({ description: 'The worst of its classes.' }),
    classes: z.array(operationClass),
    livemode,
  })
  .meta({ id: 'Upstream' })

const example = {
  system: 'population',
  dialect: 'dancu037',
  breaker: 'closed',
  inFlight: 2,
  errorShare: 0.002,
  classes: [
    {
      operationClass: 'lookup',
      breaker: 'closed',
      inFlight: 2,
      maxInFlight: 64,
      latencyMs: { p50: 21.4, p99: 48.9 },
      errorShare: 0.002,
    },
  ],
  livemode: false,
}

export const listUpstreams = defineRoute({
  operation: 'listUpstreams',
  method: 'GET',
  path: '/v1/upstreams',
  tag: 'operations',
  summary: { vi: 'Tình trạng các hệ thống quốc gia', en: 'State of the national systems' },
  description: {
    vi: 'Trạng thái ngắt mạch, độ trễ và tỉ lệ lỗi của từng hệ thống quốc gia mà đơn vị kết nối, theo từng nhóm thao tác.',
    en: 'Breaker state, latency and error share of each upstream of the tenant and of its operation classes.',
  },
  scope: 'operations:read',
  idempotency: 'none',
  personalData: false,
  answers: {
    200: {
      description: 'The upstreams.',
      schema: listOf(upstream, 'UpstreamList'),
      example: { data: [example], hasMore: false },
    },
  },
  problems: [],
  handle:
    ({ upstreamHealth, livemode }) =>
    async ({ request: { principal } }) => {
      const isLive = livemode(principal.tenant)
      const data = upstreamHealth(principal.tenant).map((upstream) => present(upstream, isLive))
      return { status: 200, body: { data, hasMore: false } }
    },
})

function present({ system, connection, dialect, classes }: UpstreamHealth, livemode: boolean) {
  const shares = classes.flatMap(({ errorShare }) => errorShare ?? [])
  return {
    system,
    ...(connection === undefined ? {} : { connection }),
    dialect,
    breaker: worstOf(classes),
    inFlight: classes.reduce((sum, { inFlight }) => sum + inFlight, 0),
    ...(shares.length === 0 ? {} : { errorShare: Math.max(...shares) }),
    classes: classes.map(presentClass),
    livemode,
  }
}

const presentClass = ({ lastErrorAtMs, ...rest }: ClassHealth) => ({
  ...rest,
  ...(lastErrorAtMs === undefined ? {} : { lastErrorAt: new Date(lastErrorAtMs).toISOString() }),
})

function worstOf(classes: readonly ClassHealth[]): ClassHealth['breaker'] {
  const states = classes.map(({ breaker }) => breaker)
  return (['open', 'half_open'] as const).find((state) => states.includes(state)) ?? 'closed'
}
