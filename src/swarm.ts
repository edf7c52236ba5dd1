/**
 * The round loop: the only place where environments, learners, aggregation, network and metrics meet.
 *
 *     who stops, who returns, what goes wrong                        faults
 *     every peer: H local steps from its θ (and its correction)      learner.run
 *     per hop:    compose, exchange, combine                          aggregation, network
 *     the swarm:  measures, yields one plain sample                   judge
 *
 * A swarm advances at its own pace, by being asked for the next sample; nothing calls into it.
 */
import { assert, present } from './core/assert.ts'
import { DivergedError, RunError } from './core/errors.ts'
import type { Change, FaultSchedule, Stopped } from './faults/schedule.ts'
import type { FaultAction, FaultEvent } from './faults/schema.ts'
import {
  type Aggregation,
  FATE,
  type Fates,
  type Hosted,
  type Inbox,
  type Learner,
  type Look,
  type Network,
  type NetworkPlan,
  type ParameterMatrix,
  type PeerReport,
  type RoundSample,
  type SwarmState,
  type Traffic
} from './interfaces.ts'
import type { IterateAverage } from './iterate-average.ts'
import { lookAt } from './look.ts'
import type { Judge } from './metrics/judge.ts'
import { sampleOf } from './metrics/sample.ts'
import type { RunningSwarm, RunPlan } from './running-swarm.ts'

export interface SwarmParts {
  readonly peers: number
  /** The participants that live here; rows of others stay as they are. */
  readonly hosted: Hosted
  /** Where it starts; a row per participant. */
  readonly theta: ParameterMatrix
  /** Where iterates are averaged. */
  readonly average: IterateAverage | undefined
  /** Puts a peer's row of θ where it started. */
  readonly startAt: (peer: number) => void
  readonly learner: Learner
  readonly aggregation: Aggregation
  readonly network: Network
  readonly faults: FaultSchedule
  /** Per peer: 1 where it takes part in a round, unless it is stopped; undefined where all always do. */
  readonly participation: ((round: number) => Uint8Array) | undefined
  readonly judge: Judge
  /** No parameter is that large unless θ diverges. */
  readonly divergedBeyond: number
  /** What to add when it does: the seed, and what to try. */
  readonly advice: () => string
}

export class Swarm implements RunningSwarm {
  readonly asksEveryRound = true
  readonly theta: ParameterMatrix
  readonly #parts: SwarmParts
  #round = 0
  #seconds = 0
  /** Who does not take part where a restored run goes on. */
  #stopped: readonly Stopped[] = []
  /** Deadlines that each participant had let pass when the last sample was taken. */
  #reportedWaits: Float64Array

  constructor(parts: SwarmParts) {
    this.#parts = parts
    this.theta = parts.theta
    this.#reportedWaits = new Float64Array(parts.aggregation.plan.participants)
  }

  get round(): number {
    return this.#round
  }

  get plan(): NetworkPlan {
    return this.#parts.aggregation.plan
  }

  get traffic(): Traffic {
    return this.#parts.network.traffic
  }

  get takesPart(): Uint8Array {
    return this.#parts.faults.up.subarray(0, this.#parts.peers)
  }

  waitedFor(): readonly number[] {
    return this.#parts.network.waitedFor()
  }

  get commanded(): readonly FaultEvent[] {
    return this.#parts.faults.commanded
  }

  command(action: FaultAction): string | undefined {
    return this.#parts.faults.add(action, this.#round)
  }

  /** A command that was taken by a swarm of the same run in another process. */
  learn(event: FaultEvent): void {
    this.#parts.faults.learn(event)
  }

  /** What is measured and shown of the parameters: θ, or the means of iterates. */
  get shown(): ParameterMatrix {
    return this.#parts.average?.means ?? this.theta
  }

  /** Copies of what belongs to these participants: what is shown of θ, ξ if there is any, and what they lived through. */
  rowsOf({ first, last }: Hosted): {
    theta: Float64Array
    correction: Float64Array | undefined
    experience: Learner['experience']
  } {
    const { values, stride } = this.shown
    const { correction } = this.#parts.aggregation
    const { experience } = this.#parts.learner
    return {
      experience: experience && {
        episodes: experience.episodes.slice(first, last),
        steps: experience.steps.slice(first, last)
      },
      theta: values.slice(first * stride, last * stride),
      correction: correction?.slice(first * stride, last * stride)
    }
  }

  inspect(peer: number): PeerReport {
    const { peers, aggregation } = this.#parts
    assert(Number.isInteger(peer) && peer >= 0 && peer < peers, `peer ${peer} of ${peers}`)
    const { values, stride, parameters } = this.shown
    const rowOf = (rows: Float64Array) => rows.slice(peer * stride, peer * stride + parameters)
    return {
      peer,
      round: this.#round,
      takesPart: this.takesPart[peer] === 1,
      parameters: rowOf(values),
      correction: aggregation.correction === undefined ? null : rowOf(aggregation.correction),
      neighbours: aggregation.neighboursOf(peer)
    }
  }

  look(): Look {
    const { faults, aggregation } = this.#parts
    return lookAt(aggregation.plan, faults.outlook(), aggregation.state.silence)
  }

  /** No round goes on while `beforeRound` is asked. */
  async hold(): Promise<readonly RoundSample[]> {
    return []
  }

  async open(): Promise<void> {
    await this.#parts.network.open()
    for (const stop of this.#stopped) await this.#obey(stop)
  }

  close(): Promise<void> {
    return this.#parts.network.close()
  }

  async *run(plan: RunPlan): AsyncGenerator<RoundSample> {
    const { rounds, measureEvery, beforeRound, onSkipped, clock } = plan
    const { faults, network, aggregation, average, hosted } = this.#parts
    const started = clock() - this.#seconds
    while (this.#round < rounds) {
      const verdict = beforeRound()
      if ((typeof verdict === 'string' ? verdict : await verdict) === 'stop') return
      const slept = Math.min(network.aheadBy(), rounds - 1 - this.#round)
      if (slept > 0) {
        const from = this.#round
        await this.skipTo(from + slept)
        onSkipped?.(from, this.#round)
      }
      for (const change of faults.begin(this.#round)) await this.#obey(change)
      aggregation.begin?.(this.#round, this.theta)
      const waiting = this.#learnAndSend(plan)
      if (waiting !== undefined) await waiting
      this.#round++
      average?.add(this.theta, this.#round, this.takesPart, hosted)
      this.#seconds = clock() - started
      if (this.#round % measureEvery === 0 || this.#round === rounds) {
        const sample = this.measure()
        this.#reportedWaits = this.traffic.waitedFor.slice()
        yield sample
      }
    }
  }

  /** Takes the swarm on until `round` rounds are completed, in which nobody here learns, speaks or hears. */
  async skipTo(round: number): Promise<void> {
    const { faults, aggregation } = this.#parts
    const { plan } = aggregation
    while (this.#round < round) {
      for (const change of faults.begin(this.#round)) await this.#obey(change)
      aggregation.begin?.(this.#round, this.theta)
      for (const [hop, { senders }] of plan.hops.entries()) {
        faults.fates(this.#round, hop)
        const { payloads, stride, degrees } = aggregation.compose(hop, this.theta)
        const slots = new Int32Array(senders.length).fill(-1)
        aggregation.combine(hop, this.theta, { payloads, stride, slots, degrees, notes: undefined })
      }
      this.#round++
    }
  }

  /** A participant stops or returns. */
  async #obey(change: Change): Promise<void> {
    const { peers, hosted, network, aggregation, learner, startAt, average } = this.#parts
    const { participant } = change
    if (change.kind === 'stop') return network.stop(participant, change.how)
    if (change.state === 'lost' && participant >= hosted.first && participant < hosted.last) {
      if (participant < peers) {
        startAt(participant)
        learner.restart(participant, change.incarnation)
        average?.restart(participant, this.theta)
      }
      aggregation.restart(participant, change.incarnation)
    }
    return network.start(participant, this.#round)
  }

  state(): SwarmState {
    const { learner, aggregation, average, network, faults } = this.#parts
    return structuredClone({
      round: this.#round,
      seconds: this.#seconds,
      theta: this.theta.values,
      learner: learner.state,
      aggregation: aggregation.state,
      ...(average === undefined ? {} : { average: average.state }),
      faults: faults.state(),
      traffic: network.traffic,
      reportedWaits: this.#reportedWaits
    })
  }

  restore(state: SwarmState): void {
    const { learner, aggregation, average, network, faults } = this.#parts
    restoreArray('theta', this.theta.values, state.theta)
    this.theta.spare.set(state.theta)
    restoreArrays('learner', learner.state, state.learner)
    restoreArrays('aggregation', aggregation.state, state.aggregation)
    if (average !== undefined) restoreArrays('average', average.state, { ...state.average })
    const { dropped, ...counters } = network.traffic
    const { dropped: keptDropped, ...keptCounters } = state.traffic
    restoreArrays('traffic', counters, keptCounters)
    restoreArrays('traffic.dropped', dropped, keptDropped)
    restoreArray('reportedWaits', this.#reportedWaits, state.reportedWaits)
    this.#stopped = faults.restore(state.faults)
    this.#round = state.round
    this.#seconds = state.seconds
  }

  /** One round; a promise only where the network makes us wait. */
  #learnAndSend(plan: RunPlan): Promise<void> | undefined {
    const { peers, hosted, learner, aggregation, participation } = this.#parts
    const { theta } = this
    const part = participation?.(this.#round)
    const learns = part === undefined ? this.takesPart : this.takesPart.map((isUp, i) => isUp & part[i]!)
    const end = Math.min(hosted.last, peers)
    for (let first = hosted.first, last = first; first < end; first = last) {
      const isLearning = learns[first]!
      for (last = first + 1; last < end && learns[last] === isLearning; ) last++
      if (isLearning === 0) continue
      try {
        learner.run(theta.values, theta.stride, first, last, aggregation.correction)
      } catch (error) {
        if (error instanceof RunError) throw new RunError(`${error.message}, in round ${this.#round + 1}`)
        throw error
      }
    }
    this.#assertBounded('its local steps')
    return this.#hop(0, plan)
  }

  #hop(hop: number, plan: RunPlan): Promise<void> | undefined {
    const { aggregation, network, faults } = this.#parts
    const { hops } = aggregation.plan
    for (let h = hop; h < hops.length; h++) {
      const fates = faults.fates(this.#round, h)
      const inbox = network.exchange(this.#round, h, aggregation.compose(h, this.theta), fates)
      if (inbox instanceof Promise) {
        return inbox.then(arrived => {
          this.#report(h, fates, arrived, plan)
          aggregation.combine(h, this.theta, arrived)
          return this.#hop(h + 1, plan)
        })
      }
      aggregation.combine(h, this.theta, inbox)
    }
    if (hops.length > 0) this.#assertBounded('mixing')
    return undefined
  }

  /** Tells what did not come though no fault was planned. */
  #report(hop: number, fates: Fates | undefined, { slots }: Inbox, { onMissing }: RunPlan): void {
    const { aggregation, hosted } = this.#parts
    const { rowStart } = present(aggregation.plan.hops[hop], `hop ${hop}`)
    const links: number[] = []
    for (let k = rowStart[hosted.first]!; k < rowStart[hosted.last]!; k++) {
      const fate = (fates?.links[k] ?? FATE.arrives) & 3
      if (slots[k]! < 0 && fate === FATE.arrives) links.push(k)
    }
    if (links.length > 0) onMissing?.(this.#round, hop, links)
  }

  #assertBounded(after: string): void {
    const { values, stride } = this.theta
    const { divergedBeyond, advice } = this.#parts
    for (let at = 0; at < values.length; at++) {
      if (Math.abs(values[at]!) <= divergedBeyond) continue
      const peer = Math.floor(at / stride)
      throw new DivergedError(
        `diverged: a parameter of peer ${peer} was ${values[at]} after ${after} in round ${this.#round + 1} ${advice()}`
      )
    }
  }

  measure(): RoundSample {
    const { judge, learner, network, faults, aggregation } = this.#parts
    return sampleOf(judge, {
      round: this.#round,
      theta: this.shown,
      correction: aggregation.correction,
      takesPart: this.takesPart,
      experience: learner.experience,
      traffic: network.traffic,
      reportedWaits: this.#reportedWaits,
      virtualMs: faults.virtualMs,
      seconds: this.#seconds
    })
  }
}

type NumberArray = Uint8Array | Int32Array | Uint32Array | Float64Array

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
