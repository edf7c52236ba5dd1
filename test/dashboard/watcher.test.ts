import { beforeAll, describe, expect, test } from 'vitest'
import type { Scene } from '../../src/dashboard/scene.ts'
import { Watcher } from '../../src/dashboard/watcher.ts'
import { PRESENCE, type RoundSample } from '../../src/interfaces.ts'
import type { CurvePoint, Observation, SessionNews } from '../../src/session/protocol.ts'
import { exampleScene } from '../support/scene.ts'

let example: Scene
beforeAll(async () => {
  example = await exampleScene({ peers: 4, rounds: 20 })
})

const sampleAt = (round: number, changes: Partial<RoundSample> = {}): RoundSample => ({
  ...example.now!.sample!,
  round,
  ...changes
})
const observationAt = (round: number, changes: Partial<Observation> = {}): Observation => ({
  ...example.now!,
  round,
  sample: sampleAt(round),
  ...changes
})
const pointsFrom = (from: number, to: number): CurvePoint[] =>
  Array.from({ length: to - from }, (_, k) => ({ round: from + k, errors: example.now!.sample!.swarm }))

const observed = (
  round: number,
  changes: Partial<Observation> = {},
  curve: readonly CurvePoint[] = [],
  isAnew = false
): SessionNews => ({ kind: 'observed', observation: observationAt(round, changes), curve, isAnew })

/** A watcher that has been told all of this, a second apart. */
function told(...news: readonly SessionNews[]): Watcher {
  const watcher = new Watcher(example.experiment, false)
  for (const [second, each] of news.entries()) watcher.hear(each, second)
  return watcher
}

test('nothing is known at first', () => {
  expect(told().scene(0)).toMatchObject({
    status: 'opening',
    now: undefined,
    curve: [],
    comparison: undefined
  })
})

test('connections are counted until the first round', () => {
  const opening: SessionNews = { kind: 'opening', connected: 3, connections: 8 }
  expect(told(opening).scene(1).opening).toMatchObject({ connected: 3, connections: 8 })
  expect(told(opening, observed(1)).scene(1).opening).toBeUndefined()
})

test('what is foretold of the long run stays, whatever is observed', () => {
  const longRun = { ...example.now!.sample!.swarm, valueError: 0.1 }
  const watcher = told(observed(1), { kind: 'foretold', longRun }, observed(2, {}, [], true))
  expect(watcher.scene(3).longRun).toEqual(longRun)
  expect(told(observed(1)).scene(1).longRun).toBeUndefined()
})

test('the status is what was observed last, until the end', () => {
  expect(told(observed(1)).scene(0).status).toBe('running')
  const watcher = told(observed(1), observed(1, { isPaused: true }))
  expect(watcher.scene(1).status).toBe('paused')
  watcher.end('finished')
  watcher.hear(observed(1), 2)
  expect(watcher.scene(2).status).toBe('finished')
})

test('a run that is over is compared until its end is told', () => {
  const watcher = told(observed(20), { kind: 'comparing', aggregation: 'none' })
  expect(watcher.scene(2).status).toBe('comparing')
  watcher.end('finished')
  expect(watcher.scene(3).status).toBe('finished')
})

test('rates are those of what was seen in the last seconds', () => {
  const traffic = (bytes: number) => ({ ...example.now!.sample!.traffic, bytes })
  const watcher = told(
    observed(10, { sample: sampleAt(10, { traffic: traffic(1000) }) }),
    observed(30, { sample: sampleAt(30, { traffic: traffic(4000) }) })
  )
  expect(watcher.scene(1)).toMatchObject({ roundsPerSecond: 20, bytesPerSecond: 3000 })
  expect(watcher.scene(3).roundsPerSecond).toBeCloseTo(20 / 2.5)
})

describe('the curve', () => {
  test('has every point while they are few', () => {
    const { curve } = told(observed(5, {}, pointsFrom(1, 6)), observed(9, {}, pointsFrom(6, 10))).scene(1)
    expect(curve.map(({ round }) => round)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9])
  })

  test('of a long run is thinned evenly, and has its first and its last point', () => {
    const { curve } = told(observed(100_000, {}, pointsFrom(1, 100_001))).scene(0)
    const rounds = curve.map(({ round }) => round)
    const gaps = rounds.slice(1).map((round, k) => round - rounds[k]!)
    expect(rounds.length).toBeGreaterThan(1000)
    expect(rounds.length).toBeLessThanOrEqual(2048)
    expect([rounds[0], rounds.at(-1)]).toEqual([1, 100_000])
    expect(Math.max(...gaps)).toBeLessThanOrEqual(128)
  })
})

describe('the comparison', () => {
  const rivalAt = (round: number, factor: number): SessionNews => {
    const sample = sampleAt(round)
    const scaled = {
      ...sample,
      swarm: { ...sample.swarm, valueError: sample.swarm.valueError! * factor },
      peers: { ...sample.peers, valueError: sample.peers.valueError!.map(x => x * factor) }
    }
    return {
      kind: 'rivals',
      round,
      rivals: [
        { aggregation: 'none', divergedIn: null, sample: scaled, curve: [] },
        { aggregation: 'star', divergedIn: null, sample, curve: [] }
      ]
    }
  }

  test('is of the round for which the rivals are known, not of the present one', () => {
    const { comparison } = told(observed(5), observed(9), rivalAt(5, 3)).scene(2)
    expect(comparison).toMatchObject({
      round: 5,
      sample: { round: 5 },
      alone: { round: 5, swarm: { valueError: 3 * comparison!.sample.swarm.valueError! } },
      server: { round: 5 }
    })
    expect([...comparison!.gains]).toEqual([3, 3, 3, 3].map(x => expect.closeTo(x, 10)))
  })

  test('is not made where the run was not seen at that round', () => {
    expect(told(observed(5), rivalAt(4, 3)).scene(1).comparison).toBeUndefined()
  })

  test('is made however many rounds the run is ahead by then', () => {
    const rounds = (from: number, to: number) =>
      Array.from({ length: to - from + 1 }, (_, k) => observed(from + k))
    const watcher = told(...rounds(1, 200), rivalAt(1, 3), ...rounds(201, 400))
    expect(watcher.scene(0).comparison?.round).toBe(1)
    // They were asked for the newest round as soon as they had answered.
    watcher.hear(rivalAt(200, 2), 400)
    expect(watcher.scene(400).comparison).toMatchObject({ round: 200, sample: { round: 200 } })
    watcher.hear(rivalAt(400, 2), 401)
    expect(watcher.scene(401).comparison).toMatchObject({ round: 400, sample: { round: 400 } })
  })

  test('goes on with the server when those who are alone have diverged', () => {
    const sample = sampleAt(5)
    const comparison = told(observed(5), {
      kind: 'rivals',
      round: 5,
      rivals: [
        { aggregation: 'none', divergedIn: 4, sample: undefined, curve: [] },
        { aggregation: 'star', divergedIn: null, sample, curve: [] }
      ]
    }).scene(1).comparison
    expect(comparison).toMatchObject({ round: 5, alone: undefined, server: sample })
    expect([...comparison!.gains]).toEqual([Number.NaN, Number.NaN, Number.NaN, Number.NaN])
  })
})

describe('a peer that stops and returns', () => {
  const gone = () => ({ presence: Uint8Array.of(0, PRESENCE.killed, 0, 0) })

  test('is back for a while', () => {
    const watcher = told(observed(1), observed(2, gone()), observed(3))
    expect([...watcher.scene(3).backSince]).toEqual([[1, 3]])
    watcher.hear(observed(100), 20)
    expect([...watcher.scene(20).backSince]).toEqual([])
  })

  test('is not back when it is gone again', () => {
    const watcher = told(observed(1), observed(2, gone()), observed(3), observed(4, gone()))
    expect([...watcher.scene(3).backSince]).toEqual([])
  })
})

describe('the log', () => {
  test('has notes, commands that were taken, and whom the swarm waited for, once', () => {
    const { log } = told(
      { kind: 'note', text: 'hello' },
      observed(7),
      { kind: 'happened', event: { after: 7, stop: [1], how: 'killed' } },
      { kind: 'waiting', for: [1] },
      { kind: 'waiting', for: [1] }
    ).scene(5)
    expect(log).toEqual([
      { round: 0, kind: 'note', text: 'hello' },
      { round: 7, kind: 'fault', text: 'peer 1 is killed' },
      { round: 7, kind: 'trouble', text: 'waiting for peer 1' }
    ])
  })

  test('has the events of the experiment when they take effect', async () => {
    const { experiment } = await exampleScene({
      peers: 4,
      rounds: 20,
      faults: { events: [{ after: 5, stop: 1 }] }
    })
    const watcher = new Watcher(experiment, false)
    watcher.hear(observed(4), 0)
    watcher.hear(observed(5), 1)
    expect(watcher.scene(1).log).toEqual([])
    watcher.hear(observed(6), 2)
    expect(watcher.scene(2).log).toEqual([{ round: 5, kind: 'fault', text: 'peer 1 is closed' }])
  })

  test('keeps the last 500 lines', () => {
    const watcher = told()
    for (let k = 0; k < 600; k++) watcher.note(String(k))
    const { log } = watcher.scene(0)
    expect([log.length, log.at(-1)?.text]).toEqual([500, '599'])
  })
})

test('who waits is forgotten as soon as a round is completed', () => {
  const watcher = told(observed(1), { kind: 'waiting', for: [2] })
  expect(watcher.scene(1).waitingFor).toEqual([2])
  watcher.hear(observed(2), 2)
  expect(watcher.scene(2).waitingFor).toEqual([])
})

test('what was told of another time is void', () => {
  const watcher = told(observed(9, {}, pointsFrom(1, 10)), observed(3, {}, pointsFrom(1, 4), true))
  const { curve, now, trails } = watcher.scene(1)
  expect(curve.map(({ round }) => round)).toEqual([1, 2, 3])
  expect(now?.round).toBe(3)
  expect(trails.map(trail => trail.length)).toEqual([1, 1, 1, 1])
})

test('who went is away since the round in which it was missed first', () => {
  const gone = { presence: Uint8Array.of(0, PRESENCE.frozen, 0, 0) }
  const watcher = told(observed(1), observed(4, gone), observed(6, gone))
  expect([...watcher.scene(3).awaySince]).toEqual([[1, 4]])
  watcher.hear(observed(7), 3)
  expect([...watcher.scene(3).awaySince]).toEqual([])
})

test('who was told to go went then, however late it was seen', () => {
  const gone = { presence: Uint8Array.of(0, PRESENCE.killed, 0, 0) }
  const event = { after: 3, stop: [1], how: 'killed' } as const
  const { awaySince, log } = told(observed(1), { kind: 'happened', event }, observed(9, gone)).scene(3)
  expect([...awaySince]).toEqual([[1, 3]])
  expect(log).toEqual([{ round: 3, kind: 'fault', text: 'peer 1 is killed' }])
})

test('seconds pass while the swarm goes on, not while it is paused', () => {
  const seconds = (seconds: number) => ({ ...example.now!.sample!, seconds })
  const watcher = told(
    observed(1, { sample: seconds(0.25) }),
    observed(2, { isPaused: true }),
    observed(2, { isPaused: true }),
    observed(3)
  )
  expect(watcher.scene(3).elapsedSeconds).toBe(1.25)
  expect(watcher.scene(5).elapsedSeconds).toBe(3.25)
  watcher.hear(observed(3, { isPaused: true }), 6)
  expect(watcher.scene(9).elapsedSeconds).toBe(4.25)
})

test('a run that was over before anybody looked took as long as it says', () => {
  const watcher = new Watcher(example.experiment, false)
  for (const round of [1, 20]) {
    watcher.hear(observed(round, { sample: { ...example.now!.sample!, seconds: round / 10 } }), 5)
  }
  expect(watcher.scene(5).elapsedSeconds).toBe(2)
})
