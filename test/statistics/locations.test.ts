import { expect, test } from 'vitest'
import { ratioEstimate } from '../../src/statistics/estimate.ts'
import { interquartileMean } from '../../src/statistics/interquartile-mean.ts'
import { mean } from '../../src/statistics/mean.ts'
import { Pairs } from '../../src/statistics/paired.ts'

test('the mean of 1 … n is (n + 1) / 2', () => {
  expect([1, 2, 9, 100].map(n => mean(Array.from({ length: n }, (_, k) => k + 1)))).toEqual([1, 1.5, 5, 50.5])
})

test('the mean of no numbers is a mistake', () => {
  expect(() => mean([])).toThrow(/a mean of no numbers/)
})

test('the interquartile mean leaves out a quarter below and above, rounded down', () => {
  expect(interquartileMean(Float64Array.from([1000, 2, 4, -7]))).toBe(3)
  expect(interquartileMean(Float64Array.from([9, 1, 2, 3, 4, 5, 6, 7]))).toBe(4.5)
  expect(interquartileMean(Float64Array.from([5, 1, 2, 3, 1000]))).toBe(10 / 3)
  expect(interquartileMean(Float64Array.from([0, 0, 30]))).toBe(10)
  expect(interquartileMean(Float64Array.from([-1e9, -1e9, 1, 2, 3, 4, 5, 6, 1e9, 1e9]))).toBe(3.5)
})

test('the interquartile mean does not sort what it is given', () => {
  const values = Float64Array.of(3, 1, 2)
  interquartileMean(values)
  expect(values).toEqual(Float64Array.of(3, 1, 2))
})

test('numbers are paired by seed, and a seed that lacks one of the two counts in neither', () => {
  expect(new Pairs([1, null, 3, 7], [10, 20, null, 2], 'difference', 'mean').estimate).toEqual({
    value: -2,
    interval: { low: -9, high: 5 }
  })
  expect(new Pairs([1, null, 3, 7], [10, 20, null, 2], 'ratio', 'mean').estimate?.value).toBeCloseTo(
    Math.sqrt(0.35),
    12
  )
})

test('a difference that every seed shows is certain even where the seeds differ by more', () => {
  const here = [1, 11, 21, 31]
  const there = here.map(x => x + 2)
  expect(new Pairs(here, there, 'difference', 'mean').estimate).toEqual({
    value: -2,
    interval: { low: -2, high: -2 }
  })
})

test('of ratios alone the estimate is the geometric one, and there is none of both 0 and infinity', () => {
  expect(ratioEstimate([4, 1, 1, 0.25], 'mean')).toEqual({
    value: expect.closeTo(1, 12),
    interval: { low: expect.closeTo(0.25, 12), high: expect.closeTo(4, 12) }
  })
  expect(ratioEstimate([0, 1, Number.POSITIVE_INFINITY], 'mean')).toBeNull()
  expect(ratioEstimate([], 'mean')).toBeNull()
})

test('ratios have their geometric mean, which does not depend on who is put first', () => {
  const [xs, ys] = [
    [2, 3, null, 18],
    [1, 6, 5, 2]
  ]
  const here = new Pairs(xs!, ys!, 'ratio', 'mean').estimate
  const there = new Pairs(ys!, xs!, 'ratio', 'mean').estimate
  // The cube root of 2 · ½ · 9.
  expect(here?.value).toBeCloseTo(Math.cbrt(9), 12)
  expect(here?.interval?.low).toBeCloseTo(0.5, 12)
  expect(here?.interval?.high).toBeCloseTo(9, 12)
  expect((here?.value ?? 0) * (there?.value ?? 0)).toBeCloseTo(1, 12)
  expect((here?.interval?.low ?? 0) * (there?.interval?.high ?? 0)).toBeCloseTo(1, 12)
})

test('who is below seed by seed lies below, though seeds differ by more', () => {
  const xs = [1, 10, 100, 1000]
  const ys = [1.1, 10.5, 130, 1001]
  expect(new Pairs(xs, ys, 'ratio', 'mean').side).toBe(-1)
  expect(new Pairs(ys, xs, 'ratio', 'mean').side).toBe(1)
  expect(new Pairs(xs, ys, 'difference', 'iqm').side).toBe(-1)
  expect(new Pairs(xs, [1.1, 10.5, 130, 999], 'ratio', 'mean').side).toBe(0)
})

test('of many seeds one may go the other way', () => {
  const xs = new Array<number>(12).fill(1)
  const ys = [0.99, 1.2, 1.3, 1.1, 1.2, 1.3, 1.1, 1.2, 1.3, 1.1, 1.2, 1.3]
  expect(new Pairs(xs, ys, 'ratio', 'mean').side).toBe(-1)
})

test('one pair, or none, sets nothing apart', () => {
  expect(new Pairs([1, null], [2, 3], 'ratio', 'mean').side).toBe(0)
  expect(new Pairs([1, null], [2, 3], 'ratio', 'mean').estimate).toEqual({
    value: expect.closeTo(0.5, 12),
    interval: null
  })
  expect(new Pairs([null], [2], 'difference', 'mean').estimate).toBeNull()
})

test('figures that are the same to rounding do not differ, and neither do two zeros', () => {
  const xs = [1, 2, 0, 4]
  const same = new Pairs(xs, [1 + 1e-9, 2 - 1e-9, 0, 4 + 1e-9], 'ratio', 'mean')
  expect(same.side).toBe(0)
  expect(same.estimate).toEqual({ value: 1, interval: { low: 1, high: 1 } })
})

test('an error of 0 is infinitely better, and one who has it now and then can be ahead', () => {
  const ahead = new Pairs([0, 1, 1, 1, 1], [1, 2, 2, 2, 2], 'ratio', 'mean')
  expect(ahead.side).toBe(-1)
  expect(ahead.estimate?.value).toBe(0)
  expect(ahead.estimate?.interval?.high).toBeCloseTo(0.5, 12)
  const open = new Pairs([0, 3, 3, 3, 3], [1, 2, 2, 2, 2], 'ratio', 'mean')
  expect(open.side).toBe(0)
  expect(open.estimate?.interval).toEqual({ low: 0, high: expect.closeTo(1.5, 12) })
})

test('where both have an error of 0 at times nothing can be said', () => {
  const both = new Pairs([0, 1, 1, 1, 1], [2, 0, 2, 2, 2], 'ratio', 'mean')
  expect(both.side).toBe(0)
  expect(both.estimate).toBeNull()
})

test('figures that are no numbers count in no pair', () => {
  expect(new Pairs([Number.NaN, 1, 2], [1, 2, 4], 'ratio', 'mean').estimate?.value).toBeCloseTo(0.5, 12)
})
