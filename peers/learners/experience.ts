/**
 * What the peers of a fleet live through under the evaluated policy: transitions, one by one, from a stream of each peer.
 * Markov sampling is one trajectory per peer, which starts anew from the reset distribution when a state absorbs it; iid
 * sampling starts wherever it is told to, at states drawn from μ_i.
 *
 * Draws, in order: the state (iid only), the outcome, the reward (with noise only), the next start (Markov sampling, only
 * after an absorbing state). The TD kernel draws the same.
 */
import { z } from 'zod'
import { nextUint32 } from '../../src/core/random.ts'
import type { Fleet, LearnerSettings, RandomStream, Sampling } from '../../src/interfaces.ts'
import { absorbingStates, stationaryDistributions } from '../environments/exact.ts'
import { type AliasTables, aliasTables, drawAlias, fillAliasTable } from './alias-table.ts'
import { Streams } from './streams.ts'
import { type OutcomeTables, outcomeTables } from './td-tables.ts'

/** Options of every learner that may pass over parts of its trajectory. */
export const skipOptions = {
  skip: z
    .int()
    .min(0)
    .max(1_000_000)
    .default(0)
    .describe('transitions between two that are learnt from; of a trajectory (sampling markov)')
}

/** Why a skip cannot go with this kind of experience, if it cannot. */
export const refusesSkip = ({ skip }: { readonly skip: number }, sampling: Sampling): string | undefined =>
  skip > 0 && sampling !== 'markov'
    ? `skip=${skip} passes over parts of a trajectory, and ${sampling} sampling has none; use sampling markov, or skip=0`
    : undefined

export class Experience {
  readonly outcomes: OutcomeTables
  /** Of the stationary distributions, one table per peer; empty unless iid. */
  readonly starts: AliasTables
  /** Of the reset distribution, one table. */
  readonly reset: AliasTables
  /** 1 for each absorbing state of each peer. */
  readonly absorbing: Uint8Array
  /** The words of the streams. */
  readonly words: Int32Array
  /** The current state of each peer. */
  readonly chain: Int32Array
  /** The last transition of all: where it began and ended, what it paid, and whether the episode ended with it. */
  state = 0
  next = 0
  reward = 0
  ends = false
  readonly #fleet: Fleet
  readonly #isIid: boolean
  readonly #streams: Streams

  constructor(fleet: Fleet, { seed, sampling }: Pick<LearnerSettings, 'seed' | 'sampling'>) {
    const { peers, states } = fleet
    this.#fleet = fleet
    this.#isIid = sampling === 'iid'
    this.outcomes = outcomeTables(fleet)
    this.starts = aliasTables(this.#isIid ? peers : 0, states)
    if (this.#isIid) {
      const stationary = stationaryDistributions(fleet)
      for (let i = 0; i < peers; i++) fillAliasTable(this.starts, i, stationary, i * states, states)
    }
    this.reset = aliasTables(1, states)
    fillAliasTable(this.reset, 0, fleet.reset, 0, states)
    this.absorbing = absorbingStates(fleet)
    this.#streams = new Streams(peers, seed)
    this.words = this.#streams.words
    this.chain = new Int32Array(peers)
    for (let i = 0; i < peers; i++) this.#begin(i)
  }

  /** Peer i begins anew, for the `incarnation`-th time. */
  restart(i: number, incarnation: number): void {
    this.#streams.restart(i, incarnation)
    this.#begin(i)
  }

  /** Puts peer i in a state drawn from μ_i; iid sampling only. */
  startAnywhere(i: number): void {
    this.chain[i] = drawAlias(this.starts, i, this.#streams.of(i))
  }

  /** One transition of peer i from where it is, and on to where the next begins. */
  step(i: number): void {
    const { outcomes, chain, absorbing } = this
    const random = this.#streams.of(i)
    const state = chain[i]!
    const row = i * this.#fleet.states + state
    const at = (row << outcomes.alias.bits) + drawAlias(outcomes.alias, row, random)
    this.state = state
    this.next = outcomes.next[at]!
    this.reward = this.#scattered(outcomes.rewards[at]!, random)
    this.ends = absorbing[row] === 1
    chain[i] = this.ends && !this.#isIid ? drawAlias(this.reset, 0, random) : this.next
  }

  /** True with probability `below` / 2³², by a draw of peer i unless that is 0. */
  isLucky(i: number, below: number): boolean {
    return below > 0 && nextUint32(this.#streams.of(i)) < below
  }

  #begin(i: number): void {
    this.chain[i] = this.#isIid ? 0 : drawAlias(this.reset, 0, this.#streams.of(i))
  }

  #scattered(mean: number, random: RandomStream): number {
    const { noise } = this.#fleet
    if (noise.kind === 'none') return mean
    const u = nextUint32(random)
    if (noise.kind === 'uniform') return mean + noise.halfWidth * (2 * (u / 4294967296) - 1)
    return u >>> 2 < Math.trunc(Math.abs(mean) * 1073741824) ? Math.sign(mean) : 0
  }
}
