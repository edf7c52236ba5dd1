/**
 * TD(0) with linear features as a linear system A θ = b: A = Φᵀ D (Φ − γ P^π Φ), b = Φᵀ D r^π, D = diag(μ)
 * (Mangold et al. 2024, §2). An absorbing state's own transition leads to itself: the restart is not learnt from.
 */
import type { Features, Fleet } from '../../src/interfaces.ts'
import { emptyChain, type PolicyChain, policyChainInto } from './policy-chain.ts'

/**
 * A (d × d, row-major, no padding) and b (d) of one peer, for its weights of the states: μ, a row of
 * `exactValues(fleet).stationary`.
 */
export function linearSystem(
  fleet: Fleet,
  peer: number,
  stationary: Float64Array,
  outA: Float64Array,
  outB: Float64Array
): void {
  const chain = emptyChain(fleet.states)
  policyChainInto(fleet, peer, fleet.policy, chain)
  chainSystemInto(chain, fleet.features, fleet.discount, stationary, outA, outB)
}

export function chainSystemInto(
  chain: PolicyChain,
  features: Features,
  discount: number,
  weights: Float64Array,
  outA: Float64Array,
  outB: Float64Array
): void {
  const { states, kernel, rewards } = chain
  const { count, stride, table } = features
  const oneHot = features.kind === 'one-hot'
  outA.fill(0)
  outB.fill(0)
  const difference = new Float64Array(count)
  for (let s = 0; s < states; s++) {
    const weight = weights[s]!
    if (weight === 0) continue
    if (oneHot) {
      for (let next = 0; next < states; next++)
        outA[s * count + next] = weight * ((next === s ? 1 : 0) - discount * kernel[s * states + next]!)
      outB[s] = weight * rewards[s]!
      continue
    }
    for (let j = 0; j < count; j++) difference[j] = table[s * stride + j]!
    for (let next = 0; next < states; next++) {
      const factor = discount * kernel[s * states + next]!
      if (factor === 0) continue
      for (let j = 0; j < count; j++) difference[j] = difference[j]! - factor * table[next * stride + j]!
    }
    for (let i = 0; i < count; i++) {
      const scaled = weight * table[s * stride + i]!
      for (let j = 0; j < count; j++) outA[i * count + j] = outA[i * count + j]! + scaled * difference[j]!
      outB[i] = outB[i]! + scaled * rewards[s]!
    }
  }
}
