import { expect, test } from 'vitest'
import { range, rowOf, sum } from '../../support/numbers.ts'
import { fleetWith } from './rows.ts'

test.each([
  ['random-walk', [0, 20]],
  ['gridworld', [4]],
  ['riverswim', []],
  ['frozen-lake', [5, 7, 11, 12, 15]],
  ['cliff-walking', [47]]
])('random features of %s sum to 1, and to 0 in the states that end an episode: %j', (name, ends) => {
  const { states, features } = fleetWith(name, 1, { features: 3 })
  expect(features).toMatchObject({ kind: 'table', count: 3, stride: 4 })
  for (const s of range(states)) {
    const row = rowOf(features.table, s, 4)
    expect(sum(row)).toBeCloseTo(ends.includes(s) ? 0 : 1, 14)
    expect(row.every(x => x >= 0)).toBe(true)
  }
})

test('random features come from the seed alone', () => {
  const tableOf = (peers: number, seed: string) =>
    fleetWith('riverswim', peers, { features: 2 }, seed).features.table
  expect(tableOf(1, '1')).toEqual(tableOf(5, '1'))
  expect(tableOf(1, '1')).not.toEqual(tableOf(1, '2'))
})
