export type BusinessKind = 'enterprise' | 'branch' | 'representative_office' | 'household_business' | 'cooperative'
export type BusinessStatus =
  | 'active'
  | 'suspended'
  | 'not_at_address'
  | 'dissolving'
  | 'dissolved'
  | 'revoked'
  | 'unknown'

declare const brand: unique symbol
/** 10 digits with a valid check digit, or those and `-NNN` for a branch or representative office. */
export type BusinessCode = string & { readonly [brand]: 'BusinessCode' }

export interface BusinessAddress {
  readonly full: string
  readonly street?: string
  readonly ward?: string
  readonly district?: string
  readonly province?: string
}

/** A firm as the registry holds it. Legal representatives are people and travel by another operation. */
export interface Business {
  readonly code: BusinessCode
  readonly kind: BusinessKind
  readonly name: string
  readonly foreignName?: string
  readonly shortName?: string
  readonly legalForm?: string
  readonly status: BusinessStatus
  readonly statusText?: string
  /** Dates are `YYYY-MM-DD`. */
  readonly suspendedFrom?: string
  readonly suspendedUntil?: string
  readonly registeredOn?: string
  readonly lastChangedOn?: string
  readonly changes?: number
  readonly headOffice?: BusinessAddress
  readonly activities: readonly { readonly code: string; readonly name: string; readonly main: boolean }[]
  /** A decimal string in đồng as the registry writes it (number(21,3)), e.g. `1500000000`. */
  readonly charterCapital?: string
}

export type BusinessAnswer =
  | { readonly kind: 'found'; readonly business: Business; readonly source: BusinessSource }
  | { readonly kind: 'none'; readonly source: BusinessSource }

export interface BusinessSource {
  readonly dialect: string
  /** RFC 3339, when our adapter received the answer. */
  readonly retrievedAt: string
  /** SHA-256 of the answer as received, base64url. */
  readonly answerSha256: string
}
