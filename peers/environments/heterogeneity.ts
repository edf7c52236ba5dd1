/**
 * How different the peers' environments are: ε_P, the largest total variation ½ Σ_s' |P_i(s'|s) − P_j(s'|s)| over pairs
 * of peers and states, and ε_r, the largest difference of mean rewards (Labbi et al. 2025).
 */
import type { Fleet } from '../../src/interfaces.ts'

/** Above this ε_P is not computed: its cost grows with the number of pairs. */
const MAX_PEERS = 2000

export interface Heterogeneity {
  /** ε_P of the kernels P^π under the evaluated policy; null above 2,000 peers. */
  readonly transitions: number | null
  /** The same over states and actions, P(·|s, a). */
  readonly actionTransitions: number | null
  /** ε_r, over states and actions. */
  readonly rewards: number
}

export function heterogeneity(fleet: Fleet): Heterogeneity {
  const exact = fleet.peers <= MAX_PEERS
  return {
    transitions: exact ? transitionSpread(fleet, policyRows) : null,
    actionTransitions: exact ? transitionSpread(fleet, actionRows) : null,
    rewards: rewardSpread(fleet)
  }
}

/** A row of transitions that all peers have: weights of consecutive (s, a), which are added up. */
interface Row {
  readonly firstPair: number
  readonly weights: Float64Array
}

function* policyRows({ states, actions, policy }: Fleet): Generator<Row> {
  for (let s = 0; s < states; s++)
    yield { firstPair: s * actions, weights: policy.subarray(s * actions, (s + 1) * actions) }
}

function* actionRows({ states, actions }: Fleet): Generator<Row> {
  const weights = Float64Array.of(1)
  for (let pair = 0; pair < states * actions; pair++) yield { firstPair: pair, weights }
}

function transitionSpread(fleet: Fleet, rows: (fleet: Fleet) => Iterable<Row>): number {
  let widest = 0
  for (const row of rows(fleet)) widest = Math.max(widest, widestPair(rowOfEachPeer(fleet, row), fleet.peers))
  return Math.min(widest, 1)
}

/** The row of every peer, peer-major, over those states alone that some peer can reach by it. */
function rowOfEachPeer(fleet: Fleet, { firstPair, weights }: Row): Float64Array {
  const { peers, states, actions, branching, successors, probabilities } = fleet
  const columns = new Int32Array(states).fill(-1)
  let width = 0
  const first = (peer: number) => (peer * states * actions + firstPair) * branching
  for (let i = 0; i < peers; i++) {
    for (let k = 0; k < weights.length * branching; k++) {
      const at = first(i) + k
      const next = successors[at]!
      if (columns[next]! < 0 && probabilities[at]! > 0) columns[next] = width++
    }
  }
  const table = new Float64Array(peers * width)
  for (let i = 0; i < peers; i++) {
    for (let k = 0; k < weights.length * branching; k++) {
      const at = first(i) + k
      const column = columns[successors[at]!]!
      if (column < 0) continue
      const to = i * width + column
      table[to] = table[to]! + weights[Math.floor(k / branching)]! * probabilities[at]!
    }
  }
  return table
}

function widestPair(table: Float64Array, peers: number): number {
  const width = table.length / peers
  let widest = 0
  for (let i = 0; i < peers; i++) {
    for (let j = 0; j < i; j++) {
      let distance = 0
      for (let k = 0; k < width; k++) distance += Math.abs(table[i * width + k]! - table[j * width + k]!)
      widest = Math.max(widest, distance / 2)
    }
  }
  return widest
}

function rewardSpread({ peers, states, actions, rewards }: Fleet): number {
  const pairs = states * actions
  let widest = 0
  for (let pair = 0; pair < pairs; pair++) {
    let low = rewards[pair]!
    let high = low
    for (let i = 1; i < peers; i++) {
      const mean = rewards[i * pairs + pair]!
      low = Math.min(low, mean)
      high = Math.max(high, mean)
    }
    widest = Math.max(widest, high - low)
  }
  return widest
}
