import { expect, test } from 'vitest'
import { exactValues, heterogeneity, optimalValues } from '../../../peers/environments/exact.ts'
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

/** Gymnasium's published rules: up, right, down, left on 4 × 12; the goal, which ends the episode, made absorbing. */
function gymnasium(s: number, a: number): Listed {
  if (s === 47) return [[1, 47, 0]]
  const row = Math.floor(s / 12) + [-1, 0, 1, 0][a]!
  const column = (s % 12) + [0, 1, 0, -1][a]!
  const next = Math.min(Math.max(row, 0), 3) * 12 + Math.min(Math.max(column, 0), 11)
  return next > 36 && next < 47 ? [[1, 36, -100]] : [[1, next, -1]]
}

test('is the table that Gymnasium publishes, in all states and actions', () => {
  const fleet = fleetWith('cliff-walking', 1)
  expect([fleet.states, fleet.actions, fleet.branching]).toEqual([48, 4, 1])
  expect(distanceFromRules(fleet, 0, gymnasium)).toBe(0)
  expect(fleet.reset.indexOf(1)).toBe(36)
})

test('the best way is one of 13 steps: −(1 − γ¹³) / (1 − γ)', () => {
  const best = optimalValues(fleetWith('cliff-walking', 1))
  const power = range(13).reduce(product => product * 0.99, 1)
  expect(best[36]).toBeCloseTo(-(1 - power) / 0.01, 10)
  expect(distance(best, valueIteration(48, 4, 0.99, gymnasium))).toBeLessThan(1e-10)
})

test('the greedy policy walks along the cliff, and with it no other state recurs', () => {
  const fleet = fleetWith('cliff-walking', 1, { policy: 'epsilon-greedy', epsilon: 0 })
  const { stationary } = exactValues(fleet)
  const visited = range(48).filter(s => stationary[s]! > 0)
  expect(visited).toEqual([...range(12).map(column => 24 + column), 36, 47])
  for (const s of visited) expect(stationary[s]).toBeCloseTo(1 / 14, 14)
})

test('with the wind w a step goes down with probability w whatever the action', () => {
  const fleet = fleetWith('cliff-walking', 1, { wind: 0.25 })
  expect(successorsOf(fleet, 0, 13, 0)).toEqual({ 1: 0.75, 25: 0.25 })
  expect(successorsOf(fleet, 0, 13, 2)).toEqual({ 25: 1 })
  expect(rewardOf(fleet, 0, 30, 1)).toBeCloseTo(0.75 * -1 + 0.25 * -100, 12)
})

test('ε_P is the width of the winds over all actions, and ¾ of it under the uniform policy', () => {
  const fleet = fleetWith('cliff-walking', 20, { windSpread: 0.2 })
  const winds = range(20).map(i => successorsOf(fleet, i, 13, 0)[25]!)
  const { transitions, actionTransitions } = heterogeneity(fleet)
  expect(widthOf(winds)).toBeGreaterThan(0.15)
  expect(actionTransitions).toBeCloseTo(widthOf(winds), 14)
  expect(transitions).toBeCloseTo(0.75 * widthOf(winds), 14)
})

test('ε_r is the width of the prices of a fall, which shrink by at most the spread', () => {
  const fleet = fleetWith('cliff-walking', 20, { rewardSpread: 0.3 })
  const prices = range(20).map(i => rewardOf(fleet, i, 25, 2))
  expect(Math.min(...prices)).toBeGreaterThanOrEqual(-100)
  expect(Math.max(...prices)).toBeLessThanOrEqual(-70)
  expect(heterogeneity(fleet)).toEqual({
    transitions: 0,
    actionTransitions: 0,
    rewards: widthOf(prices)
  })
  expect(widthOf(prices)).toBeGreaterThan(20)
})

test('Bernoulli noise, which the price of a fall does not fit, is refused', () => {
  expect(() => fleetWith('cliff-walking', 2, { noise: 'bernoulli' })).toThrow(
    'cliff-walking: with Bernoulli noise rewards must lie within [−1, 1], and one is -100; noise=none has no bounds'
  )
})
