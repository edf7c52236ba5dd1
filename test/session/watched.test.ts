/** Runs that somebody looks on: what is told, and when; pauses, steps and a pace, none of which changes the result. */

import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { exactValues, optimalValues } from '../../peers/environments/exact.ts'
import { requireFinite } from '../../peers/finite.ts'
import { resolve } from '../../src/experiment/resolve.ts'
import { LINK, PRESENCE } from '../../src/interfaces.ts'
import { readResumable } from '../../src/records/resume.ts'
import { thinned } from '../../src/session/curve.ts'
import type { Command, Outcome, RecordRequest, SessionNews } from '../../src/session/protocol.ts'
import { runSession } from '../../src/session/session.ts'
import { settingOf } from '../../src/setting.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const small = {
  environment: 'garnet:states=6',
  peers: 5,
  localSteps: 4,
  rounds: 12,
  stepSize: 0.2,
  transport: 'simulated',
  seed: 'watched'
}

/** What is known when commands are asked for. */
interface Moment {
  /** So often before. */
  readonly asked: number
  /** So often in a row nothing went on. */
  readonly rests: number
  /** The round that was told last. */
  readonly round: number
}

interface Watched {
  readonly outcome: Outcome
  readonly news: readonly SessionNews[]
  /** By the clock of the session. */
  readonly seconds: number
}

interface Watching {
  /** Seconds that pass with every look at the clock. */
  readonly tick?: number
  readonly record?: RecordRequest
  readonly isWatched?: boolean
}

/** Runs `raw` with a clock of its own, and gives the commands that `script` has at every moment. */
async function watched(
  raw: Readonly<Record<string, unknown>>,
  script: (moment: Moment) => readonly Command[] = () => [],
  { tick = 1e-4, record = { kind: 'none' }, isWatched = true }: Watching = {}
): Promise<Watched> {
  const { experiment } = resolve({ ...small, ...raw })
  const news: SessionNews[] = []
  let [now, asked, rests, round] = [0, 0, 0, 0]
  const outcome = await runSession(
    { experiment, record, replay: null, parameters: true, watched: isWatched },
    {
      post(told) {
        if (told.kind === 'observed') round = told.observation.round
        news.push(structuredClone(told))
      },
      commands() {
        const given = script({ asked: asked++, rests, round })
        if (given.length > 0) rests = 0
        return given
      },
      afterwards() {},
      async rest(seconds) {
        rests++
        now += seconds
      },
      watch: () => () => {},
      clock: () => {
        now += tick
        return now
      },
      date: () => new Date(0)
    }
  )
  return { outcome, news, seconds: now }
}

/** Commands before rounds that begin at once, by their numbers; only where nothing rests. */
const atRounds =
  (commands: Readonly<Record<number, readonly Command[]>>) =>
  ({ asked }: Moment): readonly Command[] =>
    commands[asked] ?? []

/** Pauses before the first round that is asked for after `pauseAt`; then one entry after the other, each after two rests. */
function paused(pauseAt: number, ...then: readonly (readonly Command[])[]) {
  let next = -1
  return ({ asked, rests }: Moment): readonly Command[] => {
    if (next === -1 && asked === pauseAt) {
      next = 0
      return [{ kind: 'pause' }]
    }
    return next >= 0 && rests === 2 ? (then[next++] ?? []) : []
  }
}

const ofKind = <K extends SessionNews['kind']>({ news }: Watched, kind: K) =>
  news.filter((told): told is Extract<SessionNews, { kind: K }> => told.kind === kind)

const observedBy = (run: Watched) => ofKind(run, 'observed').map(({ observation }) => observation)
const curveOf = (run: Watched) => ofKind(run, 'observed').flatMap(({ curve }) => curve)

/** Everything of the result but time. */
const timeless = ({ outcome: { result, parameters, neighbours } }: Watched) => ({
  result: { ...result, seconds: 0 },
  parameters,
  neighbours
})

const resume: Command = { kind: 'resume' }
const step: Command = { kind: 'step' }
const pace = (roundsPerSecond: number | null): Command => ({ kind: 'pace', roundsPerSecond })
const stopPeer: Command = { kind: 'fault', action: { stop: [2], how: 'killed' } }

describe('a run that is watched', () => {
  test('tells its stage before anything else, and how it ended last', async () => {
    const run = await watched({ aggregation: 'star' })
    const [first] = run.news
    expect(first).toMatchObject({
      kind: 'begins',
      stage: { participants: 6, firstRound: 0, measures: 'value' }
    })
    const last = run.news.at(-1)
    expect(last).toMatchObject({ kind: 'observed', observation: { round: 12, sample: { round: 12 } } })
    expect(ofKind(run, 'progress')).toEqual([])
    expect(ofKind(run, 'comparing')).toEqual([])
  })

  test('tells where it begins, its first round at once, and then so often as the eye can follow', async () => {
    const run = await watched({ rounds: 400 }, () => [], { tick: 1e-3 })
    const rounds = observedBy(run).map(({ round }) => round)
    expect(rounds.slice(0, 2)).toEqual([0, 1])
    expect(rounds.at(-1)).toBe(400)
    expect(rounds.length).toBeGreaterThan(3)
    expect(rounds.length).toBeLessThan(3 + run.seconds / 0.1)
  })

  test('does not spend much of its time on telling', async () => {
    // Every look at the clock takes half a second, and so does whatever is told.
    const run = await watched({ rounds: 400 }, () => [], { tick: 0.5 })
    expect(observedBy(run).length).toBeLessThan(5 + (0.02 * run.seconds) / 0.5)
  })

  test('tells every measured round of its curve while there are few', async () => {
    const run = await watched({ measureEvery: 5 })
    expect(curveOf(run).map(({ round }) => round)).toEqual([5, 10, 12])
    expect(curveOf(run).at(-1)!.errors).toEqual(run.outcome.result!.swarm)
    expect(ofKind(run, 'observed').every(({ isAnew }) => !isAnew)).toBe(true)
    const every = await watched({})
    expect(curveOf(every).map(({ round }) => round)).toEqual(Array.from({ length: 12 }, (_, k) => k + 1))
  })

  test('ends with the same result as one that nobody looks on', async () => {
    const raw = { aggregation: 'gossip-scafflsa', loss: 0.2 }
    expect(timeless(await watched(raw))).toEqual(timeless(await watched(raw, () => [], { isWatched: false })))
  })

  test('tells of commands that it took, and why it did not take others', async () => {
    const run = await watched({}, atRounds({ 3: [stopPeer, stopPeer] }))
    expect(ofKind(run, 'happened').map(({ event }) => event)).toEqual([
      { after: 3, stop: [2], how: 'killed' }
    ])
    expect(ofKind(run, 'note')).toEqual([{ kind: 'note', text: 'refused: peer 2 is stopped already' }])
    const [seen] = observedBy(run).filter(({ presence }) => presence[2] !== PRESENCE.here)
    expect(seen).toMatchObject({ round: 3, presence: Uint8Array.of(0, 0, PRESENCE.killed, 0, 0) })
    // Pairs of the ring: 0 1, 0 4, 1 2, 2 3, 3 4.
    const { carries, idle } = LINK
    expect([...seen!.links]).toEqual([carries, carries, idle, idle, carries])
  })

  test('tells what a peer knows, beside what is true in its environment', async () => {
    const inspect: Command = { kind: 'inspect', peer: 1 }
    const run = await watched({ aggregation: 'gossip' }, atRounds({ 6: [inspect] }))
    const [told] = ofKind(run, 'inspected')
    const { fleet, judge } = settingOf(run.outcome.experiment)
    const { values, stationary } = exactValues(requireFinite(fleet, 'td'))
    expect(told).toMatchObject({ aggregation: 'gossip', report: { peer: 1, round: 6 } })
    // One-hot features: θ is the values.
    expect(told!.view.values).toEqual(told!.report.parameters)
    expect(told!.view.exactValues).toEqual(values.slice(6, 12))
    expect(told!.view.weights).toEqual(stationary.slice(6, 12))
    expect(told!.view.solution).toEqual(judge.solution!.slice(0, 6))
  })

  test('shows the θ* of those that take part', async () => {
    const faults = { events: [{ after: 2, stop: [0, 4] }] }
    const run = await watched({ faults }, atRounds({ 6: [{ kind: 'inspect', peer: 1 }] }))
    const { judge } = settingOf(run.outcome.experiment)
    const { view } = ofKind(run, 'inspected')[0]!
    expect(view).toEqual(judge.view(1, view.values, Uint8Array.of(0, 1, 1, 1, 0)))
    expect(view.solution).not.toEqual(judge.view(1, view.values).solution)
  })

  test('of policies shows their exact values, and the best there are', async () => {
    const raw = { learner: 'softmax', stepSize: 0.1 }
    const run = await watched(raw, atRounds({ 6: [{ kind: 'inspect', peer: 3 }] }))
    const { view } = ofKind(run, 'inspected')[0]!
    const fleet = requireFinite(settingOf(run.outcome.experiment).fleet, 'softmax')
    expect(view.exactValues).toEqual(optimalValues(fleet).slice(18, 24))
    expect(view.weights).toEqual(fleet.evaluation)
    expect(view.policy).toHaveLength(fleet.states * fleet.actions)
    expect(view).toMatchObject({ federatedValues: null, solution: null, ownSolution: null })
  })
})

describe('a run that nobody looks on', () => {
  test('tells its progress, and nothing that is for the eye', async () => {
    const run = await watched({}, atRounds({ 3: [stopPeer] }), { isWatched: false })
    expect(new Set(run.news.map(({ kind }) => kind))).toEqual(new Set(['progress', 'comparing']))
    expect(ofKind(run, 'progress').at(-1)).toMatchObject({ round: 12, sample: { round: 12 } })
  })
})

describe('a pause', () => {
  test('lets no round begin, and takes commands', async () => {
    const run = await watched({}, paused(4, [stopPeer], [resume]))
    const seen = observedBy(run).filter(({ isPaused }) => isPaused)
    expect(seen.map(({ round, presence }) => [round, presence[2]])).toEqual([
      [4, PRESENCE.here],
      [4, PRESENCE.killed]
    ])
    expect(seen[0]!.sample?.round).toBe(4)
    const planned = await watched({ faults: { events: [{ after: 4, stop: 2, how: 'killed' }] } })
    expect(run.outcome.parameters).toEqual(planned.outcome.parameters)
    expect(run.outcome.status).toBe('finished')
  })

  test('is told at once, and so is its end', async () => {
    const run = await watched({ rounds: 400 }, paused(150, [resume]))
    const told = observedBy(run).map(({ round, isPaused }) => [round, isPaused])
    expect(told).toContainEqual([150, true])
    expect(told).toContainEqual([150, false])
  })

  test.each([
    { aggregation: 'gossip-scafflsa', loss: 0.2, delayMs: 'uniform:low=0,high=20', deadlineMs: 15 },
    { aggregation: 'star' },
    { aggregation: 'none', measureEvery: 5 },
    { aggregation: 'gossip-scafflsa', transport: 'libp2p' }
  ])('changes nothing: %j', async raw => {
    const run = await watched(raw, paused(5, [step], [step, step], [resume]))
    expect(
      observedBy(run)
        .filter(({ isPaused }) => isPaused)
        .map(({ round }) => round)
    ).toEqual([5, 5, 6, 6, 7, 8])
    expect(timeless(run)).toEqual(timeless(await watched(raw)))
  })

  test('of a step lasts from the next round on', async () => {
    const run = await watched({}, ({ asked, rests }) => (asked === 3 ? [step] : rests === 5 ? [resume] : []))
    const seen = observedBy(run).filter(({ isPaused }) => isPaused)
    expect(seen.map(({ round }) => round)).toEqual([3, 4])
    expect(seen.at(-1)!.sample?.round).toBe(4)
  })

  test('does not count in the seconds of the run', async () => {
    const run = await watched({}, ({ asked, rests }) =>
      asked === 4 ? [{ kind: 'pause' }] : rests === 1000 ? [resume] : []
    )
    expect(run.seconds).toBeGreaterThan(20)
    expect(run.outcome.result!.seconds).toBeLessThan(0.1)
    expect(run.outcome.result!.seconds).toBeGreaterThan(0)
  })

  test('ends with the run, when that is stopped', async () => {
    const run = await watched({}, paused(4, [{ kind: 'stop' }]))
    expect(run.outcome.status).toBe('interrupted')
    expect(run.outcome.result!.round).toBe(4)
    expect(run.news.at(-1)).toMatchObject({ observation: { round: 4, isPaused: true } })
  })

  test('keeps what it paused at, and keeps it once', async () => {
    const parent = temporaryFolder()
    const checkpoint = () => join(parent, readdirSync(parent)[0]!, 'checkpoint')
    const written = new Set<bigint>()
    const crash = watched(
      {},
      ({ asked, rests }) => {
        if (asked === 4) return [{ kind: 'pause' }]
        if (rests > 0) written.add(statSync(checkpoint(), { bigint: true }).mtimeNs)
        if (rests === 400) throw new Error('out of luck')
        return []
      },
      { record: { kind: 'new', parent, command: 'murmur run' } }
    )
    await expect(crash).rejects.toThrow('out of luck')
    // That of before the first round, and that of the pause.
    expect(written.size).toBe(2)
    expect(readResumable(join(parent, readdirSync(parent)[0]!)).checkpoint.round).toBe(4)
  })

  test('is no way past the target', async () => {
    const raw = { rounds: 500, until: 'consensusError<0.5' }
    const whole = await watched(raw)
    const run = await watched(raw, paused(1, ...Array.from({ length: 500 }, () => [step])))
    expect(run.outcome.status).toBe('finished')
    expect(timeless(run)).toEqual(timeless(whole))
  })
})

describe('a pace', () => {
  test('is not exceeded, is told, does not count in the seconds, and changes nothing', async () => {
    const run = await watched({ rounds: 40 }, atRounds({ 0: [pace(10)] }))
    // Forty rounds, the first of which begins at once.
    expect(run.seconds).toBeGreaterThan(3.8)
    expect(run.seconds).toBeLessThan(4.2)
    expect(run.outcome.result!.seconds).toBeLessThan(0.2)
    expect(observedBy(run).at(-1)!.roundsPerSecond).toBe(10)
    expect(timeless(run)).toEqual(timeless(await watched({ rounds: 40 })))
  })

  test('is given up when it is told so', async () => {
    const run = await watched({ rounds: 40 }, ({ asked, rests }) =>
      asked === 0 ? [pace(0.001)] : rests === 10 ? [pace(null)] : []
    )
    expect(run.seconds).toBeLessThan(1)
    expect(observedBy(run).at(-1)!.roundsPerSecond).toBeNull()
  })
})

test('to seek means nothing in a run', async () => {
  const run = await watched({}, atRounds({ 4: [{ kind: 'seek', round: 2 }] }))
  expect(timeless(run)).toEqual(timeless(await watched({})))
})

test('a curve of many rounds is told by no more points than asked for, the last among them', () => {
  const errors = {} as never
  const curve = (length: number) => Array.from({ length }, (_, k) => ({ round: k + 1, errors }))
  expect(thinned(curve(0), 128)).toEqual([])
  expect(thinned(curve(128), 128)).toHaveLength(128)
  for (const length of [129, 200, 1000, 12345]) {
    const rounds = thinned(curve(length), 128).map(({ round }) => round)
    expect(rounds.length).toBeGreaterThan(60)
    expect(rounds.length).toBeLessThanOrEqual(128)
    expect(rounds.at(-1)).toBe(length)
    const gaps = rounds.slice(1).map((round, k) => round - rounds[k]!)
    expect(new Set(gaps).size).toBe(1)
  }
})
