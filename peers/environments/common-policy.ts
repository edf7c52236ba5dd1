/**
 * The best policies that all peers share, judged by mean_i J_i(π), J_i(π) = Σ ρ(s) V_i^π(s). Where peers differ the best of
 * them may have to be stochastic (Labbi, Mangold, Tiapkin, Moulines 2025).
 */
import type { Fleet } from '../../src/interfaces.ts'
import { kindsOf } from './alike.ts'
import { greedyActions, optimalValues } from './optimal.ts'
import { ascend, type Slope } from './policy-ascent.ts'
import { policyValue } from './policy-chain.ts'
import { returnSlope } from './policy-gradient.ts'

/** An enumeration of more policies than this, times different environments, would take seconds. */
const MOST_EVALUATIONS = 200_000

/** Ascents from what is best for one peer. */
const MOST_STARTS = 8

/** Differences below this part of a return are rounding. */
const TOLERANCE = 1e-12

/** One policy for all peers. */
export interface CommonPolicy {
  /** π(a|s) at `s * actions + a`. */
  readonly policy: Float64Array
  /** mean_i J_i(π) */
  readonly mean: number
  /** J_i(π) of every peer. */
  readonly returns: Float64Array
}

/**
 * The best deterministic policy, by enumeration, of equals the first; undefined where there are too many: more than 200,000,
 * counted once for every environment that is not the same as another.
 */
export function bestDeterministic(fleet: Fleet): CommonPolicy | undefined {
  const { states, actions } = fleet
  let policies = 1
  for (let s = 0; s < states; s++) policies *= actions
  if (policies > MOST_EVALUATIONS) return undefined
  const kinds = countedKinds(fleet)
  if (policies * kinds.length > MOST_EVALUATIONS) return undefined

  const chosen = new Int32Array(states)
  const policy = new Float64Array(states * actions)
  for (let s = 0; s < states; s++) policy[s * actions] = 1
  let best = policy.slice()
  let most = Number.NEGATIVE_INFINITY
  for (let tried = 0; tried < policies; tried++) {
    const mean = meanReturn(fleet, kinds, policy)
    if (mean > most) {
      most = mean
      best = policy.slice()
    }
    countUp(chosen, policy, actions)
  }
  return judged(fleet, best)
}

/**
 * The best policy that an ascent reaches from the uniform one and from the best deterministic one or, where that is not known,
 * from the optimal ones of single peers. The mean return is not concave: a better one is not excluded. It mixes actions
 * only where that is better than any one of them.
 */
export function bestStochastic(fleet: Fleet, deterministic = bestDeterministic(fleet)): CommonPolicy {
  const { states, actions } = fleet
  const kinds = countedKinds(fleet)
  const climbed = (start: Float64Array): CommonPolicy => {
    const policy = ascend(at => meanSlope(fleet, kinds, at), start.slice(), actions)
    unmix(fleet, kinds, policy)
    return judged(fleet, policy)
  }
  let best = climbed(new Float64Array(states * actions).fill(1 / actions))
  for (const start of deterministic ? [deterministic.policy] : ownOptima(fleet, kinds)) {
    const other = climbed(start)
    if (other.mean > best.mean + TOLERANCE * Math.abs(best.mean)) best = other
  }
  return best
}

/** What would be best for the first few kinds of peers, each alone. */
function ownOptima(fleet: Fleet, kinds: readonly Kind[]): Float64Array[] {
  const { states, actions } = fleet
  const values = optimalValues(fleet)
  return kinds.slice(0, MOST_STARTS).map(({ first }) => {
    const policy = new Float64Array(states * actions)
    greedyActions(fleet, first, values.subarray(first * states, (first + 1) * states)).forEach((a, s) => {
      policy[s * actions + a] = 1
    })
    return policy
  })
}

/** The next deterministic policy: actions counted up like the digits of a number, the last state's first. */
function countUp(chosen: Int32Array, policy: Float64Array, actions: number): void {
  for (let s = chosen.length - 1; s >= 0; s--) {
    policy[s * actions + chosen[s]!] = 0
    chosen[s] = (chosen[s]! + 1) % actions
    policy[s * actions + chosen[s]!] = 1
    if (chosen[s]! > 0) return
  }
}

/** Takes one action in each state where that costs nothing. */
function unmix(fleet: Fleet, kinds: readonly Kind[], policy: Float64Array): void {
  const { states, actions } = fleet
  const mean = meanReturn(fleet, kinds, policy)
  const floor = mean - TOLERANCE * Math.abs(mean)
  for (let s = 0; s < states; s++) {
    const row = policy.subarray(s * actions, (s + 1) * actions)
    const mixed = row.slice()
    for (let a = 0; a < actions; a++) {
      row.fill(0)
      row[a] = 1
      if (meanReturn(fleet, kinds, policy) >= floor) break
      row.set(mixed)
    }
  }
}

/** Peers with the same tables: the first of them, and how many there are. */
interface Kind {
  readonly first: number
  readonly count: number
}

function countedKinds(fleet: Fleet): readonly Kind[] {
  const counts = new Map<number, number>()
  for (const first of kindsOf(fleet)) counts.set(first, (counts.get(first) ?? 0) + 1)
  return Array.from(counts, ([first, count]) => ({ first, count }))
}

function meanReturn(fleet: Fleet, kinds: readonly Kind[], policy: Float64Array): number {
  const values = new Float64Array(fleet.states)
  let sum = 0
  for (const { first, count } of kinds) sum += count * policyValue(fleet, first, policy, values)
  return sum / fleet.peers
}

/** mean_i J_i around a policy; its gradient is the mean of d_i(s) Q_i(s, a). */
function meanSlope(fleet: Fleet, kinds: readonly Kind[], policy: Float64Array): Slope {
  const { peers, states, actions } = fleet
  const visits = new Float64Array(states)
  const gradient = new Float64Array(states * actions)
  let value = 0
  for (const { first, count } of kinds) {
    const share = count / peers
    const own = returnSlope(fleet, first, policy)
    value += share * own.value
    own.visits.forEach((visit, s) => {
      visits[s] = visits[s]! + share * visit
      for (let at = s * actions; at < (s + 1) * actions; at++)
        gradient[at] = gradient[at]! + share * visit * own.actionValues[at]!
    })
  }
  return { value, visits, gradient }
}

function judged(fleet: Fleet, policy: Float64Array): CommonPolicy {
  const values = new Float64Array(fleet.states)
  const returns = Float64Array.from({ length: fleet.peers }, (_, i) => policyValue(fleet, i, policy, values))
  return { policy, mean: returns.reduce((sum, value) => sum + value, 0) / fleet.peers, returns }
}
