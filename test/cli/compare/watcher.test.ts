import { describe, expect, test } from 'vitest'
import { ContestWatcher } from '../../../src/cli/compare/watcher.ts'
import { tuningOf } from '../../../src/compare/tune.ts'
import { madeComparison } from '../../support/comparison.ts'

const { comparison, runs } = madeComparison(20)
const CELLS = runs.length

/** A watcher with a clock that is set by hand. */
function watched(parts = 1) {
  const time = { now: 100 }
  const watcher = new ContestWatcher(parts, 'given', comparison, 2, () => time.now)
  return { watcher, time }
}

describe('what is known of a comparison', () => {
  test('is at first who takes part, in their order', () => {
    const { watcher } = watched()
    const scene = watcher.scene()
    expect(scene).toMatchObject({ done: 0, cells: CELLS, fraction: 0, isOver: false, part: 1, seeds: 5 })
    expect(scene.secondsToGo).toBeUndefined()
    expect(scene.problems.map(({ label, cells, done }) => [label, cells, done])).toEqual([
      ['similar', 25, 0],
      ['opposite <peers>', 25, 0]
    ])
    expect(scene.problems[0]?.rows.map(({ name, mark, rank }) => [name, mark, rank])).toEqual([
      ['alone', 0, null],
      ['ring, gossip', 1, null],
      ['torus, gossip', 2, null],
      ['ring, gossip-scafflsa', 3, null],
      ['star-scafflsa', 4, null]
    ])
  })

  test('contenders are ranked by what is there, now and then, and at last by everything', () => {
    const { watcher, time } = watched()
    watcher.scene()
    for (const run of runs.slice(0, 10)) watcher.hearRun(run)
    const before = watcher.scene()
    expect([before.done, before.problems[0]?.done]).toEqual([10, 0])
    time.now += 1
    expect(watcher.scene().problems[0]?.done).toBe(10)
    for (const run of runs.slice(10)) watcher.hearRun(run)
    watcher.end()
    const last = watcher.scene()
    expect(last.problems.map(({ done }) => done)).toEqual([25, 25])
    const ranks = last.problems[0]?.rows.map(({ rank }) => rank ?? 0) ?? []
    expect(ranks[0]).toBe(1)
    expect(ranks).toEqual(ranks.toSorted((one, other) => one - other))
    expect(last.problems[0]?.rows[0]?.name).toBe('star-scafflsa')
    expect(last.problems[1]?.rows.at(-1)).toMatchObject({ name: 'star-scafflsa', rank: null, diverged: 1 })
  })

  test('time passes until it is over; then nothing is new', () => {
    const { watcher, time } = watched()
    time.now += 3
    const first = watcher.scene()
    time.now += 4
    expect([first.passedSeconds, watcher.scene().passedSeconds]).toEqual([3, 7])
    watcher.end()
    const last = watcher.scene()
    time.now += 10
    expect(last).toMatchObject({ isOver: true, passedSeconds: 7 })
    expect(watcher.scene()).toBe(last)
  })

  test('how long it still takes is told by what is estimated, then by what is done', () => {
    const { watcher, time } = watched()
    watcher.hearProgress({ done: 4, cells: CELLS, fraction: 0, estimate: 40 })
    expect(watcher.scene().secondsToGo).toBe(20)
    time.now += 10
    watcher.hearProgress({ done: 14, cells: CELLS, fraction: 0.25, estimate: 40 })
    expect(watcher.scene()).toMatchObject({ secondsToGo: 30, fraction: 0.25 })
  })

  test('what takes longer than was thought has no time to go until something is done', () => {
    const { watcher, time } = watched()
    watcher.hearProgress({ done: 0, cells: CELLS, fraction: 0, estimate: 4 })
    time.now += 5
    expect(watcher.scene().secondsToGo).toBeUndefined()
  })

  test('the next phase begins with nothing done, and time goes on', () => {
    const { watcher, time } = watched(3)
    for (const run of runs) watcher.hearRun(run)
    expect(watcher.scene()).toMatchObject({ part: 1, parts: 3, phase: 'given', fraction: 1 })
    time.now += 8
    watcher.begin('tuning', tuningOf(comparison), 2)
    const scene = watcher.scene()
    expect(scene).toMatchObject({
      part: 2,
      phase: 'tuning',
      done: 0,
      cells: 250,
      seeds: 5,
      passedSeconds: 8,
      fraction: 0
    })
    expect(scene.problems[0]?.rows).toHaveLength(25)
    const ring = scene.problems[0]?.rows.filter(({ name }) => name.startsWith('ring, gossip, step'))
    expect(ring).toHaveLength(5)
    expect(new Set(ring?.map(({ mark }) => mark))).toEqual(new Set([1]))
    expect(new Set(ring?.map(({ name }) => name)).size).toBe(5)
  })
})
