/** The examples of what users can bring keep what everything of their kind keeps, and do what they say. */
import { readFileSync } from 'node:fs'
import {
  describeAggregation,
  describeLearner,
  describeSimulation,
  describeTopology
} from '@murmuration/swarm/contracts'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { stream } from '../../src/core/random.ts'
import { run } from '../support/run.ts'
import { aggregations } from './median.ts'
import { topologies } from './moebius-ladder.ts'
import { learners } from './momentum-td.ts'
import { environments } from './mountain-car.ts'

const [median, moebius] = [aggregations.median, topologies['moebius-ladder']]
const [momentum, car] = [learners['momentum-td'], environments['mountain-car']]

describeAggregation('median', median)
describeTopology('moebius-ladder', moebius)
describeLearner('momentum-td', momentum)
describeSimulation(
  'mountain-car',
  car,
  fc.record({
    cap: fc.integer({ min: 1, max: 300 }),
    forceSpread: fc.double({ min: 0, max: 0.9, noNaN: true })
  })
)

describe('the median', () => {
  test('is not moved by a neighbour that is far off, as the mean is', async () => {
    const raw = {
      topology: 'complete',
      peers: 5,
      rounds: 1,
      localSteps: 1,
      stepSize: 0.001,
      sampling: 'expected',
      initial: 'random',
      use: []
    }
    const before = await run({ ...raw, aggregation: 'none' })
    const after = await run({ ...raw, aggregation: 'median', use: [`${import.meta.dirname}/median.ts`] })
    const middle = before.parameters[0]!.map(
      (_, c) => before.parameters.map(row => row[c]!).sort((a, b) => a - b)[2]
    )
    for (const row of after.parameters) expect(row).toEqual(middle)
  })
})

describe('the Möbius ladder', () => {
  test('has three neighbours each, one of them opposite, and an even number of peers', () => {
    const { neighbours } = moebius.build(12, {}, { seed: '1', types: () => new Int32Array(12) }).graphAt(0)
    expect(neighbours[0]).toEqual([1, 6, 11])
    expect(neighbours.every(({ length }) => length === 3)).toBe(true)
    expect(() => moebius.build(7, {}, { seed: '1', types: () => new Int32Array(7) })).toThrow(
      'moebius-ladder: needs an even number of peers, not 7'
    )
  })
})

describe('TD with momentum', () => {
  const options = (keep: number) => ({
    use: [`${import.meta.dirname}/momentum-td.ts`],
    learner: { name: 'momentum-td', keep },
    stepSize: 0.05,
    peers: 4,
    environment: 'garnet:states=6',
    rounds: 30
  })

  test('is TD(0) where nothing is kept', async () => {
    for (const sampling of ['markov', 'iid']) {
      const raw = { ...options(0), sampling }
      const [here, plain] = [await run(raw), await run({ ...raw, use: [], learner: 'td' })]
      for (const [i, row] of here.parameters.entries())
        for (const [c, x] of row.entries()) expect(Math.abs(x - plain.parameters[i]![c]!)).toBeLessThan(1e-12)
    }
  })

  test('comes to the same point, and refuses experience that it has no samples of', async () => {
    const { last } = await run({ ...options(0.9), rounds: 3000 })
    const { last: plain } = await run({ ...options(0), rounds: 3000 })
    expect(last.swarm.valueError).toBeLessThan(1.5 * plain.swarm.valueError!)
    expect(momentum.refuses?.({ keep: 0.9 }, 'expected', 'random')).toMatch(/learns from samples/)
  })
})

describe('the mountain car', () => {
  const { transitions, stepsOfPumping } = JSON.parse(
    readFileSync(new URL('../fixtures/mountain-car.json', import.meta.url), 'utf8')
  ) as { transitions: [number, number, number, number, number, boolean][]; stepsOfPumping: number }
  const random = stream('1', 0, 'car')
  const fleetOf = (raw: object, peers = 3) => car.build(peers, car.options.parse(raw), '1')

  test('moves as that of Gymnasium, to 1e-12', () => {
    const simulation = fleetOf({}).simulationOf(0)
    const seen = new Float64Array(2)
    for (const [x, v, action, nextX, nextV, terminated] of transitions) {
      simulation.reset(random, seen)
      simulation.state.set([x, v])
      simulation.step(action, random, seen)
      expect(Math.abs(seen[0]! - nextX)).toBeLessThan(1e-12)
      expect(Math.abs(seen[1]! - nextV)).toBeLessThan(1e-12)
      expect([simulation.terminated, simulation.reward]).toEqual([terminated, -1])
    }
    expect(transitions.some(([, , , , , terminated]) => terminated)).toBe(true)
  })

  test('gets out by pushing the way that it moves, and starts at rest near the bottom', () => {
    const simulation = fleetOf({}).simulationOf(0)
    const seen = new Float64Array(2)
    simulation.reset(random, seen)
    expect([seen[0]! >= -0.6 && seen[0]! <= -0.4, seen[1]]).toEqual([true, 0])
    simulation.state.set([-0.5, 0])
    let steps = 0
    for (let v = 0; !simulation.terminated; v = seen[1]!) {
      simulation.step(v >= 0 ? 2 : 0, random, seen)
      steps++
    }
    expect(steps).toBe(stepsOfPumping)
  })

  test('differs from peer to peer by its force, by no more than the spread', () => {
    expect([...fleetOf({}).properties.force!]).toEqual([0.001, 0.001, 0.001])
    const force = fleetOf({ forceSpread: 0.5 }, 50).properties.force!
    expect(new Set(force).size).toBe(50)
    expect(force.every(each => each >= 0.0005 && each <= 0.0015)).toBe(true)
    expect(force.some(each => each < 0.0006) && force.some(each => each > 0.0014)).toBe(true)
  })
})
