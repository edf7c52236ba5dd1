/** Rivals that are brought along with a run: the same figures as if they had run for themselves, however they are asked. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type AggregationSpec, rivalsOf } from '../../src/aggregation/names.ts'
import { resolve } from '../../src/experiment/resolve.ts'
import type { Experiment } from '../../src/experiment/schema.ts'
import type { FaultEvent } from '../../src/faults/schema.ts'
import type { RoundSample } from '../../src/interfaces.ts'
import { simulatedNetwork } from '../../src/network/simulated.ts'
import { resultOf } from '../../src/session/result.ts'
import { Rivals } from '../../src/session/rivals.ts'
import { settingOf, swarmOf } from '../../src/setting.ts'

const go = () => 'go' as const
const clock = () => 0

const gossip = {
  peers: 5,
  localSteps: 3,
  rounds: 24,
  measureEvery: 4,
  stepSize: 0.2,
  seed: 'rivals',
  transport: 'simulated'
}
const corrected = {
  ...gossip,
  aggregation: 'gossip-scafflsa',
  environment: 'garnet:features=5',
  sampling: 'iid',
  loss: 0.2,
  delayMs: 'uniform:low=0,high=20',
  deadlineMs: 15,
  measureEvery: 5
}
const stop: FaultEvent = { after: 7, stop: [1], how: 'frozen' }
const cut: FaultEvent = { after: 7, cut: [[3, 4]], direction: 'both' }
const back: FaultEvent = { after: 16, return: [1], state: 'lost' }

const experimentOf = (raw: object): Experiment => resolve(raw).experiment

const rivalsFor = (raw: object, commanded: readonly FaultEvent[] = []) =>
  new Rivals(settingOf(experimentOf(raw)), { commanded }, clock)

/** A swarm that runs for itself, to `round`: its figures, and its samples by round, each round measured. */
async function alone(
  raw: object,
  aggregation: AggregationSpec,
  round: number,
  commanded: readonly FaultEvent[]
) {
  const experiment = experimentOf(raw)
  const { measureEvery, rounds } = experiment
  const swarm = await swarmOf(settingOf(experiment), aggregation, simulatedNetwork, { past: { commanded } })
  const samples: RoundSample[] = []
  for await (const sample of swarm.run({ rounds: round, measureEvery, beforeRound: go, clock }))
    samples.push(sample)
  const planned = samples.filter(each => each.round % measureEvery === 0 || each.round === rounds)
  return {
    samples,
    report: swarm.inspect(2),
    result: resultOf(
      aggregation,
      swarm,
      samples.at(-1)!,
      planned.map(({ round, swarm: errors }) => ({ round, errors }))
    )
  }
}

const cases: readonly (readonly [string, object, readonly FaultEvent[]])[] = [
  ['gossip', gossip, []],
  ['a star', { ...gossip, aggregation: 'star' }, [stop, back]],
  ['corrected gossip under faults', corrected, [stop, cut, back]]
]

describe.each(cases)('rivals of %s', (_, raw, commanded) => {
  const { rounds } = experimentOf(raw)
  const names = rivalsOf(experimentOf(raw).aggregation, commanded.length > 0)

  test('that are brought along round by round end as those that run for themselves, to the bit', async () => {
    const rivals = rivalsFor(raw, commanded)
    for (let round = 1; round <= rounds; round++) await rivals.advance(round, go)
    const expected = await Promise.all(names.map(name => alone(raw, name, rounds, commanded)))
    expect(rivals.results(rounds)).toEqual({
      rivals: expected.map(({ result }) => result),
      divergedRivals: []
    })
  })

  test('are after any round as those that run for themselves, whether it is a measured one or not', async () => {
    const rivals = rivalsFor(raw, commanded)
    for (const round of [3, 8, 19]) {
      const news = (await rivals.advance(round, go))!
      const expected = await Promise.all(names.map(name => alone(raw, name, round, commanded)))
      expect(news.map(({ sample }) => sample?.peers)).toEqual(expected.map(({ result }) => result.peers))
      expect(rivals.results(round).rivals.map(({ swarm }) => swarm)).toEqual(
        expected.map(({ result }) => result.swarm)
      )
    }
  })

  test('are the same in leaps, back and forth, interrupted or not', async () => {
    const rivals = rivalsFor(raw, commanded)
    const steady = rivalsFor(raw, commanded)
    const news = [(await steady.advance(0, go))!]
    for (let round = 1; round <= rounds; round++) news.push((await steady.advance(round, go))!)
    const rounded = fc.integer({ min: 0, max: rounds })
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(rounded, fc.integer({ min: 0, max: 30 })), { maxLength: 6 }),
        async leaps => {
          for (const [round, patience] of leaps) {
            let left = patience
            const told = await rivals.advance(round, () => (left-- > 0 ? 'go' : 'stop'))
            if (told === undefined) continue
            expect(told.map(({ sample }) => sample)).toEqual(news[round]!.map(({ sample }) => sample))
          }
        }
      ),
      { numRuns: 10, seed: 1 }
    )
    await rivals.advance(rounds, go)
    expect(rivals.results(rounds)).toEqual(steady.results(rounds))
  })
})

describe('the curve of a rival', () => {
  /** One rival. */
  const star = { ...gossip, aggregation: 'star' }
  const roundsOf = (news: Awaited<ReturnType<Rivals['advance']>>) =>
    news!.map(({ curve }) => curve.map(({ round }) => round))

  test('is told once, where it is measured, and anew when it went back', async () => {
    const rivals = rivalsFor({ ...star, rounds: 18 })
    expect(roundsOf(await rivals.advance(3, go))).toEqual([[]])
    expect(roundsOf(await rivals.advance(9, go))).toEqual([[4, 8]])
    expect(roundsOf(await rivals.advance(11, go))).toEqual([[]])
    expect(roundsOf(await rivals.advance(18, go))).toEqual([[12, 16, 18]])
    expect(roundsOf(await rivals.advance(17, go))).toEqual([[4, 8, 12, 16]])
    expect(roundsOf(await rivals.advance(16, go))).toEqual([[4, 8, 12, 16]])
  })

  test('is told anew when a command is learned late', async () => {
    const rivals = rivalsFor(star)
    const before = (await rivals.advance(12, go))![0]!.curve
    rivals.learn({ commanded: [stop] })
    const after = (await rivals.advance(16, go))![0]!.curve
    const knowing = (await rivalsFor(star, [stop]).advance(16, go))![0]!.curve
    expect(after).toEqual(knowing)
    expect(after.slice(0, 3)).not.toEqual(before)
  })

  test('is thinned to some hundred points, the last among them', async () => {
    const rivals = rivalsFor({ ...star, measureEvery: 1, rounds: 300 })
    const [points] = roundsOf(await rivals.advance(300, go))
    expect(points!.length).toBeGreaterThan(64)
    expect(points!.length).toBeLessThanOrEqual(128)
    expect(points!.at(-1)).toBe(300)
    expect(new Set(points!.slice(1).map((round, k) => round - points![k]!))).toEqual(new Set([3]))
  })
})

describe('a rival that diverges', () => {
  const wild = { ...gossip, stepSize: 40, sampling: 'expected', rounds: 400 }

  test('stays where it did, and does not hold up the others', async () => {
    const rivals = rivalsFor(wild)
    const news = (await rivals.advance(400, go))!
    const rounds = news.map(({ divergedIn }) => divergedIn!)
    for (const [k, { sample, curve }] of news.entries()) {
      expect(rounds[k]).toBeGreaterThan(1)
      expect(sample).toBeUndefined()
      expect(curve.every(({ round }) => round < rounds[k]!)).toBe(true)
    }
    expect(rivals.results(400)).toEqual({
      rivals: [],
      divergedRivals: [
        { aggregation: 'none', round: rounds[0] },
        { aggregation: 'star', round: rounds[1] }
      ]
    })
    await expect(alone(wild, 'none', rounds[0]!, [])).rejects.toThrow(`in round ${rounds[0]} `)
    await expect(alone(wild, 'none', rounds[0]! - 1, [])).resolves.toBeDefined()
  })

  test('is well again before that round', async () => {
    const rivals = rivalsFor(wild)
    const divergedIn = (await rivals.advance(400, go))![0]!.divergedIn!
    const before = (await rivals.advance(divergedIn - 1, go))![0]!
    expect(before.divergedIn).toBeNull()
    expect(before.sample?.round).toBe(divergedIn - 1)
    expect((await rivals.advance(divergedIn, go))![0]).toMatchObject({ divergedIn, sample: undefined })
  })
})

describe('a command', () => {
  test('that comes while they run is as if it had been known from the beginning', async () => {
    const raw = { ...corrected, aggregation: 'gossip-scafflsa' }
    const rivals = rivalsFor(raw)
    await rivals.advance(7, go)
    rivals.learn({ commanded: [stop, cut] })
    await rivals.advance(12, go)
    rivals.learn({ commanded: [back] })
    await rivals.advance(24, go)
    const knowing = rivalsFor(raw, [stop, cut, back])
    await knowing.advance(24, go)
    expect(rivals.results(24)).toEqual(knowing.results(24))
  })

  test('that is learned late takes effect when it did', async () => {
    const rivals = rivalsFor(corrected)
    await rivals.advance(20, go)
    rivals.learn({ commanded: [back] })
    rivals.learn({ commanded: [stop] })
    await rivals.advance(24, go)
    const knowing = rivalsFor(corrected, [stop, back])
    await knowing.advance(24, go)
    expect(rivals.results(24)).toEqual(knowing.results(24))
  })

  test('brings exact diffusion beside corrected gossip, from the first round on', async () => {
    const quiet = { ...gossip, aggregation: 'gossip-scafflsa' }
    const rivals = rivalsFor(quiet)
    const before = (await rivals.advance(7, go))!
    expect(before.map(({ aggregation }) => aggregation)).toEqual(['none', 'star', 'star-scafflsa'])
    rivals.learn({ commanded: [stop] })
    const after = (await rivals.advance(12, go))!
    expect(after.map(({ aggregation }) => aggregation)).toEqual([
      'none',
      'star',
      'star-scafflsa',
      'exact-diffusion'
    ])
    const { samples } = await alone(quiet, 'exact-diffusion', 12, [stop])
    expect(after.at(-1)!.sample).toEqual(samples.at(-1))
    expect(after.at(-1)!.curve.map(({ round }) => round)).toEqual([4, 8, 12])
  })
})

describe('an inspection', () => {
  test.each(['none', 'star-scafflsa', 'gossip-scafflsa'] as const)(
    'tells what a peer of %s knows after that round, be it a rival or the run',
    async aggregation => {
      const rivals = rivalsFor(corrected, [stop])
      for (const round of [6, 21, 9]) {
        const inspected = (await rivals.inspect(aggregation, 2, round, go))!
        const { report } = await alone(corrected, aggregation, round, [stop])
        expect(inspected.report).toEqual(report)
        expect(inspected.view.values).toHaveLength(inspected.view.exactValues.length)
      }
    }
  )

  test('of the run goes through what the network lost of itself, its rivals do not', async () => {
    const experiment = experimentOf({ ...gossip, rounds: 8 })
    const setting = settingOf(experiment)
    const missing = new Map([[3, [[0, 1]] as const]])
    const rivals = new Rivals(setting, { missing }, clock)
    const run = await swarmOf(setting, 'gossip', simulatedNetwork, { past: { missing } })
    for await (const _ of run.run({ rounds: 8, measureEvery: 8, beforeRound: go, clock }));
    expect((await rivals.inspect('gossip', 0, 8, go))!.report).toEqual(run.inspect(0))
    await rivals.advance(8, go)
    const star = await alone({ ...gossip, rounds: 8 }, 'star', 8, [])
    expect(rivals.results(8).rivals[1]).toEqual(star.result)
  })

  test('of the run goes through what is learned to be missing, be it in rounds to come or past', async () => {
    const setting = settingOf(experimentOf({ ...corrected, loss: 0, delayMs: 0 }))
    const rivals = new Rivals(setting, { missing: new Map([[3, [[0, 1]]]]) }, clock)
    const inspected = async (round: number) =>
      (await rivals.inspect('gossip-scafflsa', 0, round, go))!.report.parameters
    const missing = new Map([[3, [[0, 1]] as [number, number][]]])
    const parameters = async (round: number) => {
      const run = await swarmOf(setting, 'gossip-scafflsa', simulatedNetwork, { past: { missing } })
      for await (const _ of run.run({ rounds: round, measureEvery: 1, beforeRound: go, clock }));
      return run.inspect(0).parameters
    }
    expect(await inspected(8)).toEqual(await parameters(8))
    for (const [exchange, pair] of [
      [9, [0, 4]],
      [3, [2, 1]],
      [5, [0, 1]]
    ] as const) {
      const before = await inspected(12)
      missing.set(exchange, [...(missing.get(exchange) ?? []), [...pair]])
      rivals.learn({ missing: new Map([[exchange, [pair]]]) })
      expect(await inspected(12)).toEqual(await parameters(12))
      expect(await inspected(12)).not.toEqual(before)
      await inspected(8)
    }
  })

  test('can be given up on the way, and goes on from there', async () => {
    const rivals = rivalsFor(gossip)
    let asked = 0
    const impatient = () => (++asked > 5 ? 'stop' : 'go') as 'go' | 'stop'
    expect(await rivals.inspect('gossip', 2, 10, impatient)).toBeUndefined()
    asked = 0
    expect((await rivals.inspect('gossip', 2, 10, impatient))!.report.round).toBe(10)
  })
})
