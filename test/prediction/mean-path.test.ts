/** Predictions against long noise-free runs, against published fixed points, and where there are none. */

import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { stationaryDistributions, unvisitedStates } from '../../peers/environments/exact.ts'
import { requireFinite } from '../../peers/finite.ts'
import { linearValues } from '../../peers/learners/values.ts'
import { resolve } from '../../src/experiment/resolve.ts'
import type { Features, Fleet, Prediction } from '../../src/interfaces.ts'
import { judgeOf } from '../../src/metrics/judge.ts'
import { predictionOf } from '../../src/prediction/forecast.ts'
import { settingOf } from '../../src/setting.ts'
import { writtenFleet } from '../support/fleets.ts'
import { always } from '../support/matrices.ts'
import { range, sum } from '../support/numbers.ts'
import { type Run, run } from '../support/run.ts'
import { built, matrixOf } from '../support/topologies.ts'

type Raw = Readonly<Record<string, unknown>>

const predicted = (raw: Raw): Prediction | null =>
  predictionOf(settingOf(resolve({ transport: 'simulated', ...raw }).experiment))

/** After how many rounds a distance that shrinks so is this part of what it was. */
const roundsTo = (part: number, contraction: number): number =>
  Math.ceil(Math.log(part) / Math.log(contraction))

/** Components of θ that no peer learns. */
function freeOf(fleet: Fleet): Float64Array {
  const everybody = new Uint8Array(fleet.peers).fill(1)
  return fleet.features.kind === 'one-hot'
    ? unvisitedStates(stationaryDistributions(fleet), fleet.states, everybody)
    : new Float64Array(fleet.features.count)
}

/** How far two states of a swarm are apart, the mean of free components aside. */
function distance(a: Run, b: Run): number {
  const isFree = freeOf(requireFinite(a.setting.fleet, 'td'))
  const columns = range(isFree.length).map(j => {
    const off = a.parameters.map((row, i) => row[j]! - b.parameters[i]![j]!)
    const mean = isFree[j] === 1 ? sum(off) / off.length : 0
    return off.map(x => (x - mean) ** 2)
  })
  return Math.sqrt(sum(columns.flat()))
}

/** By what the distance to `end` shrinks per round while it goes from 1e-6 to 1e-9 of what it was. */
async function shrinkage(raw: Raw, end: Run, contraction: number): Promise<number> {
  const early = await run({ ...raw, rounds: roundsTo(1e-6, contraction) })
  const late = await run({ ...raw, rounds: roundsTo(1e-9, contraction) })
  return (distance(late, end) / distance(early, end)) ** (1 / (late.last.round - early.last.round))
}

/** Peers that learn fast, so that a few hundred rounds are a long run. */
const quick = {
  peers: 9,
  environment: { name: 'garnet', states: 8, discount: 0.5, branching: 3, heterogeneity: 'opposite' },
  placement: 'clustered',
  sampling: 'expected',
  stepSize: 1,
  localSteps: 10
}
const similar = { ...quick, environment: { ...quick.environment, heterogeneity: 'perturbation' } }
const features = { ...quick, environment: { ...quick.environment, features: 3 } }
const unvisited = { ...similar, environment: { ...similar.environment, branching: 1, actions: 1 }, seed: 3 }

describe('the mean path ends where a long run without noise ends, and comes there as fast', () => {
  test.each<[string, Raw]>([
    ['alone', { ...quick, aggregation: 'none' }],
    ['alone, H = 1', { ...quick, aggregation: 'none', localSteps: 1 }],
    ['ring', quick],
    ['ring, H = 1', { ...quick, localSteps: 1 }],
    ['ring, similar peers', similar],
    ['ring, features', features],
    ['ring, states that no peer visits', unvisited],
    [
      'torus of 49, which is not written out',
      { ...quick, peers: 49, topology: 'torus', environment: 'garnet:states=16,discount=0.5' }
    ],
    ['star graph', { ...quick, topology: 'star' }],
    ['star graph, features, H = 1', { ...features, topology: 'star', localSteps: 1 }],
    ['torus', { ...quick, topology: 'torus' }],
    ['lazy torus, H = 1', { ...quick, topology: 'torus', weights: 'lazy', localSteps: 1 }],
    ['directed', { ...quick, topology: 'exponential:directed=true' }],
    ['server', { ...quick, aggregation: 'star' }],
    ['server, H = 1', { ...quick, aggregation: 'star', localSteps: 1 }],
    ['server, features', { ...features, aggregation: 'star' }],
    ['server, states that no peer visits', { ...unvisited, aggregation: 'star' }]
  ])('%s', async (_, raw) => {
    const prediction = predicted(raw)!
    const { contraction } = prediction
    const end = await run({ ...raw, rounds: roundsTo(1e-13, contraction) })
    const { fixedPointError, consensusError } = end.last.swarm
    expect(prediction.fixedPointError).toBeCloseTo(fixedPointError!, 8)
    expect(prediction.consensusError).toBeCloseTo(consensusError!, 8)
    const measured = await shrinkage(raw, end, contraction)
    expect(Math.abs(measured - contraction) / (1 - contraction)).toBeLessThan(0.05)
  })

  test('some of these have states that no peer visits', () => {
    expect(freeOf(requireFinite(settingOf(resolve(unvisited).experiment).fleet, 'td'))).toContain(1)
  })

  test.each<[string, Raw]>([
    ['star-scafflsa', quick],
    ['star-scafflsa', { ...unvisited, localSteps: 3 }],
    ['gossip-scafflsa', { ...quick, peers: 5, localSteps: 30 }],
    ['gossip-scafflsa', { ...similar, localSteps: 1 }],
    ['gossip-scafflsa', { ...features, topology: 'torus' }],
    ['gossip-scafflsa', unvisited],
    ['exact-diffusion', { ...quick, topology: 'star' }]
  ])('%s: at θ*, from %o', async (aggregation, given) => {
    const raw = { ...given, aggregation }
    const prediction = predicted(raw)!
    expect(prediction).toMatchObject({ fixedPointError: 0, consensusError: 0 })
    const { contraction } = prediction
    const end = await run({ ...raw, rounds: roundsTo(1e-13, contraction) })
    expect(end.last.swarm.fixedPointError).toBeLessThan(1e-9)
    const measured = await shrinkage(raw, end, contraction)
    expect(Math.abs(measured - contraction) / (1 - contraction)).toBeLessThan(0.1)
  })
})

describe('published fixed points', () => {
  const file = 'test/fixtures/garnet_het_N10.json'
  const het = { environment: `file:${file}`, stepSize: 0.1 }

  test('the bias of FedLSA on het_N10, for every η and H', () => {
    const { expected } = JSON.parse(readFileSync(file, 'utf8'))
    for (const [key, biasSquared] of Object.entries<number>(expected.fedlsa_bias_sq)) {
      const [stepSize, localSteps] = key.split('/').map(Number)
      const { fixedPointError } = predicted({ ...het, aggregation: 'star', stepSize, localSteps })!
      if (biasSquared > 1e-13) expect(fixedPointError ** 2 / biasSquared).toBeCloseTo(1, 6)
      else expect(fixedPointError).toBeLessThan(1e-9)
    }
  })

  // mean_i ‖θ_i − θ*‖² by H, exact.
  test.each<[string, string, Readonly<Record<number, number>>]>([
    ['ring', 'alternating', { 1: 1.3506e-5, 10: 1.3403e-3, 100: 0.13073, 1000: 9.4512 }],
    ['ring', 'clustered', { 1: 8.4063e-3, 10: 0.77207, 100: 38.362, 1000: 253.14 }],
    ['torus', 'clustered', { 1: 2.1571e-4, 100: 1.808, 1000: 53.156 }],
    ['exponential', 'alternating', { 1: 1.2138e-4, 1000: 35.524 }],
    ['star', 'alternating', { 1: 1.5342e-2, 10: 1.3742, 1000: 301.61 }],
    ['path', 'clustered', { 1: 0.14895, 10: 10.744, 1000: 387.33 }],
    ['complete', 'clustered', { 10: 5.7588e-5, 1000: 0.37894 }]
  ])('of gossip on the %s, %s', (topology, placement, published) => {
    for (const [localSteps, biasSquared] of Object.entries(published)) {
      const { fixedPointError } = predicted({ ...het, topology, placement, localSteps: Number(localSteps) })!
      expect(fixedPointError ** 2 / biasSquared).toBeCloseTo(1, 3)
    }
  })

  test('of peers alone', () => {
    const { fixedPointError } = predicted({ ...het, aggregation: 'none', localSteps: 100 })!
    expect(fixedPointError ** 2).toBeCloseTo(524.24, 2)
  })

  // Four peers of three states with φ = (1, 0), (0, 1), (1, 1), all over √2, γ = 0.9, η = 0.5.
  const unit = Math.SQRT1_2
  const features: Features = {
    kind: 'table',
    count: 2,
    table: Float64Array.of(unit, 0, 0, 0, 0, unit, 0, 0, unit, unit, 0, 0),
    stride: 4
  }
  const fleet = writtenFleet(
    range(4).map(i => ({
      transitions: [
        [[0.6 - i / 10, 0.3 + i / 10, 0.1]],
        [[0.2, 0.5, 0.3]],
        [[0.1 + i / 10, 0.2, 0.7 - i / 10]]
      ],
      rewards: [[1], [0], [i / 2]]
    })),
    { features, discount: 0.9 }
  )
  test.each<[string, number, readonly (readonly [number, number])[]]>([
    [
      'ring',
      1,
      [
        [3.41922026831, 2.76765198503],
        [3.41579405747, 2.76038393473],
        [3.47190979716, 2.82957723317],
        [3.45114181087, 2.80785490279]
      ]
    ],
    [
      'ring',
      10,
      [
        [3.31103000605, 2.62054878249],
        [3.26293577755, 2.54535835542],
        [3.67761858251, 3.08492265179],
        [3.51171134123, 2.89544980033]
      ]
    ],
    [
      'star',
      10,
      [
        [3.44090238192, 2.78281002674],
        [2.99819025231, 2.14352551676],
        [3.48557861829, 2.83938794467],
        [3.83893827516, 3.3655166188]
      ]
    ],
    [
      'path',
      10,
      [
        [2.54868319097, 1.52323100766],
        [3.10673385219, 2.28893223585],
        [3.84067723701, 3.31337005549],
        [4.28469360491, 3.95485125684]
      ]
    ]
  ])('of four peers on a %s with H = %i', (topology, localSteps, ends) => {
    const centre = [3.43948728146, 2.79151674098] as const
    const mean = [0, 1].map(j => sum(ends.map(row => row[j]!)) / 4)
    const rootMeanSquare = (from: readonly number[]): number =>
      Math.sqrt(sum(ends.flatMap(row => row.map((x, j) => (x - from[j]!) ** 2))) / 4)
    const prediction = predictionOf({
      experiment: {
        learner: { name: 'td' },
        aggregation: 'gossip',
        localSteps,
        stepSize: 0.5,
        loss: { probability: 0 },
        faults: null
      },
      fleet,
      mixing: always(matrixOf(built(topology, 4))),
      judge: judgeOf(fleet, linearValues)
    })!
    expect(prediction.fixedPointError).toBeCloseTo(rootMeanSquare(centre), 9)
    expect(prediction.consensusError).toBeCloseTo(rootMeanSquare(mean), 9)
  })
})

describe('there is no prediction', () => {
  test.each(['none', 'gossip', 'star', 'star-scafflsa', 'gossip-scafflsa'])(
    'where %s diverges',
    aggregation => {
      for (const stepSize of [30, 1e6, 1e200]) {
        for (const localSteps of [1, 1000]) {
          expect(predicted({ ...quick, aggregation, stepSize, localSteps })).toBeNull()
          expect(predicted({ ...quick, peers: 60, aggregation, stepSize, localSteps })).toBeNull()
        }
      }
    }
  )

  test.each<[string, Raw]>([
    ['for policies', { ...quick, learner: 'softmax' }],
    ['where messages are lost', { ...quick, loss: 0.1 }],
    ['where peers stop', { ...quick, faults: { events: [{ after: 10, stop: 3 }] } }],
    ['for peers alone with states that they never visit', { ...unvisited, aggregation: 'none' }],
    ['where it would take too long', { ...quick, environment: 'garnet:states=170' }]
  ])('%s', (_, raw) => {
    expect(predicted(raw)).toBeNull()
  })
})
