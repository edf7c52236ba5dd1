import { describe, expect, test } from 'vitest'
import { policyInto, softmax } from '../../../peers/learners/softmax.ts'
import type { Fleet, RewardNoise } from '../../../src/interfaces.ts'
import { randomFleet } from '../../support/fleets.ts'
import { range } from '../../support/numbers.ts'
import {
  anywhere,
  directionOf,
  logSoftmax,
  optionsOf,
  single,
  slowGradient,
  standardErrorsOff
} from './slow-return.ts'

const HORIZON = 5
const theta = anywhere(12)

const fleetWith = (noise: RewardNoise): Fleet =>
  randomFleet({ peers: 2, states: 4, actions: 3, branching: 2, features: 0, noise, absorbing: false }, 3)
const calm = fleetWith({ kind: 'none' })

const objectiveWith = (entropy: number) => ({
  fleet: calm,
  peer: 1,
  horizon: HORIZON,
  entropy,
  drawsOf: (at: readonly number[], s: number, a: number) => [logSoftmax(at.slice(3 * s, 3 * s + 3), a)],
  counts: [1]
})

const learner = (fleet: Fleet, sampling: 'expected' | 'iid' | 'markov', given: object) =>
  softmax.build(fleet, single(sampling), optionsOf(softmax, { horizon: HORIZON, ...given }))

describe('softmax', () => {
  test('the policy is the softmax of each state, also for parameters that overflow exp', () => {
    const out = new Float64Array(4)
    policyInto(2, Float64Array.of(9, 0, 1, 1000, -1000), 1, out)
    expect(out[0]).toBeCloseTo(1 / (1 + Math.E), 14)
    expect(out[0]! + out[1]!).toBeCloseTo(1, 15)
    expect([out[2], out[3]]).toEqual([1, 0])
  })

  test('its logarithm is finite where the probability is not even the smallest double', () => {
    const logs = new Float64Array(4)
    policyInto(2, Float64Array.of(0, 1, 1000, -1000), 0, new Float64Array(4), logs)
    expect(logs[0]).toBeCloseTo(-Math.log(1 + Math.E), 14)
    expect([logs[2], logs[3]]).toEqual([0, -2000])
  })

  test.each([0, 0.05, 0.7])(
    'the exact gradient is the finite difference of the truncated return, λ = %d',
    entropy => {
      const gradient = directionOf(learner(calm, 'expected', { entropy }), theta)
      for (const [j, g] of slowGradient(objectiveWith(entropy), theta).entries())
        expect(gradient[j]).toBeCloseTo(g, 8)
    }
  )

  test.each([
    ['none', 0],
    ['none', 0.7],
    ['bernoulli', 0.7],
    ['uniform', 0]
  ] as const)(
    "with noise %s and λ = %d REINFORCE's mean is the exact gradient within 4 standard errors",
    (kind, entropy) => {
      const noise = kind === 'uniform' ? { kind, halfWidth: 0.5 } : { kind }
      const exact = directionOf(learner(calm, 'expected', { entropy }), theta)
      const sampled = learner(fleetWith(noise), 'markov', { entropy, batch: 500 })
      expect(standardErrorsOff(sampled, theta, exact, 200)).toBeLessThan(4)
    }
  )

  test('iid and markov draw the same', () => {
    const [iid, markov] = (['iid', 'markov'] as const).map(sampling =>
      directionOf(learner(calm, sampling, {}), theta)
    )
    expect(iid).toEqual(markov)
  })

  test('entropy alone leads to the uniform policy, also from where an action has probability 0', () => {
    const still = { ...calm, rewards: new Float64Array(calm.rewards.length) }
    const climber = softmax.build(
      still,
      { seed: 'pg', sampling: 'expected', localSteps: 3000, stepSize: 1 },
      optionsOf(softmax, { horizon: HORIZON, entropy: 1 })
    )
    const rows = Float64Array.from(range(24), j => (j % 3 === 0 ? 3 : 0))
    climber.run(rows, 12, 0, 2, undefined)
    const policy = new Float64Array(12)
    policyInto(3, rows, 12, policy)
    for (const chance of policy) expect(chance).toBeCloseTo(1 / 3, 6)

    const extreme = theta.map((x, j) => (j === 0 ? 1000 : x))
    for (const sampling of ['expected', 'iid'] as const) {
      const direction = directionOf(learner(calm, sampling, { entropy: 1 }), extreme)
      expect(direction.every(Number.isFinite)).toBe(true)
    }
  })
})
