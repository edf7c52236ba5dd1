/** Draws from the tables of a fleet, for learners that act by a policy of their own: a stream for each peer. */
import { nextBelow } from '../../src/core/random.ts'
import type { Fleet } from '../../src/interfaces.ts'
import { drawFrom, scattered } from '../environments/draws.ts'
import { type AliasTables, aliasTables, drawAlias, fillAliasTable } from './alias-table.ts'
import { Streams } from './streams.ts'

export class SampledModel {
  /** The words of the streams. */
  readonly words: Int32Array
  /** What the last step paid. */
  reward = 0
  readonly #fleet: Fleet
  readonly #starts: AliasTables
  readonly #streams: Streams

  constructor(fleet: Fleet, seed: string) {
    const { peers, states, reset } = fleet
    this.#fleet = fleet
    this.#starts = aliasTables(1, states)
    fillAliasTable(this.#starts, 0, reset, 0, states)
    this.#streams = new Streams(peers, seed)
    this.words = this.#streams.words
  }

  /** Peer i begins anew, for the `incarnation`-th time. */
  restart(i: number, incarnation: number): void {
    this.#streams.restart(i, incarnation)
  }

  /** A state from the reset distribution. */
  start(i: number): number {
    return drawAlias(this.#starts, 0, this.#streams.of(i))
  }

  /** An action from `policy[s * actions + a]`. */
  act(i: number, s: number, policy: Float64Array): number {
    const { actions } = this.#fleet
    return drawFrom(policy, s * actions, actions, this.#streams.of(i))
  }

  /** A state and an action, all alike: s A + a. */
  anyPair(i: number): number {
    return nextBelow(this.#streams.of(i), this.#fleet.states * this.#fleet.actions)
  }

  /** The state that follows the pair s A + a, and its reward. */
  step(i: number, pair: number): number {
    const { states, actions, branching, probabilities, successors, rewards } = this.#fleet
    const random = this.#streams.of(i)
    const at = i * states * actions + pair
    const k = drawFrom(probabilities, at * branching, branching, random)
    this.reward = scattered(this.#fleet, rewards[at]!, random)
    return successors[at * branching + k]!
  }
}
