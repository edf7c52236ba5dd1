/** Forecasts for peers that keep something of their own: against closed forms, noise-free runs, and long sampled runs. */
import { EigenvalueDecomposition, Matrix, solve } from 'ml-matrix'
import { describe, expect, test } from 'vitest'
import { exactValues, linearSystem, stationaryDistributions } from '../../peers/environments/exact.ts'
import { requireFinite } from '../../peers/finite.ts'
import type { Fleet } from '../../src/interfaces.ts'
import type { Errors, MeanForecast } from '../../src/prediction/forecast.ts'
import { isUnknown } from '../../src/prediction/subject.ts'
import { startOf } from '../../src/start.ts'
import { forecast, known, type Raw, simulated } from '../support/forecasts.ts'
import { range } from '../support/numbers.ts'
import { run } from '../support/run.ts'

const fleetOf = (raw: Raw): Fleet => requireFinite(simulated(raw).fleet, 'a solution')

const meanOf = (raw: Raw): MeanForecast => known(forecast(raw).mean)

/** How far parameters of peers, d each, are from these rows. */
const distance = (parameters: ArrayLike<number>, rows: readonly (readonly number[])[]): number =>
  Math.hypot(...rows.flatMap((row, i) => row.map((value, j) => parameters[i * row.length + j]! - value)))

/** Rounds, whole periods, until no more than this part of a distance is left. */
const roundsTo = (part: number, { contraction, period }: MeanForecast): number =>
  Math.ceil(Math.log(part) / Math.log(contraction) / period) * period

const environment = {
  name: 'garnet',
  states: 5,
  discount: 0.5,
  branching: 3,
  heterogeneity: 'opposite',
  features: 3
}
const quick = {
  peers: 6,
  environment,
  placement: 'clustered',
  sampling: 'expected',
  stepSize: 1,
  localSteps: 5
}
const tabular = { ...quick, environment: { ...environment, features: undefined } }

describe('the mean path ends where a long run without noise does, peer by peer, and comes there as fast', () => {
  test.each<[string, Raw]>([
    ['pf-lsa', {}],
    ['pf-lsa:own=0.5', { localSteps: 1 }],
    ['pf-lsa:own=1', tabular],
    ['gossip-pf-lsa:own=0.6', {}],
    ['gossip-pf-lsa:own=0.5', { ...tabular, topology: 'path', localSteps: 1 }],
    ['gossip-pf-lsa:own=0.5', { topology: 'exponential:directed=true', weights: 'uniform' }],
    ['gossip-pf-lsa:own=0.6', { topology: 'one-peer-exponential', peers: 8, stepSize: 0.3 }],
    ['gossip-pf-lsa:own=0.8', { topology: 'base', peers: 5, stepSize: 0.1 }],
    ['graph-regularised:pull=0.04', {}],
    ['graph-regularised:pull=0.1', { ...tabular, topology: 'star', localSteps: 1 }],
    ['partial', {}],
    ['partial:shared=1', { topology: 'one-peer-exponential', peers: 8 }],
    ['partial:shared=4', tabular],
    ['interpolation', {}],
    ['interpolation:own=0.2', { ...tabular, topology: 'path' }],
    ['interpolation:own=0.7', { topology: 'one-peer-exponential', peers: 8, localSteps: 1 }],
    ['interpolation:own=0', {}],
    ['interpolation:own=1', {}]
  ])('%s with %o', async (aggregation, given) => {
    const raw = { ...quick, aggregation, ...given }
    const mean = meanOf(raw)
    const { last, parameters } = await run({ ...raw, rounds: roundsTo(1e-12, mean) })
    expect(distance(mean.parameters, parameters)).toBeLessThan(1e-9)
    expect(mean.swarm.valueError).toBeCloseTo(last.swarm.valueError!, 9)
    expect(mean.swarm.excessValueError).toBeCloseTo(last.swarm.excessValueError!, 9)

    const left = async (rounds: number) =>
      distance(mean.parameters, (await run({ ...raw, rounds })).parameters)
    const [early, late] = [roundsTo(1e-4, mean), roundsTo(1e-9, mean)]
    const measured = ((await left(late)) / (await left(early))) ** (1 / (late - early))
    expect(Math.abs(measured - mean.contraction) / (1 - mean.contraction)).toBeLessThan(0.05)
  })
})

const unvisited = {
  ...quick,
  environment: {
    name: 'garnet',
    states: 6,
    discount: 0.5,
    branching: 1,
    actions: 2,
    heterogeneity: 'perturbation'
  },
  seed: 14
}

test.each(['none', 'pf-lsa:own=0.5', 'gossip-pf-lsa:own=0.6', 'partial:shared=4', 'interpolation'])(
  '%s: values of states that no peer visits stay as different as they begin',
  async aggregation => {
    const raw = { ...unvisited, aggregation }
    const mean = meanOf(raw)
    const { last } = await run({ ...raw, rounds: 400 })
    for (const metric of ['consensusError', 'fixedPointError', 'valueError'] as const)
      expect(mean.swarm[metric]).toBeCloseTo(last.swarm[metric]!, 9)
    const alike: MeanForecast = meanOf({ ...raw, initial: 'zero' })
    expect(mean.swarm.consensusError).toBeGreaterThan(alike.swarm.consensusError! + 0.1)
    expect(mean.swarm.fixedPointError).toBeCloseTo(alike.swarm.fixedPointError!, 12)
  }
)

test('it comes there in as many rounds as are said', async () => {
  for (const given of [
    { aggregation: 'pf-lsa:own=0.5', localSteps: 1 },
    { aggregation: 'gossip-pf-lsa:own=0.6', topology: 'one-peer-exponential', peers: 8, stepSize: 0.3 },
    { aggregation: 'graph-regularised:pull=0.1', localSteps: 1, initial: 'offset:2' },
    { aggregation: 'interpolation:own=0.7', localSteps: 1 }
  ]) {
    const raw = { ...quick, ...given }
    const mean = meanOf(raw)
    const found = simulated(raw)
    const { values, stride } = startOf(found)
    const begun = distance(
      mean.parameters,
      range(found.experiment.peers).map(i => [...values.subarray(i * stride, i * stride + 3)])
    )
    const left = async (rounds: number) =>
      distance(mean.parameters, (await run({ ...raw, rounds })).parameters) / begun
    for (const { part, rounds } of mean.approach) {
      expect(rounds % mean.period).toBe(0)
      expect(await left(rounds)).toBeLessThanOrEqual(part * (1 + 1e-6))
      if (rounds > mean.period) expect(await left(rounds - mean.period)).toBeGreaterThan(part)
    }
  }
})

describe('the mean path ends where it must', () => {
  test.each<[string, Raw]>([
    ['pf-lsa', {}],
    ['pf-lsa:own=0.5', { ...tabular, learner: 'td-lambda:lambda=0.7' }],
    ['gossip-pf-lsa', { localSteps: 20 }],
    ['gossip-pf-lsa:own=0.5', { topology: 'path', peers: 12 }]
  ])('%s with %o: each peer at its own solution', (aggregation, given) => {
    const raw = { ...quick, aggregation, ...given }
    const mean = meanOf(raw)
    expect(mean.swarm.excessValueError).toBeLessThan(1e-12)
    expect(mean.swarm.fixedPointError).toBeGreaterThan(0.1)
    if ('learner' in given) return
    const { solutions } = exactValues(fleetOf(raw))
    const stride = solutions.length / simulated(raw).experiment.peers
    const rows = range(mean.parameters.length / 3).map(i => [
      ...solutions.subarray(i * stride, i * stride + 3)
    ])
    expect(distance(mean.parameters, rows)).toBeLessThan(1e-10)
  })

  const raw = { ...quick, localSteps: 1, topology: 'star' }

  test('graph-regularised: at (A + λL)⁻¹ b', () => {
    const { parameters } = meanOf({ ...raw, aggregation: 'graph-regularised:pull=0.2' })
    const { system, right } = pulledStar(fleetOf(raw), 0.2)
    const expected = solve(system, right).to1DArray()
    expect(distance(parameters, [expected])).toBeLessThan(1e-10)
  })

  test('graph-regularised: with steps that are stable as long as I − η (A + λL) is', () => {
    const { mean: largest } = known(
      forecast({ ...raw, aggregation: 'graph-regularised:pull=0.2' }).largestSteps
    )
    const { system } = pulledStar(fleetOf(raw), 0.2)
    const { realEigenvalues, imaginaryEigenvalues } = new EigenvalueDecomposition(system)
    const radius = (stepSize: number): number =>
      Math.max(
        ...realEigenvalues.map((real, k) =>
          Math.hypot(1 - stepSize * real, stepSize * imaginaryEigenvalues[k]!)
        )
      )
    expect(radius(largest!)).toBeLessThanOrEqual(1)
    expect(radius(1.01 * largest!)).toBeGreaterThan(1)
  })

  test('partial: with all shared where gossip ends, and as fast', () => {
    const gossiped = meanOf({ ...quick, aggregation: 'gossip' })
    const shared = meanOf({ ...quick, aggregation: 'partial:shared=3' })
    expect(shared.parameters).toEqual(gossiped.parameters)
    expect(shared.contraction).toBe(gossiped.contraction)
  })

  test('interpolation: between where gossip and peers alone end, a round of theirs in two', () => {
    const gossiped = meanOf({ ...quick, aggregation: 'gossip' })
    const alone = meanOf({ ...quick, aggregation: 'none' })
    for (const own of [0, 0.3, 1]) {
      const { parameters, contraction } = meanOf({ ...quick, aggregation: `interpolation:own=${own}` })
      const between = gossiped.parameters.map((x, at) => (1 - own) * x + own * alone.parameters[at]!)
      expect(distance(parameters, [[...between]])).toBeLessThan(1e-10)
      const slower =
        own === 1
          ? alone.contraction
          : own === 0
            ? gossiped.contraction
            : Math.max(alone.contraction, gossiped.contraction)
      expect(contraction ** 2).toBeCloseTo(slower, 10)
    }
  })
})

/** A + λL of peers on a star graph, peer 0 in the middle, and b. */
function pulledStar(fleet: Fleet, pull: number): { system: Matrix; right: Matrix } {
  const { peers, states, features } = fleet
  const d = features.count
  const stationary = stationaryDistributions(fleet)
  const system = Matrix.zeros(peers * d, peers * d)
  const right = Matrix.zeros(peers * d, 1)
  for (const i of range(peers)) {
    const [a, b] = [new Float64Array(d * d), new Float64Array(d)]
    linearSystem(fleet, i, stationary.subarray(i * states, (i + 1) * states), a, b)
    for (const j of range(d)) {
      const row = i * d + j
      right.set(row, 0, b[j]!)
      for (const k of range(d)) system.set(row, i * d + k, a[j * d + k]!)
      const neighbours = i === 0 ? range(peers).slice(1) : [0]
      system.set(row, row, system.get(row, row) + pull * neighbours.length)
      for (const n of neighbours) system.set(row, n * d + j, -pull)
    }
  }
  return { system, right }
}

describe('a long run of independent samples scatters as predicted, within 5 %', () => {
  const small = {
    peers: 4,
    environment: { ...environment, states: 4, branching: 2, features: 2 },
    sampling: 'iid',
    stepSize: 0.6,
    localSteps: 3,
    initial: 'solution',
    rounds: 40_000
  }
  test.each<[string, Raw, number]>([
    ['pf-lsa:own=0.3', {}, 1],
    ['gossip-pf-lsa:own=0.5', {}, 1],
    ['graph-regularised:pull=0.1', {}, 1],
    ['partial:shared=1', {}, 1],
    ['interpolation:own=0.4', {}, 2],
    ['gossip-pf-lsa:own=0.6', { topology: 'one-peer-exponential', stepSize: 0.3 }, 2]
  ])('%s with %o', async (aggregation, given, period) => {
    const raw = { ...small, aggregation, ...given }
    const { swarm }: Errors = known(forecast(raw).stationary)
    const { samples } = await run({ ...raw, measureEvery: 2 * period })
    const tail = samples.slice(samples.length / 8)
    for (const metric of ['fixedPointError', 'consensusError', 'excessValueError'] as const) {
      const square = tail.reduce((sum, sample) => sum + sample.swarm[metric]! ** 2, 0) / tail.length
      expect(Math.abs(Math.sqrt(square) / swarm[metric]! - 1), metric).toBeLessThan(0.05)
    }
  })
})

describe('there is no forecast', () => {
  test.each<[Raw, RegExp]>([
    [{ aggregation: 'similarity' }, /^who weighs how much depends on θ$/],
    [{ aggregation: 'pf-lsa', participation: 0.5 }, /^who takes part is drawn anew/],
    [{ aggregation: 'partial', topology: 'random-matching' }, /^the graph is drawn anew/],
    [
      {
        aggregation: 'pf-lsa',
        environment: { ...environment, features: undefined, actions: 1, branching: 1 }
      },
      /^where the path ends depends on where it begins/
    ]
  ])('for %o', (given, why) => {
    const { mean } = forecast({ ...quick, ...given })
    expect(isUnknown(mean) ? mean.unknown : '').toMatch(why)
  })
})
