/** Maps whose eigenvalues are known, small ones and ones that are never written out. */
import { describe, expect, test } from 'vitest'
import {
  endOf,
  endOfPositive,
  isStablePositive,
  type LinearMap,
  spectralRadius
} from '../../src/prediction/linear-map.ts'
import { distance, range } from '../support/numbers.ts'

const ENOUGH = 1e8

/** Blocks (a b; −c a) along the diagonal, with eigenvalues a ± i √(bc). */
function blocks(entries: readonly (readonly [number, number, number])[]): LinearMap {
  return {
    size: 2 * entries.length,
    work: 4 * entries.length,
    apply(x, out) {
      entries.forEach(([a, b, c], k) => {
        out[2 * k] = a * x[2 * k]! + b * x[2 * k + 1]!
        out[2 * k + 1] = a * x[2 * k + 1]! - c * x[2 * k]!
      })
    }
  }
}

/** Eigenvalues on the diagonal, in pairs. */
const diagonal = (values: readonly number[]): LinearMap => blocks(values.map(value => [value, 0, 0]))

/** x_i ← (x_{i−1} + x_i + x_{i+1}) / 3 around a circle, less the mean: eigenvalues (1 + 2 cos(2πk/n)) / 3, k > 0. */
function smoothing(n: number): LinearMap {
  return {
    size: n,
    work: 3 * n,
    apply(x, out) {
      const mean = x.reduce((sum, value) => sum + value, 0) / n
      for (let i = 0; i < n; i++) out[i] = (x[(i + n - 1) % n]! + x[i]! + x[(i + 1) % n]!) / 3 - mean
    }
  }
}

describe('the spectral radius', () => {
  test.each([20, 200])('of %i real eigenvalues is the largest modulus, whatever its sign', pairs => {
    const below = range(pairs - 1).map(k => (0.9 * k) / pairs)
    expect(spectralRadius(diagonal([...below, 0.95]), ENOUGH)).toBeCloseTo(0.95, 10)
    expect(spectralRadius(diagonal([...below, -0.95]), ENOUGH)).toBeCloseTo(0.95, 10)
    expect(spectralRadius(diagonal([...below, 1.3]), ENOUGH)).toBeCloseTo(1.3, 8)
  })

  test.each([20, 200])('of %i complex pairs, however skew their blocks are', pairs => {
    const slower = range(pairs - 1).map(k => [(0.8 * k) / pairs, 0, 0] as const)
    expect(spectralRadius(blocks([...slower, [0.6, 7, 0.09]]), ENOUGH)).toBeCloseTo(Math.sqrt(0.36 + 0.63), 8)
  })

  test.each([30, 100, 300])('of modes that crowd near 1: smoothing on a circle of %i', n => {
    const expected = (1 + 2 * Math.cos((2 * Math.PI) / n)) / 3
    const radius = spectralRadius(smoothing(n), ENOUGH)!
    expect(Math.abs(radius - expected) / (1 - expected)).toBeLessThan(0.005)
  })

  test('of many modes of nearly the same rate, far slower than the others, is settled where the work allows', () => {
    const slow = range(15).map(k => 1 - 1.7e-4 * (1 + k / 200))
    const map = diagonal([...slow, ...range(300).map(k => 0.99 * (1 - k / 300))])
    expect((1 - spectralRadius(map, 1e9)!) / 1.7e-4).toBeCloseTo(1, 2)
  })

  test('of a map that keeps some of what there is is 1', () => {
    const map = diagonal([...range(20).map(() => 1), ...range(100).map(k => 0.99 * (1 - k / 100))])
    expect(spectralRadius(map, ENOUGH)).toBeCloseTo(1, 12)
  })

  test.each([10, 100])('of a map of %i that forgets everything is 0', n => {
    const shift: LinearMap = { size: n, work: n, apply: (_, out) => out.fill(0) }
    expect(spectralRadius(shift, ENOUGH)).toBe(0)
  })

  test('is not known where it takes more work than allowed', () => {
    expect(spectralRadius(smoothing(3000), 1e4)).toBeUndefined()
    expect(spectralRadius(smoothing(3000), 1e6)).toBeUndefined()
  })
})

describe('the end', () => {
  // 20 is solved densely, 500 in Krylov spaces.
  test.each([20, 500])('of x ← a x + g is g / (1 − a), for %i pairs', pairs => {
    const factors = range(pairs).map(k => 0.99 - k / pairs)
    const g = Float64Array.from({ length: 2 * pairs }, (_, i) => 1 + (i % 7))
    const end = endOf(diagonal(factors), g, 0.99, 2e7)!
    const expected = g.map((value, i) => value / (1 - factors[i >> 1]!))
    expect(distance(end, expected)).toBeLessThan(1e-2)
  })

  test('of slow modes is found to its precision', () => {
    const n = 900
    const map = smoothing(n)
    const g = Float64Array.from({ length: n }, (_, i) => Math.sin((2 * Math.PI * i) / n))
    const radius = (1 + 2 * Math.cos((2 * Math.PI) / n)) / 3
    const end = endOf(map, g, radius, ENOUGH)!
    expect(
      distance(
        end,
        g.map(value => value / (1 - radius))
      ) *
        (1 - radius)
    ).toBeLessThan(1e-4)
  })

  test('without a push is 0', () => {
    expect(endOf(smoothing(900), new Float64Array(900), 0.9999, ENOUGH)).toEqual(new Float64Array(900))
  })

  test('is not known where it takes more work than allowed', () => {
    const g = Float64Array.from({ length: 3000 }, (_, i) => i % 17)
    expect(endOf(smoothing(3000), g, 0.999999, 1e6)).toBeUndefined()
  })
})

/** C ← F C Fᵀ of a symmetric n × n matrix C, F diagonal: eigenvalues are the products of two entries of F. */
function covariances(entries: readonly number[]): LinearMap {
  const n = entries.length
  return {
    size: n * n,
    work: n * n,
    apply(x, out) {
      for (let at = 0; at < n * n; at++) out[at] = entries[Math.floor(at / n)]! * entries[at % n]! * x[at]!
    }
  }
}
const identity = (n: number): Float64Array =>
  Float64Array.from({ length: n * n }, (_, at) => (at % (n + 1) === 0 ? 1 : 0))
/** In [−0.9, 0.9]. */
const below = (n: number): number[] => range(n).map(k => 0.9 * Math.sin(5 * k))

describe('of a map that keeps positive what is positive', () => {
  // The smaller is solved densely, the larger in Krylov spaces.
  test.each([
    [5, 0.99],
    [40, 0.99],
    [40, 0.9995]
  ])(
    'the end and what shrinks slowest, of covariances of %i numbers and a slowest mode of %d',
    (n, slowest) => {
      const entries = [slowest, ...below(n - 1)]
      const { radius, end } = endOfPositive(covariances(entries), identity(n), ENOUGH)!
      expect((1 - radius) / (1 - slowest * slowest)).toBeCloseTo(1, 2)
      const expected = identity(n).map((value, at) => value / (1 - entries[at % n]! ** 2))
      expect(distance(end!, expected) / distance(expected, new Float64Array(n * n))).toBeLessThan(1e-3)
    }
  )

  test('no end where something grows, and none is looked for without work', () => {
    const { radius, end } = endOfPositive(covariances([1.05, ...below(39)]), identity(40), ENOUGH)!
    expect(radius).toBeCloseTo(1.05 ** 2, 3)
    expect(end).toBeUndefined()
    expect(endOfPositive(covariances(below(40)), identity(40), 1e4)).toBeUndefined()
  })

  test('nothing comes of nothing', () => {
    const { end } = endOfPositive(covariances(below(40)), new Float64Array(1600), ENOUGH)!
    expect(end).toEqual(new Float64Array(1600))
  })

  test.each([
    [0.97, true],
    [1.03, false],
    [-0.97, true],
    [-1.03, false]
  ])('it is stable with a mode of %d: %s', (mode, stable) => {
    const map = covariances([mode, ...below(39)])
    expect(isStablePositive(map, identity(40), ENOUGH)).toBe(stable)
    expect(isStablePositive(map, identity(40), 5 * map.work)).toBeUndefined()
  })
})
