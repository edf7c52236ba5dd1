import { describe, expect, test } from 'vitest'
import {
  bestDeterministic,
  bestStochastic,
  heterogeneity,
  optimalValues,
  policyValue
} from '../../../peers/environments/exact.ts'
import { file } from '../../../peers/environments/file.ts'
import type { Fleet } from '../../../src/interfaces.ts'
import { distance, range, rowOf, sum } from '../../support/numbers.ts'
import { distanceFromRules, fleetWith, type Listed, rewardOf, successorsOf } from './rows.ts'

const returnsOf = (fleet: Fleet, policy: Float64Array): number[] =>
  range(fleet.peers).map(i => policyValue(fleet, i, policy, new Float64Array(7)))

test('has the tables of the paper: those that were typed into a file', () => {
  const typed = file.build(10, { path: 'test/fixtures/challenging-mdp.json' }, '1')
  const fleet = fleetWith('challenging-mdp', 2)
  for (const [i, j] of [
    [0, 0],
    [1, 9]
  ] as const) {
    const listed = (s: number, a: number): Listed =>
      Object.entries(successorsOf(typed, j, s, a)).map(([next, mass]) => [
        mass,
        Number(next),
        rewardOf(typed, j, s, a)
      ])
    expect(distanceFromRules(fleet, i, listed)).toBeLessThan(1e-15)
  }
  expect(fleet.reset).toEqual(typed.reset)
  expect(distance(fleet.evaluation, typed.evaluation)).toBeLessThan(1e-15)
  expect(fleet.discount).toBe(typed.discount)
})

test('rewards=gridworld changes what states 1 and 2 pay, and nothing else', () => {
  const [mdp, gridworld] = [
    fleetWith('challenging-mdp', 2),
    fleetWith('challenging-mdp', 2, { rewards: 'gridworld' })
  ]
  expect(gridworld.probabilities).toEqual(mdp.probabilities)
  const changed = range(7).map(s => range(4).map(a => rewardOf(gridworld, 0, s, a) - rewardOf(mdp, 0, s, a)))
  const none = [0, 0, 0, 0]
  expect(changed).toEqual([none, [-1, -1, 0, -0.5], [-1, -0.5, -1, -1], none, none, none, none])
})

test('peers differ in state 0 alone, and there wholly', () => {
  const fleet = fleetWith('challenging-mdp', 3)
  expect([...fleet.types]).toEqual([0, 1, 0])
  expect(heterogeneity(fleet)).toEqual({ transitions: 0.5, actionTransitions: 1, rewards: 0 })
  for (const s of range(6))
    for (const a of range(4))
      expect(successorsOf(fleet, 0, s + 1, a)).toEqual(successorsOf(fleet, 1, s + 1, a))
})

describe.each([
  {
    rewards: 'mdp',
    uniform: [82.0761, 82.0761],
    alone: [97.558, 97.558],
    deterministic: { mean: 63.0646, returns: [28.571, 97.558] },
    stochastic: { mean: 96.8748, returns: [96.875, 96.875], fork: [0.25, 0.25, 0.25, 0.25] }
  },
  {
    rewards: 'gridworld',
    uniform: [27.94, 14.86],
    alone: [90.415, 55.922],
    deterministic: { mean: 55.9218, returns: [90.415, 21.4286] },
    stochastic: { mean: 72.6857, returns: [89.934, 55.437], fork: [0.206, 0.206, 0.294, 0.294] }
  }
])(
  'the returns that are known, rewards=$rewards',
  ({ rewards, uniform, alone, deterministic, stochastic }) => {
    const fleet = fleetWith('challenging-mdp', 2, { rewards })

    test('of the uniform policy', () => {
      const returns = returnsOf(fleet, fleet.policy)
      for (const i of range(2)) expect(Math.abs(returns[i]! - uniform[i]!)).toBeLessThan(0.005)
    })

    test('of the best policy of each type', () => {
      const optimal = optimalValues(fleet)
      for (const i of range(2)) expect(sum(rowOf(optimal, i, 7)) / 7).toBeCloseTo(alone[i]!, 3)
    })

    test('of the best deterministic policy that both share', () => {
      const best = bestDeterministic(fleet)
      expect(best?.mean).toBeCloseTo(deterministic.mean, 4)
      const returns = [...(best?.returns ?? [])].sort((a, b) => a - b)
      for (const [i, value] of deterministic.returns.toSorted((a, b) => a - b).entries())
        expect(returns[i]).toBeCloseTo(value, 3)
    })

    test('of the best stochastic policy that both share, which mixes in state 0 alone', () => {
      const best = bestStochastic(fleet)
      expect(best.mean).toBeCloseTo(stochastic.mean, 3)
      for (const i of range(2)) {
        expect(best.returns[i]).toBeCloseTo(stochastic.returns[i]!, 3)
      }
      for (const a of range(4)) expect(best.policy[a]).toBeCloseTo(stochastic.fork[a]!, 3)
      expect(best.policy.subarray(4).every(probability => probability === 0 || probability === 1)).toBe(true)
    })

    test('the best policy of the mean environment is no better than the best deterministic one', () => {
      const greedy = fleetWith('challenging-mdp', 2, { rewards, policy: 'epsilon-greedy', epsilon: 0 })
      expect(sum(returnsOf(greedy, greedy.policy)) / 2).toBeCloseTo(deterministic.mean, 4)
    })
  }
)

test('with twice as many peers of one type, its fork is taken with (√2 − 1 + γ) / (γ + γ√2), the root of the derivative', () => {
  const { policy, returns } = bestStochastic(fleetWith('challenging-mdp', 3))
  expect(policy[2]! + policy[3]!).toBeCloseTo((Math.SQRT2 - 1 + 0.99) / (0.99 * (1 + Math.SQRT2)), 6)
  expect(returns[0]).toBe(returns[2])
  expect(returns[0]).toBeGreaterThan(returns[1]!)
})
