/**
 * Fleets from rules: what a step of a peer may come to, as in Gymnasium's tables P[s][a] of probability, next state and
 * reward. Mean rewards are r(s, a) = Σ p r.
 */
import { ExperimentError } from '../../src/core/errors.ts'
import { stream } from '../../src/core/random.ts'
import type { Features, Fleet, RandomStream } from '../../src/interfaces.ts'
import { noiseOf, requireMemory } from './fleet-parts.ts'
import { type PolicyOptions, withPolicy } from './policies.ts'

/** One of the things that a step may come to. */
export interface Outcome {
  readonly probability: number
  readonly next: number
  readonly reward: number
}

/** All that action a may come to in state s; probabilities sum to 1, and two outcomes may have the same next state. */
export type Dynamics = (s: number, a: number) => readonly Outcome[]

/** What an episode ends with: the state leads to itself for nothing. */
export const ended = (s: number): readonly Outcome[] => [{ probability: 1, next: s, reward: 0 }]

/** N environments, as rules. */
export interface Rules {
  readonly name: string
  readonly peers: number
  readonly states: number
  readonly actions: number
  /** The most successors of a state and action. */
  readonly branching: number
  /** Where episodes start: these states, each as likely. */
  readonly starts: readonly number[]
  readonly features: Features
  /** Peer i's kind; 0 if left out. */
  readonly typeOf?: (peer: number) => number
  /** `random` is the peer's own stream. */
  readonly dynamicsOf: (peer: number, random: RandomStream) => Dynamics
}

/** Options that all environments with rules have. */
export interface SharedOptions extends PolicyOptions {
  readonly discount: number
  readonly noise: 'bernoulli' | 'none' | number
}

/** The tables of `rules`. Throws an ExperimentError if they are too large, or for Bernoulli rewards beyond [−1, 1]. */
export function fleetOf(rules: Rules, options: SharedOptions, seed: string): Fleet {
  const { name, peers, states, actions, branching, starts, features, typeOf = () => 0 } = rules
  const pairs = states * actions
  requireMemory(name, peers, pairs * branching)
  const successors = new Uint16Array(peers * pairs * branching)
  const probabilities = new Float64Array(peers * pairs * branching)
  const rewards = new Float64Array(peers * pairs)
  for (let i = 0; i < peers; i++) {
    const dynamics = rules.dynamicsOf(i, stream(seed, i, 'environment'))
    for (let k = 0; k < pairs; k++) {
      const outcomes = dynamics(Math.floor(k / actions), k % actions)
      const pair = i * pairs + k
      rewards[pair] = meanReward(outcomes)
      const row = rowOf(outcomes)
      successors.set(
        row.map(([next]) => next),
        pair * branching
      )
      probabilities.set(
        row.map(([, mass]) => mass),
        pair * branching
      )
    }
  }
  const extreme = rewards.find(mean => Math.abs(mean) > 1)
  if (options.noise === 'bernoulli' && extreme !== undefined)
    throw new ExperimentError(
      `${name}: with Bernoulli noise rewards must lie within [−1, 1], and one is ${extreme}; noise=none has no bounds`
    )
  const reset = new Float64Array(states)
  for (const s of starts) reset[s] = 1 / starts.length
  const fleet = {
    kind: 'finite' as const,
    name,
    peers,
    states,
    actions,
    branching,
    discount: options.discount,
    labels: Array.from({ length: peers }, (_, i) => `${name}-${i}`),
    types: Int32Array.from({ length: peers }, (_, i) => typeOf(i)),
    successors,
    probabilities,
    rewards,
    noise: noiseOf(options.noise),
    reset,
    evaluation: reset,
    features
  }
  return withPolicy(fleet, options, seed)
}

/** Σ p r, exactly r where every outcome pays r. */
function meanReward(outcomes: readonly Outcome[]): number {
  const first = outcomes[0]?.reward ?? 0
  let sum = 0
  for (const { probability, reward } of outcomes) sum += probability * (reward - first)
  return first + sum
}

/** The different next states with their probabilities. */
function rowOf(outcomes: readonly Outcome[]): (readonly [number, number])[] {
  const masses = new Map<number, number>()
  for (const { next, probability } of outcomes) masses.set(next, (masses.get(next) ?? 0) + probability)
  return [...masses]
}
