import { expect, test } from 'vitest'
import { Player } from '../../src/dashboard/player.ts'
import type { Inspected } from '../../src/dashboard/scene.ts'
import type { WatchedEpisode } from '../../src/interfaces.ts'
import { openedScene } from '../support/opened.ts'

const some = (await openedScene(0, { peers: 2, rounds: 1, environment: 'garnet:states=4' })).opened.here!

/** So many pictures, one every 100 ms. */
const episodeOf = (pictures: number): WatchedEpisode => ({
  score: pictures,
  steps: pictures - 1,
  terminated: true,
  frames: Array.from({ length: pictures }, (_, k) => [0, 0, k, 1]),
  stepMs: 100
})

const inspected = (peer: number, round: number, episode?: WatchedEpisode): Inspected => ({
  report: { ...some.report, peer, round },
  view: { ...some.view, ...(episode && { episode }) }
})

test('an episode is shown at its own speed, its last picture for a second', () => {
  const player = new Player()
  const here = inspected(1, 7, episodeOf(5))
  const frames = [10, 10.05, 10.11, 10.25, 10.41, 10.9, 11.4].map(seconds => player.at(here, seconds)?.frame)
  expect(frames).toEqual([0, 0, 1, 2, 4, 4, 4])
  expect(player.at(here, 11.51)).toMatchObject({ peer: 1, round: 7, frame: 0 })
})

test('what is new of the same peer is shown when its episode is over', () => {
  const player = new Player()
  player.at(inspected(1, 7, episodeOf(5)), 0)
  const newer = inspected(1, 8, episodeOf(3))
  expect(player.at(newer, 0.3)).toMatchObject({ round: 7, frame: 3 })
  expect(player.at(newer, 1.6)).toMatchObject({ round: 8, frame: 0 })
  expect(player.at(newer, 1.75)).toMatchObject({ round: 8, frame: 1 })
})

test('another peer is shown at once', () => {
  const player = new Player()
  player.at(inspected(1, 7, episodeOf(50)), 0)
  expect(player.at(inspected(2, 7, episodeOf(50)), 0.3)).toMatchObject({ peer: 2, frame: 0 })
  expect(player.at(undefined, 0.4)).toBeUndefined()
})

test('there is nothing to show of who lives through no episodes, or draws nothing', () => {
  const player = new Player()
  expect(player.at(inspected(1, 7), 0)).toBeUndefined()
  expect(player.at(inspected(1, 7, { ...episodeOf(3), frames: [[], [], []] }), 0)).toBeUndefined()
})
