/**
 * Q-learning on tables (Watkins 1989), synchronous, with θ ∈ R^{S×A} for Q: FedQ where peers average it. A local step draws B
 * pairs of a state and an action, all pairs alike, and what follows them, and takes
 *
 *     Q ← Q + η (TQ − Q + ξ),   TQ(s, a) = the mean of r + γ max_a' Q(s', a') over the draws of (s, a).
 *
 * Pairs that were not drawn keep their Q, but for ξ. The published experiments with FedQ (Labbi, Mangold, Tiapkin, Moulines 2025)
 * have TQ = 0 there instead, and η = 0.001: `undrawn=zero`. If pairs are drawn with probability p that learns, in the mean, for
 * rewards p r and the discount p γ, which is short-sighted. With `expected` sampling all pairs are drawn, and TQ is exact; iid and
 * markov are the same.
 *
 * What it says is the greedy policy, of equals the first: one action per state, where the best common policy of peers that
 * differ may need chance.
 */
import { z } from 'zod'
import type { Fleet, LearnerFamily } from '../../src/interfaces.ts'
import { actionValue } from '../environments/optimal.ts'
import { ofFinite, requireFinite } from '../finite.ts'
import { ascent, type Direction } from './ascent.ts'
import { SampledModel } from './sampled-model.ts'

interface QLearningOptions {
  readonly batch: number
  readonly undrawn: 'keep' | 'zero'
}

/** In every state the first of the actions with the largest number, for sure; numbers at `row + s * actions + a`. */
export function greedyInto(actions: number, numbers: Float64Array, row: number, out: Float64Array): void {
  out.fill(0)
  for (let at = 0; at < out.length; at += actions) {
    let best = 0
    for (let a = 1; a < actions; a++) if (numbers[row + at + a]! > numbers[row + at + best]!) best = a
    out[at + best] = 1
  }
}

export const qLearning: LearnerFamily<QLearningOptions> = {
  description: 'tabular Q-learning from pairs drawn at random (FedQ): its policy is greedy',
  options: z.strictObject({
    batch: z
      .int()
      .min(1)
      .max(1_000_000)
      .default(20)
      .describe('pairs of a state and an action per local step'),
    undrawn: z
      .enum(['keep', 'zero'])
      .default('keep')
      .describe('what a step moves the Q of other pairs towards: itself, or 0 as in published experiments')
  }),
  learns: 'policies',
  standardStepSize: () => 0.1,
  readOut: ofFinite('q-learning', { measures: 'policy', policyInto: greedyInto } as const),
  build(environments, settings, options) {
    const fleet = requireFinite(environments, 'q-learning')
    const change =
      settings.sampling === 'expected' ? exactChange(fleet) : sampledChange(fleet, settings.seed, options)
    return ascent('q-learning', fleet.states * fleet.actions, settings, change)
  }
}

/** max_a Q(s, a). */
function largest(actions: number, theta: Float64Array, at: number): number {
  let most = theta[at]!
  for (let a = 1; a < actions; a++) most = Math.max(most, theta[at + a]!)
  return most
}

/** TQ − Q, exact. */
function exactChange(fleet: Fleet): Direction {
  const { states, actions } = fleet
  const values = new Float64Array(states)
  return {
    state: {},
    restart: () => {},
    into(i, theta, row, out) {
      for (let s = 0; s < states; s++) values[s] = largest(actions, theta, row + s * actions)
      for (let s = 0; s < states; s++) {
        for (let a = 0; a < actions; a++) {
          const pair = s * actions + a
          out[pair] = actionValue(fleet, i, s, a, values) - theta[row + pair]!
        }
      }
    }
  }
}

/** TQ − Q by draws; for pairs without any, 0 or −Q. */
function sampledChange(fleet: Fleet, seed: string, { batch, undrawn }: QLearningOptions): Direction {
  const { states, actions, discount } = fleet
  const model = new SampledModel(fleet, seed)
  const draws = new Float64Array(states * actions)
  return {
    state: { words: model.words },
    restart: (i, incarnation) => model.restart(i, incarnation),
    into(i, theta, row, out) {
      out.fill(0)
      draws.fill(0)
      for (let b = 0; b < batch; b++) {
        const pair = model.anyPair(i)
        const next = model.step(i, pair)
        out[pair] = out[pair]! + model.reward + discount * largest(actions, theta, row + next * actions)
        draws[pair] = draws[pair]! + 1
      }
      for (let pair = 0; pair < out.length; pair++) {
        const q = theta[row + pair]!
        if (draws[pair]! > 0) out[pair] = out[pair]! / draws[pair]! - q
        else if (undrawn === 'zero') out[pair] = -q
      }
    }
  }
}
