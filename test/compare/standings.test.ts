import { describe, expect, test } from 'vitest'
import type { ContestRun } from '../../src/compare/comparison.ts'
import { type ProblemStandings, standingsOf } from '../../src/compare/standings.ts'
import { lengthWithin } from '../../src/compare/trial.ts'
import { present } from '../../src/core/assert.ts'
import { comparisonOf, runOf } from './runs.ts'

const PLAIN = { alone: 'none', server: 'star', ring: 'gossip' }

const standingsIn = (
  comparison: Parameters<typeof standingsOf>[0],
  runs: readonly ContestRun[]
): ProblemStandings => present(standingsOf(comparison, runs)[0], 'the only problem')

describe('the figure of a run', () => {
  test('is the root mean square of the second half of its measured rounds', () => {
    const { standings } = standingsIn(comparisonOf({ server: 'star' }), [runOf(0, '1', [9, 9, 3, 4])])
    expect(standings[0]?.final).toEqual({ value: Math.sqrt((9 + 16) / 2), interval: null })
  })

  test('is the mean of it where returns are compared', () => {
    const { standings } = standingsIn(comparisonOf({ server: 'star' }, { metric: 'return' }), [
      runOf(0, '1', [9, 9, -3, 4])
    ])
    expect(standings[0]?.final?.value).toBe(0.5)
  })

  test('is of what the budget pays for', () => {
    const run = runOf(0, '1', [8, 6, 1, 1], { busiestBytes: 10, seconds: 2 })
    expect(lengthWithin(run, null)).toBe(4)
    expect(lengthWithin(run, { of: 'rounds', amount: 2 })).toBe(2)
    expect(lengthWithin(run, { of: 'bytes', amount: 25 })).toBe(2)
    expect(lengthWithin(run, { of: 'seconds', amount: 6 })).toBe(3)
    expect(lengthWithin(run, { of: 'samples', amount: 4 })).toBe(0)
    const budget = { of: 'rounds', amount: 2 } as const
    const { standings } = standingsIn(comparisonOf({ server: 'star' }, { budget }), [run])
    expect(standings[0]).toMatchObject({ final: { value: 6 }, spent: { rounds: 2, seconds: 4 } })
  })

  test('is none where a run diverged, whatever the others are', () => {
    const { standings } = standingsIn(comparisonOf(PLAIN), [
      runOf(2, '1', [1, 1]),
      runOf(2, '2', [], { divergedIn: 1 })
    ])
    expect(standings[2]).toMatchObject({ runs: 2, diverged: 1, final: null, rank: null, againstServer: null })
    expect(standings[0]).toMatchObject({ runs: 0, diverged: 0, final: null, spent: null, untilTarget: null })
  })
})

test('who diverges beyond the budget has not diverged', () => {
  const comparison = comparisonOf({ ring: 'gossip' }, { seeds: ['1'] })
  const run = runOf(0, '1', [3, 2, 1], { divergedIn: 5 })
  const within = (of: 'rounds' | 'bytes', amount: number) =>
    standingsIn({ ...comparison, budget: { of, amount } }, [run]).standings[0]
  expect(within('rounds', 4)).toMatchObject({ diverged: 0, divergedWith: [], final: { interval: null } })
  expect(within('rounds', 5)).toMatchObject({ diverged: 1, divergedWith: ['1'], final: null })
  // What the round of the divergence costs is not known.
  expect(within('bytes', 20)).toMatchObject({ diverged: 0 })
  expect(within('bytes', 1000)).toMatchObject({ diverged: 1 })
})

describe('against the server', () => {
  test('errors are divided seed by seed, plain by plain and corrected by corrected', () => {
    const comparison = comparisonOf({ ...PLAIN, 'server+': 'star-scafflsa', 'ring+': 'gossip-scafflsa' })
    const runs = [
      ...[4, 8].map((x, s) => runOf(1, String(s + 1), [x])),
      ...[6, 24].map((x, s) => runOf(2, String(s + 1), [x])),
      ...[2, 4].map((x, s) => runOf(3, String(s + 1), [x])),
      ...[4, 12].map((x, s) => runOf(4, String(s + 1), [x]))
    ]
    const { standings } = standingsIn(comparison, runs)
    expect(standings.map(({ server }) => server)).toEqual([1, null, 1, 1, 3])
    const [value, low, high] = [Math.sqrt(1.5 * 3), 1.5, 3].map(x => expect.closeTo(x, 12))
    expect(standings[2]?.againstServer).toEqual({ value, interval: { low, high } })
    expect(standings[3]?.againstServer?.value).toBeCloseTo(0.5, 12)
    expect(standings[4]?.againstServer?.value).toBeCloseTo(Math.sqrt(2 * 3), 12)
  })

  test('returns are subtracted', () => {
    const { standings } = standingsIn(comparisonOf(PLAIN, { metric: 'return' }), [
      runOf(1, '1', [10]),
      runOf(2, '1', [7])
    ])
    expect(standings[2]?.againstServer?.value).toBe(-3)
  })
})

describe('the target', () => {
  test('is what the better server ends with and a tenth more, seed by seed', () => {
    const comparison = comparisonOf({
      server: 'star',
      'server+': 'star-scafflsa',
      'ring+': 'gossip-scafflsa'
    })
    const { targets } = standingsIn(comparison, [
      runOf(0, '1', [9, 4]),
      runOf(0, '2', [9, 2]),
      runOf(1, '1', [9, 3]),
      runOf(1, '2', [9, 5])
    ])
    expect(targets).toEqual([1.1 * 3, 1.1 * 2])
  })

  test('of returns is a tenth less than the better server', () => {
    const comparison = comparisonOf({ server: 'star' }, { metric: 'return' })
    expect(standingsIn(comparison, [runOf(0, '1', [-20])]).targets).toEqual([-22, null])
  })

  test('is reached in the first round that is as good and from which on it is kept in the mean square', () => {
    const reachedIn = (values: readonly number[], metric: 'fixedPointError' | 'return' = 'fixedPointError') =>
      standingsIn(comparisonOf({ ring: 'gossip' }, { target: 1, metric, seeds: ['1'] }), [
        runOf(0, '1', values)
      ]).standings[0]?.untilTarget?.rounds
    expect(reachedIn([3, 2, 1, 1, 1, 1])).toBe(3)
    expect(reachedIn([3, 0.5, 1.2, 0.5, 1.2, 0.5])).toBe(2)
    expect(reachedIn([3, 0.5, 2, 2, 2, 2])).toBeUndefined()
    expect(reachedIn([3, 0.5, 2.1, 0.5, 0.5, 0.5])).toBe(4)
    expect(reachedIn([-3, 2, 0, 2, 0, 2], 'return')).toBe(2)
    expect(reachedIn([-3, 2, 0, 0, 0, 2], 'return')).toBe(6)
  })

  test('is not reached by a dip in the last of many rounds', () => {
    const noisy = Array.from({ length: 40 }, (_, k) => (k < 37 ? 2 : 0.5))
    const reachedOf = (values: readonly number[]) =>
      standingsIn(comparisonOf({ ring: 'gossip' }, { target: 1, seeds: ['1'] }), [runOf(0, '1', values)])
        .standings[0]?.reached
    expect(reachedOf(noisy)).toBe(0)
    expect(reachedOf(noisy.with(36, 0.5))).toBe(1)
  })

  test('costs medians, in which never is most', () => {
    const comparison = comparisonOf({ ring: 'gossip' }, { target: 1, seeds: ['1', '2', '3'] })
    const runs = [runOf(0, '1', [3, 1, 1, 1]), runOf(0, '2', [3, 3, 3, 0.5]), runOf(0, '3', [5, 5, 5, 5])]
    const reached = standingsIn(comparison, runs).standings[0]
    expect(reached?.reached).toBe(2)
    expect(reached?.untilTarget).toEqual({
      rounds: 4,
      samples: 20,
      messages: 8,
      bytes: 120,
      busiestBytes: 40,
      seconds: 4
    })
    expect(standingsIn(comparison, [...runs.slice(1)]).standings[0]).toMatchObject({
      reached: 1,
      untilTarget: null
    })
  })
})

describe('the speed-up', () => {
  const values = { alone: [9, 9, 9, 1], server: [9, 1, 1, 1], ring: [9, 9, 9, 9] }
  const speedUps = (more: object) =>
    standingsIn(
      comparisonOf(PLAIN, { seeds: ['1'], ...more }),
      Object.values(values).map((each, k) => runOf(k, '1', each))
    ).standings.map(({ speedUp }) => speedUp)

  test('is how many times as many samples a peer alone needs to the target, where both get there', () => {
    expect(speedUps({ target: 2 })).toEqual([1, 2, null])
    expect(speedUps({ target: 9 })).toEqual([1, 1, 1])
    expect(speedUps({ target: 0.5 })).toEqual([null, null, null])
  })

  test('has none where nobody is alone', () => {
    const { standings } = standingsIn(comparisonOf({ server: 'star' }, { seeds: ['1'], target: 9 }), [
      runOf(0, '1', values.server)
    ])
    expect(standings[0]?.speedUp).toBeNull()
  })
})

describe('ranks', () => {
  const of = (figures: readonly (readonly number[])[], busiest: readonly number[] = []) =>
    figures.flatMap((each, k) =>
      each.map((figure, s) => runOf(k, String(s + 1), [figure], { busiestBytes: busiest[k] ?? 1 }))
    )
  const three = comparisonOf({ a: 'star', b: 'gossip', c: 'gossip:steps=2' }, { target: 0 })

  test('are shared by those of whom neither is better with every seed, and nobody is dominated by these', () => {
    const { standings, lead } = standingsIn(
      three,
      of(
        [
          [1, 4],
          [2, 3],
          [5, 6]
        ],
        [1, 2, 3]
      )
    )
    expect(standings.map(({ rank }) => rank)).toEqual([1, 1, 3])
    expect(standings.map(({ dominatedBy }) => dominatedBy.busiestBytes)).toEqual([[], [], [0, 1]])
    expect(lead).toBeNull()
  })

  test('are of pairs: who is a little better with every seed is ahead, however far the seeds lie apart', () => {
    const seeds = ['1', '2', '3', '4', '5']
    const scattered = [1, 30, 5, 100, 12]
    const worse = scattered.map((x, s) => x * (1.01 + 0.01 * s))
    const much = scattered.map(x => 2 * x)
    const { standings, lead } = standingsIn({ ...three, seeds }, of([much, scattered, worse], [1, 2, 3]))
    expect(standings.map(({ rank }) => rank)).toEqual([3, 1, 2])
    expect(standings.map(({ dominatedBy }) => dominatedBy.busiestBytes)).toEqual([[], [], [1]])
    // Own intervals hold each other.
    expect(standings[1]?.final?.interval).toEqual({ low: 1, high: 100 })
    expect(lead).toMatchObject({ contender: 1, next: 2 })
    expect(lead?.apart.value).toBeCloseTo((1.01 * 1.02 * 1.03 * 1.04 * 1.05) ** (1 / 5), 12)
    expect(lead?.apart.interval).toEqual({ low: expect.closeTo(1.01, 12), high: expect.closeTo(1.05, 12) })
  })

  test('count the pairs that are there while runs are missing', () => {
    const seeds = ['1', '2', '3']
    const { standings } = standingsIn({ ...three, seeds }, of([[1, 10, 1], [2, 20], [3]]))
    expect(standings.map(({ rank }) => rank)).toEqual([1, 2, 1])
  })

  test('need no positive errors: zeros are the same, and better than all that is not zero', () => {
    const { standings } = standingsIn(
      three,
      of([
        [0, 0],
        [0, 0],
        [1e-9, 1e-9]
      ])
    )
    expect(standings.map(({ rank }) => rank)).toEqual([1, 1, 3])
  })

  test('do not tell apart what is rounding beside where it began', () => {
    const seeds = ['1', '2', '3', '4', '5']
    const ending = (contender: number, end: number) =>
      seeds.map(seed => runOf(contender, seed, [10, end, end]))
    const { standings, lead } = standingsIn(comparisonOf(PLAIN, { seeds }), [
      ...ending(0, 5e-15),
      ...ending(1, 1e-12),
      ...ending(2, 1e-6)
    ])
    expect(standings.map(({ rank }) => rank)).toEqual([1, 1, 3])
    expect(standings[0]?.final?.value).toBeCloseTo(5e-15, 20)
    expect(lead).toBeNull()
  })

  test('are lost by those that diverge', () => {
    const { standings, lead } = standingsIn(three, [
      ...of([
        [2, 2],
        [3, 3]
      ]),
      runOf(2, '1', [1]),
      runOf(2, '2', [], { divergedIn: 1 })
    ])
    expect(standings.map(({ rank }) => rank)).toEqual([1, 2, null])
    expect(lead).toMatchObject({ contender: 0, next: 1 })
  })

  test('give nobody a right to win who costs more', () => {
    const { standings } = standingsIn(
      three,
      of(
        [
          [1, 2],
          [3, 4],
          [5, 6]
        ],
        [9, 2, 5]
      )
    )
    expect(standings.map(({ rank }) => rank)).toEqual([1, 2, 3])
    expect(standings.map(({ dominatedBy }) => dominatedBy.busiestBytes)).toEqual([[], [], [1]])
    expect(standings.map(({ dominatedBy }) => dominatedBy.seconds)).toEqual([[], [0], [0, 1]])
  })

  test('of what is the same to rounding are the same, and the dearer one is dominated', () => {
    const { standings } = standingsIn(
      three,
      of(
        [
          [1, 3],
          [1 + 1e-9, 3],
          [1, 3]
        ],
        [1, 2, 1]
      )
    )
    expect(standings.map(({ rank }) => rank)).toEqual([1, 1, 1])
    expect(standings.map(({ dominatedBy }) => dominatedBy.busiestBytes)).toEqual([[], [0, 2], []])
  })

  test('are the other way round for returns', () => {
    const returns = comparisonOf({ a: 'star', b: 'gossip' }, { target: 0, metric: 'return' })
    const { standings, lead } = standingsIn(
      returns,
      of(
        [
          [-1, 200],
          [3, 201]
        ],
        [1, 1]
      )
    )
    expect(standings.map(({ rank }) => rank)).toEqual([2, 1])
    expect(lead).toMatchObject({
      contender: 1,
      next: 0,
      apart: { value: -2.5, interval: { low: -4, high: -1 } }
    })
  })

  test('cannot be told by one seed', () => {
    const single = comparisonOf({ a: 'star', b: 'gossip' }, { seeds: ['1'] })
    const { standings } = standingsIn(single, [runOf(0, '1', [1]), runOf(1, '1', [100])])
    expect(standings.map(({ rank }) => rank)).toEqual([1, 1])
    expect(standings.map(({ dominatedBy }) => dominatedBy.seconds)).toEqual([[], []])
  })
})
