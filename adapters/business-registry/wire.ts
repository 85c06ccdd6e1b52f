/** The words of enterprise-v1 as they stand on the wire. Codes are [OURS]: the real tables are not public. */
import type { BusinessKind, BusinessStatus } from '#domain/business.ts'

/** `ENTERPRISE_TYPE_ID`. Every other value is some form of enterprise, named by `ENTERPRISE_TYPE_NAME`. */
export const kinds: ReadonlyMap<string, BusinessKind> = new Map<string, BusinessKind>([
  ['CN', 'branch'],
  ['VPDD', 'representative_office'],
  ['HKD', 'household_business'],
  ['HTX', 'cooperative'],
])

/** `ENTERPRISE_STATUS_ID`, or `ENTERPRISE_STATUS` in the older form. */
export const statuses: ReadonlyMap<string, BusinessStatus> = new Map<string, BusinessStatus>([
  ['1', 'active'],
  ['2', 'suspended'],
  ['3', 'not_at_address'],
  ['4', 'dissolving'],
  ['5', 'dissolved'],
  ['6', 'revoked'],
])

/** Far above any firm's real list, and what keeps our answer bounded. */
export const maxActivities = 1_000
