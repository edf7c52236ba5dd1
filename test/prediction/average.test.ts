/** Predicted errors of averaged iterates, against sums over all pairs of rounds, the mean path walked by hand, and many sampled runs. */
import { describe, expect, test } from 'vitest'
import { resolve } from '../../src/experiment/resolve.ts'
import { averageCovariance } from '../../src/prediction/average.ts'
import { type AverageForecast, forecastOf } from '../../src/prediction/forecast.ts'
import type { MeanPath } from '../../src/prediction/mean-path.ts'
import { isUnknown } from '../../src/prediction/subject.ts'
import { settingOf } from '../../src/setting.ts'
import { startOf } from '../../src/start.ts'
import { distance, range } from '../support/numbers.ts'
import { run } from '../support/run.ts'

type Raw = Readonly<Record<string, unknown>>

/** A map as the state's, of a graph that has so many rounds. */
function pathOf(map: readonly (readonly number[])[], period = 1): MeanPath {
  const size = map.length
  const apply = (x: Float64Array, out: Float64Array): void => {
    map.forEach((row, i) => {
      out[i] = row.reduce((sum, value, j) => sum + value * x[j]!, 0)
    })
  }
  return {
    recursion: { exchanges: range(period) },
    rounds: { size, work: size * size, apply }
  } as unknown as MeanPath
}

describe('the covariance of an average', () => {
  const map = [
    [0.6, 0.3, 0],
    [-0.2, 0.7, 0.1],
    [0, 0.1, -0.5]
  ]
  const covariance = Float64Array.of(2, 0.3, 0.1, 0.3, 1, -0.2, 0.1, -0.2, 0.5)

  test.each([1, 2, 7, 60])('over %i rounds is the mean over all pairs of rounds', rounds => {
    const times = (a: Float64Array): Float64Array =>
      Float64Array.from(a, (_, at) =>
        range(3).reduce((sum, k) => sum + map[Math.floor(at / 3)]![k]! * a[3 * k + (at % 3)]!, 0)
      )
    // Cov(x_{r+m}, x_r) = F^m C
    const lags: Float64Array[] = [covariance]
    while (lags.length < rounds) lags.push(times(lags.at(-1)!))
    const expected = new Float64Array(9)
    for (let r = 0; r < rounds; r++) {
      for (let q = 0; q < rounds; q++) {
        const lag = lags[Math.abs(r - q)]!
        for (let at = 0; at < 9; at++)
          expected[at]! += lag[r >= q ? at : 3 * (at % 3) + Math.floor(at / 3)]! / (rounds * rounds)
      }
    }
    const found = averageCovariance(pathOf(map), covariance, rounds)
    if (isUnknown(found)) throw new Error(found.unknown)
    expect(distance(found, expected)).toBeLessThan(1e-12)
  })

  test('is not known on a graph that takes turns', () => {
    expect(averageCovariance(pathOf(map, 2), covariance, 10)).toHaveProperty('unknown')
  })
})

const chain: Raw = {
  peers: 4,
  environment: 'random-walk:states=5,discount=0.6',
  sampling: 'iid',
  stepSize: 0.3,
  localSteps: 5,
  rounds: 60,
  averaging: 'tail',
  transport: 'simulated'
}

function averageOf(raw: Raw): AverageForecast {
  const setting = settingOf(resolve(raw).experiment)
  const { average } = forecastOf(setting, startOf(setting))
  if (average === undefined || isUnknown(average)) throw new Error(average?.unknown)
  return average
}

describe('without noise a run has the errors of the averaged mean path', () => {
  test.each<[string, string, number]>([
    ['polyak', 'gossip', 9],
    ['tail', 'gossip', 9],
    ['polyak', 'gossip-tracking', 30],
    ['tail', 'star-scafflsa', 30],
    ['polyak', 'dtdt', 2]
  ])('%s, %s, after %i rounds', async (averaging, aggregation, rounds) => {
    const raw = {
      ...chain,
      environment: 'garnet:states=4,discount=0.5,branching=2,heterogeneity=opposite',
      sampling: 'expected',
      averaging,
      aggregation,
      rounds
    }
    const { from, to, meanPath, withSamples } = averageOf(raw)
    expect([from, to]).toEqual([averaging === 'tail' ? Math.floor(rounds / 2) + 1 : 1, rounds])
    expect(withSamples).toEqual(meanPath)
    const { last } = await run(raw)
    for (const metric of ['fixedPointError', 'consensusError', 'valueError'] as const) {
      const scale = Math.max(1e-9, last.swarm[metric]!)
      expect(Math.abs(meanPath.swarm[metric]! - last.swarm[metric]!) / scale).toBeLessThan(1e-6)
    }
  })
})

describe('averages of independent samples scatter as predicted, to the standard error of 300 runs', () => {
  test.each(['gossip', 'gossip-scafflsa', 'star'])('%s', async aggregation => {
    const raw = { ...chain, aggregation, initial: 'solution' }
    const { withSamples } = averageOf(raw)
    if (isUnknown(withSamples)) throw new Error(withSamples.unknown)
    const predicted = withSamples.swarm.fixedPointError! ** 2
    const ratios: number[] = []
    for (const k of range(300)) {
      const { last } = await run({ ...raw, seed: `average ${k}` })
      ratios.push(last.swarm.fixedPointError! ** 2 / predicted)
    }
    const mean = ratios.reduce((sum, ratio) => sum + ratio, 0) / ratios.length
    const variance = ratios.reduce((sum, ratio) => sum + (ratio - mean) ** 2, 0) / ratios.length
    const error = Math.sqrt(variance / ratios.length)
    expect(error).toBeLessThan(0.08)
    expect(Math.abs(mean - 1)).toBeLessThan(3 * error)
  })
})

test('how averages of a trajectory scatter is not known', () => {
  const { withSamples } = averageOf({ ...chain, sampling: 'markov' })
  expect(withSamples).toEqual({
    unknown: 'how averages scatter is computed of independent samples alone'
  })
})

test('nothing is said of averages where there are none', () => {
  const setting = settingOf(resolve({ ...chain, averaging: 'none' }).experiment)
  expect(forecastOf(setting, startOf(setting)).average).toBeUndefined()
})
