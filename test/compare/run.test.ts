import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { Crew } from '../../src/cells/crew.ts'
import { KEEPING_NOTHING, keptIn } from '../../src/cells/kept.ts'
import type { Comparison } from '../../src/compare/comparison.ts'
import { type ContestSettings, contest } from '../../src/compare/contest.ts'
import { contestCrew } from '../../src/compare/crew.ts'
import { compare, contestCells } from '../../src/compare/run.ts'
import { resolve } from '../../src/experiment/resolve.ts'
import { settingFor, walk } from '../../src/reproduce/simulate.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const base = {
  peers: 4,
  rounds: 12,
  localSteps: 3,
  stepSize: 0.1,
  measureEvery: 5,
  environment: 'garnet:states=6,branching=2',
  transport: 'simulated'
}
const experimentOf = (aggregation: string, more: object = {}) =>
  resolve({ ...base, aggregation, ...more }).experiment

const small: Comparison = {
  name: 'small',
  problems: [{ label: '', metric: 'fixedPointError' }],
  contenders: ['none', 'star', 'gossip', 'gossip-scafflsa'].map(aggregation => ({
    label: aggregation,
    problem: 0,
    experiment: experimentOf(aggregation)
  })),
  seeds: ['1', '2', '3'],
  statistic: 'mean',
  target: null,
  budget: null,
  price: 'wan',
  command: 'murmur compare'
}

/** Computes in this thread, and counts. */
function alone(): { crew: () => Crew; asked: () => number } {
  let asked = 0
  return {
    asked: () => asked,
    crew: () => ({
      size: 1,
      compute: settings => {
        asked++
        return contest(settings as ContestSettings)
      },
      dismiss: async () => {}
    })
  }
}

describe('a run', () => {
  test('has the errors of the same experiment, and its traffic, in every measured round', async () => {
    const run = await contest({ experiment: experimentOf('star'), metric: 'valueError', price: 'wan' })
    const errors: (number | null)[] = []
    const bytes: number[] = []
    const swarm = await walk(settingFor({ ...base, aggregation: 'star' }), {
      onSample: ({ swarm, traffic }) => {
        errors.push(swarm.valueError)
        bytes.push(traffic.bytes)
      }
    })
    expect(run.rounds).toEqual([5, 10, 12])
    expect(run.values).toEqual(errors)
    expect(run.bytes).toEqual(bytes)
    expect(run.messages).toEqual([8 * 5, 8 * 10, 8 * 12])
    expect(run.samples).toEqual([15, 30, 36])
    expect(run.bytesIn).toEqual([...swarm.traffic.bytesIn])
    // The hub is the busiest: all that is sent goes through it.
    expect(run.busiestBytes).toEqual(bytes)
    expect(run.peers).toHaveLength(4)
    expect(run.divergedIn).toBeNull()
  })

  test('of a server takes two latencies a round where nothing else takes time, one of gossip one', async () => {
    const price = 'lan:latencyMs=100,mbitPerSecond=1e9,stepMs=0,stragglers=0'
    for (const [aggregation, latencies] of [
      ['star', 2],
      ['gossip', 1],
      ['none', 0]
    ] as const) {
      const { seconds } = await contest({
        experiment: experimentOf(aggregation),
        metric: 'valueError',
        price
      })
      expect(seconds.at(-1)).toBeCloseTo(0.1 * latencies * 12, 4)
    }
  })

  test('that diverges says in which round, and has what was measured before', async () => {
    const experiment = experimentOf('gossip', { stepSize: 40, rounds: 200 })
    const run = await contest({ experiment, metric: 'fixedPointError', price: 'lan' })
    expect(run.divergedIn).toBeGreaterThan(0)
    expect(run.rounds.every(round => round < (run.divergedIn ?? 0))).toBe(true)
    expect(run.values).toHaveLength(run.rounds.length)
  })
})

describe('a comparison', () => {
  test('has a run for every contender and seed, the same in one thread and in two', async () => {
    const cells = contestCells(small)
    expect(cells).toHaveLength(12)
    const one = await compare(cells, { crew: () => contestCrew(1), kept: KEEPING_NOTHING })
    const two = await compare(cells, { crew: () => contestCrew(2), kept: KEEPING_NOTHING })
    expect(one.runs).toHaveLength(12)
    expect(two.runs).toEqual(one.runs)
    expect(new Set(one.runs.map(({ contender, seed }) => `${contender} ${seed}`)).size).toBe(12)
    const here = await compare(cells, { crew: alone().crew, kept: KEEPING_NOTHING })
    expect(here.runs).toEqual(one.runs)
  })

  test('does again nothing that it has done, and only the new of more seeds', async () => {
    const folder = join(temporaryFolder(), 'small')
    const first = alone()
    const kept = keptIn(folder, false)
    const before = await compare(contestCells(small), { crew: first.crew, kept })
    kept.close()
    expect(first.asked()).toBe(12)
    const again = alone()
    const keptAgain = keptIn(folder, false)
    const more = { ...small, seeds: [...small.seeds, '4'] }
    const after = await compare(contestCells(more), { crew: again.crew, kept: keptAgain })
    keptAgain.close()
    expect(again.asked()).toBe(4)
    expect(after.reused).toBe(12)
    expect(after.runs.filter(({ seed }) => seed !== '4')).toEqual(before.runs)
  })

  test('that is interrupted has what is done', async () => {
    const stopping = new AbortController()
    const seen: string[] = []
    const { runs, isInterrupted } = await compare(
      contestCells(small),
      { crew: alone().crew, kept: KEEPING_NOTHING, signal: stopping.signal },
      ({ contender, seed }) => {
        seen.push(`${contender} ${seed}`)
        if (seen.length === 3) stopping.abort()
      }
    )
    expect(isInterrupted).toBe(true)
    expect(runs.map(({ contender, seed }) => `${contender} ${seed}`).toSorted()).toEqual(seen.toSorted())
    expect(seen).toHaveLength(3)
  })
})
