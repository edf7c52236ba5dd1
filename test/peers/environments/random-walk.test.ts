import { expect, test } from 'vitest'
import { exactValues, heterogeneity, optimalValues } from '../../../peers/environments/exact.ts'
import { distance, range } from '../../support/numbers.ts'
import { fleetWith, rewardOf, successorsOf, widthOf } from './rows.ts'

test('a step goes left or right, ends pay and stay, and episodes start in the middle', () => {
  const fleet = fleetWith('random-walk', 1, { states: 5 })
  expect([fleet.states, fleet.actions, fleet.branching]).toEqual([7, 2, 1])
  for (const s of range(7))
    for (const a of [0, 1]) {
      const isEnd = s === 0 || s === 6
      expect(successorsOf(fleet, 0, s, a)).toEqual({ [isEnd ? s : s + 2 * a - 1]: 1 })
      expect(rewardOf(fleet, 0, s, a)).toBe(s === 1 && a === 0 ? -1 : s === 5 && a === 1 ? 1 : 0)
    }
  expect([...fleet.reset]).toEqual([0, 0, 0, 1, 0, 0, 0])
})

test('as γ → 1 the values become the line s / 10 − 1 of the book', () => {
  const { values } = exactValues(fleetWith('random-walk', 1, { discount: 1 - 1e-9 }))
  const line = range(21).map(s => (s === 0 || s === 20 ? 0 : s / 10 - 1))
  expect(distance(values, line)).toBeLessThan(1e-6)
})

/**
 * With p = (1 + d) / 2 to the right the values solve γ p V(s + 1) − V(s) + γ (1 − p) V(s − 1) = 0 with what the ends pay, divided
 * by γ, as values of the ends: a combination of powers of the two roots.
 */
function closedForm(states: number, drift: number, discount: number, left: number, right: number): number[] {
  const up = (discount * (1 + drift)) / 2
  const down = (discount * (1 - drift)) / 2
  const root = Math.sqrt(1 - 4 * up * down)
  const [x, y] = [(1 + root) / (2 * up), (1 - root) / (2 * up)]
  const [xEnd, yEnd] = [x ** (states + 1), y ** (states + 1)]
  const first = (right / discount - (left / discount) * yEnd) / (xEnd - yEnd)
  const second = left / discount - first
  return range(states + 2).map(s => (s === 0 || s === states + 1 ? 0 : first * x ** s + second * y ** s))
}

test.each([0, 0.3, -0.2])('with the drift %d the values are those of the linear recurrence', drift => {
  const given = { states: 9, drift, left: -0.5, discount: 0.9 }
  const { values } = exactValues(fleetWith('random-walk', 1, given))
  expect(distance(values, closedForm(9, drift, 0.9, -0.5, 1))).toBeLessThan(1e-14)
})

test('the best policy goes right wherever the left end costs', () => {
  const best = optimalValues(fleetWith('random-walk', 1, { states: 4, discount: 0.5 }))
  expect([...best]).toEqual([0, 0.125, 0.25, 0.5, 1, 0])
})

test('under the uniform policy ε_P is half the width of the drifts', () => {
  const fleet = fleetWith('random-walk', 40, { drift: 0.1, driftSpread: 0.2 })
  const drifts = range(40).map(
    i => (successorsOf(fleet, i, 5, 0)[6] ?? 0) - (successorsOf(fleet, i, 5, 1)[4] ?? 0)
  )
  expect(Math.min(...drifts)).toBeGreaterThanOrEqual(-0.1)
  expect(Math.max(...drifts)).toBeLessThanOrEqual(0.3)
  expect(widthOf(drifts)).toBeGreaterThan(0.3)
  expect(heterogeneity(fleet).transitions).toBeCloseTo(widthOf(drifts) / 2, 14)
})

test('ε_r is the width of what an end pays, which shrinks by at most the spread', () => {
  const fleet = fleetWith('random-walk', 40, { rewardSpread: 0.4 })
  const [left, right] = [
    range(40).map(i => rewardOf(fleet, i, 1, 0)),
    range(40).map(i => rewardOf(fleet, i, 19, 1))
  ]
  expect(Math.max(...left)).toBeLessThanOrEqual(-0.6)
  expect(Math.min(...left)).toBeGreaterThanOrEqual(-1)
  expect(Math.min(...right)).toBeGreaterThanOrEqual(0.6)
  const { transitions, rewards } = heterogeneity(fleet)
  expect(transitions).toBe(0)
  expect(rewards).toBe(Math.max(widthOf(left), widthOf(right)))
  expect(rewards).toBeGreaterThan(0.3)
})

test('peers are alike without a spread', () => {
  expect(heterogeneity(fleetWith('random-walk', 5, { drift: 0.2 }))).toEqual({
    transitions: 0,
    actionTransitions: 0,
    rewards: 0
  })
})

test('groups of neighbours share a feature, the last may be smaller, and ends have none', () => {
  const { features } = fleetWith('random-walk', 1, { states: 5, group: 2 })
  expect(features).toMatchObject({ kind: 'table', count: 3, stride: 4 })
  const columns = range(7).map(s => [...features.table.subarray(4 * s, 4 * s + 4)].indexOf(1))
  expect(columns).toEqual([-1, 0, 0, 1, 1, 2, -1])
  expect(features.table.reduce((sum, x) => sum + x)).toBe(5)
})

test('with groups of one the solution is the values themselves', () => {
  const { values, solution } = exactValues(fleetWith('random-walk', 1, { states: 5 }))
  expect(distance(solution.subarray(0, 7), values)).toBeLessThan(1e-14)
})

test.each([
  [{ drift: 0.7, driftSpread: 0.4 }, "must be at most 1 together with the size of 'drift'"],
  [{ features: 3, group: 2 }, 'must be 1 with random features']
])('refuses %j', (given, message) => {
  expect(() => fleetWith('random-walk', 1, given)).toThrow(message)
})
