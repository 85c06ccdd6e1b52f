/** What is asked for, and whether it may be collected at all. Refused here, nothing was begun and no key is used up. */
import { GatewayError } from '#domain/errors.ts'
import type { FineDetails, LineKind } from '#domain/portal.ts'
import type { Client } from '#domain/principal.ts'
import { repeatedLine } from './obligation.ts'
import { isReturnUrlAllowed } from './return-url.ts'

/** As the HTTP layer has parsed it: shapes, lengths and the total are right. */
export interface CreatePaymentInput {
  readonly reference: string
  readonly dossierCode: string
  readonly procedureCode: string
  readonly procedureName: string
  readonly payer: { readonly fullName: string; readonly personalId?: string; readonly address?: string }
  readonly lines: readonly OrderedLine[]
  readonly collectingUnit: string
  readonly fine?: FineDetails
  readonly returnUrl?: string
  /** RFC 3339. */
  readonly expiresAt?: string
}

interface OrderedLine {
  readonly code: string
  readonly name: string
  readonly kind: LineKind
  /** Whole đồng. */
  readonly amount: number
  readonly instalment: number
}

/** [OURS] The longest a payer may be given. */
const maxValidityMs = 30 * 24 * 60 * 60_000

/** [OURS] The platform closes an unpaid transaction after this; where no `expiresAt` was asked for, it is ours too. */
export const defaultValidityMs = 24 * 60 * 60_000

/** Throws `invalid_request`, `return_url_not_allowed` or `expiry_not_acceptable`. */
export function checkOrder(input: CreatePaymentInput, client: Pick<Client, 'returnOrigins'>, nowMs: number): void {
  checkLines(input)
  checkReturnUrl(input, client)
  checkExpiry(input, nowMs)
}

function checkLines({ lines, fine }: CreatePaymentInput): void {
  const repeated = repeatedLine(lines)
  if (repeated !== undefined) {
    throw new GatewayError('invalid_request', 'two lines are one obligation', {
      errors: [
        {
          pointer: `/lines/${repeated}`,
          code: 'repeated',
          message: {
            vi: 'Mã khoản và kỳ nộp này đã có ở một dòng trước.',
            en: 'An earlier line has this code and instalment.',
          },
        },
      ],
    })
  }
  // The platform's MaDichVu is one or the other: a transaction collects fees, or a fine with its decision.
  const fines = lines.filter(({ kind }) => kind === 'fine').length
  if (fines === (fine === undefined ? 0 : lines.length)) return
  throw new GatewayError('invalid_request', 'a fine is collected apart from fees, with the details of its decision', {
    errors: [
      {
        pointer: '/fine',
        code: 'fine_and_lines_disagree',
        message: {
          vi: 'Tiền phạt được thu riêng: mọi dòng có kind là fine và có khối fine, hoặc không có gì trong số đó.',
          en: 'A fine is collected by itself: every line of kind fine and the fine block, or neither.',
        },
      },
    ],
  })
}

function checkReturnUrl({ returnUrl }: CreatePaymentInput, { returnOrigins }: Pick<Client, 'returnOrigins'>): void {
  if (returnUrl === undefined || isReturnUrlAllowed(returnUrl, returnOrigins)) return
  throw new GatewayError('return_url_not_allowed', 'the return URL is outside the registered origins of the client', {
    errors: [
      {
        pointer: '/returnUrl',
        code: 'not_allowed',
        message: {
          vi: 'Địa chỉ này không thuộc các nguồn đã đăng ký của hệ thống gọi.',
          en: "This address is outside the client's registered origins.",
        },
      },
    ],
  })
}

/** Throws `expiry_not_acceptable`. */
export function checkExpiry({ expiresAt }: Pick<CreatePaymentInput, 'expiresAt'>, nowMs: number): void {
  if (expiresAt === undefined) return
  const expiresAtMs = Date.parse(expiresAt)
  if (expiresAtMs > nowMs && expiresAtMs <= nowMs + maxValidityMs) return
  throw new GatewayError('expiry_not_acceptable', 'expiresAt is past, or too far away', {
    errors: [
      {
        pointer: '/expiresAt',
        code: 'out_of_range',
        message: {
          vi: 'Thời hạn phải ở tương lai và trong vòng 30 ngày.',
          en: 'It must lie in the future and within 30 days.',
        },
      },
    ],
  })
}

export const unknownCollectingUnit = (): GatewayError =>
  new GatewayError('unknown_collecting_unit', 'the collecting unit is not configured', {
    errors: [
      {
        pointer: '/collectingUnit',
        code: 'unknown',
        message: { vi: 'Đơn vị thu chưa được cấu hình.', en: 'This collecting unit is not configured.' },
      },
    ],
  })
