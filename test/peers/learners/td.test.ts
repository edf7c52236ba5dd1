import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { linearSystem, stationaryDistributions } from '../../../peers/environments/exact.ts'
import { aliasTables, drawAlias, fillAliasTable } from '../../../peers/learners/alias-table.ts'
import { td } from '../../../peers/learners/td.ts'
import { outcomeTables } from '../../../peers/learners/td-tables.ts'
import { nextDouble, nextUint32, stream } from '../../../src/core/random.ts'
import type { Fleet, RewardNoise, Sampling } from '../../../src/interfaces.ts'
import { type FleetShape, randomFleet, spelledOut } from '../../support/fleets.ts'

const shapes: fc.Arbitrary<FleetShape> = fc.record({
  peers: fc.integer({ min: 1, max: 3 }),
  states: fc.integer({ min: 2, max: 9 }),
  actions: fc.integer({ min: 1, max: 3 }),
  branching: fc.integer({ min: 1, max: 3 }),
  features: fc.constantFrom(0, 1, 4, 6, 8, 16, 21),
  noise: fc.constantFrom<RewardNoise>(
    { kind: 'none' },
    { kind: 'bernoulli' },
    { kind: 'uniform', halfWidth: 0.3 }
  ),
  absorbing: fc.boolean()
})

/** H steps of peer `i` of a single-stream learner, written as the equation stands, with arrays and a callable generator. */
function slowTd(
  fleet: Fleet,
  i: number,
  sampling: Sampling,
  seed: string,
  steps: number,
  theta: number[],
  xi: number[]
) {
  const { states, features, noise, discount } = fleet
  const random = stream(seed, i, 'learner')
  const phi = (s: number): number[] =>
    Array.from({ length: theta.length }, (_, j) =>
      features.kind === 'one-hot' ? (j === s ? 1 : 0) : features.table[s * features.stride + j]!
    )
  const dot = (x: number[], y: number[]): number => {
    const lanes = [0, 0, 0, 0]
    for (let j = 0; j < x.length; j++) lanes[j % 4] = lanes[j % 4]! + x[j]! * y[j]!
    return lanes[0]! + lanes[2]! + (lanes[1]! + lanes[3]!)
  }
  const tables = outcomeTables(fleet)
  const resets = aliasOf(fleet.reset)
  const starts =
    sampling === 'iid' ? aliasOf(stationaryDistributions(fleet).slice(i * states, (i + 1) * states)) : resets
  let s = sampling === 'iid' ? 0 : drawAlias(resets, 0, random)
  let values = theta
  for (let h = 0; h < steps; h++) {
    if (sampling === 'iid') s = drawAlias(starts, 0, random)
    const row = i * states + s
    const at = (row << tables.alias.bits) + drawAlias(tables.alias, row, random)
    const mean = tables.rewards[at]!
    let reward = mean
    if (noise.kind === 'bernoulli') {
      const paid = nextUint32(random) >>> 2 < Math.trunc(Math.abs(mean) * 1073741824)
      reward = paid ? Math.sign(mean) : 0
    }
    if (noise.kind === 'uniform')
      reward = mean + noise.halfWidth * (2 * (nextUint32(random) / 4294967296) - 1)
    const features0 = phi(s)
    const gain = 0.1 * (reward + discount * dot(phi(tables.next[at]!), values) - dot(features0, values))
    values = values.map((x, j) => x + (gain * features0[j]! + 0.1 * xi[j]!))
    s = sampling === 'markov' && absorbs(fleet, i, s) ? drawAlias(resets, 0, random) : tables.next[at]!
  }
  return values
}

/** Whether state s of peer i is left with probability 0 under the policy. */
const absorbs = (
  { states, actions, branching, successors, probabilities, policy }: Fleet,
  i: number,
  s: number
) => {
  let mass = 0
  for (let a = 0; a < actions; a++) {
    for (let k = 0; k < branching; k++) {
      const at = ((i * states + s) * actions + a) * branching + k
      if (successors[at] === s) mass += policy[s * actions + a]! * probabilities[at]!
    }
  }
  return mass > 1 - 1e-12
}

function aliasOf(probabilities: Float64Array) {
  const tables = aliasTables(1, probabilities.length)
  fillAliasTable(tables, 0, probabilities, 0, probabilities.length)
  return tables
}

const plain = td.options.parse({})

const settings = (sampling: Sampling, localSteps: number) => ({
  seed: 'td',
  sampling,
  localSteps,
  stepSize: 0.1
})

/** Rows of θ and ξ for a fleet, filled from a stream, padding zero. */
function rows(fleet: Fleet, purpose: string): Float64Array {
  const { stride, count } = fleet.features
  const random = stream('td', 'swarm', purpose)
  return Float64Array.from({ length: fleet.peers * stride }, (_, at) =>
    at % stride < count ? nextDouble(random) : 0
  )
}

const row = (matrix: Float64Array, { features }: Fleet, i: number): number[] => [
  ...matrix.subarray(i * features.stride, i * features.stride + features.count)
]

describe('td', () => {
  test('every kernel takes the steps of the equation, bit for bit', () => {
    fc.assert(
      fc.property(
        shapes,
        fc.nat(),
        fc.constantFrom<Sampling>('iid', 'markov'),
        fc.boolean(),
        (shape, seed, sampling, corrected) => {
          const fleet = randomFleet(shape, seed)
          const theta = rows(fleet, 'theta')
          const xi = corrected ? rows(fleet, 'xi') : theta.map(() => 0)
          const expected = Array.from({ length: fleet.peers }, (_, i) =>
            slowTd(fleet, i, sampling, 'td', 40, row(theta, fleet, i), row(xi, fleet, i))
          )
          const learner = td.build(fleet, settings(sampling, 20), plain)
          for (let call = 0; call < 2; call++) {
            learner.run(theta, fleet.features.stride, 0, fleet.peers, corrected ? xi : undefined)
          }
          expect(Array.from({ length: fleet.peers }, (_, i) => row(theta, fleet, i))).toEqual(expected)
        }
      ),
      { numRuns: 150, seed: 1 }
    )
  })

  test('one-hot features give the bits of the same features written as a table', () => {
    fc.assert(
      fc.property(
        shapes,
        fc.nat(),
        fc.constantFrom<Sampling>('iid', 'markov'),
        fc.boolean(),
        (shape, seed, sampling, corrected) => {
          const oneHot = randomFleet({ ...shape, features: 0 }, seed)
          const table = spelledOut(oneHot)
          const [a, b] = [rows(oneHot, 'theta'), rows(table, 'theta')]
          const xi = corrected ? rows(oneHot, 'xi') : undefined
          td.build(oneHot, settings(sampling, 30), plain).run(a, oneHot.features.stride, 0, oneHot.peers, xi)
          td.build(table, settings(sampling, 30), plain).run(b, table.features.stride, 0, table.peers, xi)
          expect(a).toEqual(b)
        }
      ),
      { numRuns: 60, seed: 2 }
    )
  })

  test('blocks of peers may run in any order and any number of calls', () => {
    const fleet = randomFleet(
      {
        peers: 5,
        states: 6,
        actions: 2,
        branching: 2,
        features: 4,
        noise: { kind: 'bernoulli' },
        absorbing: false
      },
      7
    )
    const whole = rows(fleet, 'theta')
    const parts = whole.slice()
    td.build(fleet, settings('markov', 12), plain).run(whole, 4, 0, 5, undefined)
    const learner = td.build(fleet, settings('markov', 4), plain)
    for (const [first, last] of [
      [3, 5],
      [0, 3],
      [0, 1],
      [1, 5],
      [4, 5],
      [0, 4]
    ] as const) {
      learner.run(parts, 4, first, last, undefined)
    }
    expect(parts).toEqual(whole)
  })

  test('expected sampling follows θ ← θ − η (Aθ − b − ξ)', () => {
    const fleet = randomFleet(
      {
        peers: 2,
        states: 5,
        actions: 2,
        branching: 3,
        features: 3,
        noise: { kind: 'none' },
        absorbing: false
      },
      11
    )
    const theta = rows(fleet, 'theta')
    const xi = rows(fleet, 'xi')
    const stationary = stationaryDistributions(fleet)
    const a = new Float64Array(9)
    const b = new Float64Array(3)
    linearSystem(fleet, 1, stationary.subarray(5, 10), a, b)
    let expected = row(theta, fleet, 1)
    for (let h = 0; h < 6; h++) {
      const before = expected
      expected = before.map((x, j) => {
        const g = before.reduce((sum, y, k) => sum + a[3 * j + k]! * y, 0) - b[j]!
        return x - 0.1 * (g - xi[4 + j]!)
      })
    }
    td.build(fleet, settings('expected', 6), plain).run(theta, 4, 0, 2, xi)
    row(theta, fleet, 1).forEach((x, j) => {
      expect(x).toBeCloseTo(expected[j]!, 13)
    })
  })

  test('the mean of many sampled steps is the expected step', () => {
    for (const noise of [
      { kind: 'none' },
      { kind: 'bernoulli' },
      { kind: 'uniform', halfWidth: 0.5 }
    ] as const) {
      for (const absorbing of [false, true]) {
        for (const sampling of ['iid', 'markov'] as const) {
          const fleet = randomFleet(
            { peers: 1, states: 4, actions: 2, branching: 2, features: 3, noise, absorbing },
            5
          )
          const still = Float64Array.of(0.3, -0.2, 0.5, 0)
          const expected = still.slice()
          td.build(fleet, { ...settings('expected', 1), stepSize: 1 }, plain).run(
            expected,
            4,
            0,
            1,
            undefined
          )
          // A step so small that θ hardly moves: the sum of 200,000 updates is their mean.
          const steps = 200_000
          const sampled = still.slice()
          td.build(fleet, { seed: 'mean', sampling, localSteps: steps, stepSize: 1e-9 }, plain).run(
            sampled,
            4,
            0,
            1,
            undefined
          )
          for (let j = 0; j < 3; j++) {
            const mean = (sampled[j]! - still[j]!) / (steps * 1e-9)
            expect(Math.abs(mean - (expected[j]! - still[j]!))).toBeLessThan(0.012)
          }
        }
      }
    }
  })
})
