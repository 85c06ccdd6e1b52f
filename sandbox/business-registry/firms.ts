/** The invented firms of contracts/personas/businesses.yaml, as its head comment describes them. */
import { readFileSync } from 'node:fs'
import { parse } from 'yaml'

export interface Firm {
  readonly key: string
  readonly code: string
  readonly kind: 'enterprise' | 'branch' | 'representative_office' | 'household_business' | 'cooperative'
  readonly name: string
  readonly foreignName?: string
  readonly shortName?: string
  readonly legalForm: string
  readonly status: 'active' | 'suspended' | 'not_at_address' | 'dissolving' | 'dissolved' | 'revoked' | 'unknown'
  readonly statusText?: string
  readonly suspendedFrom?: string
  readonly suspendedUntil?: string
  readonly registeredOn?: string
  readonly lastChangedOn?: string
  readonly changes?: number
  readonly charterCapital?: string
  readonly headOffice: FirmAddress
  readonly representatives: readonly FirmRepresentative[]
  readonly members?: readonly FirmMember[]
  readonly activities: readonly { readonly code: string; readonly name: string; readonly main: boolean }[]
  readonly wire?: FirmWording
  readonly dialects: readonly string[]
}

export interface FirmAddress {
  readonly street: string
  readonly ward: string
  readonly district?: string
  readonly province: string
  readonly full: string
  readonly registryIds: { readonly city: number; readonly district?: number; readonly ward: number }
}

export interface FirmRepresentative {
  readonly fullName: string
  readonly documentNumber: string
  readonly documentName: string
  readonly gender: 'male' | 'female'
  readonly dateOfBirth: string
  readonly nationality: string
}

interface FirmMember {
  readonly name: string
  readonly amount: string
  readonly ratioPercent: string
  readonly country: string
}

/** How the registry words this firm, where it differs from most. */
interface FirmWording {
  readonly representatives?: 'array'
  readonly status?: 'old'
  readonly statusCode?: string
  readonly numbers?: 'string'
}

/** Those the dialect knows, by code. */
export function loadFirms(contracts: URL, dialect: string): ReadonlyMap<string, Firm> {
  const rows = parse(readFileSync(new URL('personas/businesses.yaml', contracts), 'utf8')) as readonly Firm[]
  return new Map(rows.filter(({ dialects }) => dialects.includes(dialect)).map((firm) => [firm.code, firm]))
}
