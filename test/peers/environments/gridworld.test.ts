import { describe, expect, test } from 'vitest'
import { exactValues, heterogeneity, optimalValues } from '../../../peers/environments/exact.ts'
import { layoutOf } from '../../../peers/environments/layouts.ts'
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

/** The rules, from row and column: up, right, down, left, and to the sides with slip / 2. */
function rulesOf(
  map: readonly string[],
  { slip = 0, step = 0, goal = 1, pit = -1 }: { slip?: number; step?: number; goal?: number; pit?: number }
): { cells: (readonly [number, number])[]; rules: (s: number, a: number) => Listed } {
  const cells = map.flatMap((line, row) =>
    range(line.length)
      .filter(column => line[column] !== '#')
      .map(column => [row, column] as const)
  )
  const stateAt = (row: number, column: number) => cells.findIndex(([r, c]) => r === row && c === column)
  const moves = [
    [-1, 0],
    [0, 1],
    [1, 0],
    [0, -1]
  ] as const
  function rules(s: number, a: number): Listed {
    const [row, column] = cells[s]!
    if ('GP'.includes(map[row]![column]!)) return [[1, s, 0]]
    const parts = [
      [a, 1 - slip],
      [(a + 1) % 4, slip / 2],
      [(a + 3) % 4, slip / 2]
    ] as const
    return parts.map(([direction, mass]) => {
      const [down, right] = moves[direction]!
      const found = stateAt(row + down, column + right)
      if (found < 0) return [mass, s, step]
      const kind = map[row + down]![column + right]
      return [mass, found, step + (kind === 'G' ? goal : kind === 'P' ? pit : 0)]
    })
  }
  return { cells, rules }
}

describe.each(['open', 'four-rooms', 'maze', 'russell-norvig'] as const)('%s', layout => {
  test.each([0, 0.2])('its tables are the rules, in all states and actions, with the slip %d', slip => {
    const given = { slip, step: -0.04, pit: -0.5 }
    const fleet = fleetWith('gridworld', 1, { layout, ...given })
    const { cells, rules } = rulesOf(layoutOf(layout, 5), given)
    expect(fleet.states).toBe(cells.length)
    expect(distanceFromRules(fleet, 0, rules)).toBeLessThan(1e-15)
    const best = valueIteration(fleet.states, 4, 0.95, rules)
    expect(distance(optimalValues(fleet), best)).toBeLessThan(1e-10)
  })
})

/** Steps of the best way from the start, from V* = γ^(steps − 1) with γ = ½. */
function stepsToGoal(layout: string, size = 5): number {
  const fleet = fleetWith('gridworld', 1, { layout, size, discount: 0.5 })
  return 1 - Math.log2(optimalValues(fleet)[fleet.reset.indexOf(1)]!)
}

test('layouts have the cells and the shortest ways of the literature', () => {
  const cells = ['open', 'four-rooms', 'maze', 'russell-norvig'].map(
    layout => fleetWith('gridworld', 1, { layout }).states
  )
  expect(cells).toEqual([25, 104, 47, 11])
  expect(stepsToGoal('maze')).toBe(14)
  expect(stepsToGoal('four-rooms')).toBe(20)
  expect(stepsToGoal('open', 7)).toBe(12)
})

test('the 4 × 3 world has the utilities that Russell and Norvig print', () => {
  const given = { layout: 'russell-norvig', slip: 0.2, step: -0.04, discount: 1 - 1e-9 }
  const best = optimalValues(fleetWith('gridworld', 1, given))
  const printed = [0.812, 0.868, 0.918, 0, 0.762, 0.66, 0, 0.705, 0.655, 0.611, 0.388]
  expect(distance(best, printed)).toBeLessThan(0.0005)
})

test('peers are alike unless a spread or extra walls are given', () => {
  expect(heterogeneity(fleetWith('gridworld', 5, { slip: 0.1 }))).toEqual({
    transitions: 0,
    actionTransitions: 0,
    rewards: 0
  })
})

test('ε_P over all actions is the width of the slips', () => {
  const fleet = fleetWith('gridworld', 30, { slip: 0.1, slipSpread: 0.3 })
  const slips = range(30).map(i => 1 - successorsOf(fleet, i, 12, 0)[7]!)
  expect(Math.min(...slips)).toBeGreaterThanOrEqual(0.1)
  expect(Math.max(...slips)).toBeLessThanOrEqual(0.4)
  expect(widthOf(slips)).toBeGreaterThan(0.25)
  const { transitions, actionTransitions } = heterogeneity(fleet)
  expect(actionTransitions).toBeCloseTo(widthOf(slips), 14)
  expect(transitions).toBeLessThan(1e-15)
})

test('ε_r is the larger width of what goal and pit pay', () => {
  const fleet = fleetWith('gridworld', 30, { layout: 'russell-norvig', pit: -2, rewardSpread: 0.5 })
  const goals = range(30).map(i => rewardOf(fleet, i, 2, 1))
  const pits = range(30).map(i => rewardOf(fleet, i, 5, 1))
  expect(Math.min(...goals)).toBeGreaterThanOrEqual(0.5)
  expect(Math.max(...pits)).toBeLessThanOrEqual(-1)
  expect(heterogeneity(fleet).rewards).toBe(Math.max(widthOf(goals), widthOf(pits)))
  expect(widthOf(pits)).toBeGreaterThan(0.7)
})

describe('extra walls', () => {
  const given = { layout: 'four-rooms', extraWalls: 12 }

  test('are those of the second type, the same ones, and leave every other cell a way to the goal', () => {
    for (const seed of ['1', '2', '3']) {
      const fleet = fleetWith('gridworld', 4, given, seed)
      expect([...fleet.types]).toEqual([0, 1, 0, 1])
      const entered = range(4).map(i => {
        const all = range(104).flatMap(s => range(4).map(a => [s, successorsOf(fleet, i, s, a)] as const))
        return new Set(all.flatMap(([s, row]) => Object.keys(row).filter(next => Number(next) !== s)))
      })
      expect(entered.map(cells => cells.size)).toEqual([104, 92, 104, 92])
      expect(entered[3]).toEqual(entered[1])
      // With γ near 1 a cell has a value above 0 if it has a way to the goal.
      const best = optimalValues(fleet)
      const goal = [...layoutOf('four-rooms', 5).join('').replaceAll('#', '')].indexOf('G')
      for (const i of range(4))
        for (const s of range(104)) if (s !== goal) expect(best[i * 104 + s]).toBeGreaterThan(0.01)
    }
  })

  test('leave a way around the pits', () => {
    for (const seed of range(12)) {
      const fleet = fleetWith('gridworld', 2, { layout: 'russell-norvig', extraWalls: 1 }, String(seed))
      const { length } = optimalValues(fleet).filter(value => value < 0.01)
      // Goal and pit, in which nothing is to be had any more, of both peers.
      expect(length).toBe(4)
    }
  })

  test('make ε_P large', () => {
    const { transitions, actionTransitions } = heterogeneity(fleetWith('gridworld', 2, given))
    expect(actionTransitions).toBe(1)
    expect(transitions).toBeGreaterThanOrEqual(0.25)
  })

  test('the fraction of the peers that have them is met, whatever their number', () => {
    const types = [...fleetWith('gridworld', 40, { extraWalls: 1, fraction: 0.3 }).types]
    for (const peers of range(41)) {
      const second = types.slice(0, peers).filter(type => type === 1).length
      expect(second).toBe(Math.floor(peers * 0.3))
    }
  })

  test('leave one recurrent class, in which the walls have no part', () => {
    const { stationary } = exactValues(fleetWith('gridworld', 2, given))
    const idle = range(2).map(i => stationary.subarray(i * 104, (i + 1) * 104).filter(mass => mass === 0))
    expect(idle.map(states => states.length)).toEqual([0, 12])
  })

  test('more than there is room for are refused', () => {
    expect(() => fleetWith('gridworld', 2, { size: 3, extraWalls: 8 })).toThrow(
      /^gridworld: the layout 'open' has room for \d extra walls with this seed; extraWalls=8 would cut cells off from the goal$/
    )
  })
})

test('squares of cells share a feature, and ends have none', () => {
  const { features } = fleetWith('gridworld', 1, { size: 3, group: 2 })
  const columns = range(9).map(s => [...features.table.subarray(4 * s, 4 * s + 4)].indexOf(1))
  expect(features.count).toBe(4)
  expect(columns).toEqual([0, 0, -1, 0, 0, 1, 2, 2, 3])
})

test.each([
  [{ layout: 'maze', size: 6 }, 'only the open layout can have another size'],
  [{ slip: 0.8, slipSpread: 0.3 }, "must be at most 1 together with 'slip'"],
  [{ features: 3, group: 2 }, 'must be 1 with random features']
])('refuses %j', (given, message) => {
  expect(() => fleetWith('gridworld', 1, given)).toThrow(message)
})
