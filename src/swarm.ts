/**
 * The round loop: the only place where environments, learners, aggregation, network and metrics meet.
 *
 *     every peer: H local steps from its θ (and its correction)      learner.run
 *     per hop:    compose, exchange, combine                          aggregation, network
 *     the swarm:  measures, yields one plain sample                   judge
 *
 * A swarm advances at its own pace, by being asked for the next sample; nothing calls into it.
 */
import { DivergedError, RunError } from './core/errors.ts'
import type {
  Aggregation,
  Learner,
  Network,
  ParameterMatrix,
  RoundSample,
  RoundTraffic,
  SwarmState,
  Traffic
} from './interfaces.ts'
import type { Judge } from './metrics/judge.ts'

export interface SwarmParts {
  readonly peers: number
  /** Where it starts; a row per participant. */
  readonly theta: ParameterMatrix
  readonly learner: Learner
  readonly aggregation: Aggregation
  readonly network: Network
  readonly judge: Judge
  /** No parameter is that large unless θ diverges. */
  readonly divergedBeyond: number
  /** What to add when it does: the seed, and what to try. */
  readonly advice: string
}

export interface RunPlan {
  readonly rounds: number
  /** Rounds between samples; the last round is always measured. */
  readonly measureEvery: number
  /** Called before every round; `stop` ends the run there. Samples of the rounds before have been taken. */
  readonly beforeRound: () => 'go' | 'stop'
  /** Seconds that pass, from any origin. */
  readonly clock: () => number
}

export class Swarm {
  readonly theta: ParameterMatrix
  readonly #parts: SwarmParts
  #round = 0
  #seconds = 0

  constructor(parts: SwarmParts) {
    this.#parts = parts
    this.theta = parts.theta
  }

  /** Rounds completed. */
  get round(): number {
    return this.#round
  }

  get traffic(): Traffic {
    return this.#parts.network.traffic
  }

  open(): Promise<void> {
    return this.#parts.network.open()
  }

  close(): Promise<void> {
    return this.#parts.network.close()
  }

  /** Runs to the plan's last round and yields a sample per measured round. Throws a RunError if θ diverges. */
  async *run({ rounds, measureEvery, beforeRound, clock }: RunPlan): AsyncGenerator<RoundSample> {
    const started = clock() - this.#seconds
    while (this.#round < rounds && beforeRound() === 'go') {
      const waiting = this.#learnAndSend()
      if (waiting !== undefined) await waiting
      this.#round++
      this.#seconds = clock() - started
      if (this.#round % measureEvery === 0 || this.#round === rounds) yield this.measure()
    }
  }

  /** A copy of everything that the next round depends on. */
  state(): SwarmState {
    const { learner, aggregation, network } = this.#parts
    return structuredClone({
      round: this.#round,
      seconds: this.#seconds,
      theta: this.theta.values,
      learner: learner.state,
      aggregation: aggregation.state,
      traffic: network.traffic
    })
  }

  /** Continues from `state` as if it had never stopped. Throws a RunError if it belongs to another experiment. */
  restore(state: SwarmState): void {
    const { learner, aggregation, network } = this.#parts
    restoreArray('theta', this.theta.values, state.theta)
    restoreArrays('learner', learner.state, state.learner)
    restoreArrays('aggregation', aggregation.state, state.aggregation)
    const { dropped, ...counters } = network.traffic
    const { dropped: keptDropped, ...keptCounters } = state.traffic
    restoreArrays('traffic', counters, keptCounters)
    Object.assign(dropped, keptDropped)
    this.#round = state.round
    this.#seconds = state.seconds
  }

  /** One round; a promise only where the network makes us wait. */
  #learnAndSend(): Promise<void> | undefined {
    const { peers, learner, aggregation } = this.#parts
    const { theta } = this
    learner.run(theta.values, theta.stride, 0, peers, aggregation.correction)
    this.#assertBounded('its local steps')
    return this.#hop(0)
  }

  #hop(hop: number): Promise<void> | undefined {
    const { aggregation, network } = this.#parts
    const { hops } = aggregation.plan
    for (let h = hop; h < hops.length; h++) {
      const inbox = network.exchange(this.#round, h, aggregation.compose(h, this.theta))
      if (inbox instanceof Promise) {
        return inbox.then(arrived => {
          aggregation.combine(h, this.theta, arrived)
          return this.#hop(h + 1)
        })
      }
      aggregation.combine(h, this.theta, inbox)
    }
    if (hops.length > 0) this.#assertBounded('mixing')
    return undefined
  }

  #assertBounded(after: string): void {
    const { values, stride } = this.theta
    const { divergedBeyond, advice } = this.#parts
    for (let at = 0; at < values.length; at++) {
      if (Math.abs(values[at]!) <= divergedBeyond) continue
      const peer = Math.floor(at / stride)
      throw new DivergedError(
        `diverged: a parameter of peer ${peer} was ${values[at]} after ${after} in round ${this.#round + 1} ${advice}`
      )
    }
  }

  /** The sample of the last round. */
  measure(): RoundSample {
    const { judge, network } = this.#parts
    const { swarm, peers } = judge.measure(this.theta)
    return { round: this.#round, swarm, peers, traffic: totalsOf(network.traffic), seconds: this.#seconds }
  }
}

function totalsOf({ messagesIn, bytesIn, missing, dropped }: Traffic): RoundTraffic {
  const sum = (column: Float64Array): number => column.reduce((total, x) => total + x, 0)
  const counted = Object.entries(dropped).filter(([, count]) => count > 0)
  return {
    messages: sum(messagesIn),
    bytes: sum(bytesIn),
    missing: sum(missing),
    dropped: Object.fromEntries(counted)
  }
}

type NumberArray = Int32Array | Uint32Array | Float64Array

function restoreArrays(
  what: string,
  live: Readonly<Record<string, NumberArray>>,
  kept: Readonly<Record<string, NumberArray>>
): void {
  for (const [name, array] of Object.entries(live)) restoreArray(`${what}.${name}`, array, kept[name])
}

function restoreArray(what: string, live: NumberArray, kept: NumberArray | undefined): void {
  if (kept === undefined || kept.length !== live.length) {
    throw new RunError(
      `the checkpoint has ${kept?.length ?? 'no'} numbers for ${what}, the experiment ${live.length}`
    )
  }
  live.set(kept)
}
