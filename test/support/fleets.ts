/** Small random fleets for tests, made without the product's generators. */
import { strideOf } from '../../src/core/parameter-matrix.ts'
import type { Features, Fleet, RewardNoise } from '../../src/interfaces.ts'

export interface FleetShape {
  readonly peers: number
  readonly states: number
  readonly actions: number
  readonly branching: number
  /** 0 means one-hot. */
  readonly features: number
  readonly noise: RewardNoise
  readonly absorbing: boolean
}

/** A fleet drawn from a small congruential generator. With `absorbing`, the last state of each peer absorbs. */
export function randomFleet(shape: FleetShape, seed: number): Fleet {
  let word = seed >>> 0
  const uniform = (): number => {
    word = (Math.imul(word, 1664525) + 1013904223) >>> 0
    return word / 4294967296
  }
  const { peers, states, actions, branching } = shape
  const distribution = (count: number): number[] => {
    const parts = Array.from({ length: count }, () => uniform() + 0.05)
    const total = parts.reduce((sum, x) => sum + x, 0)
    return parts.map(x => x / total)
  }
  const entries = peers * states * actions
  const successors = new Uint16Array(entries * branching)
  const probabilities = new Float64Array(entries * branching)
  for (let at = 0; at < entries; at++) {
    const s = Math.floor(at / actions) % states
    const rooted = shape.absorbing && s === states - 1
    const chosen = distribution(branching)
    for (let k = 0; k < branching; k++) {
      // The first successor is the next state, so that every state leads to every other.
      const ahead = k === 0 ? 1 : 1 + Math.floor(uniform() * (states - 1))
      successors[at * branching + k] = rooted ? s : (s + ahead) % states
      probabilities[at * branching + k] = rooted ? (k === 0 ? 1 : 0) : chosen[k]!
    }
  }
  return {
    kind: 'finite',
    name: 'random',
    peers,
    states,
    actions,
    branching,
    discount: 0.9,
    labels: Array.from({ length: peers }, (_, i) => `random ${i}`),
    types: new Int32Array(peers),
    successors,
    probabilities,
    rewards: Float64Array.from({ length: entries }, () => 2 * uniform() - 1),
    noise: shape.noise,
    reset: Float64Array.from(distribution(states)),
    evaluation: Float64Array.from(distribution(states)),
    policy: Float64Array.from(Array.from({ length: states }, () => distribution(actions)).flat()),
    features: featuresOf(shape, uniform)
  }
}

function featuresOf({ features, states }: FleetShape, uniform: () => number): Features {
  if (features === 0)
    return { kind: 'one-hot', count: states, table: new Float64Array(0), stride: strideOf(states) }
  const stride = strideOf(features)
  const table = new Float64Array(states * stride)
  for (let s = 0; s < states; s++) for (let j = 0; j < features; j++) table[s * stride + j] = uniform()
  return { kind: 'table', count: features, table, stride }
}

/** The same fleet with its one-hot features spelled out as a table. */
export function spelledOut(fleet: Fleet): Fleet {
  const { states } = fleet
  const stride = strideOf(states)
  const table = new Float64Array(states * stride)
  for (let s = 0; s < states; s++) table[s * stride + s] = 1
  return { ...fleet, features: { kind: 'table', count: states, table, stride } }
}

/** One peer written out: the probability `transitions[s][a][s']` and the mean reward `rewards[s][a]`. */
export interface WrittenPeer {
  readonly transitions: readonly (readonly (readonly number[])[])[]
  readonly rewards: readonly (readonly number[])[]
}

/**
 * These peers with discount ½, one-hot features, the uniform policy and no reward noise, starting and evaluated
 * anywhere; what is `given` replaces that.
 */
export function writtenFleet(peers: readonly WrittenPeer[], given: Partial<Fleet> = {}): Fleet {
  const states = peers[0]!.rewards.length
  const actions = peers[0]!.rewards[0]!.length
  const uniform = new Float64Array(states).fill(1 / states)
  return {
    kind: 'finite',
    name: 'written',
    peers: peers.length,
    states,
    actions,
    branching: states,
    discount: 0.5,
    labels: peers.map((_, i) => `written ${i}`),
    types: new Int32Array(peers.length),
    successors: Uint16Array.from({ length: peers.length * states * actions * states }, (_, k) => k % states),
    probabilities: Float64Array.from(peers.flatMap(({ transitions }) => transitions.flat(2))),
    rewards: Float64Array.from(peers.flatMap(({ rewards }) => rewards.flat())),
    noise: { kind: 'none' },
    reset: uniform,
    evaluation: uniform,
    policy: new Float64Array(states * actions).fill(1 / actions),
    features: { kind: 'one-hot', count: states, table: new Float64Array(0), stride: strideOf(states) },
    ...given
  }
}
