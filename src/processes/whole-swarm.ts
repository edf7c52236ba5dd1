/**
 * The swarm as a whole, put together from what its processes tell: it stands where they stand, is measured with their rows, and never
 * runs itself.
 */
import { present } from '../core/assert.ts'
import type { FaultEvent } from '../faults/schema.ts'
import type {
  NetworkPlan,
  ParameterMatrix,
  PeerReport,
  RoundSample,
  SwarmState,
  Traffic
} from '../interfaces.ts'
import { sampleOf } from '../metrics/sample.ts'
import { simulatedNetwork } from '../network/simulated.ts'
import { type Setting, swarmOf } from '../setting.ts'
import type { Swarm } from '../swarm.ts'
import type { Gathered } from './gathering.ts'
import { mergedState, mergedTraffic } from './merge.ts'
import type { Rows } from './protocol.ts'
import type { Team } from './team.ts'

/** A swarm of this setting in this process alone. */
export const shadowOf = (setting: Setting): Promise<Swarm> =>
  swarmOf(setting, setting.experiment.aggregation, simulatedNetwork)

/** All participants of a swarm whose processes are `team`; whoever runs it says where it stands. */
export class WholeSwarm {
  /** Rounds completed, as far as is known. */
  round = 0
  /** That the run has taken. */
  seconds = 0
  readonly #setting: Setting
  /** Knows how everything begins, and holds the rows that were gathered. */
  readonly #shadow: Swarm
  readonly #team: Pick<Team, 'members' | 'active'>
  /** What every process begins with. */
  #base: SwarmState
  #virtualMs = 0
  #reportedWaits: Float64Array = new Float64Array()
  #correction: Float64Array | undefined
  #experience: Rows['experience']
  #last: RoundSample | undefined
  /** All that is known when the run has ended, and a swarm that knows it, as soon as somebody asks. */
  #end: SwarmState | undefined
  #ended: Promise<Swarm> | undefined

  constructor(setting: Setting, shadow: Swarm, team: Pick<Team, 'members' | 'active'>) {
    this.#setting = setting
    this.#shadow = shadow
    this.#team = team
    this.#base = shadow.state()
    this.#standAtBase()
  }

  get plan(): NetworkPlan {
    return this.#shadow.plan
  }

  get theta(): ParameterMatrix {
    return this.#shadow.theta
  }

  get base(): SwarmState {
    return this.#base
  }

  get traffic(): Traffic {
    const counted = this.#team.members.flatMap(({ traffic }) => (traffic === undefined ? [] : [traffic]))
    return mergedTraffic(this.#base.traffic, counted)
  }

  get hasEnded(): boolean {
    return this.#end !== undefined
  }

  restore(state: SwarmState): void {
    this.#shadow.restore(state)
    this.#base = this.#shadow.state()
    this.#standAtBase()
  }

  /** The sample of a measured round; `up` as the schedule of faults has it, per participant. Whose process told nothing is not in it. */
  measured({ round, rows }: Gathered, up: Uint8Array): RoundSample {
    const { values, stride } = this.#shadow.shown
    const takesPart = up.slice(0, this.#setting.experiment.peers)
    for (const { hosted } of this.#team.members) takesPart.fill(0, hosted.first, hosted.last)
    for (const [{ hosted }, told] of rows) {
      const { first, last } = hosted
      values.set(told.theta, first * stride)
      if (told.correction !== undefined) this.#correction?.set(told.correction, first * stride)
      if (told.experience !== undefined) {
        this.#experience?.episodes.set(told.experience.episodes, first)
        this.#experience?.steps.set(told.experience.steps, first)
      }
      takesPart.set(up.subarray(first, Math.min(last, takesPart.length)), first)
      this.#virtualMs = Math.max(this.#virtualMs, told.virtualMs)
    }
    return this.#sampled(round, takesPart)
  }

  /** The last measured round; if there is none, where all stand. */
  lastSample(takesPart: Uint8Array): RoundSample {
    return this.#last ?? this.#sampled(this.round, takesPart)
  }

  /** What all processes that told their state are in together. */
  state(commanded: readonly FaultEvent[]): SwarmState {
    const states = this.#team.members.flatMap(({ state }) => (state === undefined ? [] : [state]))
    const newest = this.#team.active.flatMap(({ state }) => (state === undefined ? [] : [state]))
    const { round, faults } = present(newest[0], 'the state of a process')
    return {
      ...mergedState(this.#base, states),
      round,
      faults: { ...faults, commanded },
      seconds: this.seconds,
      traffic: this.traffic,
      reportedWaits: this.#reportedWaits
    }
  }

  /** The run has ended in this state. */
  endIn(state: SwarmState): void {
    this.#end = state
    const { round, theta, aggregation, average, faults } = state
    this.round = round
    this.theta.values.set(theta)
    if (average !== undefined) this.#shadow.shown.values.set(average.means)
    if (aggregation.correction !== undefined) this.#correction?.set(aggregation.correction)
    this.#virtualMs = faults.virtualMs
  }

  /** What is known of a peer whose process does not answer, or has ended as the run has. */
  async inspect(peer: number): Promise<PeerReport> {
    if (this.#end === undefined) return { ...this.#shadow.inspect(peer), round: this.round, takesPart: false }
    this.#ended ??= restored(this.#setting, this.#end)
    return (await this.#ended).inspect(peer)
  }

  /** Before anything is gathered. */
  #standAtBase(): void {
    const { round, seconds, reportedWaits, faults } = this.#base
    this.round = round
    this.seconds = seconds
    this.#reportedWaits = reportedWaits
    this.#virtualMs = faults.virtualMs
    const { correction, experience } = this.#shadow.rowsOf({ first: 0, last: this.plan.participants })
    this.#correction = correction
    this.#experience = experience
  }

  #sampled(round: number, takesPart: Uint8Array): RoundSample {
    const { traffic } = this
    const sample = sampleOf(this.#setting.judge, {
      round,
      theta: this.#shadow.shown,
      correction: this.#correction,
      takesPart,
      experience: this.#experience,
      traffic,
      reportedWaits: this.#reportedWaits,
      virtualMs: this.#virtualMs,
      seconds: this.seconds
    })
    this.round = round
    this.#reportedWaits = traffic.waitedFor
    this.#last = sample
    return sample
  }
}

/** A swarm in this process that is where `state` is. */
async function restored(setting: Setting, state: SwarmState): Promise<Swarm> {
  const swarm = await shadowOf(setting)
  swarm.restore(state)
  return swarm
}
