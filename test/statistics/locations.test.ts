import { expect, test } from 'vitest'
import { estimate } from '../../src/statistics/estimate.ts'
import { interquartileMean } from '../../src/statistics/interquartile-mean.ts'
import { mean } from '../../src/statistics/mean.ts'
import { pairedDifferences, pairedRatios } from '../../src/statistics/paired.ts'

test('the mean of 1 … n is (n + 1) / 2', () => {
  expect([1, 2, 9, 100].map(n => mean(Array.from({ length: n }, (_, k) => k + 1)))).toEqual([1, 1.5, 5, 50.5])
})

test('the mean of no numbers is a mistake', () => {
  expect(() => mean([])).toThrow(/a mean of no numbers/)
})

test('the interquartile mean leaves out a quarter below and above, rounded down', () => {
  expect(interquartileMean([1000, 2, 4, -7])).toBe(3)
  expect(interquartileMean([9, 1, 2, 3, 4, 5, 6, 7])).toBe(4.5)
  expect(interquartileMean([5, 1, 2, 3, 1000])).toBe(10 / 3)
  expect(interquartileMean([0, 0, 30])).toBe(10)
  expect(interquartileMean([-1e9, -1e9, 1, 2, 3, 4, 5, 6, 1e9, 1e9])).toBe(3.5)
})

test('the interquartile mean does not sort what it is given', () => {
  const values = [3, 1, 2]
  interquartileMean(values)
  expect(values).toEqual([3, 1, 2])
})

test('numbers are paired by seed, and a seed that lacks one of the two counts in neither', () => {
  expect(pairedDifferences([1, null, 3, 7], [10, 20, null, 2])).toEqual([-9, 5])
  expect(pairedRatios([1, null, 3, 7], [10, 20, null, 2])).toEqual([0.1, 3.5])
  expect(pairedRatios([0, 1, 0], [0, 0, 2])).toEqual([Number.POSITIVE_INFINITY, 0])
})

test('a difference that every seed shows is certain even where the seeds differ by more', () => {
  const here = [1, 11, 21, 31]
  const there = here.map(x => x + 2)
  expect(estimate(pairedDifferences(here, there), 'mean')).toEqual({
    value: -2,
    interval: { low: -2, high: -2 }
  })
})
