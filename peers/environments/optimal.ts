/**
 * V_i*, by policy iteration (Howard 1960): evaluate the policy exactly, then take in every state the action of the
 * largest Q(s, a) = r(s, a) + γ Σ P(s'|s, a) V(s'), until none is better.
 */
import type { Fleet } from '../../src/interfaces.ts'
import { chainValuesInto, emptyChain, policyChainInto } from './policy-chain.ts'

/** Improvements below this part of the largest |V| or |r| are rounding, and could go round in circles. */
const TOLERANCE = 1e-12

/** V_i*(s) at `i * states + s`. */
export function optimalValues(fleet: Fleet): Float64Array {
  const { peers, states, actions, discount } = fleet
  const optimal = new Float64Array(peers * states)
  const chain = emptyChain(states)
  const scratch = new Float64Array(states * states)
  const policy = new Float64Array(states * actions)
  for (let i = 0; i < peers; i++) {
    const values = optimal.subarray(i * states, (i + 1) * states)
    policy.fill(0)
    for (let s = 0; s < states; s++) policy[s * actions] = 1
    do {
      policyChainInto(fleet, i, policy, chain)
      chainValuesInto(chain, discount, scratch, values)
    } while (improve(fleet, i, values, policy))
  }
  return optimal
}

/** Per state the first of one peer's actions with the largest Q(s, a) for `values`: differences that are rounding do not count. */
export function greedyActions(fleet: Fleet, peer: number, values: Float64Array): Int32Array {
  const { states, actions } = fleet
  const margin = TOLERANCE * scaleOf(fleet, peer, values)
  return Int32Array.from({ length: states }, (_, s) => {
    const q = Float64Array.from({ length: actions }, (_, a) => actionValue(fleet, peer, s, a, values))
    const largest = q.reduce((most, value) => Math.max(most, value))
    return q.findIndex(value => value >= largest - margin)
  })
}

/** The largest |V| or |r| of one peer. */
function scaleOf({ states, actions, rewards }: Fleet, peer: number, values: Float64Array): number {
  let scale = 0
  for (let s = 0; s < states; s++) scale = Math.max(scale, Math.abs(values[s]!))
  const first = peer * states * actions
  for (let k = first; k < first + states * actions; k++) scale = Math.max(scale, Math.abs(rewards[k]!))
  return scale
}

/** Makes `policy` greedy where that is better; whether it was anywhere. */
function improve(fleet: Fleet, peer: number, values: Float64Array, policy: Float64Array): boolean {
  const { states, actions } = fleet
  const scale = scaleOf(fleet, peer, values)
  let improved = false
  for (let s = 0; s < states; s++) {
    let best = -1
    let bestValue = values[s]! + TOLERANCE * scale
    for (let a = 0; a < actions; a++) {
      const value = actionValue(fleet, peer, s, a, values)
      if (value <= bestValue) continue
      best = a
      bestValue = value
    }
    if (best < 0) continue
    policy.fill(0, s * actions, (s + 1) * actions)
    policy[s * actions + best] = 1
    improved = true
  }
  return improved
}

/** Q(s, a) of one peer for the values V. */
export function actionValue(fleet: Fleet, peer: number, s: number, a: number, values: Float64Array): number {
  const { states, actions, branching, successors, probabilities } = fleet
  const pair = (peer * states + s) * actions + a
  let sum = 0
  for (let k = pair * branching; k < (pair + 1) * branching; k++)
    sum += probabilities[k]! * values[successors[k]!]!
  return fleet.rewards[pair]! + fleet.discount * sum
}
