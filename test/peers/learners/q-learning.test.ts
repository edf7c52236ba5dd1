import { describe, expect, test } from 'vitest'
import { optimalValues } from '../../../peers/environments/exact.ts'
import { qLearning } from '../../../peers/learners/q-learning.ts'
import type { Fleet, PolicyReadOut, RewardNoise, Sampling } from '../../../src/interfaces.ts'
import { randomFleet } from '../../support/fleets.ts'
import { distance, range, sum } from '../../support/numbers.ts'
import { anywhere, directionOf, optionsOf, single, standardErrorsOff } from './slow-return.ts'

const STATES = 4
const ACTIONS = 3
const SIZE = STATES * ACTIONS

const fleetOf = (noise: RewardNoise = { kind: 'none' }): Fleet =>
  randomFleet(
    { peers: 2, states: STATES, actions: ACTIONS, branching: 2, features: 0, noise, absorbing: false },
    17
  )
const fleet = fleetOf()

/** r + γ Σ P V of peer 1. */
const backedUp = (values: ArrayLike<number>): number[] =>
  range(SIZE).map(pair => {
    const at = SIZE + pair
    const ahead = range(fleet.branching).map(k => {
      const entry = at * fleet.branching + k
      return fleet.probabilities[entry]! * values[fleet.successors[entry]!]!
    })
    return fleet.rewards[at]! + fleet.discount * sum(ahead)
  })

const best = backedUp(optimalValues(fleet).subarray(STATES))

/** Q of peer 1 after so many steps from 0. */
function learnt(sampling: Sampling, stepSize: number, localSteps: number, given: object = {}): Float64Array {
  const settings = { seed: 'q', sampling, stepSize, localSteps }
  const theta = new Float64Array(2 * SIZE)
  qLearning.build(fleetOf(), settings, optionsOf(qLearning, given)).run(theta, SIZE, 1, 2, undefined)
  return theta.subarray(SIZE)
}

const readOut = qLearning.readOut(fleet, optionsOf(qLearning, {})) as PolicyReadOut

describe('q-learning', () => {
  test('alone and without noise it comes to Q* at the rate of its contraction', () => {
    const furthest = Math.max(...best.map(Math.abs))
    for (const steps of [10, 100, 1000]) {
      const q = learnt('expected', 0.5, steps)
      let left = furthest
      for (const _ of range(steps)) left *= 1 - 0.5 * (1 - fleet.discount)
      expect(distance(q, best)).toBeLessThanOrEqual(left + 1e-12)
    }
  })

  test('by draws it comes near Q*, and to the best policy', () => {
    const q = learnt('iid', 0.05, 20_000)
    expect(distance(q, best)).toBeLessThan(0.5)
    const policy = new Float64Array(SIZE)
    readOut.policyInto(ACTIONS, q, 0, policy)
    for (const s of range(STATES)) {
      const row = best.slice(s * ACTIONS, (s + 1) * ACTIONS)
      expect(policy[s * ACTIONS + row.indexOf(Math.max(...row))]).toBe(1)
    }
  })

  test('where pairs are drawn in plenty a sampled step is the exact one in the mean, with noise, too', () => {
    const theta = anywhere(SIZE)
    const options = optionsOf(qLearning, { batch: 400 })
    const exact = directionOf(qLearning.build(fleet, single('expected'), options), theta)
    for (const noise of [
      { kind: 'none' },
      { kind: 'bernoulli' },
      { kind: 'uniform', halfWidth: 0.5 }
    ] as const) {
      const sampled = qLearning.build(fleetOf(noise), single('markov'), options)
      expect(standardErrorsOff(sampled, theta, exact, 200)).toBeLessThan(4)
    }
  })

  test('pairs that are not drawn keep their Q, or move towards 0', () => {
    const theta = anywhere(SIZE)
    for (const [undrawn, left] of [
      ['keep', 0],
      ['zero', -1]
    ] as const) {
      const options = optionsOf(qLearning, { batch: 1, undrawn })
      const direction = directionOf(qLearning.build(fleet, single('iid'), options), theta)
      const changed = direction.filter((g, pair) => Math.abs(g - left * theta[pair]!) > 1e-15)
      expect(changed).toHaveLength(1)
    }
  })

  test('with targets of 0 for pairs not drawn it comes near what p r and p γ lead to, p the chance of a draw', () => {
    const batch = 10
    let missed = 1
    for (const _ of range(batch)) missed *= 1 - 1 / SIZE
    let expected = range(SIZE).map(() => 0)
    for (const _ of range(200)) {
      const values = range(STATES).map(s => Math.max(...expected.slice(s * ACTIONS, (s + 1) * ACTIONS)))
      expected = backedUp(values).map(target => (1 - missed) * target)
    }
    expect(distance(learnt('iid', 0.005, 20_000, { batch, undrawn: 'zero' }), expected)).toBeLessThan(0.1)
    expect(distance(learnt('iid', 0.005, 20_000, { batch }), expected)).toBeGreaterThan(0.5)
  })

  test('the policy takes the first of the best actions', () => {
    const policy = new Float64Array(6)
    readOut.policyInto(3, Float64Array.of(9, 0, 2, 2, -1, -1, -1), 1, policy)
    expect([...policy]).toEqual([0, 1, 0, 1, 0, 0])
  })
})
