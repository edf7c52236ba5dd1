import fc from 'fast-check'
import { expect, test } from 'vitest'
import { cos, exp, log, sin, tanh } from '../../src/core/elementary.ts'

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

/** Arguments of all sizes, down to the subnormals. */
const ofAnySize = (most: number) =>
  fc.oneof(
    finite(-most, most),
    finite(-1, 1),
    fc
      .record({ x: finite(-1, 1), down: fc.integer({ min: 0, max: 300 }) })
      .map(({ x, down }) => x / Number(`1e${down}`))
  )

test('tanh agrees with Math.tanh to 7e-16 of its value, next to 0, too', () => {
  fc.assert(
    fc.property(ofAnySize(25), x => {
      expect(relative(tanh(x), Math.tanh(x))).toBeLessThan(7e-16)
      expect(tanh(-x) === -tanh(x)).toBe(true)
    }),
    { numRuns: 20_000, seed: 1 }
  )
})

test('tanh never leaves [−1, 1], and never falls by more than rounding errors', () => {
  let before = -1
  for (let x = -25; x <= 25; x += 0.001) {
    const now = tanh(x)
    expect(now).toBeGreaterThanOrEqual(before - 1e-15)
    expect(Math.abs(now)).toBeLessThanOrEqual(1)
    before = now
  }
})

test('tanh is ±1 far out and NaN of NaN', () => {
  expect([20, 1e308, Number.POSITIVE_INFINITY, -20, -1e308, Number.NEGATIVE_INFINITY].map(tanh)).toEqual([
    1, 1, 1, -1, -1, -1
  ])
  expect(tanh(0)).toBe(0)
  expect(tanh(Number.NaN)).toBeNaN()
})

test('sin and cos agree with Math.sin and Math.cos to 7e-16 of their value', () => {
  fc.assert(
    fc.property(fc.oneof(ofAnySize(10), finite(-1_570_000, 1_570_000)), x => {
      expect(relative(sin(x), Math.sin(x))).toBeLessThan(7e-16)
      expect(relative(cos(x), Math.cos(x))).toBeLessThan(7e-16)
    }),
    { numRuns: 20_000, seed: 1 }
  )
})

test('sin and cos agree next to multiples of a quarter turn, where almost nothing is left of the angle', () => {
  for (let k = 1; k < 1_000_000; k = k * 2 + (k % 3)) {
    for (const x of [k, -k].map(quarters => (quarters * Math.PI) / 2)) {
      expect(relative(sin(x), Math.sin(x))).toBeLessThan(7e-16)
      expect(relative(cos(x), Math.cos(x))).toBeLessThan(7e-16)
    }
  }
})

test('sin and cos are exact at 0, and NaN where an angle is too large to be reduced', () => {
  expect([sin(0), cos(0)]).toEqual([0, 1])
  for (const x of [1.6e6, -1.6e6, Number.POSITIVE_INFINITY, Number.NaN]) {
    expect(sin(x)).toBeNaN()
    expect(cos(x)).toBeNaN()
  }
})
