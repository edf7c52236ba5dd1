/**
 * What one peer can meet: the transitions of its chain under the evaluated policy, one by one, and the temporal difference of each as
 * a linear form of y = (1, e), θ = θ* + e:
 *
 *     δ = c·y + (r − r̄),   c = (r̄ + γ φ(s')·θ* − φ(s)·θ*,  γ φ(s') − φ(s)).
 *
 * After the transition of an absorbing state the chain starts anew.
 */
import { absorbingStates } from '../../peers/environments/exact.ts'
import type { Fleet } from '../interfaces.ts'

/** Components that are not 0, and their values. */
export interface Sparse {
  readonly places: readonly number[]
  readonly values: readonly number[]
}

export interface Outcome {
  /** Given the state. */
  readonly probability: number
  /** s' */
  readonly next: number
  /** r̄ */
  readonly reward: number
  /** Of the reward. */
  readonly variance: number
}

export interface Transitions {
  readonly states: number
  /** d */
  readonly parameters: number
  readonly discount: number
  /** μ(s) */
  readonly stationary: Float64Array
  /** φ(s) */
  readonly features: readonly Sparse[]
  /** By state. */
  readonly outcomes: readonly (readonly Outcome[])[]
  /** 1 where a state absorbs. */
  readonly absorbing: Uint8Array
  /** Where the chain starts anew. */
  readonly reset: Float64Array
}

/** `stationary` of all peers. */
export function transitionsOf(fleet: Fleet, peer: number, stationary: Float64Array): Transitions {
  const { states, actions, branching, policy, probabilities, successors, rewards, noise, features } = fleet
  const varianceOf = (r: number): number => {
    if (noise.kind === 'uniform') return (noise.halfWidth * noise.halfWidth) / 3
    return noise.kind === 'bernoulli' ? Math.abs(r) - r * r : 0
  }
  const outcomesOf = (s: number): Outcome[] => {
    const found: Outcome[] = []
    for (let a = 0; a < actions; a++) {
      const pair = (peer * states + s) * actions + a
      const reward = rewards[pair]!
      for (let at = pair * branching; at < (pair + 1) * branching; at++) {
        const probability = policy[s * actions + a]! * probabilities[at]!
        if (probability > 0)
          found.push({ probability, next: successors[at]!, reward, variance: varianceOf(reward) })
      }
    }
    return found
  }
  const everyState = Array.from({ length: states }, (_, s) => s)
  return {
    states,
    parameters: features.count,
    discount: fleet.discount,
    stationary: stationary.subarray(peer * states, (peer + 1) * states),
    features: everyState.map(s => featuresAt(fleet, s)),
    outcomes: everyState.map(outcomesOf),
    absorbing: absorbingStates(fleet).subarray(peer * states, (peer + 1) * states),
    reset: fleet.reset
  }
}

function featuresAt({ features: { kind, table, stride, count } }: Fleet, s: number): Sparse {
  if (kind === 'one-hot') return { places: [s], values: [1] }
  const row = [...table.subarray(s * stride, s * stride + count)]
  const places = row.flatMap((value, j) => (value === 0 ? [] : [j]))
  return { places, values: places.map(j => row[j]!) }
}

/** c of an outcome of state s. */
export function differenceOf(
  { features, discount }: Transitions,
  solution: Float64Array,
  s: number,
  { next, reward }: Outcome
): Sparse {
  const here = features[s]!
  const there = features[next]!
  const along = new Map([[0, reward + discount * dot(there, solution) - dot(here, solution)]])
  there.places.forEach((place, k) => {
    along.set(1 + place, discount * there.values[k]!)
  })
  here.places.forEach((place, k) => {
    along.set(1 + place, (along.get(1 + place) ?? 0) - here.values[k]!)
  })
  return { places: [...along.keys()], values: [...along.values()] }
}

export function dot({ places, values }: Sparse, x: ArrayLike<number>): number {
  let sum = 0
  for (let k = 0; k < places.length; k++) sum += values[k]! * x[places[k]!]!
  return sum
}

/** p(s' | s), in rows of `states`, where the episode goes on. */
export function kernelOf({ states, outcomes, absorbing }: Transitions): Float64Array {
  const kernel = new Float64Array(states * states)
  for (let s = 0; s < states; s++) {
    if (absorbing[s] === 1) continue
    const row = kernel.subarray(s * states, (s + 1) * states)
    for (const { next, probability } of outcomes[s]!) row[next] = row[next]! + probability
  }
  return kernel
}

/** c·y of all outcomes, by state. */
export const differencesAt = (
  transitions: Transitions,
  solution: Float64Array,
  y: Float64Array
): number[][] =>
  transitions.outcomes.map((outcomes, s) =>
    outcomes.map(outcome => dot(differenceOf(transitions, solution, s, outcome), y))
  )

/** What each component of e adds to the differences of all outcomes, c without its first number: by state, in rows of d. */
export const slopesOf = (transitions: Transitions): Float64Array[] => {
  const { features, outcomes, discount, parameters: d } = transitions
  return outcomes.map((each, s) => {
    const rows = new Float64Array(each.length * d)
    each.forEach(({ next }, o) => {
      addInto(features[next]!, discount, rows, o * d)
      addInto(features[s]!, -1, rows, o * d)
    })
    return rows
  })
}

/** Their mean over the outcomes, in rows of d by state. */
export function expectedSlopes(transitions: Transitions): Float64Array {
  const { states, outcomes, parameters: d } = transitions
  const slopes = slopesOf(transitions)
  const means = new Float64Array(states * d)
  outcomes.forEach((each, s) => {
    each.forEach(({ probability }, o) => {
      for (let k = 0; k < d; k++) means[s * d + k] = means[s * d + k]! + probability * slopes[s]![o * d + k]!
    })
  })
  return means
}

/** What a move carries along. */
interface Carried {
  /** Times these, by outcome, and `scale`: then it is added to what `out` has. */
  readonly differences?: readonly (readonly number[])[]
  readonly scale?: number
  /** Only where the episode goes on. */
  readonly goingOn?: boolean
}

/** What is known of where the chain is, one number for each state, to where it is a transition later. */
export function movedOn(
  { states, outcomes, absorbing, reset }: Transitions,
  from: Float64Array,
  out: Float64Array,
  { differences, scale = 1, goingOn = false }: Carried = {}
): void {
  if (differences === undefined) out.fill(0, 0, states)
  for (let s = 0; s < states; s++) {
    const weight = scale * from[s]!
    if (weight === 0 || (goingOn && absorbing[s] === 1)) continue
    const each = outcomes[s]!
    for (let o = 0; o < each.length; o++) {
      const { probability, next } = each[o]!
      const carried = weight * probability * (differences === undefined ? 1 : differences[s]![o]!)
      if (absorbing[s] === 0) out[next] = out[next]! + carried
      else for (let k = 0; k < states; k++) out[k] = out[k]! + carried * reset[k]!
    }
  }
}

/** Adds `factor` x to the row of `out` that begins at `to`. */
export function addInto({ places, values }: Sparse, factor: number, out: Float64Array, to: number): void {
  for (let k = 0; k < places.length; k++) {
    const at = to + places[k]!
    out[at] = out[at]! + factor * values[k]!
  }
}
