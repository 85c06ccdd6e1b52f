/** A firm as answered; the use case makes it. */
import { z } from 'zod'
import { dateOnly, instant, livemode } from '../schemas.ts'

const address = z
  .strictObject({
    full: z.string(),
    street: z.string().exactOptional(),
    ward: z.string().exactOptional(),
    district: z.string().exactOptional(),
    province: z.string().exactOptional(),
  })
  .meta({ id: 'BusinessAddress' })

const activity = z.strictObject({ code: z.string(), name: z.string(), main: z.boolean() })

export const businessFound = z
  .strictObject({
    id: z.string().exactOptional(),
    code: z.string(),
    kind: z.enum(['enterprise', 'branch', 'representative_office', 'household_business', 'cooperative']),
    name: z.string(),
    foreignName: z.string().exactOptional(),
    shortName: z.string().exactOptional(),
    legalForm: z.string().exactOptional(),
    status: z.enum(['active', 'suspended', 'not_at_address', 'dissolving', 'dissolved', 'revoked', 'unknown']),
    statusText: z.string().exactOptional().meta({ description: 'The registry’s own words.' }),
    suspendedFrom: dateOnly.exactOptional(),
    suspendedUntil: dateOnly.exactOptional(),
    registeredOn: dateOnly.exactOptional(),
    lastChangedOn: dateOnly.exactOptional(),
    changes: z.int().exactOptional().meta({ description: 'How often the registration was changed.' }),
    headOffice: address.exactOptional(),
    activities: z.array(activity),
    charterCapital: z.string().exactOptional().meta({ description: 'A decimal string in đồng.' }),
    source: z.strictObject({
      system: z.literal('business_registry'),
      dialect: z.string(),
      retrievedAt: instant,
      stale: z.boolean(),
    }),
    livemode,
    evidence: z.string().exactOptional().meta({ description: 'Compact JWS, `typ: evidence+jwt`, ES256.' }),
  })
  .meta({ id: 'Business' })

export const businessFoundExample = {
  code: '9900123459',
  kind: 'enterprise',
  name: 'CÔNG TY TNHH SAO MAI',
  legalForm: 'Công ty trách nhiệm hữu hạn một thành viên',
  status: 'active',
  statusText: 'Đang hoạt động',
  registeredOn: '2015-04-20',
  headOffice: { full: 'Số 12, đường Hoa Ban, phường Lào Cai, tỉnh Lào Cai', province: 'Lào Cai' },
  activities: [{ code: '6201', name: 'Lập trình máy vi tính', main: true }],
  charterCapital: '1500000000',
  source: {
    system: 'business_registry',
    dialect: 'enterprise-v1',
    retrievedAt: '2026-11-23T02:30:00.412Z',
    stale: false,
  },
  livemode: false,
  evidence: 'eyJhbGciOiJFUzI1NiIsInR5cCI6ImV2aWRlbmNlK2p3dCJ9.e30.c2lnbmF0dXJl',
}
