/** What a verification takes and gives, as api.md ("Identity") writes it. */
import type { Warning } from '#domain/identifiers.ts'
import type { Gender } from '#domain/person.ts'
import type { Purpose } from '#domain/purpose.ts'
import type { DeclaredAddress } from '#matching/addresses.ts'
import type { Verdicts } from '#matching/compare-person.ts'
import type { NameHint } from '#matching/names.ts'

/** Shaped by the HTTP layer; what the values mean is judged by the use case. */
export interface VerifyIdentityInput {
  readonly subject: {
    /** Exactly one of the two numbers. */
    readonly personalId?: string | undefined
    readonly legacyId?: string | undefined
    readonly fullName: string
    /** `YYYY-MM-DD`, `YYYY-MM` or `YYYY`. */
    readonly dateOfBirth: string
    readonly gender?: Gender | undefined
    readonly permanentAddress?: DeclaredAddress | undefined
  }
  readonly purpose?: Purpose | undefined
}

/** The answer: verdicts, no personal data. Plain JSON; `evidence` is its last member. */
export interface IdentityVerification {
  /** `ver_…` */
  readonly id: string
  readonly outcome: 'match' | 'match_incomplete' | 'mismatch' | 'no_record' | 'deceased'
  /** With `no_record` only. */
  readonly reason?: 'keys_match_nobody' | 'number_changed'
  /** One for each declared attribute; empty with `no_record`. */
  readonly verdicts: Verdicts
  /** Only when the name is a mismatch; empty when nothing sensible can be said about it. */
  readonly hints?: readonly NameHint[]
  readonly warnings: readonly Warning[]
  readonly source: {
    readonly system: 'population'
    readonly dialect: string
    readonly requestId: string
    readonly dataAsOf?: string
  }
  /** RFC 3339. */
  readonly checkedAt: string
  readonly livemode: boolean
  /** Compact JWS over everything above. */
  readonly evidence: string
}
