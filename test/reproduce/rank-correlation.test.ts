import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { rankCorrelation } from '../../src/reproduce/rank-correlation.ts'

describe('the rank correlation', () => {
  test('is that of the orders, whatever the numbers are', () => {
    expect(rankCorrelation([1, 2, 3, 4], [1e-9, 5, 6, 1e9])).toBeCloseTo(1, 12)
    expect(rankCorrelation([1, 2, 3, 4], [4, 3, 2, -1])).toBeCloseTo(-1, 12)
    // 1 − 6 Σ d² / (n (n² − 1)) with the rank differences 1, −1, 0, 0
    expect(rankCorrelation([1, 2, 3, 4], [2, 1, 3, 4])).toBeCloseTo(1 - (6 * 2) / (4 * 15), 12)
  })

  test('gives what is equal, but for rounding, the mean of its ranks', () => {
    // Ranks 0, 1.5, 1.5, 3 beside 0, 1, 2, 3: 4.5 / √(4.5 · 5)
    expect(rankCorrelation([1, 2, 2 + 1e-12, 3], [1, 2, 3, 4])).toBeCloseTo(4.5 / Math.sqrt(22.5), 12)
    expect(rankCorrelation([-3, -2, -2, -1], [1, 2, 3, 4])).toBeCloseTo(4.5 / Math.sqrt(22.5), 12)
  })

  test('is symmetric, between −1 and 1, and turns its sign with one of the orders', () => {
    const distinct = fc.uniqueArray(fc.integer({ min: -1000, max: 1000 }), { minLength: 5, maxLength: 5 })
    fc.assert(
      fc.property(distinct, distinct, (xs, ys) => {
        const found = rankCorrelation(xs, ys)
        expect(Math.abs(found)).toBeLessThanOrEqual(1 + 1e-12)
        expect(rankCorrelation(ys, xs)).toBeCloseTo(found, 12)
        expect(
          rankCorrelation(
            xs.map(x => -x),
            ys
          )
        ).toBeCloseTo(-found, 12)
      }),
      { numRuns: 200 }
    )
  })
})
