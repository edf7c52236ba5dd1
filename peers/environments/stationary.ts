/**
 * The stationary distribution μ of a peer's chain under its policy, *restarted*: an absorbing state is left for a state
 * drawn from `reset`. States that do not recur have μ = 0 exactly; on those that do, the elimination of Grassmann,
 * Taksar and Heyman (1985), which never subtracts and so keeps every component to rounding.
 */
import { ExperimentError } from '../../src/core/errors.ts'
import type { Fleet } from '../../src/interfaces.ts'
import { emptyChain, isAbsorbing, policyChainInto } from './policy-chain.ts'

/** μ_i(s) at `i * states + s`. Throws an ExperimentError if a peer's chain has more than one recurrent class. */
export function stationaryDistributions(fleet: Fleet): Float64Array {
  const { peers, states, reset, policy, labels } = fleet
  const stationary = new Float64Array(peers * states)
  const chain = emptyChain(states)
  const restarted = new Float64Array(states * states)
  for (let i = 0; i < peers; i++) {
    policyChainInto(fleet, i, policy, chain)
    restarted.set(chain.kernel)
    for (let s = 0; s < states; s++) if (isAbsorbing(chain, s)) restarted.set(reset, s * states)
    const apart = stationaryInto(restarted, states, stationary.subarray(i * states, (i + 1) * states))
    if (apart)
      throw new ExperimentError(
        `peer ${i} (${labels[i]}): more than one recurrent class: under its policy state ${apart[0]} never leads to state ${apart[1]}, which recurs${fleet.name === 'garnet' ? '; try another seed, or more branching' : ''}`
      )
  }
  return stationary
}

/** 1 at `i * states + s` where peer i's policy leaves it in state s for ever, else 0. */
export function absorbingStates(fleet: Fleet): Uint8Array {
  const { peers, states, policy } = fleet
  const absorbing = new Uint8Array(peers * states)
  const chain = emptyChain(states)
  for (let i = 0; i < peers; i++) {
    policyChainInto(fleet, i, policy, chain)
    for (let s = 0; s < states; s++) if (isAbsorbing(chain, s)) absorbing[i * states + s] = 1
  }
  return absorbing
}

/**
 * μ of the n × n `kernel`, which is destroyed, into `out`. Undefined if there is one recurrent class; else two states
 * of which the first never leads to the second, which recurs, and then `out` is not written.
 */
function stationaryInto(
  kernel: Float64Array,
  n: number,
  out: Float64Array
): readonly [number, number] | undefined {
  // The last root of floods backwards that share their marks leads to nothing that does not lead back to it.
  const seen = new Uint8Array(n)
  let recurrent = 0
  for (let s = 0; s < n; s++) {
    if (seen[s]) continue
    recurrent = s
    flood(kernel, n, s, 1, n, seen)
  }
  seen.fill(0)
  flood(kernel, n, recurrent, 1, n, seen)
  const outside = seen.indexOf(0)
  if (outside >= 0) return [outside, recurrent]

  seen.fill(0)
  flood(kernel, n, recurrent, n, 1, seen)
  const members: number[] = []
  for (let s = 0; s < n; s++) if (seen[s]) members.push(s)
  eliminateInto(kernel, n, members, out)
  return undefined
}

/**
 * Marks all states that can be reached from `from`: forwards with (row, column) strides (n, 1), backwards with (1, n).
 */
function flood(
  kernel: Float64Array,
  n: number,
  from: number,
  rowStride: number,
  columnStride: number,
  seen: Uint8Array
): void {
  const open = [from]
  seen[from] = 1
  for (let s = open.pop(); s !== undefined; s = open.pop()) {
    for (let t = 0; t < n; t++) {
      if (seen[t] || kernel[s * rowStride + t * columnStride] === 0) continue
      seen[t] = 1
      open.push(t)
    }
  }
}

/** Censors the chain on ever fewer of its members, from the last to the first, then substitutes back. */
function eliminateInto(kernel: Float64Array, n: number, members: readonly number[], out: Float64Array): void {
  for (let m = members.length - 1; m > 0; m--) {
    const k = members[m]!
    let leaving = 0
    for (let j = 0; j < m; j++) leaving += kernel[k * n + members[j]!]!
    for (let i = 0; i < m; i++) {
      const row = members[i]! * n
      const into = kernel[row + k]! / leaving
      kernel[row + k] = into
      if (into === 0) continue
      for (let j = 0; j < m; j++) {
        const to = members[j]!
        kernel[row + to] = kernel[row + to]! + into * kernel[k * n + to]!
      }
    }
  }
  out.fill(0)
  out[members[0]!] = 1
  let total = 1
  for (let m = 1; m < members.length; m++) {
    const k = members[m]!
    let mass = 0
    for (let i = 0; i < m; i++) mass += out[members[i]!]! * kernel[members[i]! * n + k]!
    out[k] = mass
    total += mass
  }
  for (const s of members) out[s] = out[s]! / total
}
