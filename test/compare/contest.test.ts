import { expect, test } from 'vitest'
import { contest } from '../../src/compare/contest.ts'
import { resolve } from '../../src/experiment/resolve.ts'

/** Alone, where a sample takes a tenth of a second. */
const price = 'lan:stepMs=100,stragglers=0'
const experimentOf = (more: object) =>
  resolve({
    peers: 4,
    rounds: 12,
    localSteps: 3,
    measureEvery: 5,
    aggregation: 'none',
    transport: 'simulated',
    ...more
  }).experiment

test('a policy computes for each sample of a peer, of which a local step may take many', async () => {
  const experiment = experimentOf({ environment: 'gridworld', learner: 'reinforce', stepSize: 0.01 })
  const { samples, seconds } = await contest({ experiment, metric: 'return', price })
  // Episodes are longer than a step.
  expect(samples[0]).toBeGreaterThan(2 * 5 * 3)
  expect(seconds).toEqual(samples.map(count => expect.closeTo(0.1 * count, 8)))
})

test('values are computed for each local step, which takes a sample', async () => {
  const experiment = experimentOf({ environment: 'garnet:states=6,branching=2', stepSize: 0.1 })
  const { samples, seconds } = await contest({ experiment, metric: 'valueError', price })
  expect(samples).toEqual([15, 30, 36])
  expect(seconds).toEqual([1.5, 3, 3.6].map(count => expect.closeTo(count, 10)))
})
