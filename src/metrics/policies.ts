/**
 * How far policies are from each other, and from being decided, on states that all are asked about, s with weights ρ(s):
 *
 *     distance_i = Σ_s ρ(s) ½ Σ_a |π_i(a|s) − π̄(a|s)|,   entropy_i = −Σ_s ρ(s) Σ_a π_i(a|s) log π_i(a|s),
 *
 * π̄ the mean of the policies of the peers that take part: total variation, and nats.
 */
import { log } from '../core/elementary.ts'

/** Policies on common states. */
export interface Asked {
  readonly actions: number
  /** ρ, one per state. */
  readonly weights: Float64Array
  /** Writes π_i(a|s) at `s * actions + a`. */
  policyInto(peer: number, out: Float64Array): void
  /** Is shown the policy of each peer that takes part, once; it lasts until the next one. */
  readonly look?: (peer: number, policy: Float64Array) => void
}

/** NaN for peers that do not take part. */
export function policyColumns(
  { actions, weights, policyInto, look }: Asked,
  takesPart: Uint8Array
): { readonly policyDistance: Float64Array; readonly entropy: Float64Array } {
  const peers = takesPart.length
  const policy = new Float64Array(weights.length * actions)
  const mean = new Float64Array(policy.length)
  const policyDistance = new Float64Array(peers).fill(Number.NaN)
  const entropy = new Float64Array(peers).fill(Number.NaN)
  const count = takesPart.reduce((sum, one) => sum + one, 0)
  for (let i = 0; i < peers; i++) {
    if (takesPart[i] === 0) continue
    policyInto(i, policy)
    look?.(i, policy)
    let sum = 0
    for (let at = 0; at < policy.length; at++) {
      const chance = policy[at]!
      mean[at] = mean[at]! + chance / count
      if (chance > 0) sum -= weights[(at - (at % actions)) / actions]! * chance * log(chance)
    }
    entropy[i] = sum
  }
  for (let i = 0; i < peers; i++) {
    if (takesPart[i] === 0) continue
    policyInto(i, policy)
    let sum = 0
    for (let at = 0; at < policy.length; at++)
      sum += (weights[(at - (at % actions)) / actions]! * Math.abs(policy[at]! - mean[at]!)) / 2
    policyDistance[i] = sum
  }
  return { policyDistance, entropy }
}
