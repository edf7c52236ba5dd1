import { describe, expect, test } from 'vitest'
import { policyInto, softmax } from '../../../peers/learners/softmax.ts'
import { nextDouble, stream } from '../../../src/core/random.ts'
import type { Fleet, RewardNoise, Sampling } from '../../../src/interfaces.ts'
import { randomFleet } from '../../support/fleets.ts'

const HORIZON = 6

const fleetWith = (noise: RewardNoise, seed = 3): Fleet =>
  randomFleet({ peers: 2, states: 4, actions: 3, branching: 2, features: 0, noise, absorbing: false }, seed)

/** The return of softmax(θ) truncated after HORIZON steps, by enumeration of all trajectories. */
function truncatedReturn(fleet: Fleet, i: number, theta: ArrayLike<number>): number {
  const { states, actions, branching, discount } = fleet
  const policy = new Float64Array(states * actions)
  policyInto(actions, Float64Array.from(theta), 0, policy)
  const from = (s: number, steps: number): number => {
    if (steps === 0) return 0
    let value = 0
    for (let a = 0; a < actions; a++) {
      const at = (i * states + s) * actions + a
      let ahead = 0
      for (let k = at * branching; k < (at + 1) * branching; k++) {
        ahead += fleet.probabilities[k]! * from(fleet.successors[k]!, steps - 1)
      }
      value += policy[s * actions + a]! * (fleet.rewards[at]! + discount * ahead)
    }
    return value
  }
  return fleet.reset.reduce((sum, p, s) => sum + p * from(s, HORIZON), 0)
}

/** The change of θ of peer 1 after one local step of size 1: the gradient. */
function step(fleet: Fleet, sampling: Sampling, batch: number, theta: Float64Array): number[] {
  const settings = { seed: 'pg', sampling, localSteps: 1, stepSize: 1 }
  const both = new Float64Array(24)
  both.set(theta, 12)
  softmax.build(fleet, settings, { horizon: HORIZON, batch }).run(both, 12, 1, 2, undefined)
  return [...both.subarray(12)].map((x, j) => x - theta[j]!)
}

const start = (): Float64Array => {
  const random = stream('start', 'swarm', 'test')
  return Float64Array.from({ length: 12 }, () => 2 * nextDouble(random) - 1)
}

describe('softmax', () => {
  test('the policy is the softmax of each state, also for parameters that overflow exp', () => {
    const out = new Float64Array(4)
    policyInto(2, Float64Array.of(9, 0, 1, 1000, -1000), 1, out)
    expect(out[0]).toBeCloseTo(1 / (1 + Math.E), 14)
    expect(out[0]! + out[1]!).toBeCloseTo(1, 15)
    expect([out[2], out[3]]).toEqual([1, 0])
  })

  test('the exact gradient is the finite difference of the truncated return', () => {
    const fleet = fleetWith({ kind: 'none' })
    const theta = start()
    const gradient = step(fleet, 'expected', 1, theta)
    gradient.forEach((g, j) => {
      const shifted = (h: number): number =>
        truncatedReturn(
          fleet,
          1,
          theta.map((x, k) => (k === j ? x + h : x))
        )
      expect(g).toBeCloseTo((shifted(1e-5) - shifted(-1e-5)) / 2e-5, 8)
    })
  })

  test("REINFORCE's mean is the exact gradient, with and without reward noise", () => {
    for (const noise of [
      { kind: 'none' },
      { kind: 'bernoulli' },
      { kind: 'uniform', halfWidth: 0.5 }
    ] as const) {
      const fleet = fleetWith(noise)
      const theta = start()
      const exact = step(fleet, 'expected', 1, theta)
      const sampled = step(fleet, 'markov', 200_000, theta)
      sampled.forEach((g, j) => {
        expect(Math.abs(g - exact[j]!)).toBeLessThan(0.012)
      })
    }
  })
})
