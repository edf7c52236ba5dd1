import fc from 'fast-check'
import { expect, test } from 'vitest'
import { exp, log } from '../../src/core/elementary.ts'

/** |a − b| / |b|, 0 where they are equal. */
const relative = (a: number, b: number): number => (a === b ? 0 : Math.abs(a - b) / Math.abs(b))

const finite = (low: number, high: number) => fc.double({ min: low, max: high, noNaN: true })

test('exp agrees with Math.exp to 5e-16', () => {
  fc.assert(
    fc.property(finite(-700, 708.9), x => {
      expect(relative(exp(x), Math.exp(x))).toBeLessThan(5e-16)
    }),
    { numRuns: 5000, seed: 1 }
  )
})

test('exp is exact at 0, infinite from 709 on, zero far below, and NaN of NaN', () => {
  expect([0, -0, 709, 1e308, Number.POSITIVE_INFINITY].map(exp)).toEqual([1, 1, ...Array(3).fill(Infinity)])
  expect([-745.1, -1e308, Number.NEGATIVE_INFINITY].map(exp)).toEqual([0, 0, 0])
  expect(exp(Number.NaN)).toBeNaN()
})

test('log agrees with Math.log to 5e-16, next to 1 and at the ends of the range, too', () => {
  fc.assert(
    fc.property(fc.oneof(finite(Number.MIN_VALUE, Number.MAX_VALUE), finite(0.5, 2)), x => {
      expect(relative(log(x), Math.log(x))).toBeLessThan(5e-16)
    }),
    { numRuns: 5000, seed: 1 }
  )
  for (const x of [Number.MIN_VALUE, Number.MAX_VALUE, 1 + Number.EPSILON, 1 - Number.EPSILON, Math.SQRT2])
    expect(relative(log(x), Math.log(x))).toBeLessThan(5e-16)
})

test('log is 0 at 1, −∞ at 0, ∞ at ∞, and NaN below 0', () => {
  expect([1, 0, -0, Number.POSITIVE_INFINITY].map(log)).toEqual([0, -Infinity, -Infinity, Infinity])
  expect(log(-1)).toBeNaN()
  expect(log(Number.NaN)).toBeNaN()
})
