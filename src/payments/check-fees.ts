/**
 * Whether the lines of an order are fees that its unit collects today, at that amount. Every line that is not is named at once, each
 * with what the catalogue says instead.
 */
import { GatewayError, type FieldError } from '#domain/errors.ts'
import type { Fee, FeeCatalogue } from '#domain/fee.ts'
import type { CreatePaymentInput } from './check-order.ts'

type Ordered = Pick<CreatePaymentInput, 'lines' | 'collectingUnit'>
type Line = Ordered['lines'][number]

/** Throws `fee_not_in_catalogue`. `today`: `YYYY-MM-DD` in Vietnam. */
export function checkFees({ lines, collectingUnit }: Ordered, catalogue: FeeCatalogue, today: string): void {
  const errors = lines.flatMap((line, index) =>
    errorsOf(line, `/lines/${index}`, { fees: catalogue.get(line.code) ?? [], collectingUnit, today }),
  )
  if (errors.length === 0) return
  throw new GatewayError('fee_not_in_catalogue', 'a line is no fee of the catalogue', { errors })
}

interface Setting {
  /** All fees of the line's code. */
  readonly fees: readonly Fee[]
  readonly collectingUnit: string
  readonly today: string
}

function errorsOf({ kind, amount }: Line, pointer: string, { fees, collectingUnit, today }: Setting): FieldError[] {
  if (fees.length === 0) return [unknownCode(`${pointer}/code`)]
  const ofUnit = fees.filter((fee) => fee.collectingUnit === collectingUnit)
  if (ofUnit.length === 0) return [otherUnit(`${pointer}/code`, fees)]
  const fee = ofUnit.find((one) => isValidOn(one, today))
  if (fee === undefined) return [notValid(`${pointer}/code`, ofUnit, today)]
  return [
    ...(fee.kind === kind ? [] : [otherKind(`${pointer}/kind`, fee)]),
    ...(fee.amount.dong === BigInt(amount) ? [] : [otherAmount(`${pointer}/amount`, fee)]),
  ]
}

const isValidOn = ({ validFrom, validUntil }: Fee, day: string): boolean =>
  validFrom <= day && (validUntil === undefined || day <= validUntil)

const unknownCode = (pointer: string): FieldError => ({
  pointer,
  code: 'unknown_fee',
  message: {
    vi: 'Danh mục phí không có mã này.',
    en: 'The fee catalogue has no such code.',
  },
})

function otherUnit(pointer: string, fees: readonly Fee[]): FieldError {
  const units = [...new Set(fees.map(({ collectingUnit }) => collectingUnit))].join(', ')
  return {
    pointer,
    code: 'other_collecting_unit',
    message: {
      vi: `Khoản này do đơn vị khác thu: ${units}.`,
      en: `Another unit collects this fee: ${units}.`,
    },
  }
}

function notValid(pointer: string, fees: readonly Fee[], today: string): FieldError {
  const vi = fees.map(({ validFrom, validUntil }) => `từ ${validFrom}${validUntil ? ` đến ${validUntil}` : ''}`)
  const en = fees.map(({ validFrom, validUntil }) => `from ${validFrom}${validUntil ? ` until ${validUntil}` : ''}`)
  return {
    pointer,
    code: 'fee_not_valid_today',
    message: {
      vi: `Khoản này không có hiệu lực vào ngày ${today}; hiệu lực: ${vi.join('; ')}.`,
      en: `This fee is not valid on ${today}; it is ${en.join('; ')}.`,
    },
  }
}

const otherKind = (pointer: string, { kind }: Fee): FieldError => ({
  pointer,
  code: 'other_kind',
  message: { vi: `Theo danh mục, khoản này là ${kind}.`, en: `In the catalogue this fee is ${kind}.` },
})

const otherAmount = (pointer: string, { amount: { dong } }: Fee): FieldError => ({
  pointer,
  code: 'other_amount',
  message: { vi: `Theo danh mục, mức thu là ${dong} đồng.`, en: `In the catalogue it is ${dong} đồng.` },
})
