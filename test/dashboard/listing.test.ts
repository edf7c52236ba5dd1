import fc from 'fast-check'
import { beforeAll, describe, expect, test } from 'vitest'
import { listedPeers } from '../../src/dashboard/listing.ts'
import type { Scene } from '../../src/dashboard/scene.ts'
import { FIRST_VIEW, SORTS } from '../../src/dashboard/view.ts'
import { exampleScene } from '../support/scene.ts'
import { troubled } from '../support/troubled.ts'

let scene: Scene
let bad: Scene
beforeAll(async () => {
  scene = await exampleScene({ rounds: 20 })
  bad = troubled(scene)
})

const listed = (of: Scene, view: Partial<typeof FIRST_VIEW>): number[] =>
  listedPeers(of, { ...FIRST_VIEW, ...view })
const withErrors = (errors: readonly number[]): Scene => {
  const now = structuredClone(scene.now!)
  now.sample!.peers.valueError!.set(errors)
  return { ...scene, experiment: { ...scene.experiment, peers: errors.length }, now }
}

describe('sorting', () => {
  test('NaN is last either way, and equals stay in the order of their numbers', () => {
    const some = withErrors([2, Number.NaN, 1, 2, Number.NaN, 3])
    expect(listed(some, { sort: 'error' })).toEqual([2, 0, 3, 5, 1, 4])
    expect(listed(some, { sort: 'error', isDescending: true })).toEqual([5, 0, 3, 2, 1, 4])
  })

  test('by number, from the first or from the last', () => {
    expect(listed(scene, {}).slice(0, 3)).toEqual([0, 1, 2])
    expect(listed(scene, { isDescending: true }).slice(0, 3)).toEqual([15, 14, 13])
  })

  test('any errors are in order', () => {
    const errors = fc.array(fc.oneof(fc.constant(Number.NaN), fc.double()), { minLength: 1, maxLength: 16 })
    fc.assert(
      fc.property(errors, fc.boolean(), (values, isDescending) => {
        const order = listed(withErrors(values), { sort: 'error', isDescending })
        expect(order.toSorted((i, j) => i - j)).toEqual([...values.keys()])
        const known = order.map(i => values[i]!).filter(value => !Number.isNaN(value))
        expect(order.slice(known.length).every(i => Number.isNaN(values[i]))).toBe(true)
        const sorted = known.toSorted((a, b) => (isDescending ? b - a : a - b) || 0)
        expect(known.map(x => x + 0)).toEqual(sorted.map(x => x + 0))
      })
    )
  })

  test('descending, the peers that want to be looked at are first', () => {
    expect(listed(bad, { sort: 'state', isDescending: true }).slice(0, 5)).toEqual([3, 9, 8, 10, 5])
    expect(listed(bad, { sort: 'lost', isDescending: true }).slice(0, 2)).toEqual([8, 10])
  })

  test('of policies the least return is the largest error', async () => {
    const policy = await exampleScene({ rounds: 5, learner: 'softmax' })
    const returns = policy.now!.sample!.peers.return!
    const [worst] = listed(policy, { sort: 'error', isDescending: true })
    expect(returns[worst!]).toBe(Math.min(...returns))
  })

  test.each(SORTS)('by %s, every peer is listed once, before and after the first sample', sort => {
    for (const some of [scene, bad, { ...scene, now: undefined, comparison: undefined, stage: undefined }]) {
      expect(listed(some, { sort }).sort((i, j) => i - j)).toEqual([...Array(16).keys()])
    }
  })
})

describe('the filter', () => {
  test.each([
    ['1', [1, 10, 11, 12, 13, 14, 15]],
    ['GARNET-3', [3]],
    ['LOST', [3]],
    ['waits for 9', [8, 10]],
    ['nowhere', []]
  ])('%s', (filter, peers) => {
    expect(listed(bad, { filter })).toEqual(peers)
  })
})
