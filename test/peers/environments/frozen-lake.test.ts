import { describe, expect, test } from 'vitest'
import { heterogeneity, optimalValues } from '../../../peers/environments/exact.ts'
import { distance, range } from '../../support/numbers.ts'
import { distanceFromRules, fleetWith, type Listed, successorsOf, valueIteration, widthOf } from './rows.ts'

const LAKE = {
  '4x4': ['SFFF', 'FHFH', 'FFFH', 'HFFG'],
  '8x8': ['SFFFFFFF', 'FFFFFFFF', 'FFFHFFFF', 'FFFFFHFF', 'FFFHFFFF', 'FHHFFFHF', 'FHFFHFHF', 'FFFHFFFG']
}

/** Gymnasium's published rules: row and column, actions left, down, right, up; one third for each of a − 1, a, a + 1. */
function gymnasium(map: readonly string[], slippery: boolean): (s: number, a: number) => Listed {
  const side = map.length
  const moves = [
    [0, -1],
    [1, 0],
    [0, 1],
    [-1, 0]
  ] as const
  const inside = (x: number) => Math.min(Math.max(x, 0), side - 1)
  return (s, a) => {
    const [row, column] = [Math.floor(s / side), s % side]
    if ('GH'.includes(map[row]![column]!)) return [[1, s, 0]]
    const taken = slippery ? [(a + 3) % 4, a, (a + 1) % 4] : [a]
    return taken.map(b => {
      const [down, right] = moves[b]!
      const to = [inside(row + down), inside(column + right)] as const
      return [1 / taken.length, to[0] * side + to[1], map[to[0]]![to[1]] === 'G' ? 1 : 0] as const
    })
  }
}

describe.each(['4x4', '8x8'] as const)('%s', map => {
  test.each([true, false])('is the table that Gymnasium publishes, slippery = %s', slippery => {
    const fleet = fleetWith('frozen-lake', 1, { map, slippery })
    expect([fleet.states, fleet.actions]).toEqual([LAKE[map].length ** 2, 4])
    expect(distanceFromRules(fleet, 0, gymnasium(LAKE[map], slippery))).toBeLessThan(1e-15)
    expect(fleet.reset.indexOf(1)).toBe(0)
  })

  test('its optimal values are those of value iteration', () => {
    const fleet = fleetWith('frozen-lake', 1, { map })
    const expected = valueIteration(fleet.states, 4, 0.99, gymnasium(LAKE[map], true))
    expect(distance(optimalValues(fleet), expected)).toBeLessThan(1e-10)
  })
})

test('the best way over the slippery 4x4 lake is worth 0.5420 at γ = 0.99', () => {
  expect(optimalValues(fleetWith('frozen-lake', 1))[0]).toBeCloseTo(0.542, 4)
})

test('without slipping the best way is one of 6 steps', () => {
  const fleet = fleetWith('frozen-lake', 1, { slippery: false, discount: 0.5 })
  expect(optimalValues(fleet)[0]).toBe(1 / 32)
})

test('peers are alike unless a spread or extra holes are given', () => {
  expect(heterogeneity(fleetWith('frozen-lake', 5))).toEqual({
    transitions: 0,
    actionTransitions: 0,
    rewards: 0
  })
})

test('ε_P over all actions is the width of the slips, which stay within the spread', () => {
  const fleet = fleetWith('frozen-lake', 30, { slippery: false, slipSpread: 0.4 })
  // From the start to the right: slips go down, or up against the edge.
  const slips = range(30).map(i => 1 - successorsOf(fleet, i, 0, 2)[1]!)
  expect(Math.min(...slips)).toBeGreaterThanOrEqual(0)
  expect(Math.max(...slips)).toBeLessThanOrEqual(0.4)
  expect(widthOf(slips)).toBeGreaterThan(0.3)
  expect(heterogeneity(fleet).actionTransitions).toBeCloseTo(widthOf(slips), 14)
})

test('slips do not show under the uniform policy, but under the greedy one', () => {
  const given = { slipSpread: 0.3 }
  expect(heterogeneity(fleetWith('frozen-lake', 5, given)).transitions).toBeLessThan(1e-15)
  const greedy = fleetWith('frozen-lake', 5, { ...given, policy: 'epsilon-greedy' })
  expect(heterogeneity(greedy).transitions).toBeGreaterThan(0.05)
})

test('extra holes are those of the second type, the same ones, and leave a way to the goal', () => {
  for (const seed of ['1', '2', '3', '4']) {
    const given = { map: '8x8', extraHoles: 10, slippery: false }
    const fleet = fleetWith('frozen-lake', 4, given, seed)
    expect([...fleet.types]).toEqual([0, 1, 0, 1])
    const isHole = (i: number, s: number) => range(4).every(a => successorsOf(fleet, i, s, a)[s] === 1)
    const holes = range(4).map(i => range(64).filter(s => isHole(i, s)))
    expect(holes[1]).toHaveLength(holes[0]!.length + 10)
    expect(holes[1]).toEqual(expect.arrayContaining(holes[0]!))
    expect([holes[2], holes[3]]).toEqual([holes[0], holes[1]])
    for (const i of range(4)) expect(optimalValues(fleet)[i * 64]).toBeGreaterThan(0.5)
  }
})

test('more holes than there is room for are refused', () => {
  expect(() => fleetWith('frozen-lake', 2, { extraHoles: 11 })).toThrow(
    /^frozen-lake: the map 4x4 has room for \d extra holes with this seed; extraHoles=11 leave no way to the goal$/
  )
})

test('on slippery ice there is room for a third more slips only', () => {
  expect(() => fleetWith('frozen-lake', 2, { slipSpread: 0.34 })).toThrow('must be at most 1/3')
})
