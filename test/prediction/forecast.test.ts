/** Forecasts against noise-free runs of all aggregations that are linear, published exact values, and long sampled runs. */
import { describe, expect, test } from 'vitest'
import { forecastOf, type MeanForecast } from '../../src/prediction/forecast.ts'
import { startOf } from '../../src/start.ts'
import { forecast, known, type Raw, simulated } from '../support/forecasts.ts'
import { run } from '../support/run.ts'

const quick = {
  peers: 6,
  environment: {
    name: 'garnet',
    states: 5,
    discount: 0.5,
    branching: 3,
    heterogeneity: 'opposite',
    features: 3
  },
  placement: 'clustered',
  sampling: 'expected',
  stepSize: 1,
  localSteps: 5
}

describe('the mean path ends where a long run without noise does, peer by peer', () => {
  test.each<[string, Raw]>([
    ['none', {}],
    ['star', {}],
    ['mesh', {}],
    ['star-scafflsa', {}],
    ['gossip', {}],
    ['gossip:steps=3', {}],
    ['gossip', { topology: 'path', weights: 'uniform' }],
    ['gossip', { topology: 'one-peer-exponential', peers: 8 }],
    ['gossip:steps=2', { topology: 'base', peers: 6 }],
    ['gossip', { learner: 'td-lambda:lambda=0.7' }],
    ['gossip', { learner: 'n-step:steps=3' }],
    ['star-scafflsa', { learner: 'td-lambda:lambda=0.7' }],
    ['chebyshev:steps=3', {}],
    ['momentum:steps=3', {}],
    ['momentum', {}],
    ['exact-diffusion', {}],
    ['gossip-scafflsa', {}],
    ['gossip-tracking', {}],
    ['gossip-tracking:outerStep=0.5', { topology: 'path' }],
    ['gossip-tracking', { topology: 'one-peer-exponential', peers: 8, stepSize: 0.3 }],
    ['dtdt', { localSteps: 1 }],
    ['dtdt', { localSteps: 3, stepSize: 0.3, weights: 'metropolis' }],
    ['dtdt', { topology: 'one-peer-exponential', peers: 8, localSteps: 2, stepSize: 0.1 }],
    ['push-sum', { topology: 'exponential:directed=true' }],
    ['push-sum', { topology: 'path' }],
    ['push-sum', { topology: 'one-peer-exponential', peers: 8 }],
    ['relay-sum', { topology: 'path' }],
    ['relay-sum', { topology: 'binary-tree', localSteps: 1 }]
  ])('%s with %o', async (aggregation, given) => {
    const raw = { ...quick, aggregation, ...given }
    const mean: MeanForecast = known(forecast(raw).mean)
    const most = Math.ceil(Math.log(1e-11) / Math.log(mean.contraction))
    const rounds = Math.ceil(Math.max(most, 40) / mean.period) * mean.period
    const { last, parameters } = await run({ ...raw, rounds })
    const d = parameters[0]!.length
    parameters.forEach((row, i) => {
      row.forEach((value, j) => {
        expect(mean.parameters[i * d + j]).toBeCloseTo(value, 8)
      })
    })
    expect(mean.swarm.fixedPointError).toBeCloseTo(last.swarm.fixedPointError!, 8)
    expect(mean.swarm.valueError).toBeCloseTo(last.swarm.valueError!, 8)
  })

  test('and comes there in as many rounds as are said', async () => {
    for (const raw of [
      { ...quick, aggregation: 'gossip' },
      { ...quick, aggregation: 'star', initial: 'offset:2' },
      { ...quick, aggregation: 'gossip-scafflsa', localSteps: 2 }
    ]) {
      const mean: MeanForecast = known(forecast(raw).mean)
      const start = startOf(simulated(raw))
      const distance = (at: (i: number, j: number) => number): number => {
        let sum = 0
        for (let i = 0; i < 6; i++)
          for (let j = 0; j < 3; j++) sum += (at(i, j) - mean.parameters[3 * i + j]!) ** 2
        return Math.sqrt(sum)
      }
      const begun = distance((i, j) => start.values[i * start.stride + j]!)
      for (const { part, rounds } of mean.approach) {
        const after = await run({ ...raw, rounds })
        expect(distance((i, j) => after.parameters[i]![j]!)).toBeLessThanOrEqual(part * begun * (1 + 1e-6))
        if (rounds < 2) continue
        const before = await run({ ...raw, rounds: rounds - 1 })
        expect(distance((i, j) => before.parameters[i]![j]!)).toBeGreaterThan(part * begun)
      }
    }
  })
})

test.each<[Raw, string[]]>([
  [{}, ['mean path', 'largest step']],
  [{ sampling: 'iid' }, ['mean path', 'scatter of samples', 'largest step', 'largest step with samples']],
  [{ averaging: 'tail' }, ['mean path', 'average', 'largest step']],
  [{ aggregation: 'choco' }, ['mean path']]
])('what is worked on is told before it is: %o', (given, stages) => {
  const setting = simulated({ ...quick, ...given })
  const told: string[] = []
  forecastOf(setting, startOf(setting), ({ name }) => told.push(name))
  expect([...new Set(told)]).toEqual(stages)
})
