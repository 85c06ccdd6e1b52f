/** The words of requests and answers that several operations share, as zod schemas with their meaning for people. */
import { z } from 'zod'
import { means } from '../meaning.ts'
import { parsePartialDate } from '#domain/partial-date.ts'
import type { Bilingual } from '../problem-texts.ts'

/** Control, bidi and zero-width characters: never typed on purpose, only ever there to deceive or by accident. */
const hidden = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cn}\p{Co}]/u

/** A refinement's own code and words for `errors[]`. */
export const refusal = (code: string, words: Bilingual) => ({ params: { code, words } })

const hiddenCharacter = refusal('forbidden_character', {
  vi: 'Chuỗi chứa ký tự điều khiển hoặc ký tự ẩn.',
  en: 'The text holds control or invisible characters.',
})
const blank = refusal('blank', { vi: 'Không được để trống.', en: 'It must not be blank.' })

/** One line of human text: something visible, nothing hidden. */
export const line = (max: number) =>
  z
    .string()
    .min(1)
    .max(max)
    .refine((text) => !hidden.test(text), hiddenCharacter)
    .refine((text) => text.trim() !== '', blank)

const realDate = refusal('no_such_date', { vi: 'Không có ngày này.', en: 'There is no such date.' })

export const dateOnly = z
  .string()
  .regex(/^\d{4}-\d{2}-\d{2}$/)
  .refine((text) => parsePartialDate(text) !== undefined, realDate)
  .meta({ format: 'date', examples: ['2025-07-01'] })

export const partialDate = z
  .string()
  .regex(/^\d{4}(-\d{2}(-\d{2})?)?$/)
  .refine((text) => parsePartialDate(text) !== undefined, realDate)
  .meta({
    ...means(
      '`YYYY-MM-DD`, `YYYY-MM` or `YYYY`: as precisely as it is known.',
      '`YYYY-MM-DD`, `YYYY-MM` hoặc `YYYY`: chính xác đến mức biết được.',
    ),
    examples: ['1985-03-07'],
  })

export const instant = z
  .string()
  .max(40)
  .regex(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,9})?(Z|[+-]\d{2}:\d{2})$/)
  // Date.parse alone lets 30 February pass.
  .refine((text) => parsePartialDate(text.slice(0, 10)) !== undefined && !Number.isNaN(Date.parse(text)), realDate)
  .meta({
    ...means('RFC 3339.', 'Thời điểm theo RFC 3339.'),
    format: 'date-time',
    examples: ['2026-11-23T09:30:00+07:00'],
  })

export const amount = z
  .int()
  .min(1)
  .max(999_999_999_999)
  .meta({ ...means('Integer đồng.', 'Số nguyên, đơn vị đồng.'), examples: [50_000] })

export const currency = z.literal('VND')

const notACode = refusal('not_a_procedure_code', {
  vi: 'Mã thủ tục chỉ gồm chữ không dấu, chữ số và dấu nối, không phải tên hay số định danh của người.',
  en: 'A procedure code has letters without accents, digits and punctuation; it is no name and no number of a person.',
})

/** It stands as it is in logs that forget nothing, so it must be a code: no spaces, no accents, no number of a person. */
export const procedureCode = line(64).refine(
  (text) => text.trim() === '' || (/^[!-~]+$/.test(text) && !/^(\d{9}|\d{12})$/.test(text)),
  notACode,
)

export const purpose = z
  .strictObject({
    procedureCode: procedureCode.meta({
      ...means('The administrative procedure (mã thủ tục).', 'Mã thủ tục hành chính.'),
      examples: ['2.000635'],
    }),
    dossierCode: line(64).meta({ ...means('The dossier (mã hồ sơ).', 'Mã hồ sơ.'), examples: ['H38.17-261123-0007'] }),
    officerId: line(64).meta({
      ...means(
        "The officer's own account, never a shared one.",
        'Tài khoản riêng của cán bộ, không dùng tài khoản chung.',
      ),
      examples: ['015080000123'],
    }),
    legalBasis: line(300)
      .exactOptional()
      .meta({ ...means('The legal basis, where the procedure alone does not say it.', 'Căn cứ pháp lý.') }),
  })
  .meta({
    id: 'Purpose',
    ...means(
      'Why a person is looked at. No purpose, no look-up.',
      'Mục đích tra cứu. Không có mục đích thì không tra cứu.',
    ),
  })

export const livemode = z.boolean().meta({ description: 'False when an upstream is a simulator.' })

/** One of ours: prefix and 26 characters. What does not look like it is not asked for. */
export const isId = (prefix: string, text: string | undefined): text is string =>
  text !== undefined && text.startsWith(`${prefix}_`) && /^[a-z]{3}_[0-9A-Za-z]{1,64}$/.test(text)

/** Of an answer's id; answers are documented, not checked at run time. */
export const idOf = (prefix: string) =>
  z
    .string()
    .regex(new RegExp(`^${prefix}_[0-9A-HJKMNP-TV-Z]{26}$`))
    .meta({ examples: [`${prefix}_01JD8Q3V5N7R9T2W4Y6A8C0E1G`] })

export const pathId = (prefix: string) => z.strictObject({ id: idOf(prefix) })

/** Query values are text. At most 100 a page (api.md, "Manners"). */
export const limit = z
  .string()
  .regex(/^\d{1,3}$/)
  .transform(Number)
  .pipe(z.int().min(1).max(100))
  .default(20)
  .meta({
    ...means('1 to 100.', 'Từ 1 đến 100.'),
    override: { type: 'integer', minimum: 1, maximum: 100, default: 20 },
  })

/** Where a page begins. */
export const after = line(500)
  .exactOptional()
  .meta({ ...means('Opaque: `next` of the page before.', 'Giá trị `next` của trang trước.') })

/** A page of a list. */
export const listOf = (item: z.ZodType, id: string) =>
  z
    .strictObject({
      data: z.array(item),
      hasMore: z.boolean(),
      next: z.string().exactOptional().meta({ description: 'Opaque; send it as `after`.' }),
    })
    .meta({ id })
