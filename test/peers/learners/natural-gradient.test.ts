/** Exact steps, their theory, sampled ones, and peers of one dynamics and private rewards that track their mean. */
import { describe, expect, test } from 'vitest'
import { optimalValues, policyValue } from '../../../peers/environments/exact.ts'
import { naturalGradient } from '../../../peers/learners/natural-gradient.ts'
import { policyInto } from '../../../peers/learners/softmax.ts'
import { aggregations } from '../../../src/aggregation/index.ts'
import { present } from '../../../src/core/assert.ts'
import { parameterMatrix } from '../../../src/core/parameter-matrix.ts'
import type { Fleet, RewardNoise } from '../../../src/interfaces.ts'
import { randomFleet } from '../../support/fleets.ts'
import { compressed, lazyRing, rowsOf, settingsOf } from '../../support/matrices.ts'
import { distance, range, sum } from '../../support/numbers.ts'
import { runRounds } from '../../support/rounds.ts'
import { anywhere, directionOf, optionsOf, single, standardErrorsOff } from './slow-return.ts'

const STATES = 4
const ACTIONS = 3
const SIZE = STATES * ACTIONS

const fleetOf = (peers: number, noise: RewardNoise = { kind: 'none' }): Fleet =>
  randomFleet(
    { peers, states: STATES, actions: ACTIONS, branching: 2, features: 0, noise, absorbing: false },
    11
  )

const policyOf = (theta: readonly number[]): Float64Array => {
  const policy = new Float64Array(SIZE)
  policyInto(ACTIONS, Float64Array.from(theta), 0, policy)
  return policy
}

/** A^π of peer 1 over `steps` steps: Q as often improved by Bellman's equation. */
function slowAdvantages(fleet: Fleet, theta: readonly number[], steps: number): number[] {
  const { branching, discount } = fleet
  const policy = policyOf(theta)
  let values = range(STATES).map(() => 0)
  let q: number[] = []
  for (const _ of range(steps)) {
    q = range(SIZE).map(pair => {
      const at = SIZE + pair
      const ahead = range(branching).map(k => {
        const entry = at * branching + k
        return fleet.probabilities[entry]! * values[fleet.successors[entry]!]!
      })
      return fleet.rewards[at]! + discount * sum(ahead)
    })
    values = range(STATES).map(s =>
      sum(range(ACTIONS).map(a => policy[s * ACTIONS + a]! * q[s * ACTIONS + a]!))
    )
  }
  return q.map((value, pair) => value - values[Math.floor(pair / ACTIONS)]!)
}

const returnOf = (fleet: Fleet, peer: number, theta: readonly number[]): number =>
  policyValue(fleet, peer, policyOf(theta), new Float64Array(STATES))

const optimum = (fleet: Fleet): number => {
  const best = optimalValues(fleet)
  return sum(Array.from(fleet.evaluation, (p, s) => p * best[s]!))
}

describe('natural-gradient', () => {
  test('the exact direction is A^π / (1 − γ), in every state', () => {
    const fleet = fleetOf(2)
    const theta = anywhere(SIZE)
    const learner = naturalGradient.build(fleet, single('expected'), optionsOf(naturalGradient, {}))
    const expected = slowAdvantages(fleet, theta, 500).map(advantage => advantage / (1 - fleet.discount))
    expect(distance(directionOf(learner, theta), expected)).toBeLessThan(1e-10)
  })

  test('the sampled one has the mean of returns of T steps, with noise, within 4 standard errors', () => {
    const theta = anywhere(SIZE)
    const horizon = 4
    for (const noise of [{ kind: 'none' }, { kind: 'uniform', halfWidth: 0.5 }] as const) {
      const fleet = { ...fleetOf(2, noise), discount: 0.5 }
      const expected = slowAdvantages(fleet, theta, horizon).map(advantage => advantage / (1 - 0.5))
      const options = optionsOf(naturalGradient, { horizon, batch: 50 })
      const learner = naturalGradient.build(fleet, single('iid'), options)
      expect(standardErrorsOff(learner, theta, expected, 200)).toBeLessThan(4)
    }
  })

  test('alone it is within log A / (η T) + 1 / ((1 − γ)² T) of the best policy after T steps', () => {
    const fleet = fleetOf(1)
    const best = optimum(fleet)
    const stepSize = 0.05
    const settings = { seed: '1', sampling: 'expected', localSteps: 1, stepSize } as const
    const learner = naturalGradient.build(fleet, settings, optionsOf(naturalGradient, {}))
    const theta = new Float64Array(SIZE)
    for (const step of range(400)) {
      const before = returnOf(fleet, 0, [...theta])
      learner.run(theta, SIZE, 0, 1, undefined)
      const gap = best - returnOf(fleet, 0, [...theta])
      expect(gap).toBeLessThanOrEqual(best - before + 1e-12)
      expect(gap).toBeLessThanOrEqual(Math.log(ACTIONS) / (stepSize * (step + 1)) + 100 / (step + 1))
    }
    expect(best - returnOf(fleet, 0, [...theta])).toBeLessThan(1e-9)
  })
})

describe('peers on a ring with one dynamics and private rewards', () => {
  const PEERS = 8
  const stepSize = 0.05
  const drawn = fleetOf(PEERS)
  const per = SIZE * drawn.branching
  const fleet: Fleet = {
    ...drawn,
    successors: drawn.successors.map((_, k) => drawn.successors[k % per]!),
    probabilities: drawn.probabilities.map((_, k) => drawn.probabilities[k % per]!)
  }
  const mean: Fleet = {
    ...fleet,
    peers: 1,
    rewards: Float64Array.from(
      range(SIZE),
      pair => sum(range(PEERS).map(i => fleet.rewards[i * SIZE + pair]!)) / PEERS
    )
  }

  /** Logits of all peers in the end. */
  function ends(name: string, localSteps: number): number[][] {
    const matrix = compressed(lazyRing(PEERS))
    const family = present(aggregations[name], name)
    const aggregation = family.build(
      { ...settingsOf(matrix, SIZE, stepSize), localSteps },
      family.options.parse({})
    )
    const settings = { seed: '1', sampling: 'expected', localSteps, stepSize } as const
    const learner = naturalGradient.build(fleet, settings, optionsOf(naturalGradient, {}))
    const theta = parameterMatrix(PEERS, SIZE)
    runRounds(aggregation, theta, 2000, {
      local: ({ values, stride }, correction) => learner.run(values, stride, 0, PEERS, correction)
    })
    return rowsOf(theta, PEERS)
  }

  /** The largest difference of logits from those of peer 0. */
  const disagreement = (rows: readonly number[][]): number =>
    Math.max(...rows.map(row => distance(row, rows[0]!)))
  /** By how much the worst policy misses the best return under the mean reward. */
  const worstGap = (rows: readonly number[][]): number =>
    Math.max(...rows.map(row => optimum(mean) - returnOf(mean, 0, row)))

  test.each([
    ['gossip-tracking', 1],
    ['gossip-tracking', 4],
    ['dtdt', 1]
  ])('with %s and H = %d all come to one policy, the best for the mean reward', (name, localSteps) => {
    const rows = ends(name, localSteps)
    expect(worstGap(rows)).toBeLessThan(1e-3)
    expect(disagreement(rows)).toBeLessThan(2e-3)
  })

  test('with gossip alone and steps as large they keep apart, and some keep a worse policy', () => {
    const rows = ends('gossip', 1)
    expect(disagreement(rows)).toBeGreaterThan(1)
    expect(worstGap(rows)).toBeGreaterThan(0.02)
  })
})
