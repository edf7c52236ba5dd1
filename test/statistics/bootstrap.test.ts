import fc from 'fast-check'
import { expect, test } from 'vitest'
import { nextNormal, SWARM, stream } from '../../src/core/random.ts'
import { bootstrapInterval, quantile } from '../../src/statistics/bootstrap.ts'
import { estimate, overlap, pooledEstimate } from '../../src/statistics/estimate.ts'
import { interquartileMean } from '../../src/statistics/interquartile-mean.ts'
import { mean } from '../../src/statistics/mean.ts'

const finite = fc.double({ min: -1e6, max: 1e6, noNaN: true })

test('a single number has a value and no interval, and no number has neither', () => {
  expect(estimate([3.5], 'mean')).toEqual({ value: 3.5, interval: null })
  expect(estimate([3.5], 'iqm')).toEqual({ value: 3.5, interval: null })
  expect(estimate([], 'mean')).toBeNull()
})

test('equal numbers have an interval without width', () => {
  expect(estimate([0.1, 0.1, 0.1], 'iqm')?.interval).toEqual({ low: (0.1 * 3) / 3, high: (0.1 * 3) / 3 })
})

test('the interval of the mean of 0 and 1 is all of it: a quarter of the resamples are two zeros', () => {
  expect(bootstrapInterval([[0, 1]], mean)).toEqual({ low: 0, high: 1 })
})

test('resampled sums of zeros and ones are binomial, and the interval has the quantiles of that', () => {
  // Of 20 draws with probability 1/2: P(X ≤ 5) = 0.0207 and P(X ≤ 6) = 0.0577, so that 0.025 lies on 6, and by symmetry 14.
  const cell = [...Array<number>(10).fill(0), ...Array<number>(10).fill(1)]
  expect(bootstrapInterval([cell], mean)).toEqual({ low: 6 / 20, high: 14 / 20 })
})

test('the interval of a mean of 400 numbers is that of the normal distribution', () => {
  const random = stream('7', SWARM, 'test')
  const values = Array.from({ length: 400 }, () => nextNormal(random))
  const middle = mean(values)
  const deviation = Math.sqrt(mean(values.map(x => (x - middle) * (x - middle))))
  const { low, high } = bootstrapInterval([values], mean) ?? { low: Number.NaN, high: Number.NaN }
  // The 2.5 % quantile of 2,000 normal draws scatters by √(0.025 · 0.975 / 2000) / φ(1.96) = 0.060 deviations.
  const error = deviation / 20
  expect(Math.abs((middle - low) / error - 1.96)).toBeLessThan(4 * 0.06)
  expect(Math.abs((high - middle) / error - 1.96)).toBeLessThan(4 * 0.06)
})

test('intervals of 20 normal numbers hold the true mean as often as theory says', () => {
  // The interval is x̄ ± 1.96 s √(19/20) / √20 but for higher orders, so it holds the mean if |t| < 1.9104, t with 19 degrees
  // of freedom: 92.87 %.
  const [samples, size, expected] = [600, 20, 0.9287]
  const random = stream('8', SWARM, 'test')
  let held = 0
  for (let k = 0; k < samples; k++) {
    const values = Array.from({ length: size }, () => 5 + 2 * nextNormal(random))
    const { low, high } = bootstrapInterval([values], mean) ?? { low: Number.NaN, high: Number.NaN }
    if (low <= 5 && 5 <= high) held++
  }
  const deviation = Math.sqrt((expected * (1 - expected)) / samples)
  expect(Math.abs(held / samples - expected)).toBeLessThan(3 * deviation)
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
  const { low, high } = bootstrapInterval([values], interquartileMean) ?? {
    low: Number.NaN,
    high: Number.NaN
  }
  // Powers of two: nothing is rounded.
  expect(bootstrapInterval([values.map(x => 4 * x)], interquartileMean)).toEqual({
    low: 4 * low,
    high: 4 * high
  })
  expect(low).toBeGreaterThanOrEqual(1)
  expect(high).toBeLessThanOrEqual(16)
})

test('pooled cells are drawn from one by one: what differs between cells widens no interval', () => {
  const near = [0, 0, 0, 0]
  const far = [100, 100, 100, 100]
  expect(pooledEstimate([near, far], 'mean')).toEqual({ value: 50, interval: { low: 50, high: 50 } })
  const { interval } = pooledEstimate([[...near, ...far]], 'mean') ?? {}
  expect(interval?.low).toBeLessThan(25)
})

test('quantiles lie between the numbers beside them', () => {
  const values = Float64Array.of(10, 20, 40)
  expect([0, 0.25, 0.5, 0.75, 1].map(p => quantile(values, p))).toEqual([10, 15, 20, 30, 40])
})

test('intervals that share one number overlap', () => {
  expect(overlap({ low: 0, high: 1 }, { low: 1, high: 2 })).toBe(true)
  expect(overlap({ low: 0, high: 3 }, { low: 1, high: 2 })).toBe(true)
  expect(overlap({ low: 0, high: 1 }, { low: 1.5, high: 2 })).toBe(false)
  expect(overlap({ low: 1.5, high: 2 }, { low: 0, high: 1 })).toBe(false)
})
