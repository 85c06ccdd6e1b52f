import type { Purpose } from './purpose.ts'

declare const brand: unique symbol
/** 12 digits (số định danh cá nhân). */
export type PersonalId = string & { readonly [brand]: 'PersonalId' }
/** 9 digits (số CMND), no longer a valid document but still a search key. */
export type LegacyId = string & { readonly [brand]: 'LegacyId' }

export type Gender = 'male' | 'female'

/** A birth date as precisely as it is known: a year, a year and month, or a day. */
export interface PartialDate {
  readonly year: number
  readonly month?: number
  readonly day?: number
}

export type PersonKey =
  | { readonly kind: 'personal'; readonly value: PersonalId }
  | { readonly kind: 'legacy'; readonly value: LegacyId }

/** The population database finds nobody without all three: number, name and birth date. */
export interface PersonQuery {
  readonly key: PersonKey
  /** As declared, NFC, with accents; the adapter folds it. */
  readonly fullName: string
  readonly dateOfBirth: PartialDate
  readonly purpose: Purpose
}

/** Administrative codes as the register holds them; which list they belong to follows from their length and the data's date. */
export interface RegisteredAddress {
  /** 2 digits. */
  readonly provinceCode?: string
  /** 3 digits; districts ended on 2025-07-01. */
  readonly districtCode?: string
  /** 5 digits. */
  readonly communeCode?: string
  readonly detail?: string
  /** ISO 3166 alpha-2. */
  readonly countryCode?: string
}

export interface Person {
  readonly personalId?: PersonalId
  readonly legacyId?: LegacyId
  /** As the register writes it, usually upper case with accents. */
  readonly fullName: string
  readonly gender?: Gender
  readonly dateOfBirth?: PartialDate
  readonly permanentAddress?: RegisteredAddress
  readonly standing: 'living' | 'deceased' | 'number_changed'
}

export type PersonAnswer =
  | { readonly kind: 'found'; readonly person: Person; readonly source: PersonSource }
  /** Number, name and birth date together match nobody: which does not say that the person does not exist. */
  | { readonly kind: 'none'; readonly source: PersonSource }

export interface PersonSource {
  /** The dialect spoken, e.g. `dancu037`. */
  readonly dialect: string
  /** The request id that went upstream (`MaYeuCau`). */
  readonly requestId: string
  /** The register's own data timestamp (`ThoiDiemDuLieu`), RFC 3339, when it gave one. */
  readonly dataAsOf?: string
  /** SHA-256 of the upstream's answer as received, base64url: evidence without keeping the body. */
  readonly answerSha256: string
}
