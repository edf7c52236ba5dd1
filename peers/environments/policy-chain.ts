/**
 * One peer under one policy, as dense tables: P^π(s, s') = Σ_a π(a|s) P(s'|s, a) and r^π(s) = Σ_a π(a|s) r(s, a); and
 * the values V^π = (I − γ P^π)⁻¹ r^π.
 */
import { assert } from '../../src/core/assert.ts'
import { solveInPlace } from '../../src/core/linear.ts'
import type { Fleet } from '../../src/interfaces.ts'

export interface PolicyChain {
  readonly states: number
  /** P^π(s, s') at `s * states + s'`. */
  readonly kernel: Float64Array
  /** r^π(s). */
  readonly rewards: Float64Array
}

/** A chain to be filled by `policyChainInto`, as often as one likes. */
export function emptyChain(states: number): PolicyChain {
  return { states, kernel: new Float64Array(states * states), rewards: new Float64Array(states) }
}

/** The chain of `peer` under `policy[s * actions + a]`. */
export function policyChainInto(fleet: Fleet, peer: number, policy: Float64Array, chain: PolicyChain): void {
  const { states, actions, branching, successors, probabilities } = fleet
  assert(policy.length >= states * actions, `a policy of ${policy.length} for ${states} × ${actions}`)
  chain.kernel.fill(0)
  for (let s = 0; s < states; s++) {
    let reward = 0
    for (let a = 0; a < actions; a++) {
      const weight = policy[s * actions + a]!
      if (weight === 0) continue
      const pair = (peer * states + s) * actions + a
      reward += weight * fleet.rewards[pair]!
      for (let k = pair * branching; k < (pair + 1) * branching; k++) {
        const to = s * states + successors[k]!
        chain.kernel[to] = chain.kernel[to]! + weight * probabilities[k]!
      }
    }
    chain.rewards[s] = reward
  }
}

/** Whether state s leads only to itself. */
export function isAbsorbing({ states, kernel }: PolicyChain, s: number): boolean {
  for (let next = 0; next < states; next++) if (next !== s && kernel[s * states + next]! > 0) return false
  return true
}

/** V^π into `out`; `scratch` takes states × states doubles. */
export function chainValuesInto(
  { states, kernel, rewards }: PolicyChain,
  discount: number,
  scratch: Float64Array,
  out: Float64Array
): void {
  for (let k = 0; k < states * states; k++) scratch[k] = -discount * kernel[k]!
  for (let s = 0; s < states; s++) scratch[s * states + s] = scratch[s * states + s]! + 1
  out.set(rewards)
  const pivot = solveInPlace(scratch, out, states)
  assert(pivot > 0, `I − γP is singular for γ = ${discount}`)
}

/**
 * Exact V^π of one peer under `policy[s * actions + a]` into `out` (states doubles); returns J = Σ ρ(s) V^π(s), ρ the
 * fleet's `evaluation`.
 */
export function policyValue(fleet: Fleet, peer: number, policy: Float64Array, out: Float64Array): number {
  const chain = emptyChain(fleet.states)
  policyChainInto(fleet, peer, policy, chain)
  chainValuesInto(chain, fleet.discount, new Float64Array(chain.kernel.length), out)
  let sum = 0
  for (let s = 0; s < fleet.states; s++) sum += fleet.evaluation[s]! * out[s]!
  return sum
}
