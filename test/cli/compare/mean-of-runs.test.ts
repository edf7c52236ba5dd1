import { describe, expect, test } from 'vitest'
import { MeanOfRuns } from '../../../src/cli/compare/mean-of-runs.ts'
import type { ContestRun } from '../../../src/compare/comparison.ts'

/** A run with these values; round k takes k samples, 2k bytes at the busiest and 3k seconds. */
function runOf(values: readonly number[]): ContestRun {
  const rounds = values.map((_, k) => k + 1)
  const times = (factor: number): number[] => rounds.map(round => factor * round)
  return {
    contender: 0,
    seed: '1',
    rounds,
    values,
    consensus: values,
    messages: rounds,
    bytes: rounds,
    busiestBytes: times(2),
    seconds: times(3),
    samples: rounds,
    peers: [],
    bytesIn: [],
    bytesOut: [],
    socketBytes: null,
    divergedIn: null
  }
}

function meanOf(...runs: readonly (readonly number[])[]) {
  const mean = new MeanOfRuns()
  for (const values of runs) mean.add(runOf(values))
  return mean.curve
}

describe('the mean curve of runs', () => {
  test('is their mean, point by point', () => {
    const { values, rounds, samples, busiestBytes, seconds } = meanOf([1, 2, 3], [3, 6, 9])
    expect([...values]).toEqual([2, 4, 6])
    expect([rounds, samples, busiestBytes, seconds].map(column => [...column])).toEqual([
      [1, 2, 3],
      [1, 2, 3],
      [2, 4, 6],
      [3, 6, 9]
    ])
  })

  test('goes as far as all of them do', () => {
    expect([...meanOf([1, 1, 1], [3]).values]).toEqual([2])
    expect([...meanOf([3], [1, 1, 1]).values]).toEqual([2])
    expect([...meanOf([1, 1], [], [1]).values]).toEqual([])
  })

  test('is empty before there is a run', () => {
    expect(meanOf().values).toHaveLength(0)
  })

  test.each([2048, 2049, 5000, 100_001])(
    'of %i rounds has its first and its last, evenly thinned',
    length => {
      const { rounds, values } = meanOf(Array.from({ length }, (_, k) => k + 1))
      expect(rounds.length).toBeLessThanOrEqual(2048)
      expect([rounds[0], rounds.at(-1)]).toEqual([1, length])
      expect([...values]).toEqual([...rounds])
      const gaps = new Set([...rounds.slice(1)].map((round, k) => round - rounds[k]!))
      expect(Math.max(...gaps) - Math.min(...gaps)).toBeLessThanOrEqual(1)
    }
  )
})
