import fc from 'fast-check'
import { expect, test } from 'vitest'
import { nextNormal, SWARM, stream } from '../../src/core/random.ts'
import { bootstrapInterval, type Location, mostHeld, sideOfZero } from '../../src/statistics/bootstrap.ts'
import { estimate, overlap } from '../../src/statistics/estimate.ts'
import { interquartileMean } from '../../src/statistics/interquartile-mean.ts'
import { mean } from '../../src/statistics/mean.ts'
import { resamplesOf } from '../../src/statistics/resamples.ts'
import { studentQuantile } from '../../src/statistics/students-t.ts'
import { range, sum } from '../support/numbers.ts'

const finite = fc.double({ min: -1e6, max: 1e6, noNaN: true })

test('a single number has a value and no interval, and no number has neither', () => {
  expect(estimate([3.5], 'mean')).toEqual({ value: 3.5, interval: null })
  expect(estimate([3.5], 'iqm')).toEqual({ value: 3.5, interval: null })
  expect(estimate([], 'mean')).toBeNull()
})

test('equal numbers have an interval without width', () => {
  expect(estimate([0.1, 0.1, 0.1], 'iqm')?.interval).toEqual({ low: (0.1 * 3) / 3, high: (0.1 * 3) / 3 })
})

const intervalOf = (values: readonly number[], location: Location = mean) =>
  bootstrapInterval(values, location) ?? { low: Number.NaN, high: Number.NaN }

/** So many samples of so many normal numbers around 5. */
const normalSamples = (seed: string, samples: number, size: number): number[][] => {
  const random = stream(seed, SWARM, 'test')
  return range(samples).map(() => range(size).map(() => 5 + 2 * nextNormal(random)))
}

/** In what part of the samples the interval holds 5. */
const coverage = (samples: readonly number[][], location: Location = mean): number =>
  samples.filter(values => {
    const { low, high } = intervalOf(values, location)
    return low <= 5 && 5 <= high
  }).length / samples.length

test('the interval of the mean of 0 and 1 is all of it, and so is that of any five numbers or fewer', () => {
  expect(intervalOf([0, 1])).toEqual({ low: 0, high: 1 })
  expect(intervalOf([7, 3, 5])).toEqual({ low: 3, high: 7 })
  expect(intervalOf([0, 1, 2, 3, 10])).toEqual({ low: 0, high: 10 })
})

test('of six numbers no more resamples are cut off than α′/2 of all, to the last one', () => {
  // Sums of six of these tell which they are. α′/2 = 0.24318 % of 6⁶ resamples are 113.46 in number.
  const values = [1, 7, 49, 343, 2401, 16807]
  const sums = Float64Array.from({ length: 6 ** 6 }, (_, code) =>
    sum(range(6).map(place => values[Math.floor(code / 6 ** place) % 6]!))
  ).sort()
  const low = sums.findLast(each => each < sums[113]!) ?? Number.NaN
  const high = sums.find(each => each > sums.at(-114)!) ?? Number.NaN
  expect(intervalOf(values)).toEqual({ low: low / 6, high: high / 6 })
})

test('intervals of five normal numbers hold the true mean in 1 − 2⁻⁴ of all cases, and of more in about 95 %', () => {
  expect(mostHeld(5)).toBe(0.9375)
  const five = coverage(normalSamples('8', 4000, 5))
  // Three deviations of a share of 4,000.
  expect(Math.abs(five - 0.9375)).toBeLessThan(3 * Math.sqrt((0.9375 * 0.0625) / 4000))
  for (const [samples, size] of [
    [3000, 6],
    [400, 10],
    [400, 20]
  ] as const) {
    const held = coverage(normalSamples('9', samples, size))
    expect(held).toBeGreaterThan(0.92)
    expect(held).toBeLessThan(0.975)
  }
})

test('of fewer than five numbers no interval holds in more than 1 − 2^(1 − n) of all cases, and these do', () => {
  for (const size of [2, 3, 4]) {
    const most = mostHeld(size)
    const held = coverage(normalSamples('10', 4000, size))
    expect(Math.abs(held - most)).toBeLessThan(3 * Math.sqrt((most * (1 - most)) / 4000))
  }
})

test.each([10, 20, 60])("the interval of a mean of %s numbers is Student's", size => {
  const random = stream('7', SWARM, 'test')
  const values = range(size).map(() => nextNormal(random))
  const middle = mean(values)
  const deviation = Math.sqrt(sum(values.map(x => (x - middle) * (x - middle))) / (size - 1))
  const half = (studentQuantile(0.975, size - 1) * deviation) / Math.sqrt(size)
  const { low, high } = intervalOf(values)
  expect((high - low) / (2 * half)).toBeGreaterThan(0.93)
  expect((high - low) / (2 * half)).toBeLessThan(1.07)
})

test('all resamples of a few numbers are listed, as often as they come up', () => {
  const { picks, weights } = resamplesOf(4)
  const counted = new Map<string, number>()
  for (let code = 0; code < 256; code++) {
    const key = range(4)
      .map(place => Math.floor(code / 4 ** place) % 4)
      .sort()
      .join()
    counted.set(key, (counted.get(key) ?? 0) + 1)
  }
  const listed = Array.from(
    weights,
    (weight, k) => [picks.subarray(4 * k, 4 * k + 4).join(), weight] as const
  )
  expect(new Map(listed)).toEqual(counted)
  expect(listed).toHaveLength(35)
})

test('resamples of more numbers are drawn evenly', () => {
  const { picks, weights } = resamplesOf(9)
  const times = new Array<number>(9).fill(0)
  for (const pick of picks) times[pick] = times[pick]! + 1
  expect(weights.every(weight => weight === 1)).toBe(true)
  for (const each of times) expect(Math.abs(each / weights.length - 1)).toBeLessThan(0.05)
})

test('on which side of 0 an interval lies is said as the interval says it', () => {
  fc.assert(
    fc.property(
      fc.array(fc.double({ min: -2, max: 10, noNaN: true }), { minLength: 2, maxLength: 9 }),
      values => {
        const { low, high } = intervalOf(values)
        expect(sideOfZero(values, mean)).toBe(low > 0 ? 1 : high < 0 ? -1 : 0)
        expect(
          sideOfZero(
            values.map(x => -x),
            mean
          )
        ).toBe(low > 0 ? -1 : high < 0 ? 1 : 0)
      }
    ),
    { numRuns: 120, seed: 2 }
  )
  expect(sideOfZero([5], mean)).toBe(0)
})

test('the same numbers have the same interval whatever was asked before', () => {
  const values = [3, 1, 4, 1, 5, 9, 2, 6]
  const first = intervalOf(values)
  for (let size = 2; size < 30; size++) intervalOf(range(size))
  expect(intervalOf(values)).toEqual(first)
})

test('the order of the numbers is of no consequence, and the same numbers have the same interval', () => {
  const shuffled = fc
    .array(finite, { minLength: 1, maxLength: 12 })
    .chain(values =>
      fc.tuple(
        fc.constant(values),
        fc.shuffledSubarray(values, { minLength: values.length, maxLength: values.length })
      )
    )
  fc.assert(
    fc.property(shuffled, fc.constantFrom('mean', 'iqm'), ([values, others], statistic) => {
      expect(estimate(others, statistic)).toEqual(estimate(values, statistic))
    }),
    { numRuns: 30, seed: 1 }
  )
})

test('an interval moves and grows with its numbers', () => {
  const values = [1, 2, 4, 8, 16]
  const { low, high } = bootstrapInterval(values, interquartileMean) ?? {
    low: Number.NaN,
    high: Number.NaN
  }
  // Powers of two: nothing is rounded.
  expect(
    bootstrapInterval(
      values.map(x => 4 * x),
      interquartileMean
    )
  ).toEqual({
    low: 4 * low,
    high: 4 * high
  })
  expect(low).toBeGreaterThanOrEqual(1)
  expect(high).toBeLessThanOrEqual(16)
})

test('intervals that share one number overlap', () => {
  expect(overlap({ low: 0, high: 1 }, { low: 1, high: 2 })).toBe(true)
  expect(overlap({ low: 0, high: 3 }, { low: 1, high: 2 })).toBe(true)
  expect(overlap({ low: 0, high: 1 }, { low: 1.5, high: 2 })).toBe(false)
  expect(overlap({ low: 1.5, high: 2 }, { low: 0, high: 1 })).toBe(false)
})
