/** The learners of values that look further ahead than TD(0): TD(λ) and n-step TD; and what all of them share. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Experience } from '../../../peers/learners/experience.ts'
import { nStep } from '../../../peers/learners/n-step.ts'
import { td } from '../../../peers/learners/td.ts'
import { tdLambda } from '../../../peers/learners/td-lambda.ts'
import { nextDouble, SWARM, stream } from '../../../src/core/random.ts'
import { SAMPLINGS } from '../../../src/experiment/schema.ts'
import type { Fleet, Learner, LearnerFamily, RewardNoise, Sampling } from '../../../src/interfaces.ts'
import { type FleetShape, randomFleet } from '../../support/fleets.ts'
import { range } from '../../support/numbers.ts'

const shapes: fc.Arbitrary<FleetShape> = fc.record({
  peers: fc.integer({ min: 1, max: 3 }),
  states: fc.integer({ min: 2, max: 6 }),
  actions: fc.integer({ min: 1, max: 2 }),
  branching: fc.integer({ min: 1, max: 3 }),
  features: fc.constantFrom(0, 1, 4, 6, 21),
  noise: fc.constantFrom<RewardNoise>(
    { kind: 'none' },
    { kind: 'bernoulli' },
    { kind: 'uniform', halfWidth: 0.3 }
  ),
  absorbing: fc.boolean()
})
const small: FleetShape = {
  peers: 1,
  states: 4,
  actions: 2,
  branching: 2,
  features: 3,
  noise: { kind: 'bernoulli' },
  absorbing: false
}

const settings = (sampling: Sampling, localSteps: number, stepSize = 0.1) => ({
  seed: 'returns',
  sampling,
  localSteps,
  stepSize
})

/** Rows of numbers for all peers, padded with zeros. */
function rows({ peers, features }: Fleet, purpose: string): Float64Array {
  const random = stream('returns', SWARM, purpose)
  return Float64Array.from({ length: peers * features.stride }, (_, at) =>
    at % features.stride < features.count ? nextDouble(random) : 0
  )
}

/** θ after `rounds` calls, with or without ξ. */
function learnt(learner: Learner, fleet: Fleet, rounds: number, corrected = false): Float64Array {
  const theta = rows(fleet, 'theta')
  const xi = corrected ? rows(fleet, 'xi') : undefined
  for (let round = 0; round < rounds; round++) learner.run(theta, fleet.features.stride, 0, fleet.peers, xi)
  return theta
}

interface Lived {
  readonly state: number
  readonly next: number
  readonly reward: number
  readonly ends: boolean
}

/** The first `count` transitions of peer i. */
function trajectory(fleet: Fleet, i: number, count: number): readonly Lived[] {
  const experience = new Experience(fleet, settings('markov', 1))
  return range(count).map(() => {
    experience.step(i)
    const { state, next, reward, ends } = experience
    return { state, next, reward, ends }
  })
}

const phi = ({ features }: Fleet, s: number): number[] =>
  range(features.count).map(j =>
    features.kind === 'one-hot' ? Number(j === s) : features.table[s * features.stride + j]!
  )
const dot = (x: readonly number[], y: readonly number[]): number =>
  x.reduce((sum, value, j) => sum + value * y[j]!, 0)

/** The episodes that a trajectory falls into, by the index of their transitions. */
function episodeStart(lived: readonly Lived[], t: number): number {
  for (let k = t - 1; k >= 0; k--) if (lived[k]!.ends) return k + 1
  return 0
}

/** TD(λ) with the trace written out as a sum over the episode so far. */
function slowLambda(fleet: Fleet, i: number, lambda: number, skip: number, count: number): number[] {
  const { discount, features } = fleet
  const lived = trajectory(fleet, i, count * (skip + 1))
  const from = i * features.stride
  let theta = [...rows(fleet, 'theta').subarray(from, from + features.count)]
  const xi = rows(fleet, 'xi').subarray(from, from + features.count)
  for (let t = 0; t < lived.length; t += skip + 1) {
    const { state, next, reward } = lived[t]!
    const error = reward + discount * dot(phi(fleet, next), theta) - dot(phi(fleet, state), theta)
    const trace = theta.map(() => 0)
    for (let k = episodeStart(lived, t); k <= t; k++)
      for (const [j, f] of phi(fleet, lived[k]!.state).entries())
        trace[j]! += (discount * lambda) ** (t - k) * f
    theta = theta.map((x, j) => x + 0.1 * (error * trace[j]! + xi[j]!))
  }
  return theta
}

/** n-step TD as the forward view has it: at every transition, the states whose returns it completes. */
function slowReturns(fleet: Fleet, i: number, n: number, skip: number, count: number): number[] {
  const { discount, features } = fleet
  const lived = trajectory(fleet, i, count * (skip + 1))
  const from = i * features.stride
  let theta = [...rows(fleet, 'theta').subarray(from, from + features.count)]
  const xi = rows(fleet, 'xi').subarray(from, from + features.count)
  for (let t = 0; t < lived.length; t += skip + 1) {
    const before = theta
    const start = episodeStart(lived, t)
    const first = Math.max(start, t - n + 1)
    const last = lived[t]!.ends ? t : t - n + 1
    const change = theta.map(() => 0)
    for (let k = first; k <= last; k++) {
      let value = dot(phi(fleet, lived[t]!.next), before) * discount ** (t - k + 1)
      for (let u = k; u <= t; u++) value += lived[u]!.reward * discount ** (u - k)
      const features = phi(fleet, lived[k]!.state)
      const error = value - dot(features, before)
      for (const [j, f] of features.entries()) change[j]! += error * f
    }
    theta = theta.map((x, j) => x + 0.1 * (change[j]! + xi[j]!))
  }
  return theta
}

function expectRows(found: Float64Array, fleet: Fleet, slow: (i: number) => number[]): void {
  const { count, stride } = fleet.features
  for (const i of range(fleet.peers))
    for (const [j, x] of slow(i).entries()) {
      expect(j).toBeLessThan(count)
      expect(Math.abs(found[i * stride + j]! - x)).toBeLessThan(1e-9)
    }
}

describe('looking one step ahead', () => {
  test('TD(λ) with λ = 0 and n-step TD with n = 1 are TD(0), to the bit', () => {
    fc.assert(
      fc.property(
        shapes,
        fc.nat(),
        fc.constantFrom(...SAMPLINGS),
        fc.boolean(),
        fc.constantFrom(0, 3),
        (shape, seed, sampling, corrected, passed) => {
          const skip = sampling === 'markov' ? passed : 0
          const fleet = randomFleet(shape, seed)
          const expected = td.build(fleet, settings(sampling, 15), td.options.parse({ skip }))
          const theta = learnt(expected, fleet, 3, corrected)
          for (const learner of [
            tdLambda.build(fleet, settings(sampling, 15), tdLambda.options.parse({ lambda: 0, skip })),
            nStep.build(fleet, settings(sampling, 15), nStep.options.parse({ steps: 1, skip }))
          ]) {
            expect(learnt(learner, fleet, 3, corrected)).toEqual(theta)
            expect(learner.state).toMatchObject(expected.state)
          }
        }
      ),
      { seed: 1, numRuns: 120 }
    )
  })
})

/** On trajectories of many fleets learners with this option move as is written out in full. */
function expectWrittenOut(
  option: fc.Arbitrary<number>,
  seed: number,
  build: (fleet: Fleet, option: number, skip: number) => Learner,
  slow: (fleet: Fleet, i: number, option: number, skip: number, count: number) => number[]
): void {
  fc.assert(
    fc.property(shapes, fc.nat(), option, fc.constantFrom(0, 2), (shape, drawn, value, skip) => {
      const fleet = randomFleet(shape, drawn)
      const found = learnt(build(fleet, value, skip), fleet, 3, true)
      expectRows(found, fleet, i => slow(fleet, i, value, skip, 18))
    }),
    { seed, numRuns: 80 }
  )
}

describe('on a trajectory', () => {
  test('TD(λ) moves along the whole past of the episode, through the rounds', () => {
    const build = (fleet: Fleet, lambda: number, skip: number) =>
      tdLambda.build(fleet, settings('markov', 6), tdLambda.options.parse({ lambda, skip }))
    expectWrittenOut(fc.constantFrom(0.5, 0.9, 1), 2, build, slowLambda)
  })

  test('n-step TD compares each state with the return of its next n steps, or of those to the end of the episode', () => {
    const build = (fleet: Fleet, steps: number, skip: number) =>
      nStep.build(fleet, settings('markov', 6), nStep.options.parse({ steps, skip }))
    expectWrittenOut(fc.constantFrom(2, 3, 7), 3, build, slowReturns)
  })

  test('a peer that begins anew has no past', () => {
    const fleet = randomFleet({ ...small, peers: 2 }, 9)
    for (const build of [
      () => tdLambda.build(fleet, settings('markov', 5), tdLambda.options.parse({})),
      () => nStep.build(fleet, settings('markov', 5), nStep.options.parse({}))
    ]) {
      const [fresh, used] = [build(), build()]
      learnt(used, fleet, 3)
      for (const i of [0, 1]) used.restart(i, 0)
      expect(learnt(used, fleet, 2)).toEqual(learnt(fresh, fleet, 2))
    }
  })
})

describe('the mean of many sampled steps', () => {
  const learners = [
    [
      'td',
      (fleet: Fleet, s: ReturnType<typeof settings>, skip: number) =>
        td.build(fleet, s, td.options.parse({ skip }))
    ],
    [
      'td-lambda:lambda=0.7',
      (fleet: Fleet, s: ReturnType<typeof settings>, skip: number) =>
        tdLambda.build(fleet, s, tdLambda.options.parse({ lambda: 0.7, skip }))
    ],
    [
      'n-step:steps=3',
      (fleet: Fleet, s: ReturnType<typeof settings>, skip: number) =>
        nStep.build(fleet, s, nStep.options.parse({ steps: 3, skip }))
    ]
  ] as const
  const cases = learners.flatMap(([name, build]) =>
    [false, true].flatMap(absorbing =>
      (
        [
          ['iid', 0],
          ['markov', 0],
          ['markov', 2]
        ] as const
      ).map(([sampling, skip]) => ({ name, build, absorbing, sampling, skip }) as const)
    )
  )
  test.each(cases)(
    'is the expected step: $name, absorbing $absorbing, $sampling, skip $skip',
    ({ build, absorbing, sampling, skip }) => {
      const fleet = randomFleet({ ...small, absorbing }, 5)
      const still = Float64Array.of(0.3, -0.2, 0.5, 0)
      const expected = still.slice()
      build(fleet, settings('expected', 1, 1), 0).run(expected, 4, 0, 1, undefined)
      // Steps so small that θ hardly moves: what they add up to is their mean. Its error is that of 40 means.
      const [batches, steps] = [40, 2500]
      const learner = build(fleet, settings(sampling, steps, 1e-9), skip)
      const means = range(batches).map(() => {
        const theta = still.slice()
        learner.run(theta, 4, 0, 1, undefined)
        return theta.map((x, j) => (x - still[j]!) / (steps * 1e-9))
      })
      for (const j of range(3)) {
        const column = means.map(mean => mean[j]!)
        const mean = column.reduce((sum, x) => sum + x, 0) / batches
        const variance = column.reduce((sum, x) => sum + (x - mean) * (x - mean), 0) / (batches - 1)
        const error = Math.sqrt(variance / batches)
        expect(error).toBeLessThan(0.02)
        expect(Math.abs(mean - (expected[j]! - still[j]!))).toBeLessThan(4 * error)
      }
    }
  )
})

describe('skipping', () => {
  test('TD(0) learns from every (k + 1)-th transition of the same trajectory', () => {
    fc.assert(
      fc.property(shapes, fc.nat(), fc.constantFrom(1, 4), (shape, seed, skip) => {
        const fleet = randomFleet(shape, seed)
        const learner = td.build(fleet, settings('markov', 6), td.options.parse({ skip }))
        expectRows(learnt(learner, fleet, 3, true), fleet, i => slowLambda(fleet, i, 0, skip, 18))
      }),
      { seed: 4, numRuns: 60 }
    )
  })

  test.each([
    ['td', td],
    ['td-lambda', tdLambda],
    ['n-step', nStep]
  ] as const)('is for trajectories only: %s', (_, family) => {
    const refusals = [2, 0].map(skip =>
      SAMPLINGS.filter(sampling => {
        const options = family.options.parse({ skip })
        return (family as LearnerFamily).refuses?.(options, sampling, 'random') !== undefined
      })
    )
    expect(refusals).toEqual([['expected', 'iid'], []])
  })
})

describe('a schedule', () => {
  const fleet = randomFleet({ ...small, peers: 3 }, 7)

  test.each([
    ['inverse', (r: number) => 0.1 / (1 + r / 5)],
    ['square-root', (r: number) => 0.1 / Math.sqrt(1 + r / 5)]
  ] as const)(
    '%s: the step size of a round is by the rounds that the peer has learnt in',
    (schedule, stepSizeOf) => {
      for (const sampling of SAMPLINGS) {
        const learner = td.build(fleet, settings(sampling, 4), td.options.parse({ schedule, after: 5 }))
        const theta = rows(fleet, 'theta')
        const expected = theta.slice()
        // Peer 1 misses every other round.
        const counts = [0, 0, 0]
        const constant = range(12).map(r =>
          td.build(fleet, settings(sampling, 4, stepSizeOf(r)), td.options.parse({}))
        )
        for (const round of range(12)) {
          const blocks =
            round % 2 === 0
              ? [[0, 3]]
              : [
                  [0, 1],
                  [2, 3]
                ]
          for (const [first, last] of blocks as [number, number][]) {
            learner.run(theta, 4, first, last, undefined)
            for (let i = first; i < last; i++) {
              const used = constant[counts[i]!]!
              const onwards = constant[counts[i]! + 1]?.state ?? {}
              used.run(expected, 4, i, i + 1, undefined)
              counts[i]!++
              for (const name of Object.keys(used.state)) {
                const width = used.state[name]!.length / 3
                onwards[name]?.set(used.state[name]!.subarray(i * width, (i + 1) * width), i * width)
              }
            }
          }
        }
        expect(counts).toEqual([12, 6, 12])
        expect(theta).toEqual(expected)
        expect(learner.state.rounds).toEqual(Int32Array.of(12, 6, 12))
        learner.restart(2, 1)
        expect(learner.state.rounds).toEqual(Int32Array.of(12, 6, 0))
      }
    }
  )

  test('constant keeps no count', () => {
    expect(Object.keys(td.build(fleet, settings('markov', 4), td.options.parse({})).state)).toEqual([
      'words',
      'chain'
    ])
  })
})
