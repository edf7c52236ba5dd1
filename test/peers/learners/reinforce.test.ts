import { expect, test } from 'vitest'
import { cartPole } from '../../../peers/environments/cartpole.ts'
import { EpisodeRunner } from '../../../peers/environments/episodes.ts'
import { actorCritic } from '../../../peers/learners/actor-critic.ts'
import { reinforce } from '../../../peers/learners/reinforce.ts'
import { present } from '../../../src/core/assert.ts'
import { strideOf } from '../../../src/core/parameter-matrix.ts'
import { nextDouble, stream } from '../../../src/core/random.ts'
import type { LearnerFamily, LearnerSettings, SimulatedFleet } from '../../../src/interfaces.ts'
import { randomFleet } from '../../support/fleets.ts'
import { range, sum } from '../../support/numbers.ts'

const settings: LearnerSettings = { seed: '1', sampling: 'markov', localSteps: 1, stepSize: 1 }

const HORIZON = 5
const fleet = randomFleet(
  { peers: 1, states: 3, actions: 2, branching: 2, features: 0, noise: { kind: 'none' }, absorbing: false },
  4
)

/**
 * E (1/T) Σ_t ∇ log π(a_t|s_t) Q_t(s_t, a_t) for one-hot observations and a linear policy, where after T steps a state is worth
 * `worth`: occupancies forward, Q backward. Rows of W, then b.
 */
function exactGradient(policy: (s: number) => readonly number[], worth: readonly number[]): number[] {
  const { states, actions, branching, successors, probabilities, rewards, discount } = fleet
  const ahead = (s: number, a: number): readonly (readonly [number, number])[] =>
    range(branching).map(k => {
      const at = (s * actions + a) * branching + k
      return [successors[at]!, probabilities[at]!]
    })
  const gains: number[][][] = []
  let values: readonly number[] = worth
  for (const _ of range(HORIZON)) {
    const next = values
    const q = range(states).map(s =>
      range(actions).map(
        a => rewards[s * actions + a]! + discount * sum(ahead(s, a).map(([n, p]) => p * next[n]!))
      )
    )
    values = q.map((row, s) => sum(row.map((x, a) => x * policy(s)[a]!)))
    gains.unshift(q.map((row, s) => row.map(x => x - values[s]!)))
  }
  const gradient = new Array<number>(states * actions + actions).fill(0)
  let occupancy = [...fleet.reset]
  for (const gain of gains) {
    const after = new Array<number>(states).fill(0)
    for (const s of range(states))
      for (const a of range(actions)) {
        const mass = occupancy[s]! * policy(s)[a]!
        const share = (mass * gain[s]![a]!) / HORIZON
        gradient[a * states + s]! += share
        gradient[actions * states + a]! += share
        for (const [n, p] of ahead(s, a)) after[n]! += mass * p
      }
    occupancy = after
  }
  return gradient
}

test.each(['value', 'none'])(
  'its mean step is the exact gradient, within its standard error, with baseline=%s',
  baseline => {
    const options = reinforce.options.parse({ horizon: HORIZON, batch: 2, baseline })
    const learner = reinforce.build(fleet, settings, options)
    const random = stream('1', 0, 'theta')
    const start = Float64Array.from({ length: strideOf(learner.parameters) }, (_, j) =>
      j < learner.parameters ? 2 * nextDouble(random) - 1 : 0
    )
    const readOut = reinforce.readOut(fleet, options)
    if (readOut.measures !== 'policy') throw new Error('finite environments have exact policies')
    const table = new Float64Array(6)
    readOut.policyInto(2, start, 0, table)
    const worth = range(3).map(s => (baseline === 'none' ? 0 : start[8 + s]! + start[11]!))
    const expected = exactGradient(s => [table[2 * s]!, table[2 * s + 1]!], worth)
    const samples = range(20_000).map(() => {
      const theta = start.slice()
      learner.run(theta, theta.length, 0, 1, undefined)
      return range(8).map(j => theta[j]! - start[j]!)
    })
    for (const j of range(8)) {
      const column = samples.map(sample => sample[j]!)
      const mean = sum(column) / column.length
      const error = Math.sqrt(sum(column.map(x => (x - mean) * (x - mean)))) / column.length
      expect(Math.abs(mean - expected[j]!)).toBeLessThan(4 * error)
      expect(Math.abs(expected[j]!)).toBeGreaterThan(4 * error)
    }
  }
)

/** The best score of an evaluation after one of these rounds, alone with one cart of 250 steps. */
function bestScore<O>(family: LearnerFamily<O>, raw: object, stepSize: number, rounds: number): number {
  const carts: SimulatedFleet = cartPole.build(1, cartPole.options.parse({ cap: 250 }), '1')
  const options = family.options.parse(raw)
  const learner = family.build(carts, { ...settings, stepSize }, options)
  const theta = new Float64Array(strideOf(learner.parameters))
  family.startInto?.(carts, options, stream('1', 0, 'initial'), theta.subarray(0, learner.parameters))
  const readOut = family.readOut(carts, options)
  if (readOut.measures !== 'score') throw new Error('carts are judged by their score')
  const runner = new EpisodeRunner(carts)
  const simulation = carts.simulationOf(0)
  const random = stream('1', 0, 'evaluation')
  const score = (): number =>
    runner.run(simulation, (o, out) => readOut.policyAt(theta, 0, o, out), random).score
  let best = 0
  for (let round = 1; round <= rounds; round++) {
    learner.run(theta, theta.length, 0, 1, undefined)
    if (round % 10 === 0) best = Math.max(best, sum(range(10).map(score)) / 10)
  }
  return best
}

test('one cart learns to balance its pole: linear policy', () => {
  expect(bestScore(reinforce, {}, 0.5, 150)).toBeGreaterThanOrEqual(245)
})

test('one cart learns to balance its pole: a layer of 32', () => {
  expect(bestScore(reinforce, { hidden: 32 }, 0.1, 80)).toBeGreaterThanOrEqual(245)
})

test('one cart learns to balance its pole: adam', () => {
  expect(
    bestScore(reinforce, { optimiser: 'adam', valueStep: 1, normalise: true }, 0.1, 150)
  ).toBeGreaterThanOrEqual(245)
})

test('one cart learns to balance its pole: actor–critic', () => {
  expect(bestScore(actorCritic, {}, 0.1, 600)).toBeGreaterThanOrEqual(245)
})

test('episodes and steps are counted, and the caps of both kinds of environments are kept', () => {
  const carts = cartPole.build(2, cartPole.options.parse({ cap: 7 }), '1')
  const options = reinforce.options.parse({ batch: 3, horizon: 5 })
  for (const [environments, cap] of [
    [carts, 7],
    [
      randomFleet(
        {
          peers: 2,
          states: 3,
          actions: 2,
          branching: 2,
          features: 0,
          noise: { kind: 'none' },
          absorbing: false
        },
        1
      ),
      5
    ]
  ] as const) {
    const learner = reinforce.build(environments, { ...settings, localSteps: 2 }, options)
    const stride = strideOf(learner.parameters)
    learner.run(new Float64Array(2 * stride), stride, 1, 2, undefined)
    expect([...learner.experience!.episodes]).toEqual([0, 6])
    expect([...learner.experience!.steps]).toEqual([0, 6 * cap])
    learner.restart(1, 1)
    expect([...learner.experience!.episodes, ...learner.experience!.steps]).toEqual([0, 0, 0, 0])
  }
})

test('an actor–critic goes on where it stopped, over the ends of episodes', () => {
  const carts = cartPole.build(1, cartPole.options.parse({ cap: 7 }), '1')
  const lived = (steps: number, localSteps: number) => {
    const options = actorCritic.options.parse({ steps })
    const learner = actorCritic.build(carts, { ...settings, localSteps, stepSize: 0 }, options)
    const theta = new Float64Array(strideOf(learner.parameters))
    learner.run(theta, theta.length, 0, 1, undefined)
    return learner.state
  }
  expect(lived(5, 8)).toEqual(lived(40, 1))
  expect(lived(5, 8).episodes).toEqual(Float64Array.of(5))
  expect(lived(5, 8).position).toEqual(Int32Array.of(5))
  expect(lived(7, 2).position).toEqual(Int32Array.of(-1))
})

test('experience that is not lived through is refused', () => {
  expect(reinforce.refuses?.(reinforce.options.parse({}), 'expected', 'random')).toMatch(/nothing is listed/)
  expect(reinforce.refuses?.(reinforce.options.parse({}), 'iid', 'random')).toBeUndefined()
  for (const sampling of ['expected', 'iid'] as const)
    expect(actorCritic.refuses?.(actorCritic.options.parse({}), sampling, 'random')).toMatch(
      /use sampling markov/
    )
})

test('the standard step size is smaller with hidden layers', () => {
  for (const family of [reinforce, actorCritic] as readonly LearnerFamily[]) {
    const stepSize = (hidden: unknown) =>
      present(family.standardStepSize?.(family.options.parse({ hidden })), 'η')
    expect(stepSize(32)).toBe(stepSize('64-64'))
    expect(stepSize(32)).toBeLessThan(stepSize('none'))
  }
})

test.each(['some', 0, '0-3', '64-', '64x64', 1.5])('hidden=%s is refused', hidden => {
  expect(reinforce.options.safeParse({ hidden }).success).toBe(false)
})

test('the row holds actor, critic and shared moments, and is read from the first of them', () => {
  const carts = cartPole.build(1, cartPole.options.parse({}), '1')
  const sizes = (raw: object): (number | undefined)[] => {
    const options = reinforce.options.parse(raw)
    return [
      reinforce.build(carts, settings, options).parameters,
      (reinforce.readOut(carts, options) as { width?: number }).width
    ]
  }
  expect(sizes({})).toEqual([15, 10])
  expect(sizes({ baseline: 'none' })).toEqual([10, 10])
  expect(sizes({ hidden: 32 })).toEqual([226 + 193, 226])
  expect(sizes({ hidden: '8-4' })).toEqual([40 + 36 + 10 + 40 + 36 + 5, 86])
  expect(sizes({ optimiser: 'adam' })).toEqual([15, 10])
  expect(sizes({ optimiser: 'adam', shared: 'all' })).toEqual([45, 10])
})

test('hidden layers do not start from zero, which they would never leave', () => {
  const hidden = reinforce.options.parse({ hidden: 8 })
  expect(reinforce.refuses?.(hidden, 'markov', 'zero')).toMatch(/^hidden=8 learns nothing/)
  expect(reinforce.refuses?.(hidden, 'markov', 'common')).toBeUndefined()
  expect(reinforce.refuses?.(reinforce.options.parse({}), 'markov', 'zero')).toBeUndefined()
  expect(actorCritic.refuses?.(actorCritic.options.parse({}), 'markov', 'zero')).toMatch(/hidden=32/)
})

test('what no optimiser has is not shared', () => {
  const shared = reinforce.options.parse({ shared: 'all' })
  expect(reinforce.refuses?.(shared, 'markov', 'random')).toMatch(/^shared=all averages the moments of adam/)
  expect(reinforce.refuses?.({ ...shared, optimiser: 'adam' }, 'markov', 'random')).toBeUndefined()
})
