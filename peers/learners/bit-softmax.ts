/**
 * Softmax policies bit by bit (b-RS-FedPG, Labbi, Mangold, Tiapkin, Moulines 2025): one of A = 2^k actions is k bits
 * w_0 … w_{k−1}, the most significant first, each drawn by a softmax over 2 that knows the bits before it. These prefixes are
 * the nodes of a binary tree: that of L bits which say v is node 2^L − 1 + v, and θ ∈ R^{S × (A−1) × 2}. With p a bit's place,
 *
 *     π(a|s) = Π_p π(w_p|s, w_{<p}),   b(s, a) = Σ_p γ^{p/(k−1)} log π(w_p|s, w_{<p})   (γ^0 where k = 1),
 *
 * and ∇ log π(a|s) is e_w − π(·|s, w_{<p}) at the nodes on the way to a. The later bits count for less in b. The
 * published experiments add 1e-8 inside these logarithms; here they are finite without.
 */

import { exp, log } from '../../src/core/elementary.ts'
import { ExperimentError } from '../../src/core/errors.ts'
import type { Fleet, LearnerFamily, PolicyReadOut } from '../../src/interfaces.ts'
import { requireFinite } from '../finite.ts'
import {
  type PolicyGradientOptions,
  policyGradient,
  policyGradientOptions,
  type TabularPolicy
} from './policy-gradient.ts'
import { policyInto } from './softmax.ts'

export const bitSoftmax: LearnerFamily<PolicyGradientOptions> = {
  description: 'softmax policy gradient over the bits of actions, of which there are 2, 4, 8, …',
  options: policyGradientOptions,
  learns: 'policies',
  readOut(environments) {
    requireBits(requireFinite(environments, 'bit-softmax'))
    return bitPolicy
  },
  build(environments, settings, options) {
    const fleet = requireFinite(environments, 'bit-softmax')
    requireBits(fleet)
    const policy = bitSoftmaxPolicy(fleet, options.entropy > 0)
    return policyGradient('bit-softmax', fleet, settings, options, policy)
  }
}

function requireBits({ name, actions }: Fleet): void {
  if (actions > 1 && 1 << bitsOf(actions) === actions) return
  throw new ExperimentError(
    `bit-softmax needs 2, 4, 8 or another power of two of actions, and ${name} has ${actions}; softmax takes any number`
  )
}

/** Bits to tell `actions` apart. */
function bitsOf(actions: number): number {
  let bits = 0
  while (1 << bits < actions) bits++
  return bits
}

/** The policy that the bits make as what θ says. */
const bitPolicy: PolicyReadOut = {
  measures: 'policy',
  policyInto(actions, theta, row, out) {
    const bits = new Float64Array((out.length / actions) * 2 * (actions - 1))
    policyInto(2, theta, row, bits)
    downTheTrees(actions, bits, out, 1, (above, chance) => above * chance)
  }
}

/**
 * Carries something from the roots to the actions: `out[s A + a]` is what comes of `root` by `step` with what `perBit` has
 * for every bit on the way to a, the place of the bit, p, with it.
 */
function downTheTrees(
  actions: number,
  perBit: Float64Array,
  out: Float64Array,
  root: number,
  step: (above: number, bit: number, p: number) => number
): void {
  const depth = bitsOf(actions)
  for (let s = 0; s < out.length / actions; s++) {
    const at = s * actions
    const tree = s * 2 * (actions - 1)
    out[at] = root
    for (let p = 0; p < depth; p++) {
      const prefixes = 1 << p
      // Backwards, as what a prefix becomes lies where later ones were read.
      for (let v = prefixes - 1; v >= 0; v--) {
        const above = out[at + v]!
        const node = tree + 2 * (prefixes - 1 + v)
        out[at + 2 * v] = step(above, perBit[node]!, p)
        out[at + 2 * v + 1] = step(above, perBit[node + 1]!, p)
      }
    }
  }
}

/** γ^{p/(k−1)} of each place p. */
function placeWeights(depth: number, discount: number): Float64Array {
  return Float64Array.from({ length: depth }, (_, p) =>
    p === 0 ? 1 : exp((p / (depth - 1)) * log(discount))
  )
}

function bitSoftmaxPolicy({ states, actions, discount }: Fleet, isRegularised: boolean): TabularPolicy {
  const depth = bitsOf(actions)
  const perState = 2 * (actions - 1)
  const parameters = states * perState
  const chances = new Float64Array(states * actions)
  const bits = new Float64Array(parameters)
  const logs = new Float64Array(isRegularised ? parameters : 0)
  const regulariser = new Float64Array(isRegularised ? states * actions : 0)
  const counts = placeWeights(depth, discount)
  const below = new Float64Array(actions)
  const multiplied = (above: number, chance: number): number => above * chance
  const added = (above: number, logChance: number, p: number): number => above + counts[p]! * logChance

  return {
    parameters,
    chances,
    regulariser,
    readFrom(theta, row) {
      policyInto(2, theta, row, bits, isRegularised ? logs : undefined)
      downTheTrees(actions, bits, chances, 1, multiplied)
      if (isRegularised) downTheTrees(actions, logs, regulariser, 0, added)
    },
    addScore(s, a, share, gradient) {
      for (let p = 0; p < depth; p++) {
        const node = s * perState + 2 * ((1 << p) - 1 + (a >> (depth - p)))
        const taken = node + ((a >> (depth - p - 1)) & 1)
        gradient[node] = gradient[node]! - bits[node]! * share
        gradient[node + 1] = gradient[node + 1]! - bits[node + 1]! * share
        gradient[taken] = gradient[taken]! + share
      }
    },
    // Upwards: the weights of a node's two sides, less what its chances would have of their sum.
    scoresInto(weights, gradient) {
      for (let s = 0; s < states; s++) {
        below.set(weights.subarray(s * actions, (s + 1) * actions))
        for (let p = depth - 1; p >= 0; p--) {
          for (let v = 0; v < 1 << p; v++) {
            const node = s * perState + 2 * ((1 << p) - 1 + v)
            const [zero, one] = [below[2 * v]!, below[2 * v + 1]!]
            const both = zero + one
            gradient[node] = zero - bits[node]! * both
            gradient[node + 1] = one - bits[node + 1]! * both
            below[v] = both
          }
        }
      }
    }
  }
}
