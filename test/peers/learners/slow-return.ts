/** Slow and independent: truncated, regularised returns by enumeration of all trajectories, and their gradients. */

import { nextDouble, stream } from '../../../src/core/random.ts'
import type { Fleet, Learner, LearnerFamily, LearnerSettings, Sampling } from '../../../src/interfaces.ts'
import { range, sum } from '../../support/numbers.ts'

/** log π(w|·) of each draw that makes up an action, first to last. */
export type DrawsOf = (theta: readonly number[], s: number, a: number) => readonly number[]

interface Objective {
  readonly fleet: Fleet
  readonly peer: number
  readonly horizon: number
  readonly entropy: number
  readonly drawsOf: DrawsOf
  /** What each of these draws counts in the regulariser. */
  readonly counts: readonly number[]
}

/** log softmax(x)[k]. */
export const logSoftmax = (x: readonly number[], k: number): number => x[k]! - Math.log(sum(x.map(Math.exp)))

/** E Σ_{t<T} γ^t (r_t − λ b(s_t, a_t)), every trajectory by itself. */
function truncatedReturn(
  { fleet, peer, horizon, entropy, drawsOf, counts }: Objective,
  theta: readonly number[]
): number {
  const { states, actions, branching, discount } = fleet
  const pairs = range(states).map(s =>
    range(actions).map(a => {
      const draws = drawsOf(theta, s, a)
      const at = (peer * states + s) * actions + a
      return {
        chance: Math.exp(sum(draws)),
        pays: fleet.rewards[at]! - entropy * sum(draws.map((log, p) => counts[p]! * log)),
        leads: range(branching).map(k => [
          fleet.successors[at * branching + k]!,
          fleet.probabilities[at * branching + k]!
        ])
      }
    })
  )
  const from = (s: number, steps: number): number => {
    let value = 0
    for (const { chance, pays, leads } of steps > 0 ? pairs[s]! : []) {
      let ahead = 0
      for (const [next, probability] of leads) ahead += probability! * from(next!, steps - 1)
      value += chance * (pays + discount * ahead)
    }
    return value
  }
  return sum(Array.from(fleet.reset, (p, s) => p * from(s, horizon)))
}

/** Its gradient, by central differences. */
export function slowGradient(objective: Objective, theta: readonly number[]): number[] {
  const h = 1e-5
  const shifted = (j: number, by: number): number =>
    truncatedReturn(
      objective,
      theta.map((x, k) => (k === j ? x + by : x))
    )
  return theta.map((_, j) => (shifted(j, h) - shifted(j, -h)) / (2 * h))
}

/** Numbers in [−1, 1). */
export function anywhere(count: number): number[] {
  const random = stream('anywhere', 'swarm', 'test')
  return range(count).map(() => 2 * nextDouble(random) - 1)
}

/** The direction of a local step of peer 1 from θ: what it changes with a step of size 1. */
export const directionOf = (learner: Learner, theta: readonly number[]): number[] => {
  const rows = new Float64Array(2 * theta.length)
  rows.set(theta, theta.length)
  learner.run(rows, theta.length, 1, 2, undefined)
  return theta.map((x, j) => rows[theta.length + j]! - x)
}

/** Steps of size 1, one at a time. */
export const single = (sampling: Sampling): LearnerSettings => ({
  seed: 'pg',
  sampling,
  localSteps: 1,
  stepSize: 1
})

/** By how many standard errors the mean of `repeats` sampled directions is off, at most. */
export function standardErrorsOff(
  learner: Learner,
  theta: readonly number[],
  exact: readonly number[],
  repeats: number
): number {
  const directions = range(repeats).map(() => directionOf(learner, theta))
  const off = exact.map((g, j) => {
    const column = directions.map(direction => direction[j]!)
    const mean = sum(column) / repeats
    const variance = sum(column.map(x => (x - mean) * (x - mean))) / (repeats - 1)
    return Math.abs(mean - g) / Math.max(Math.sqrt(variance / repeats), 1e-12)
  })
  return Math.max(...off)
}

/** The options of a learner, with these given and others as they are by default. */
export const optionsOf = <O>(family: LearnerFamily<O>, given: object): O => family.options.parse(given)
