import fc from 'fast-check'
import { expect, test } from 'vitest'
import { solveInPlace } from '../../src/core/linear.ts'

const entry = fc.double({ min: -1, max: 1, noNaN: true })

test('solveInPlace solves what was multiplied out', () => {
  const systems = fc
    .integer({ min: 1, max: 12 })
    .chain(n =>
      fc.tuple(
        fc.array(entry, { minLength: n * n, maxLength: n * n }),
        fc.array(entry, { minLength: n, maxLength: n })
      )
    )
  fc.assert(
    fc.property(systems, ([entries, x]) => {
      const n = x.length
      // Twice the row sum on the diagonal, rows reversed: well conditioned, and every pivot must be searched for.
      const a = Float64Array.from(entries, (value, k) =>
        k % n === n - 1 - Math.floor(k / n) ? value + 2 * n : value
      )
      const b = Float64Array.from(x, (_, r) => x.reduce((sum, value, c) => sum + a[r * n + c]! * value, 0))
      expect(solveInPlace(a, b, n)).toBeGreaterThan(0.1)
      x.forEach((value, r) => {
        expect(b[r]).toBeCloseTo(value, 12)
      })
    }),
    { seed: 1 }
  )
})

test('solveInPlace tells a singular matrix', () => {
  expect(solveInPlace(new Float64Array(4), new Float64Array(2), 2)).toBe(0)
  expect(solveInPlace(Float64Array.of(1, 2, 2, 4), Float64Array.of(1, 1), 2)).toBeLessThan(1e-15)
})
