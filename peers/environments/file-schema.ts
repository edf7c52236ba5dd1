/**
 * Our own JSON form of finite MDPs, one per peer; peers/README.md describes it. Reading checks everything and gives
 * tables in which each row of transitions has different successors, ascending, with probabilities that sum to 1.
 */

import {
  distribution,
  field,
  finite,
  items,
  normalise,
  type Place,
  record,
  refuse,
  text,
  whole
} from '../../src/core/json-file.ts'
import type { RewardNoise } from '../../src/interfaces.ts'
import { MAX_STATES, uniform } from './fleet-parts.ts'

/** P(·|s, a), sparse. */
export interface Transition {
  readonly successors: readonly number[]
  readonly probabilities: Float64Array
}

/** The environment of one peer; rows at `s * actions + a`. */
export interface PeerTables {
  readonly label: string | undefined
  readonly type: number
  readonly transitions: readonly Transition[]
  readonly rewards: Float64Array
  /** How many peers have it. */
  readonly copies: number
}

/** What a file says. */
export interface FileTables {
  readonly states: number
  readonly actions: number
  readonly discount: number
  /** φ(s), or undefined for one-hot features. */
  readonly features: readonly Float64Array[] | undefined
  readonly policy: Float64Array
  readonly reset: Float64Array
  readonly evaluation: Float64Array
  readonly noise: RewardNoise
  readonly peers: readonly PeerTables[]
}

const FILE_KEYS = [
  'provenance',
  'states',
  'actions',
  'discount',
  'features',
  'policy',
  'reset',
  'evaluation',
  'noise',
  'peers'
]
const PEER_KEYS = ['label', 'type', 'copies', 'transitions', 'rewards']

export function readTables(place: Place): FileTables {
  record(place, FILE_KEYS)
  const states = whole(field(place, 'states'), 1, MAX_STATES)
  const actions = whole(field(place, 'actions'), 1, 1000)
  const noise = readNoise(field(place, 'noise'))
  const features = field(place, 'features')
  const reset = optional(field(place, 'reset'), at => distribution(at, states, 'state')) ?? uniform(states)
  const peers = items(field(place, 'peers')).map(peer => readPeer(peer, states, actions, noise))
  if (peers.length === 0) refuse(field(place, 'peers'), 'a list of at least one environment')
  return {
    states,
    actions,
    discount: readDiscount(field(place, 'discount')),
    features: optional(features, at => readFeatures(at, states)),
    policy: readPolicy(field(place, 'policy'), states, actions),
    reset,
    evaluation: optional(field(place, 'evaluation'), at => distribution(at, states, 'state')) ?? reset,
    noise,
    peers
  }
}

export function readDiscount(place: Place): number {
  const discount = finite(place, 0, 1)
  return discount < 1 ? discount : refuse(place, 'below 1')
}

/** One row of d numbers per state. */
export function readFeatures(place: Place, states: number): Float64Array[] {
  const rows = items(place, states, 'state')
  const count = Array.isArray(rows[0]?.value) ? rows[0].value.length : 0
  if (count === 0) refuse(place, 'a list of rows of numbers, none empty')
  return rows.map(row => Float64Array.from(items(row, count, 'feature'), value => finite(value)))
}

/** Sums what leads to the same state and drops what has probability 0. */
export function transitionOf(place: Place, pairs: readonly (readonly [number, number])[]): Transition {
  const masses = new Map<number, number>()
  for (const [next, probability] of pairs)
    if (probability > 0) masses.set(next, (masses.get(next) ?? 0) + probability)
  const successors = [...masses.keys()].sort((a, b) => a - b)
  return {
    successors,
    probabilities: normalise(
      place,
      Float64Array.from(successors, next => masses.get(next) ?? 0)
    )
  }
}

function optional<T>(place: Place, read: (place: Place) => T): T | undefined {
  return place.value === undefined ? undefined : read(place)
}

function readNoise(place: Place): RewardNoise {
  const { value } = place
  if (value === undefined || value === 'none') return { kind: 'none' }
  if (value === 'bernoulli') return { kind: 'bernoulli' }
  if (typeof value === 'number' && Number.isFinite(value) && value > 0)
    return { kind: 'uniform', halfWidth: value }
  return refuse(place, "'none', 'bernoulli', or the half-width of a uniform, above 0")
}

/** Per state an action or a distribution over actions; uniform if absent. */
export function readPolicy(place: Place, states: number, actions: number): Float64Array {
  const policy = new Float64Array(states * actions)
  if (place.value === undefined) return policy.fill(1 / actions)
  items(place, states, 'state').forEach((choice, s) => {
    if (Array.isArray(choice.value)) policy.set(distribution(choice, actions, 'action'), s * actions)
    else policy[s * actions + whole(choice, 0, actions - 1)] = 1
  })
  return policy
}

function readPeer(place: Place, states: number, actions: number, noise: RewardNoise): PeerTables {
  record(place, PEER_KEYS)
  const transitions = items(field(place, 'transitions'), states, 'state').flatMap(row =>
    items(row, actions, 'action').map(cell => readTransition(cell, states))
  )
  const bound = noise.kind === 'bernoulli' ? 1 : Number.POSITIVE_INFINITY
  const rewards = items(field(place, 'rewards'), states, 'state').flatMap(row =>
    Array.isArray(row.value)
      ? items(row, actions, 'action').map(mean => finite(mean, -bound, bound))
      : new Array<number>(actions).fill(finite(row, -bound, bound))
  )
  return {
    label: optional(field(place, 'label'), text),
    type: optional(field(place, 'type'), at => whole(at, 0, 1_000_000)) ?? 0,
    copies: optional(field(place, 'copies'), at => whole(at, 1, 1_000_000)) ?? 1,
    transitions,
    rewards: Float64Array.from(rewards)
  }
}

/** Pairs [next state, probability], or one probability per state. */
function readTransition(place: Place, states: number): Transition {
  const row = items(place)
  if (!Array.isArray(row[0]?.value))
    return transitionOf(
      place,
      items(place, states, 'state').map((mass, next) => [next, finite(mass, 0, 1)] as const)
    )
  return transitionOf(
    place,
    row.map(pair => {
      const [next, probability] = items(pair)
      if (!next || !probability || items(pair).length > 2)
        return refuse(pair, 'a pair [next state, probability]')
      return [whole(next, 0, states - 1), finite(probability, 0, 1)] as const
    })
  )
}
