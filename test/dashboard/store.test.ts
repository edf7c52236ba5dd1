import { beforeAll, expect, test } from 'vitest'
import type { Scene } from '../../src/dashboard/scene.ts'
import { Store } from '../../src/dashboard/store.ts'
import type { Command, SessionNews } from '../../src/session/protocol.ts'
import { openedScene } from '../support/opened.ts'

let example: Scene
beforeAll(async () => {
  example = await openedScene(0, { peers: 4, rounds: 10 })
})

const EXTENT = { page: 5, peerLines: 10, logLines: 20, helpPages: 1 }

const observed = (isPaused = false): SessionNews => ({
  kind: 'observed',
  observation: { ...example.now!, isPaused },
  curve: [],
  isAnew: false
})

/** A store that has been told of a run, its clock, and what it sent. */
function opened() {
  const clock = { seconds: 0 }
  const sent: Command[] = []
  const store = new Store(example.experiment, false, {
    send: command => sent.push(command),
    leave: () => {},
    write: () => 'written',
    clock: () => clock.seconds
  })
  store.hear({ kind: 'begins', stage: example.stage! })
  store.hear(observed())
  store.tick()
  return { store, clock, sent }
}

test('there is nothing to show until something is told', () => {
  const { store } = opened()
  expect(store.tick()).toBe(false)
  store.note('a word')
  expect([store.tick(), store.tick()]).toEqual([true, false])
})

test('a swarm that stands still is shown every second, one that is paused is not', () => {
  const { store, clock } = opened()
  clock.seconds = 0.9
  expect(store.tick()).toBe(false)
  clock.seconds = 1
  expect([store.tick(), store.tick()]).toEqual([true, false])
  store.hear(observed(true))
  store.tick()
  clock.seconds = 60
  expect(store.tick()).toBe(false)
})

test('a frozen screen stays, and then shows what was missed', () => {
  const { store } = opened()
  store.press('f', EXTENT)
  store.note('a word')
  expect(store.tick()).toBe(false)
  store.press('f', EXTENT)
  expect(store.tick()).toBe(true)
})

test('what is told after a command is its answer, once', () => {
  const { store, sent } = opened()
  expect(store.hear(observed())).toBe(false)
  store.press('space', EXTENT)
  expect(sent).toContainEqual({ kind: 'pause' })
  expect([store.hear(observed(true)), store.hear(observed(true))]).toEqual([true, false])
})

test('the peer that was selected is an answer until it is shown', () => {
  const { store, sent } = opened()
  store.press('j', EXTENT)
  expect(sent.at(-1)).toEqual({ kind: 'inspect', peer: 1 })
  const inspected = (aggregation: 'gossip' | 'none', peer: number) =>
    ({ kind: 'inspected', aggregation, report: { peer }, view: {} }) as unknown as SessionNews
  expect(store.hear(inspected('none', 1))).toBe(false)
  expect(store.hear(inspected('gossip', 0))).toBe(false)
  expect(store.hear(inspected('gossip', 1))).toBe(true)
  store.tick()
  expect(store.hear(inspected('gossip', 1))).toBe(false)
})

test('an episode of the opened peer moves while it is looked at, unless the screen is frozen', () => {
  const { store, clock } = opened()
  const here = example.opened.here!
  const frames = Array.from({ length: 50 }, () => [0, 0, 1, 1])
  const episode = { score: 1, steps: 49, terminated: true, frames, stepMs: 20 }
  store.hear({
    kind: 'inspected',
    aggregation: example.experiment.aggregation,
    report: { ...here.report, peer: 0 },
    view: { ...here.view, episode }
  })
  expect(store.tick()).toBe(true)
  expect(store.scene.opened.playing).toMatchObject({ peer: 0, frame: 0 })
  expect(store.move()).toBe(false)
  clock.seconds = 0.1
  expect(store.move()).toBe(true)
  expect(store.scene.opened.playing?.frame).toBe(5)
  store.press('f', EXTENT)
  clock.seconds = 0.2
  expect(store.move()).toBe(false)
  store.press('f', EXTENT)
  expect(store.move()).toBe(true)
  expect(store.scene.opened.playing?.frame).toBe(10)
})

test('nothing moves where peers live through no episodes', () => {
  const { store, clock } = opened()
  clock.seconds = 0.1
  expect(store.move()).toBe(false)
  expect(store.scene.opened.playing).toBeUndefined()
})
