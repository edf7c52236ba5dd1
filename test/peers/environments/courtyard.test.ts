import { expect, test } from 'vitest'
import { bestDeterministic, optimalValues } from '../../../peers/environments/exact.ts'
import { distance, range, sum } from '../../support/numbers.ts'
import { distanceFromRules, fleetWith, type Listed, rewardOf, successorsOf, valueIteration } from './rows.ts'

/** Rows and columns of the free cells, in the order of the states. */
const CELLS = range(9)
  .filter(cell => cell !== 4)
  .map(cell => ({ row: Math.floor(cell / 3), column: cell % 3 }))

/** Left, right, down, up. */
const MOVES = [
  { row: 0, column: -1 },
  { row: 0, column: 1 },
  { row: 1, column: 0 },
  { row: -1, column: 0 }
]

/** The state after a move, or undefined if there is no such cell. */
function stateAfter(s: number, a: number): number | undefined {
  const row = CELLS[s]!.row + MOVES[a]!.row
  const column = CELLS[s]!.column + MOVES[a]!.column
  const found = CELLS.findIndex(cell => cell.row === row && cell.column === column)
  return found < 0 ? undefined : found
}

const pays = (s: number): number => (CELLS[s]!.row === 2 && CELLS[s]!.column === 2 ? 1 : 0)

/** A free step goes wrong with 0.2 to the one other neighbour, a blocked one with 0.1 to each of two. */
function paper(s: number, a: number): Listed {
  const neighbours = range(4).flatMap(b => stateAfter(s, b) ?? [])
  const intended = stateAfter(s, a) ?? s
  const others = neighbours.filter(next => next !== intended)
  return [
    [0.8, intended, pays(s)],
    ...others.map((next): Listed[number] => [0.2 / others.length, next, pays(s)])
  ]
}

test('is the gridworld of the paper, in all states and actions', () => {
  const fleet = fleetWith('courtyard', 1, { heterogeneity: 0 })
  expect([fleet.states, fleet.actions, fleet.discount]).toEqual([8, 4, 0.99])
  expect(distanceFromRules(fleet, 0, paper)).toBeLessThan(1e-15)
  expect([...fleet.reset]).toEqual([1, 0, 0, 0, 0, 0, 0, 0])
  expect([...fleet.evaluation]).toEqual(new Array(8).fill(1 / 8))
})

test('a few rows, written out', () => {
  const fleet = fleetWith('courtyard', 1, { heterogeneity: 0 })
  const right = successorsOf(fleet, 0, 0, 1)
  expect(Object.keys(right)).toEqual(['1', '3'])
  expect(right[1]).toBeCloseTo(0.8, 15)
  expect(right[3]).toBeCloseTo(0.2, 15)
  const intoTheWall = successorsOf(fleet, 0, 1, 2)
  expect(Object.keys(intoTheWall)).toEqual(['0', '1', '2'])
  expect(intoTheWall[1]).toBeCloseTo(0.8, 15)
  expect(range(4).map(a => rewardOf(fleet, 0, 7, a))).toEqual([1, 1, 1, 1])
  expect(rewardOf(fleet, 0, 6, 1)).toBe(0)
})

test('the best policy is deterministic where all are alike, and its values are those of value iteration', () => {
  const fleet = fleetWith('courtyard', 3, { heterogeneity: 0, discount: 0.9 })
  const expected = valueIteration(8, 4, 0.9, paper)
  expect(distance(optimalValues(fleet).subarray(0, 8), expected)).toBeLessThan(1e-10)
  expect(bestDeterministic(fleet)?.mean).toBeCloseTo(sum(expected) / 8, 10)
})

test('what is not shared leads to neighbouring cells alone', () => {
  const fleet = fleetWith('courtyard', 5, { heterogeneity: 1, kernels: 'each' })
  for (const i of range(5))
    for (const s of range(8)) {
      const neighbours = range(4).flatMap(b => stateAfter(s, b) ?? [])
      for (const a of range(4))
        expect(
          Object.keys(successorsOf(fleet, i, s, a))
            .map(Number)
            .every(next => neighbours.includes(next))
        ).toBe(true)
    }
})
