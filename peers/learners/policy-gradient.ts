/**
 * Policy gradient on tables (S-FedPG and RS-FedPG, Labbi, Mangold, Tiapkin, Moulines 2025), for any way in which a policy
 * follows from θ. A local step is θ ← θ + η (ĝ + ξ), where ĝ estimates the gradient of the regularised return, truncated
 * after T steps from the reset distribution,
 *
 *     J_λ = E Σ_{t<T} γ^t (r_t − λ b(s_t, a_t)),   ∇J_λ = E[ Σ_{l<T} ∇ log π(a_l|s_l) Σ_{l≤t<T} γ^t (r_t − λ b(s_t, a_t)) ];
 *
 * b, log π for one, depends on θ itself, but adds nothing to this, as E_a ∇b(s, a) = 0. With `expected` sampling ĝ is
 * ∇J_λ; otherwise it is REINFORCE's mean over B trajectories, each started afresh, whether `iid` or `markov`.
 */
import { z } from 'zod'
import type { Fleet, Learner, LearnerSettings } from '../../src/interfaces.ts'
import { ascent, type Direction } from './ascent.ts'
import { exactGradient } from './exact-gradient.ts'
import { sampledGradient } from './sampled-gradient.ts'

/** Options of every policy gradient on tables. */
export const policyGradientOptions = z.strictObject({
  horizon: z.int().min(1).max(100_000).default(20).describe('steps after which the return is truncated'),
  batch: z.int().min(1).max(1_000_000).default(20).describe('trajectories per local step'),
  entropy: z
    .number()
    .min(0)
    .default(0)
    .describe('λ: how much of the entropy of the policy is added to the return')
})

export type PolicyGradientOptions = z.output<typeof policyGradientOptions>

/** A policy on tables that follows from a row of θ, and what its gradients need; of one row at a time. */
export interface TabularPolicy {
  /** Doubles of θ. */
  readonly parameters: number
  /** π(a|s) at `s * actions + a`. */
  readonly chances: Float64Array
  /** b(s, a), finite also where π(a|s) = 0; not kept up where nothing is regularised. */
  readonly regulariser: Float64Array
  /** Takes over the row of θ at `row`. */
  readFrom(theta: Float64Array, row: number): void
  /** Adds `share` ∇ log π(a|s) to `gradient`. */
  addScore(s: number, a: number, share: number, gradient: Float64Array): void
  /** Σ_{s,a} w(s, a) ∇ log π(a|s) into `gradient`, for weights with Σ_a w(s, a) = 0. */
  scoresInto(weights: Float64Array, gradient: Float64Array): void
}

/** Estimates the gradient of the return at the policy as it is. */
export interface GradientEstimate extends Omit<Direction, 'into'> {
  /** Of peer i's. */
  into(i: number, gradient: Float64Array): void
}

/** The learner of this name that climbs the return by steps of `policy`. */
export function policyGradient(
  name: string,
  fleet: Fleet,
  settings: LearnerSettings,
  options: PolicyGradientOptions,
  policy: TabularPolicy
): Learner {
  const estimate =
    settings.sampling === 'expected'
      ? exactGradient(fleet, options, policy)
      : sampledGradient(fleet, settings.seed, options, policy)
  return ascent(name, policy.parameters, settings, {
    ...estimate,
    into(i, theta, row, gradient) {
      policy.readFrom(theta, row)
      estimate.into(i, gradient)
    }
  })
}
