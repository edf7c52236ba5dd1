import { writeFileSync } from 'node:fs'
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

/** Computes in this thread, and counts: all, and where somebody learns. */
function alone() {
  let asked = 0
  let learning = 0
  return {
    asked: () => asked,
    learning: () => learning,
    crew: (): Crew => ({
      size: 1,
      compute: settings => {
        asked++
        if ((settings as ContestSettings).learned === undefined) learning++
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
    const kept = keptIn(folder, { of: 'comparison', fresh: false })
    const before = await compare(contestCells(small), { crew: first.crew, kept })
    expect(first.asked()).toBe(12)
    const again = alone()
    const keptAgain = keptIn(folder, { of: 'comparison', fresh: false })
    const more = { ...small, seeds: [...small.seeds, '4'] }
    const after = await compare(contestCells(more), { crew: again.crew, kept: keptAgain })
    expect(again.asked()).toBe(4)
    expect(after.reused).toBe(12)
    expect(after.runs.filter(({ seed }) => seed !== '4')).toEqual(before.runs)
  })

  test('does again nothing that another has done: one with more contenders, in another order, under another name', async () => {
    const folder = temporaryFolder()
    const kept = keptIn(folder, { of: 'comparison', fresh: false })
    const first = alone()
    const before = await compare(contestCells(small), { crew: first.crew, kept })
    const again = alone()
    const larger: Comparison = {
      ...small,
      name: 'large',
      contenders: [
        { label: 'new', problem: 0, experiment: experimentOf('gossip-tracking') },
        ...small.contenders.toReversed().map(each => ({ ...each, label: `my ${each.label}` }))
      ],
      seeds: ['2', '1']
    }
    const after = await compare(contestCells(larger), { crew: again.crew, kept })
    expect(again.asked()).toBe(2)
    expect(after.reused).toBe(8)
    const valuesOf = ({ runs }: typeof before, contender: number) =>
      runs.find(run => run.contender === contender && run.seed === '2')?.values
    for (const k of [0, 1, 2, 3]) expect(valuesOf(after, 4 - k)).toEqual(valuesOf(before, k))
  })

  test.each([
    ['values', {}],
    ['policies', { learner: 'reinforce', rounds: 4, participation: 0.6, environment: 'cartpole' }]
  ])(
    'of %s learns nothing anew for another price, whose seconds are to the bit those of a run with it',
    async (_, more) => {
      const metric = 'learner' in more ? 'return' : 'fixedPointError'
      const priced = (price: string): Comparison => ({
        ...small,
        price,
        problems: [{ label: '', metric }],
        contenders: ['none', 'star', 'gossip'].map(aggregation => ({
          label: aggregation,
          problem: 0,
          experiment: experimentOf(aggregation, more)
        })),
        seeds: ['1', '2']
      })
      const kept = keptIn(temporaryFolder(), { of: 'comparison', fresh: false })
      const ask = async (price: string) => {
        const asked = alone()
        const { runs, reused } = await compare(contestCells(priced(price)), { crew: asked.crew, kept })
        return { runs, reused, asked: asked.asked(), learning: asked.learning() }
      }
      const wan = await ask('wan')
      expect(wan).toMatchObject({ reused: 0, asked: 6, learning: 6 })
      const edge = await ask('edge:latencyMs=60')
      expect(edge).toMatchObject({ reused: 6, asked: 6, learning: 0 })
      const anew = { crew: alone().crew, kept: KEEPING_NOTHING }
      expect(edge.runs).toEqual((await compare(contestCells(priced('edge:latencyMs=60')), anew)).runs)
      expect(edge.runs[2]?.seconds).not.toEqual(wan.runs[2]?.seconds)
      expect(await ask('edge:latencyMs=60')).toMatchObject({ reused: 6, asked: 0, runs: edge.runs })
      expect(await ask('wan')).toMatchObject({ learning: 0, runs: wan.runs })
    }
  )

  test('has no number, kept or not, where there was nobody to measure', async () => {
    const kept = keptIn(temporaryFolder(), { of: 'comparison', fresh: false })
    const cells = contestCells({ ...small, seeds: ['1'] })
    const gaps = { values: [1, Number.NaN, 3], consensus: [Number.NaN, 2, 3], samples: [1, 2, Number.NaN] }
    const crew = (): Crew => ({
      ...alone().crew(),
      compute: async settings => {
        const run = await contest(settings as ContestSettings)
        return { ...run, ...gaps }
      }
    })
    const before = await compare(cells, { crew, kept })
    expect(before.runs[0]).toMatchObject(gaps)
    expect((await compare(cells, { crew, kept })).runs).toEqual(before.runs)
  })

  test('reads a graph again that was changed', async () => {
    const folder = temporaryFolder()
    const path = join(folder, 'graph.txt')
    const kept = () => keptIn(join(folder, 'cells'), { of: 'comparison', fresh: false })
    const ask = async (edges: string) => {
      writeFileSync(path, edges)
      const asked = alone()
      const experiment = experimentOf('gossip', { topology: { name: 'file', path } })
      const contenders = [{ label: 'mine', problem: 0, experiment }]
      const cells = contestCells({ ...small, contenders, seeds: ['1'] })
      const { runs } = await compare(cells, { crew: asked.crew, kept: kept() })
      return { asked: asked.asked(), messages: runs[0]?.messages.at(-1) }
    }
    expect(await ask('0 1\n1 2\n2 3\n')).toEqual({ asked: 1, messages: 6 * 12 })
    expect(await ask('0 1\n1 2\n2 3\n')).toEqual({ asked: 0, messages: 6 * 12 })
    expect(await ask('0 1\n1 2\n2 3\n3 0\n')).toEqual({ asked: 1, messages: 8 * 12 })
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
