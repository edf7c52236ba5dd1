import { expect, test } from 'vitest'
import type { RoundSample } from '../../src/interfaces.ts'
import { CollapseWatch } from '../../src/metrics/collapse.ts'
import { sampleAt } from '../support/samples.ts'

/** Of two actions; a thousandth of which is too little. */
const MOST = Math.LN2

function sample(round: number, entropy: number[], returns: number[]): RoundSample {
  const made = sampleAt(round)
  const peers = { ...made.peers, entropy: Float64Array.from(entropy), return: Float64Array.from(returns) }
  return { ...made, peers }
}

const watchOf = (kinds = [0, 0, 0]) => new CollapseWatch(3, 2, () => Int32Array.from(kinds))

test('a policy that leaves nothing to chance any more and earns less than the best is told, once', () => {
  const watch = watchOf()
  expect(watch.take(sample(1, [0.5, 0.6, 0.6], [20, 30, 25]))).toBeUndefined()
  const collapsed = sample(2, [0.4, 6e-4, 0.5], [60, 9, 70])
  expect(watch.take(collapsed)).toEqual({
    peer: 1,
    round: 2,
    entropy: 6e-4,
    return: 9,
    than: 70,
    of: 'the best peer'
  })
  expect(watch.take(collapsed)).toBeUndefined()
})

test('also one that earns less than it did, whatever the others do', () => {
  const watch = watchOf([0, 1, 2])
  expect(watch.take(sample(1, [0.5, 0.5, 0.5], [100, 10, 10]))).toBeUndefined()
  expect(watch.take(sample(2, [0.5, 1e-5, 0.5], [200, 10, 10]))).toBeUndefined()
  expect(watch.take(sample(3, [0.5, 1e-5, 0.5], [200, 8, 10]))).toMatchObject({
    peer: 1,
    return: 8,
    than: 10,
    of: 'its own best'
  })
})

test.each([
  ['whose entropy is low but not that low', [0.5, 0.0011 * MOST, 0.5], [50, 9, 50]],
  ['that is decided, and right', [1e-9, 1e-9, 1e-9], [200, 195, 198]],
  ['that does not take part', [0.5, Number.NaN, 0.5], [50, Number.NaN, 50]]
])('a policy %s is no collapse', (_, entropy, returns) => {
  const watch = watchOf()
  watch.take(sample(1, [0.6, 0.6, 0.6], [5, 5, 5]))
  expect(watch.take(sample(2, entropy, returns))).toBeUndefined()
})

test('policies that never left anything to chance, as greedy ones, do not collapse', () => {
  const watch = watchOf()
  for (const round of [1, 2, 3]) expect(watch.take(sample(round, [0, 0, 0], [9, 50, 50]))).toBeUndefined()
})

test('values have no policies to watch', () => {
  expect(watchOf().take(sampleAt(1))).toBeUndefined()
})
