/**
 * How the return J = Σ ρ(s) V^π(s) of one peer, over infinitely many steps from the fleet's `evaluation`, changes with the
 * policy (Sutton, McAllester, Singh, Mansour 1999). With the discounted visits d = (I − γ P^πᵀ)⁻¹ ρ,
 *
 *     ∂J/∂π(a|s) = d(s) Q(s, a),   and for π = softmax(θ)   ∂J/∂θ(s, a) = d(s) π(a|s) (Q(s, a) − V(s)).
 */
import { assert } from '../../src/core/assert.ts'
import { solveInPlace } from '../../src/core/linear.ts'
import type { Fleet } from '../../src/interfaces.ts'
import { actionValue } from './optimal.ts'
import { chainValuesInto, emptyChain, policyChainInto } from './policy-chain.ts'

/** What one peer's return does around a policy. */
export interface ReturnSlope {
  /** J */
  readonly value: number
  /** d(s): how often states are visited, the t-th step counted γ^t. */
  readonly visits: Float64Array
  /** V(s) */
  readonly values: Float64Array
  /** Q(s, a) at `s * actions + a`. */
  readonly actionValues: Float64Array
}

/** All of it for peer i under `policy[s * actions + a]`. */
export function returnSlope(fleet: Fleet, peer: number, policy: Float64Array): ReturnSlope {
  const { states, actions, discount, evaluation } = fleet
  const chain = emptyChain(states)
  const scratch = new Float64Array(states * states)
  const values = new Float64Array(states)
  policyChainInto(fleet, peer, policy, chain)
  chainValuesInto(chain, discount, scratch, values)
  const visits = evaluation.slice()
  for (let s = 0; s < states; s++)
    for (let next = 0; next < states; next++)
      scratch[next * states + s] = (s === next ? 1 : 0) - discount * chain.kernel[s * states + next]!
  assert(solveInPlace(scratch, visits, states) > 0, `I − γPᵀ is singular for γ = ${discount}`)

  const actionValues = new Float64Array(states * actions)
  let value = 0
  for (let s = 0; s < states; s++) {
    value += evaluation[s]! * values[s]!
    for (let a = 0; a < actions; a++) actionValues[s * actions + a] = actionValue(fleet, peer, s, a, values)
  }
  return { value, visits, values, actionValues }
}

/** ∂J_i/∂θ of peer i for π = softmax(θ), at `s * actions + a`. */
export function policyGradient(fleet: Fleet, peer: number, policy: Float64Array): Float64Array {
  const { actions } = fleet
  const { visits, values, actionValues } = returnSlope(fleet, peer, policy)
  return actionValues.map((q, at) => {
    const s = Math.floor(at / actions)
    return visits[s]! * policy[at]! * (q - values[s]!)
  })
}
