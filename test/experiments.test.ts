/** The shipped experiments, simulated to their end: they show what they are for. */
import { expect, test } from 'vitest'
import type { AggregationSpec } from '../src/aggregation/names.ts'
import { readExperiment } from '../src/experiment/read.ts'
import { distance, sum } from './support/numbers.ts'
import { type Run, run } from './support/run.ts'

/** The shipped experiment of this name in the simulator, with its own aggregation or another one. */
function simulated(name: string, aggregation?: AggregationSpec): Promise<Run> {
  const { experiment } = readExperiment({ experiment: name })
  const { rounds, topology } = experiment
  const graph = aggregation === 'star' ? 'star' : topology
  const last = { transport: 'simulated', measureEvery: rounds }
  return run({ ...experiment, ...last, topology: graph, aggregation: aggregation ?? experiment.aggregation })
}

/** Per peer: how many times larger its value error is when it learns `alone`. */
const gains = (alone: Run, here: Run): number[] =>
  Array.from(here.last.peers.valueError!, (error, i) => alone.last.peers.valueError![i]! / error)

test('default: federation helps every peer, and the ring comes between learning alone and a server', async () => {
  const [ring, alone, star] = [
    await simulated('default'),
    await simulated('default', 'none'),
    await simulated('default', 'star')
  ]
  expect(gains(alone, ring)).toHaveLength(16)
  expect(Math.min(...gains(alone, ring))).toBeGreaterThan(1)
  const error = ({ last }: Run): number => last.swarm.valueError!
  expect(error(ring)).toBeLessThan(error(alone))
  expect(error(star)).toBeLessThan(error(ring))
})

test('opposite: all peers reach one common point, θ*, which is worse for each than learning alone', async () => {
  const [corrected, alone] = [await simulated('opposite'), await simulated('opposite', 'none')]
  expect(corrected.last.swarm.fixedPointError).toBeLessThan(1e-9)
  expect(corrected.last.swarm.consensusError).toBeLessThan(1e-9)
  const { solution } = corrected.setting.judge
  expect(sum(solution!.map(Math.abs))).toBeGreaterThan(1)
  for (const theta of corrected.parameters)
    expect(distance(solution!.subarray(0, theta.length), theta)).toBeLessThan(1e-9)
  expect(gains(alone, corrected)).toHaveLength(8)
  expect(Math.max(...gains(alone, corrected))).toBeLessThan(1)
})
