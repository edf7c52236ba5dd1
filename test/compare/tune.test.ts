import { expect, test } from 'vitest'
import { tunedBy, tuningOf } from '../../src/compare/tune.ts'
import { comparisonOf, runOf } from './runs.ts'

const comparison = comparisonOf({ server: 'star', ring: 'gossip' })
const tuning = tuningOf(comparison)
const given = comparison.contenders[0]?.experiment.stepSize ?? 0

/** Of the contenders, by step sizes from small to large, the figures with all tuning seeds. */
const runsOf = (...figures: readonly (readonly number[])[]) =>
  figures.flatMap((row, contender) =>
    row.flatMap((figure, k) =>
      tuning.seeds.map(seed =>
        Number.isFinite(figure)
          ? runOf(5 * contender + k, seed, [figure])
          : runOf(5 * contender + k, seed, [], { divergedIn: 1 })
      )
    )
  )

test('every contender is tried with five step sizes, a factor of two apart, on seeds of its own', () => {
  expect(tuning.contenders).toHaveLength(10)
  expect(tuning.contenders.slice(0, 5).map(({ experiment }) => experiment.stepSize / given)).toEqual([
    0.25, 0.5, 1, 2, 4
  ])
  expect(tuning.seeds.some(seed => comparison.seeds.includes(seed))).toBe(false)
})

test('there are as many seeds as the comparison has, and at least three', () => {
  const seedsWith = (count: number) =>
    tuningOf({ ...comparison, seeds: Array.from({ length: count }, String) }).seeds
  expect(new Set(seedsWith(10)).size).toBe(10)
  expect(seedsWith(1)).toHaveLength(3)
})

test('the best of those that do not diverge is taken, and said where it is the last that was tried', () => {
  const runs = runsOf([5, 4, 3, 2, Number.POSITIVE_INFINITY], [1, 2, 3, 4, 5])
  const { comparison: tuned, atTheEdge } = tunedBy(comparison, tuning, runs)
  expect(tuned.contenders.map(({ experiment }) => experiment.stepSize / given)).toEqual([2, 0.25])
  expect(tuned.contenders[1]?.label).toBe('ring')
  expect(atTheEdge).toEqual(['ring'])
  const labelled = { ...comparison, problems: [{ label: 'similar', metric: 'fixedPointError' as const }] }
  expect(tunedBy(labelled, tuning, runs).atTheEdge).toEqual(['ring (similar)'])
  expect(tuned.seeds).toEqual(comparison.seeds)
})

test('of returns the largest is best, and what always diverges stays as it is', () => {
  const returns = comparisonOf({ server: 'star', ring: 'gossip' }, { metric: 'return' })
  const never = Number.POSITIVE_INFINITY
  const runs = runsOf([1, 5, 2, 2, 2], [never, never, never, never, never])
  const { comparison: tuned, atTheEdge } = tunedBy(returns, tuningOf(returns), runs)
  expect(tuned.contenders.map(({ experiment }) => experiment.stepSize / given)).toEqual([0.5, 1])
  expect(atTheEdge).toEqual([])
})
