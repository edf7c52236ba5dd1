/**
 * Softmax policies on tables: θ ∈ R^{S×A}, π(·|s) = softmax θ(s, ·), learnt by policy gradient, with
 *
 *     ∇ log π(a|s)[s, ·] = e_a − π(·|s),   b(s, a) = log π(a|s).
 */
import { exp, log } from '../../src/core/elementary.ts'
import type { Fleet, LearnerFamily, ReadOut } from '../../src/interfaces.ts'
import { ofFinite, requireFinite } from '../finite.ts'
import {
  type PolicyGradientOptions,
  policyGradient,
  policyGradientOptions,
  type TabularPolicy
} from './policy-gradient.ts'

/** Softmax per state as what θ says. */
export const tabularPolicy = { measures: 'policy', policyInto } as const satisfies ReadOut

export const softmax: LearnerFamily<PolicyGradientOptions> = {
  description:
    'tabular softmax policy gradient: exact with expected sampling, else REINFORCE (iid and markov are the same)',
  options: policyGradientOptions,
  learns: 'policies',
  readOut: ofFinite('softmax', tabularPolicy),
  build(environments, settings, options) {
    const fleet = requireFinite(environments, 'softmax')
    return policyGradient('softmax', fleet, settings, options, softmaxPolicy(fleet, options.entropy > 0))
  }
}

/**
 * π(·|s) = softmax of `theta[row + s A .. + A]` for every state, into `out[s A + a]`; log π into `logs`, finite also where π
 * is too small for a double.
 */
export function policyInto(
  actions: number,
  theta: Float64Array,
  row: number,
  out: Float64Array,
  logs?: Float64Array
): void {
  for (let at = 0; at < out.length; at += actions) {
    let most = theta[row + at]!
    for (let a = 1; a < actions; a++) most = Math.max(most, theta[row + at + a]!)
    let sum = 0
    for (let a = 0; a < actions; a++) {
      out[at + a] = exp(theta[row + at + a]! - most)
      sum += out[at + a]!
    }
    for (let a = 0; a < actions; a++) out[at + a] = out[at + a]! / sum
    if (logs === undefined) continue
    const logSum = log(sum)
    for (let a = 0; a < actions; a++) logs[at + a] = theta[row + at + a]! - most - logSum
  }
}

function softmaxPolicy({ states, actions }: Fleet, isRegularised: boolean): TabularPolicy {
  const parameters = states * actions
  const chances = new Float64Array(parameters)
  const regulariser = new Float64Array(isRegularised ? parameters : 0)
  return {
    parameters,
    chances,
    regulariser,
    readFrom(theta, row) {
      policyInto(actions, theta, row, chances, isRegularised ? regulariser : undefined)
    },
    addScore(s, taken, share, gradient) {
      const at = s * actions
      for (let a = 0; a < actions; a++) gradient[at + a] = gradient[at + a]! - chances[at + a]! * share
      gradient[at + taken] = gradient[at + taken]! + share
    },
    // Without Σ_a w(s, a) there is nothing to take off.
    scoresInto: (weights, gradient) => gradient.set(weights)
  }
}
