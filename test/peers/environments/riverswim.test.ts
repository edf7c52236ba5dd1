import { expect, test } from 'vitest'
import { heterogeneity, optimalValues } from '../../../peers/environments/exact.ts'
import { distance, range } from '../../support/numbers.ts'
import {
  distanceFromRules,
  fleetWith,
  type Listed,
  rewardOf,
  successorsOf,
  valueIteration,
  widthOf
} from './rows.ts'

/** The figure of Strehl and Littman (2008), rewards divided by 10,000. */
const FIGURE: readonly (readonly [Listed, Listed])[] = [
  [
    [[1, 0, 0.0005]],
    [
      [0.7, 0, 0],
      [0.3, 1, 0]
    ]
  ],
  ...[1, 2, 3, 4].map((s): [Listed, Listed] => [
    [[1, s - 1, 0]],
    [
      [0.1, s - 1, 0],
      [0.6, s, 0],
      [0.3, s + 1, 0]
    ]
  ]),
  [
    [[1, 4, 0]],
    [
      [0.7, 4, 0],
      [0.3, 5, 1]
    ]
  ]
]
const figure = (s: number, a: number): Listed => FIGURE[s]![a]!

test('is the river of the paper, in all states and actions', () => {
  const fleet = fleetWith('riverswim', 1)
  expect(fleet.states).toBe(6)
  expect(distanceFromRules(fleet, 0, figure)).toBeLessThan(1e-15)
  expect([...fleet.reset]).toEqual([0, 0.5, 0.5, 0, 0, 0])
})

test('it pays to swim up: the optimal values are those of value iteration, and of always going right', () => {
  const best = optimalValues(fleetWith('riverswim', 1))
  expect(distance(best, valueIteration(6, 2, 0.95, figure))).toBeLessThan(1e-10)
  const upwards = valueIteration(6, 1, 0.95, s => figure(s, 1))
  expect(distance(best, upwards)).toBeLessThan(1e-10)
})

test('swimming left for ever is worth 0.0005 / (1 − γ) in state 0', () => {
  const fleet = fleetWith('riverswim', 1, { current: 1 })
  expect(optimalValues(fleet)[0]).toBeCloseTo(0.0005 / 0.05, 14)
})

test('a current κ takes the part κ of the chances to advance; ε_P and ε_r are 0.3 times the width of the currents', () => {
  const fleet = fleetWith('riverswim', 25, { states: 9, current: 0.1, currentSpread: 0.5 })
  const currents = range(25).map(i => 1 - successorsOf(fleet, i, 4, 1)[5]! / 0.3)
  for (const [i, current] of currents.entries()) {
    expect(current).toBeGreaterThanOrEqual(0.1 - 1e-15)
    expect(current).toBeLessThanOrEqual(0.6)
    expect(successorsOf(fleet, i, 4, 1)[3]).toBeCloseTo(0.1 + 0.3 * current, 14)
    expect(successorsOf(fleet, i, 4, 1)[4]).toBeCloseTo(0.6, 14)
    expect(rewardOf(fleet, i, 8, 1)).toBeCloseTo(0.3 * (1 - current), 14)
  }
  const width = widthOf(currents)
  expect(width).toBeGreaterThan(0.4)
  const { transitions, actionTransitions, rewards } = heterogeneity(fleet)
  expect(actionTransitions).toBeCloseTo(0.3 * width, 14)
  expect(transitions).toBeCloseTo(0.15 * width, 14)
  expect(rewards).toBeCloseTo(0.3 * width, 14)
})

test('peers are alike without a spread', () => {
  expect(heterogeneity(fleetWith('riverswim', 5))).toEqual({
    transitions: 0,
    actionTransitions: 0,
    rewards: 0
  })
})

test('currents above 1 are refused', () => {
  expect(() => fleetWith('riverswim', 2, { current: 0.6, currentSpread: 0.5 })).toThrow(
    "must be at most 1 together with 'current'"
  )
})
