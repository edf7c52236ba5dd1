import { expect, test } from 'vitest'
import { spokenContest } from '../../../src/dashboard/contest/spoken.ts'
import { FIRST_CONTEST_VIEW } from '../../../src/dashboard/contest/view.ts'
import { contestScene } from '../../support/contest-scene.ts'

const lines = (...given: Parameters<typeof contestScene>): string[] =>
  spokenContest(contestScene(...given), FIRST_CONTEST_VIEW).split('\n')

test('a screen reader is told how far it is, who leads in each problem, who is selected, and the keys', () => {
  const [far, first, second, selected, keys, ...others] = lines(33)
  expect(far).toBe(
    'Comparison made & up, with the given step size: 33 of 50 runs are done, 12 s passed, about 9.0 s to go.'
  )
  expect(first).toMatch(
    /^similar: (.* leads with|\d contenders share the first rank, among them .* with) value error [\d.e-]+\.$/
  )
  expect(second).toMatch(/^opposite <peers>: /)
  expect(selected).toMatch(
    /^Selected is .*: rank 1, value error [\d.e-]+, between [\d.e-]+ and [\d.e-]+, 3 of 5 seeds\.$/
  )
  expect(keys).toMatch(/q quit$/)
  expect(others).toEqual([])
})

test('nobody leads before a run is done, and nobody alone who shares a rank', () => {
  expect(lines(0)[1]).toBe('similar: no contender has a figure yet.')
  expect(lines(10)[1]).toMatch(/^similar: 5 contenders share the first rank, among them .* with value error/)
})

test('it is told that it is over', () => {
  expect(lines(50, { isOver: true })[0]).toMatch(/: finished, 50 of 50 runs are done, 12 s passed\.$/)
})
