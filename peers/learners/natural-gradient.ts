/**
 * Natural policy gradient on tables (Kakade 2001; Agarwal, Kakade, Lee, Mahajan 2021): with softmax policies, θ ∈ R^{S×A}, the
 * Fisher matrix takes the occupancies away, and a local step is, in all states alike,
 *
 *     θ ← θ + η (A^π / (1 − γ) + ξ),   A^π(s, a) = Q^π(s, a) − V^π(s).
 *
 * Aggregations that track what peers' steps have in common make it the federated natural policy gradient with tracked Q of
 * Yang, Cen, Wei, Chen, Chi (2024): θ is log π but for a constant per state, and so is Q for A.
 *
 * Where peers' transitions differ the steps must be small, as all states count alike, however rarely they are visited: steps that
 * are too large leave peers on a graph at policies of their own.
 *
 * With `expected` sampling Q^π is exact, without a horizon: V^π by a linear solve. Otherwise Q(s, a) is the mean return of B
 * trajectories of T steps that start with this pair, for every pair, whether `iid` or `markov`: as if the environment could
 * be put into any state. What comes after T steps is left out: at most γ^T max|r| / (1 − γ).
 */
import { z } from 'zod'
import type { Fleet, LearnerFamily } from '../../src/interfaces.ts'
import { actionValue } from '../environments/optimal.ts'
import { chainValuesInto, emptyChain, policyChainInto } from '../environments/policy-chain.ts'
import { ofFinite, requireFinite } from '../finite.ts'
import { ascent, type Direction } from './ascent.ts'
import { SampledModel } from './sampled-model.ts'
import { policyInto, tabularPolicy } from './softmax.ts'

interface NaturalGradientOptions {
  readonly horizon: number
  readonly batch: number
}

export const naturalGradient: LearnerFamily<NaturalGradientOptions> = {
  description:
    'tabular natural policy gradient: Q exact with expected sampling, else from returns of every pair',
  options: z.strictObject({
    horizon: z.int().min(1).max(100_000).default(100).describe('steps of a sampled return'),
    batch: z
      .int()
      .min(1)
      .max(1_000_000)
      .default(1)
      .describe('sampled returns per state and action and local step')
  }),
  learns: 'policies',
  standardStepSize: () => 0.001,
  readOut: ofFinite('natural-gradient', tabularPolicy),
  build(environments, settings, options) {
    const fleet = requireFinite(environments, 'natural-gradient')
    const { states, actions, discount } = fleet
    const estimate =
      settings.sampling === 'expected' ? exactQ(fleet) : sampledQ(fleet, settings.seed, options)
    const policy = new Float64Array(states * actions)
    return ascent('natural-gradient', states * actions, settings, {
      ...estimate,
      into(i, theta, row, out) {
        policyInto(actions, theta, row, policy)
        estimate.into(i, policy, out)
        for (let at = 0; at < out.length; at += actions) {
          let v = 0
          for (let a = 0; a < actions; a++) v += policy[at + a]! * out[at + a]!
          for (let a = 0; a < actions; a++) out[at + a] = (out[at + a]! - v) / (1 - discount)
        }
      }
    })
  }
}

/** Where Q^π comes from. */
interface ActionValues extends Omit<Direction, 'into'> {
  /** Q^π(s, a) of peer i at `s * actions + a` of `out`. */
  into(i: number, policy: Float64Array, out: Float64Array): void
}

function exactQ(fleet: Fleet): ActionValues {
  const { states, actions, discount } = fleet
  const chain = emptyChain(states)
  const scratch = new Float64Array(states * states)
  const values = new Float64Array(states)
  return {
    state: {},
    restart: () => {},
    into(i, policy, out) {
      policyChainInto(fleet, i, policy, chain)
      chainValuesInto(chain, discount, scratch, values)
      for (let s = 0; s < states; s++)
        for (let a = 0; a < actions; a++) out[s * actions + a] = actionValue(fleet, i, s, a, values)
    }
  }
}

function sampledQ(fleet: Fleet, seed: string, { horizon, batch }: NaturalGradientOptions): ActionValues {
  const { actions, discount } = fleet
  const model = new SampledModel(fleet, seed)

  /** Of one trajectory that starts with `first`. */
  function discountedReturn(i: number, first: number, policy: Float64Array): number {
    let pair = first
    let weight = 1
    let sum = 0
    for (let t = 0; t < horizon; t++) {
      const s = model.step(i, pair)
      sum += weight * model.reward
      weight *= discount
      pair = s * actions + model.act(i, s, policy)
    }
    return sum
  }

  return {
    state: { words: model.words },
    restart: (i, incarnation) => model.restart(i, incarnation),
    into(i, policy, out) {
      for (let pair = 0; pair < out.length; pair++) {
        let sum = 0
        for (let trajectory = 0; trajectory < batch; trajectory++) sum += discountedReturn(i, pair, policy)
        out[pair] = sum / batch
      }
    }
  }
}
