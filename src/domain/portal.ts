import type { Money } from './money.ts'

declare const brand: unique symbol
/** `MaThamChieu`, at PayGov `requestCode`: our reference at the portal, 20 characters [0-9A-Z], never reused. */
export type PortalReference = string & { readonly [brand]: 'PortalReference' }

export type LineKind = 'phi' | 'le_phi' | 'fine'

export interface OrderLine {
  readonly code: string
  readonly name: string
  readonly kind: LineKind
  readonly amount: Money
}

/** Who receives the money; from the configuration's `collectingUnits`. */
export interface CollectingUnit {
  readonly code: string
  /** The portal connection it collects through, e.g. `payment-portal`. */
  readonly portal: string
  /** `MaDonVi`, e.g. `000.00.00.H38`. */
  readonly agencyCode: string
  readonly name: string
  /** The address the platform knows this unit's servers by (`Ip` of INIT). */
  readonly ip: string
  readonly beneficiary: { readonly account: string; readonly bank: string; readonly name: string }
}

/** The extra fields a fine carries (`MaDichVu` 1). Dates `YYYY-MM-DD`. */
export interface FineDetails {
  readonly penaltyTypeCode: string
  readonly penaltyTypeName: string
  readonly decidingAgencyCode: string
  readonly decidingAgencyName: string
  readonly treasury: string
  readonly decisionDate: string
  readonly decisionNumber: string
  readonly violationTime: string
  readonly violationPlace: string
  readonly violatorName: string
  readonly budgetAccount?: string
}

/** Everything INIT needs. */
export interface TransactionOrder {
  readonly reference: PortalReference
  readonly amount: Money
  /** `ThoiGianGD`: fixed once, sent again unchanged in QUERY and GET_BILL. Epoch milliseconds. */
  readonly issuedAtMs: number
  readonly dossierCode: string
  readonly procedureCode: string
  readonly procedureName: string
  readonly payer: { readonly fullName: string; readonly personalId?: string; readonly address?: string }
  readonly lines: readonly OrderLine[]
  readonly unit: CollectingUnit
  readonly fine?: FineDetails
}

/** The INIT message as it will be sent, byte for byte, however often. Holds the payer: personal data. */
export interface PreparedTransaction {
  readonly reference: PortalReference
  readonly body: string
}

export interface OpenedTransaction {
  readonly reference: PortalReference
  /** Where the payer's browser goes (`UrlThanhToan`). */
  readonly payUrl: string
  /** `ChuoiVietQR`, when the portal gave one. */
  readonly vietQr?: string
}

export interface TransactionKey {
  readonly reference: PortalReference
  readonly issuedAtMs: number
}

/** Everything a bill is asked for with; what a dialect's portal prints itself, it leaves out. Holds the payer: personal data. */
export interface BillRequest extends TransactionKey {
  readonly dossierCode: string
  readonly procedureName: string
  readonly payer: TransactionOrder['payer']
  readonly unit: CollectingUnit
  readonly portalTransactionId?: string
}

/** What the portal says of the bill of one of our transactions. */
export type Bill =
  /** The whole PDF. It names the payer: personal data. */
  | { readonly kind: 'issued'; readonly pdf: Uint8Array }
  /** `TrangThaiBienLai` CHUA_CO: paid, and the bill comes later; days later, at times. */
  | { readonly kind: 'not_ready' }
  /** CHUA_THANH_TOAN: over there it is not paid, or not paid yet. */
  | { readonly kind: 'not_paid' }
  /** HET_HIEU_LUC: a refund ended it. */
  | { readonly kind: 'ended' }

/** What the portal says of one of our references. Only an answer whose checksum, partner and reference agree gets here. */
export type TransactionStanding =
  | {
      readonly kind: 'known'
      /** `TrangThaiGD`: 1 paid, 3 pending, 4 failed. */
      readonly standing: 'paid' | 'pending' | 'failed'
      readonly amount: Money
      readonly currency: string
      /** `MaGiaoDich`. */
      readonly portalTransactionId?: string
      readonly bankCode?: string
      /** SHA-256 of the answer as received, base64url: what a correction cites. */
      readonly answerSha256: string
    }
  /** `MaLoi` 01 [OURS]. Not dead until seen twice across the window. */
  | { readonly kind: 'not_found'; readonly answerSha256: string }

/** Everything REFUND needs. */
export interface RefundOrder {
  /** Of the paid transaction. */
  readonly reference: PortalReference
  /** `MaHoanTien` */
  readonly refundReference: PortalReference
  readonly amount: Money
  readonly reason: string
  readonly issuedAtMs: number
}

/** The REFUND message as it will be sent, byte for byte, however often. */
export interface PreparedRefund {
  readonly reference: PortalReference
  readonly refundReference: PortalReference
  readonly body: string
}

export interface RefundKey {
  readonly reference: PortalReference
  readonly refundReference: PortalReference
  readonly issuedAtMs: number
}

/** What the portal says of one of our refunds. Only an answer whose checksum, partner and references agree gets here. */
export type RefundStanding =
  | {
      readonly kind: 'known'
      /** `TrangThaiHoanTien`: SUCCESS, PENDING (accepted, the bank is not done), FAILED. */
      readonly standing: 'completed' | 'accepted' | 'refused'
      readonly amount: Money
      readonly currency: string
      /** `MaGiaoDichHoanTien`. */
      readonly portalRefundId?: string
      /** `LyDoTuChoi`. */
      readonly refusal?: string
      /** SHA-256 of the answer as received, base64url. */
      readonly answerSha256: string
    }
  /** `MaLoi` 01 [OURS]: the portal has never heard of this refund reference, or not yet. */
  | { readonly kind: 'not_found'; readonly answerSha256: string }

/**
 * A notification (IPN) whose checksum is right. It is stored and then confirmed by asking, or by a settlement file where
 * the portal cannot be asked; never believed.
 */
export interface PortalNotification {
  readonly reference: string
  readonly portalTransactionId: string
  /** What it says became of the transaction. */
  readonly claims: 'paid' | 'failed'
  readonly amount: Money
  readonly currency: string
}
