/** What the gateway states of a payment that is paid: signed once for each state of it, and from then on the same bytes. */
import type { Money } from './money.ts'
import type { LineKind } from './portal.ts'

/** `inactive`: everything was given back, and the receipt proves nothing any more. */
export type ReceiptStatus = 'active' | 'inactive'

/** Code, kind and whole đồng of a line. */
export type ReceiptLine = readonly [code: string, kind: LineKind, amount: number]

/**
 * Claims of a compact JWS, `typ: receipt+jwt`, ES256. It travels in a QR code and in the fragment of a URL: nothing in it names
 * or numbers a person. Names as in the JWT.
 */
export interface ReceiptClaims {
  readonly iss: string
  /** Epoch seconds. */
  readonly iat: number
  /** `rcp_…` */
  readonly jti: string
  /** `pay_…` */
  readonly sub: string
  readonly status: ReceiptStatus
  readonly reference: string
  readonly dossier: string
  /** The collecting unit's code. */
  readonly unit: string
  /** Whole đồng. */
  readonly total: number
  readonly refunded: number
  readonly lines?: readonly ReceiptLine[]
  /** Where `lines` would make the code too dense to scan: SHA-256 of their JSON, base64url, and how many there are. */
  readonly lines_sha256?: string
  readonly line_count?: number
  /** Epoch seconds: when the portal's word that it is paid arrived here. */
  readonly paid_at: number
  readonly portal_reference: string
  readonly portal_transaction?: string
  readonly livemode: boolean
}

export interface ReceiptSigner {
  signReceipt(claims: ReceiptClaims): string
}

/** The state of a payment that one receipt is about. */
export interface ReceiptSubject {
  readonly paymentId: string
  /** The paid attempt. */
  readonly attemptId: string
  readonly refunded: Money
}

/** A receipt as it was issued. */
export interface IssuedReceipt extends ReceiptSubject {
  /** `rcp_…` */
  readonly id: string
  /** The compact JWS. */
  readonly statement: string
  readonly paidAtMs: number
  readonly issuedAtMs: number
}
