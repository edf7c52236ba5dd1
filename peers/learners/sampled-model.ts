/** Draws from the tables of a fleet, for learners that act by a policy of their own: a stream for each peer. */
import { anew, nextBelow, seedInto } from '../../src/core/random.ts'
import type { Fleet, RandomStream } from '../../src/interfaces.ts'
import { drawFrom, scattered } from '../environments/draws.ts'
import { type AliasTables, aliasTables, drawAlias, fillAliasTable } from './alias-table.ts'

export class SampledModel {
  /** Four words of xoshiro128** per peer. */
  readonly words: Int32Array
  /** What the last step paid. */
  reward = 0
  readonly #fleet: Fleet
  readonly #seed: string
  readonly #starts: AliasTables
  readonly #streams: readonly RandomStream[]

  constructor(fleet: Fleet, seed: string) {
    const { peers, states, reset } = fleet
    const words = new Int32Array(4 * peers)
    this.words = words
    this.#fleet = fleet
    this.#seed = seed
    this.#starts = aliasTables(1, states)
    fillAliasTable(this.#starts, 0, reset, 0, states)
    this.#streams = Array.from({ length: peers }, (_, i) => ({ words, at: 4 * i }))
    for (let i = 0; i < peers; i++) this.restart(i, 0)
  }

  /** Peer i begins anew, for the `incarnation`-th time. */
  restart(i: number, incarnation: number): void {
    seedInto(this.#seed, i, anew('learner', incarnation), this.words, 4 * i)
  }

  /** A state from the reset distribution. */
  start(i: number): number {
    return drawAlias(this.#starts, 0, this.#streams[i]!)
  }

  /** An action from `policy[s * actions + a]`. */
  act(i: number, s: number, policy: Float64Array): number {
    const { actions } = this.#fleet
    return drawFrom(policy, s * actions, actions, this.#streams[i]!)
  }

  /** A state and an action, all alike: s A + a. */
  anyPair(i: number): number {
    return nextBelow(this.#streams[i]!, this.#fleet.states * this.#fleet.actions)
  }

  /** The state that follows the pair s A + a, and its reward. */
  step(i: number, pair: number): number {
    const { states, actions, branching, probabilities, successors, rewards } = this.#fleet
    const random = this.#streams[i]!
    const at = i * states * actions + pair
    const k = drawFrom(probabilities, at * branching, branching, random)
    this.reward = scattered(this.#fleet, rewards[at]!, random)
    return successors[at * branching + k]!
  }
}
