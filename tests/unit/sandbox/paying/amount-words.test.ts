import { describe, expect, it } from 'vitest'
import { amountDigits, amountWords } from '#sandbox/paying/amount-words.ts'

describe('amounts as a person reads them', () => {
  it.each([
    [1, '1', 'Một đồng'],
    [15, '15', 'Mười lăm đồng'],
    [21, '21', 'Hai mươi mốt đồng'],
    [105, '105', 'Một trăm linh năm đồng'],
    [50_000, '50.000', 'Năm mươi nghìn đồng'],
    [1_005_000, '1.005.000', 'Một triệu không trăm linh năm nghìn đồng'],
    [1_250_000, '1.250.000', 'Một triệu hai trăm năm mươi nghìn đồng'],
    [1_000_000_010, '1.000.000.010', 'Một tỷ không trăm mười đồng'],
    [
      999_999_999_999,
      '999.999.999.999',
      'Chín trăm chín mươi chín tỷ chín trăm chín mươi chín triệu chín trăm chín mươi chín nghìn chín trăm chín mươi chín đồng',
    ],
  ])('%i is %s and "%s"', (dong, digits, words) => {
    expect(amountDigits(dong)).toBe(digits)
    expect(amountWords(dong)).toBe(words)
  })
})
