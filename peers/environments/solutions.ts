/**
 * What TD would find with infinite experience: per peer μ_i, V_i^π and θ_i* (A_i θ_i* = b_i), and the federation's θ*,
 * which solves (Σ_i A_i) θ* = Σ_i b_i. A_i and b_i, and with features that are not one-hot θ_i*, depend on the `target`.
 *
 * One-hot features: A_i is singular if peer i has states that do not recur (μ_i = 0). Then θ_i* = V_i^π is taken, which
 * solves the system whatever μ_i is; and θ* has, in states where no peer recurs, equal weights 1 in place of μ_i.
 */
import { ExperimentError } from '../../src/core/errors.ts'
import { solveInPlace } from '../../src/core/linear.ts'
import type { Fleet } from '../../src/interfaces.ts'
import { chainSystemInto, ONE_STEP } from './linear-system.ts'
import { chainValuesInto, emptyChain, policyChainInto } from './policy-chain.ts'
import { stationaryDistributions } from './stationary.ts'

/** Smallest relative pivot, per feature, of a system that counts as regular: what rounding leaves of a zero is smaller. */
const SINGULAR = 1e-15

export interface ExactValues {
  /** μ_i(s) at `i * states + s`. */
  readonly stationary: Float64Array
  /** V_i^π(s) at `i * states + s`. */
  readonly values: Float64Array
  /** θ_i* in rows of `stride` doubles, padded with zeros. */
  readonly solutions: Float64Array
  /** θ*, `stride` doubles. */
  readonly solution: Float64Array
  /** That of the fleet's features. */
  readonly stride: number
}

/** Throws an ExperimentError if a peer has more than one recurrent class, or a system that is singular. */
export function exactValues(fleet: Fleet, target = ONE_STEP): ExactValues {
  const { peers, states, features, discount } = fleet
  const { count, stride } = features
  const oneHot = features.kind === 'one-hot'
  const stationary = stationaryDistributions(fleet)
  const values = new Float64Array(peers * states)
  const solutions = new Float64Array(peers * stride)
  const chain = emptyChain(states)
  const scratch = new Float64Array(states * states)
  const a = new Float64Array(count * count)
  const b = new Float64Array(count)

  for (let i = 0; i < peers; i++) {
    const value = values.subarray(i * states, (i + 1) * states)
    policyChainInto(fleet, i, fleet.policy, chain)
    chainValuesInto(chain, discount, scratch, value)
    if (oneHot) solutions.set(value, i * stride)
    else {
      const mu = stationary.subarray(i * states, (i + 1) * states)
      chainSystemInto(chain, features, discount, mu, a, b, target)
      const whose = `peer ${i} (${fleet.labels[i]})`
      requireRegular(solveInPlace(a, b, count), whose, count, mu.filter(mass => mass > 0).length)
      solutions.set(b, i * stride)
    }
  }
  const everybody = new Uint8Array(peers).fill(1)
  const solution = federatedSolution(fleet, stationary, everybody, target)
  return { stationary, values, solutions, solution, stride }
}

/**
 * θ* of the federation of those peers that have a 1 in `takesPart`, `stride` doubles; `stationary` as `exactValues` gives
 * it. Throws an ExperimentError if its system is singular.
 */
export function federatedSolution(
  fleet: Fleet,
  stationary: Float64Array,
  takesPart: Uint8Array,
  target = ONE_STEP
): Float64Array {
  const { peers, states, features, discount } = fleet
  const { count, stride } = features
  const oneHot = features.kind === 'one-hot'
  const chain = emptyChain(states)
  const a = new Float64Array(count * count)
  const b = new Float64Array(count)
  const sumA = new Float64Array(count * count)
  const sumB = new Float64Array(count)
  const unvisited = unvisitedStates(stationary, states, takesPart)
  const fill = oneHot && unvisited.includes(1)

  function add(weights: Float64Array): void {
    chainSystemInto(chain, features, discount, weights, a, b, target)
    accumulate(a, sumA)
    accumulate(b, sumB)
  }
  for (let i = 0; i < peers; i++) {
    if (takesPart[i] === 0) continue
    policyChainInto(fleet, i, fleet.policy, chain)
    add(stationary.subarray(i * states, (i + 1) * states))
    if (fill) add(unvisited)
  }
  const pivot = solveInPlace(sumA, sumB, count)
  // With one-hot features rows are as small as their states are rare, but never dependent.
  const visited = unvisited.filter(without => without === 0).length
  if (!oneHot) requireRegular(pivot, 'the federation of all peers', count, visited)
  const solution = new Float64Array(stride)
  solution.set(sumB)
  return solution
}

function accumulate(terms: Float64Array, sums: Float64Array): void {
  for (let k = 0; k < sums.length; k++) sums[k] = sums[k]! + terms[k]!
}

/** `recurrent` states carry the system: with fewer of them than features it is singular, whatever its pivots say. */
function requireRegular(pivot: number, whose: string, features: number, recurrent: number): void {
  if (recurrent >= features && pivot > SINGULAR * features) return
  throw new ExperimentError(
    `${whose}: the system of its ${features} features is singular (${recurrent} states recur, smallest pivot ${pivot.toExponential(1)}); they must be independent on the states that recur (try fewer features)`
  )
}

/** 1 for states where μ_i = 0 for every peer that takes part, else 0. */
export function unvisitedStates(
  stationary: Float64Array,
  states: number,
  takesPart: Uint8Array
): Float64Array {
  const without = new Float64Array(states).fill(1)
  for (let k = 0; k < stationary.length; k++) {
    if (stationary[k]! > 0 && takesPart[Math.floor(k / states)] === 1) without[k % states] = 0
  }
  return without
}
