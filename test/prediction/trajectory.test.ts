/** Predicted stationary errors against long runs on trajectories, and of every learner of values. */
import { describe, expect, test } from 'vitest'
import { stationaryErrors } from '../../src/prediction/forecast.ts'
import { isUnknown } from '../../src/prediction/subject.ts'
import { known, type Raw, simulated } from '../support/forecasts.ts'
import { run } from '../support/run.ts'

const METRICS = ['fixedPointError', 'consensusError', 'valueError'] as const

function predicted(raw: Raw): Record<(typeof METRICS)[number], number | null> {
  return known(stationaryErrors(simulated(raw))).swarm
}

/** Measured over predicted root mean squares, over all but the first eighth of a run; of what is not 0. */
async function ratios(raw: Raw, period = 1): Promise<number[]> {
  const forecast = predicted(raw)
  const { samples } = await run({ ...raw, measureEvery: 4 * period })
  const tail = samples.slice(samples.length / 8)
  return METRICS.filter(metric => forecast[metric]! > 1e-9).map(metric => {
    const square = tail.reduce((sum, { swarm }) => sum + swarm[metric]! ** 2, 0) / tail.length
    return Math.sqrt(square) / forecast[metric]!
  })
}

function expectNear(found: readonly number[]): void {
  expect(found.length).toBeGreaterThan(0)
  for (const ratio of found) expect(Math.abs(ratio - 1)).toBeLessThan(0.05)
}

const small: Raw = {
  peers: 4,
  environment: { name: 'garnet', states: 4, discount: 0.6, branching: 2, heterogeneity: 'opposite' },
  sampling: 'markov',
  stepSize: 0.1,
  localSteps: 5,
  rounds: 30_000,
  initial: 'solution'
}
const longer: Raw = { learner: 'n-step:steps=3' }
const traced: Raw = { learner: 'td-lambda:lambda=0.7' }

describe('a long run scatters as predicted, within 5 %', () => {
  test.each<[string, Raw]>([
    ['n-step, independent', { ...longer, sampling: 'iid' }],
    ['td-lambda, independent', { ...traced, sampling: 'iid' }],
    ['td', {}],
    ['n-step', longer],
    ['td-lambda', traced],
    ['td, skip 2', { learner: 'td:skip=2' }],
    ['n-step, skip 2', { learner: 'n-step:steps=3,skip=2' }],
    ['td-lambda, skip 2', { learner: 'td-lambda:lambda=0.7,skip=2' }],
    ['td, star', { aggregation: 'star' }],
    ['td-lambda, star', { ...traced, aggregation: 'star' }],
    ['n-step, gossip-scafflsa', { ...longer, aggregation: 'gossip-scafflsa' }],
    ['n-step, H = 1: returns are open over several rounds', { ...longer, localSteps: 1, rounds: 60_000 }]
  ])('%s', async (_, given) => {
    expectNear(await ratios({ ...small, ...given }))
  })

  test('on graphs that take turns', async () => {
    expectNear(await ratios({ ...small, ...traced, topology: 'one-peer-exponential', localSteps: 2 }, 2))
  })

  test.each<[string, Raw]>([
    ['n-step', longer],
    ['td-lambda', traced]
  ])('%s, where episodes end', async (_, learner) => {
    const environment = { name: 'random-walk', states: 5, discount: 0.8 }
    expectNear(await ratios({ ...small, ...learner, environment, stepSize: 0.2 }))
  })
})

describe('tabular TD(0) on a trajectory', () => {
  const walk = {
    ...small,
    environment: { name: 'random-walk', states: 5, discount: 0.8 },
    aggregation: 'star'
  }

  test('scatters about a mean that is off θ* by the order of the step size', () => {
    const excess = (stepSize: number): number => {
      const [markov, iid] = ['markov', 'iid'].map(
        sampling => predicted({ ...walk, sampling, stepSize }).fixedPointError!
      )
      return markov! ** 2 - iid! ** 2
    }
    const ratio = excess(0.02) / excess(0.01)
    expect(ratio).toBeCloseTo(4, 1)
  })

  test('which many skipped transitions make independent', () => {
    const far = predicted({ ...walk, learner: 'td:skip=400' }).fixedPointError!
    const iid = predicted({ ...walk, sampling: 'iid' }).fixedPointError!
    expect(far / iid).toBeCloseTo(1, 6)
  })
})

test.each([
  ['n-step:skip=1', /several returns of n steps/],
  ['td:skip=20000', /more than 10000 transitions/]
])('what is not computed is said: %s', (learner, reason) => {
  const found = stationaryErrors(simulated({ ...small, environment: 'random-walk', learner }))
  expect(isUnknown(found) && found.unknown).toMatch(reason)
})
