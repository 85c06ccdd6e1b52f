import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { maxAmountDong, money } from '#domain/money.ts'
import { amountInWords } from '#receipts/amount-in-words.ts'
import { readVietnameseNumber } from '../../support/read-vietnamese-number.ts'

describe('an amount in words', () => {
  it.each([
    [0, 'Không đồng'],
    [1, 'Một đồng'],
    [4, 'Bốn đồng'],
    [5, 'Năm đồng'],
    [10, 'Mười đồng'],
    [11, 'Mười một đồng'],
    [14, 'Mười bốn đồng'],
    [15, 'Mười lăm đồng'],
    [20, 'Hai mươi đồng'],
    [21, 'Hai mươi mốt đồng'],
    [24, 'Hai mươi tư đồng'],
    [25, 'Hai mươi lăm đồng'],
    [55, 'Năm mươi lăm đồng'],
    [91, 'Chín mươi mốt đồng'],
    [100, 'Một trăm đồng'],
    [101, 'Một trăm linh một đồng'],
    [104, 'Một trăm linh bốn đồng'],
    [105, 'Một trăm linh năm đồng'],
    [110, 'Một trăm mười đồng'],
    [115, 'Một trăm mười lăm đồng'],
    [121, 'Một trăm hai mươi mốt đồng'],
    [1_000, 'Một nghìn đồng'],
    [1_001, 'Một nghìn không trăm linh một đồng'],
    [1_010, 'Một nghìn không trăm mười đồng'],
    [1_100, 'Một nghìn một trăm đồng'],
    [10_500, 'Mười nghìn năm trăm đồng'],
    [21_000, 'Hai mươi mốt nghìn đồng'],
    [50_000, 'Năm mươi nghìn đồng'],
    [105_000, 'Một trăm linh năm nghìn đồng'],
    [1_000_000, 'Một triệu đồng'],
    [1_000_005, 'Một triệu không trăm linh năm đồng'],
    [1_005_000, 'Một triệu không trăm linh năm nghìn đồng'],
    [1_250_000, 'Một triệu hai trăm năm mươi nghìn đồng'],
    [1_000_000_000, 'Một tỷ đồng'],
    [2_000_000_024, 'Hai tỷ không trăm hai mươi tư đồng'],
    [
      999_999_999_999,
      'Chín trăm chín mươi chín tỷ chín trăm chín mươi chín triệu chín trăm chín mươi chín nghìn chín trăm chín mươi chín đồng',
    ],
  ])('of %i đồng is %j', (dong, words) => {
    expect(amountInWords(money(dong))).toBe(words)
  })

  it('is read back as the same amount by somebody who only knows the grammar', () => {
    const digit = fc.constantFrom('0', '0', '0', '1', '4', '5', '9')
    const awkward = fc.array(digit, { minLength: 1, maxLength: 12 }).map((digits) => BigInt(digits.join('')))
    const amounts = fc.oneof(fc.bigInt({ min: 1n, max: maxAmountDong }), awkward, fc.bigInt({ min: 0n, max: 1_100n }))
    fc.assert(
      fc.property(amounts, (dong) => {
        const words = amountInWords(money(dong))
        expect(words).toMatch(/^\p{Lu}.* đồng$/u)
        expect(readVietnameseNumber(words.slice(0, -' đồng'.length).toLowerCase())).toBe(dong)
      }),
      { numRuns: 2_000 },
    )
  })
})

describe('the reader that checks it', () => {
  it.each([
    'hai mươi một',
    'hai mươi bốn',
    'mười năm',
    'một trăm một',
    'một nghìn năm',
    'một nghìn một triệu',
    'linh năm',
    'một mươi',
    'hai mốt',
  ])('does not take %j', (words) => {
    expect(readVietnameseNumber(words)).toBeUndefined()
  })
})
