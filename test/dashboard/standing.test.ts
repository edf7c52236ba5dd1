import { beforeAll, describe, expect, test } from 'vitest'
import type { Scene } from '../../src/dashboard/scene.ts'
import {
  aloneOf,
  comparedAt,
  consensusBeside,
  gainsIn,
  helped,
  isOutdated,
  missedPeers,
  secondsToGo,
  serverOf
} from '../../src/dashboard/standing.ts'
import { LINK, PRESENCE } from '../../src/interfaces.ts'
import { exampleScene } from '../support/scene.ts'
import { troubled } from '../support/troubled.ts'

let scene: Scene
beforeAll(async () => {
  scene = await exampleScene({ rounds: 20 })
})

test('the rivals stand where their errors are beside ours', () => {
  const here = scene.now!.sample!.swarm.valueError!
  const [none, star] = scene.rivals.map(({ sample }) => sample!.swarm.valueError!)
  expect(aloneOf(scene)).toMatchObject({ aggregation: 'none', value: none, gain: none! / here })
  expect(serverOf(scene)).toMatchObject({ aggregation: 'star', value: star, gain: star! / here })
})

test('whatever is known of the rivals later, they are compared with the run of the same round', () => {
  const { sample } = scene.comparison!
  const here = sample.swarm.valueError!
  const withError = (valueError: number) => ({ ...sample, swarm: { ...sample.swarm, valueError } })
  const comparison = {
    ...scene.comparison!,
    round: 7,
    alone: withError(3 * here),
    server: withError(here / 2)
  }
  expect(aloneOf({ ...scene, comparison })).toMatchObject({
    gain: expect.closeTo(3, 12),
    value: 3 * here
  })
  expect(serverOf({ ...scene, comparison })).toMatchObject({ gain: 0.5, value: here / 2 })
})

test('peers that are alone are compared with the server all the same', async () => {
  const alone = await exampleScene({ rounds: 5, aggregation: 'none' })
  expect(aloneOf(alone)).toBeUndefined()
  const error = (some: Scene['now']): number => some!.sample!.swarm.valueError!
  const server = alone.rivals[0]!.sample!.swarm.valueError!
  expect(serverOf(alone)?.gain).toBe(server / error(alone.now))
})

test('of returns the gain is what is earned more', async () => {
  const policy = await exampleScene({ rounds: 5, peers: 4, learner: 'softmax' })
  const here = policy.now!.sample!.swarm.return!
  const [none, star] = policy.rivals.map(({ sample }) => sample!.swarm.return!)
  expect(aloneOf(policy)).toMatchObject({ value: none, gain: here - none! })
  expect(serverOf(policy)).toMatchObject({ value: star, gain: here - star! })
  const gains = Float64Array.of(0.1, -0.1, 0, Number.NaN)
  expect(helped({ ...policy, comparison: { ...policy.comparison!, gains } })).toEqual({ peers: 1, of: 3 })
})

test('a rival that is only announced has no error yet', () => {
  const announced = { ...scene, rivals: [], comparison: undefined }
  expect(serverOf(announced)).toMatchObject({ aggregation: 'star', value: Number.NaN, gain: Number.NaN })
})

test('a comparison is old after a twentieth of the run', () => {
  const at = (round: number) => comparedAt({ ...scene, comparison: { ...scene.comparison!, round } })
  expect([at(18), at(19), at(20)]).toEqual([18, undefined, undefined])
})

describe('a comparison says nothing of how the run does', () => {
  /** Compared after a round in which the run's error was `factor` times what it is. */
  function comparedIn(round: number, factor = 1): Scene {
    const { sample } = scene.comparison!
    const valueError = factor * sample.swarm.valueError!
    const then = { ...sample, round, swarm: { ...sample.swarm, valueError } }
    return { ...scene, comparison: { ...scene.comparison!, round, sample: then } }
  }

  test('when it is older than three quarters of the run', () => {
    expect([comparedIn(4), comparedIn(5)].map(isOutdated)).toEqual([true, false])
  })

  test('when the run has halved or doubled its error since, but not within a twentieth of it', () => {
    expect([0.49, 0.51, 1.99, 2.01].map(factor => isOutdated(comparedIn(12, factor)))).toEqual([
      true,
      false,
      false,
      true
    ])
    expect(isOutdated(comparedIn(19, 10))).toBe(false)
  })

  test('which hides gains and who is helped', () => {
    expect(gainsIn(comparedIn(5))).toBe(scene.comparison!.gains)
    expect(gainsIn(comparedIn(4))).toBeUndefined()
    expect(helped(comparedIn(4))).toEqual({ peers: 0, of: 0 })
    expect(consensusBeside(comparedIn(4))).toBeUndefined()
  })
})

test('consensus errors stand beside each other as they were in the round compared', () => {
  const { now, rivals } = scene
  const later = { ...now!.sample!, swarm: { ...now!.sample!.swarm, consensusError: 1e9 } }
  expect(consensusBeside({ ...scene, now: { ...now!, sample: later } })).toEqual({
    here: now!.sample!.swarm.consensusError,
    alone: rivals[0]!.sample!.swarm.consensusError
  })
})

test('who is helped is counted among those of whom it is known', () => {
  const gains = Float64Array.of(2, 0.5, 1, Number.NaN, 1.1)
  expect(helped({ ...scene, comparison: { ...scene.comparison!, gains } })).toEqual({ peers: 2, of: 4 })
})

test('peers are missed by what happened to them, also those that no link reaches', () => {
  const bad = troubled(scene)
  const links = bad.stage!.edges.map(pair => (pair.includes(12) ? LINK.cut : LINK.carries))
  const presence = bad.now!.presence.with(7, PRESENCE.killed)
  const groups = missedPeers({ ...bad, now: { ...bad.now!, presence, links: Uint8Array.from(links) } })
  expect(groups.map(({ state, peers }) => [state.text, peers])).toEqual([
    ['lost', [3, 7]],
    ['stopped', [5]],
    ['cut off', [12]]
  ])
  expect(missedPeers(scene)).toEqual([])
})

test('a run has time to go only while it moves', () => {
  const now = { ...scene.now!, round: 10 }
  expect(secondsToGo({ ...scene, now, roundsPerSecond: 4 })).toBe(2.5)
  expect(secondsToGo({ ...scene, now, roundsPerSecond: Number.NaN })).toBeUndefined()
  expect(secondsToGo({ ...scene, now: { ...now, isPaused: true } })).toBeUndefined()
  expect(secondsToGo({ ...scene, now, status: 'finished' })).toBeUndefined()
})
