import { expect, test } from 'vitest'
import { createRandom } from '#sandbox/kernel/random.ts'

test('the same seed gives the same ids, also after a reset, and another seed gives others', () => {
  const random = createRandom(7)
  const first = [random.text(20), random.text(20)]
  random.reset()
  expect([random.text(20), random.text(20)]).toEqual(first)
  expect(createRandom(7).text(20)).toBe(first[0])
  expect(createRandom(8).text(20)).not.toBe(first[0])
  expect(first[0]).toMatch(/^[0-9A-HJKMNP-TV-Z]{20}$/)
})

test('numbers stay from 0 up to and without 1 and are spread out', () => {
  const random = createRandom(1)
  const numbers = Array.from({ length: 10_000 }, () => random.next())
  expect(Math.min(...numbers)).toBeGreaterThanOrEqual(0)
  expect(Math.max(...numbers)).toBeLessThan(1)
  const tenths = new Set(numbers.map((one) => Math.floor(one * 10)))
  expect(tenths.size).toBe(10)
})
