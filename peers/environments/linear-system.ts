/**
 * TD with linear features as a linear system A θ = b: A = Φᵀ D T (Φ − γ P^π Φ), b = Φᵀ D T r^π, D = diag(μ). With Q the
 * transitions after which the episode goes on, those of absorbing states left out, T is
 *
 *     n-step returns   Σ_{k<n} (γQ)^k: of TD(0) the identity (Mangold et al. 2024, §2)
 *     λ-returns        (I − γλQ)⁻¹ (Tsitsiklis, Van Roy 1997)
 *
 * An absorbing state's own transition leads to itself: the restart is not learnt from.
 */
import { product, solveInPlace } from '../../src/core/linear.ts'
import type { Features, Fleet, ValueTarget } from '../../src/interfaces.ts'
import { emptyChain, isAbsorbing, type PolicyChain, policyChainInto } from './policy-chain.ts'

/** What TD(0) moves towards. */
export const ONE_STEP: ValueTarget = { kind: 'steps', steps: 1 }

/**
 * A (d × d, row-major, no padding) and b (d) of one peer, for its weights of the states: μ, a row of
 * `exactValues(fleet).stationary`.
 */
export function linearSystem(
  fleet: Fleet,
  peer: number,
  stationary: Float64Array,
  outA: Float64Array,
  outB: Float64Array,
  target = ONE_STEP
): void {
  const chain = emptyChain(fleet.states)
  policyChainInto(fleet, peer, fleet.policy, chain)
  chainSystemInto(chain, fleet.features, fleet.discount, stationary, outA, outB, target)
}

export function chainSystemInto(
  chain: PolicyChain,
  features: Features,
  discount: number,
  weights: Float64Array,
  outA: Float64Array,
  outB: Float64Array,
  target = ONE_STEP
): void {
  const { states } = chain
  const { count, stride, table } = features
  const width = count + 1
  const isOneStep = target.kind === 'steps' && target.steps === 1
  const ahead = isOneStep ? undefined : lookAhead(chain, features, discount, target)
  outA.fill(0)
  outB.fill(0)
  const row = new Float64Array(width)
  for (let s = 0; s < states; s++) {
    const weight = weights[s]!
    if (weight === 0) continue
    if (ahead === undefined) stepInto(chain, features, discount, s, row)
    else row.set(ahead.subarray(s * width, (s + 1) * width))
    if (features.kind === 'one-hot') {
      for (let j = 0; j < count; j++) outA[s * count + j] = weight * row[j]!
      outB[s] = weight * row[count]!
      continue
    }
    for (let i = 0; i < count; i++) {
      const scaled = weight * table[s * stride + i]!
      for (let j = 0; j < count; j++) outA[i * count + j] = outA[i * count + j]! + scaled * row[j]!
      outB[i] = outB[i]! + scaled * row[count]!
    }
  }
}

/** Row s of Φ − γ P Φ, and r(s) behind it. */
function stepInto(
  { states, kernel, rewards }: PolicyChain,
  { kind, count, stride, table }: Features,
  discount: number,
  s: number,
  row: Float64Array
): void {
  row[count] = rewards[s]!
  if (kind === 'one-hot') {
    for (let next = 0; next < states; next++)
      row[next] = (next === s ? 1 : 0) - discount * kernel[s * states + next]!
    return
  }
  for (let j = 0; j < count; j++) row[j] = table[s * stride + j]!
  for (let next = 0; next < states; next++) {
    const factor = discount * kernel[s * states + next]!
    if (factor === 0) continue
    for (let j = 0; j < count; j++) row[j] = row[j]! - factor * table[next * stride + j]!
  }
}

/** T (Φ − γ P Φ), and T r behind it, in rows of d + 1 doubles. */
function lookAhead(
  chain: PolicyChain,
  features: Features,
  discount: number,
  target: ValueTarget
): Float64Array {
  const { states, kernel } = chain
  const width = features.count + 1
  const steps = new Float64Array(states * width)
  for (let s = 0; s < states; s++)
    stepInto(chain, features, discount, s, steps.subarray(s * width, (s + 1) * width))
  const factor = target.kind === 'lambda' ? discount * target.lambda : discount
  const goingOn = kernel.map(probability => factor * probability)
  for (let s = 0; s < states; s++) if (isAbsorbing(chain, s)) goingOn.fill(0, s * states, (s + 1) * states)
  if (target.kind === 'lambda') {
    const a = goingOn.map((value, at) => (at % (states + 1) === 0 ? 1 : 0) - value)
    solveInPlace(a, steps, states, width)
    return steps
  }
  let sum: Float64Array = steps
  for (let n = 1; n < target.steps; n++) {
    sum = product(goingOn, sum, states)
    for (let at = 0; at < sum.length; at++) sum[at] = sum[at]! + steps[at]!
  }
  return sum
}
