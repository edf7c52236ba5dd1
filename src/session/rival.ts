/** A swarm of a run's setting, simulated to the rounds that are asked for: another aggregation, or the run once more. */
import type { AggregationSpec } from '../aggregation/names.ts'
import { assert, present } from '../core/assert.ts'
import { DivergedError } from '../core/errors.ts'
import type { Past } from '../faults/schedule.ts'
import type { FaultEvent } from '../faults/schema.ts'
import type { PeerReport, PeerView, RoundSample } from '../interfaces.ts'
import { simulatedNetwork } from '../network/simulated.ts'
import type { RunPlan } from '../running-swarm.ts'
import { type Setting, swarmOf } from '../setting.ts'
import type { Swarm } from '../swarm.ts'
import { thinned } from './curve.ts'
import type { CurvePoint, Result, RivalNews } from './protocol.ts'
import { resultOf } from './result.ts'

/** Of a curve that is told at once. */
const MOST_POINTS = 128

/** A peer as it is, and what it believes. */
export interface Inspected {
  readonly report: PeerReport
  readonly view: PeerView
}

export class Rival {
  readonly aggregation: AggregationSpec
  readonly #setting: Setting
  readonly #commanded: FaultEvent[]
  readonly #missing: Map<number, readonly (readonly [number, number])[]>
  readonly #clock: RunPlan['clock']
  #swarm: Swarm | undefined
  #divergedIn: number | null = null
  /** Of the measured rounds. */
  #curve: CurvePoint[] = []
  /** Of the last measured round. */
  #last: RoundSample | undefined
  /** So many points of the curve were told. */
  #told = 0

  /** `past` is what the run has gone through; nothing is built before the first `advance`. */
  constructor(
    setting: Setting,
    aggregation: AggregationSpec,
    { commanded = [], missing = new Map() }: Past,
    clock: RunPlan['clock']
  ) {
    this.aggregation = aggregation
    this.#setting = setting
    this.#commanded = [...commanded]
    this.#missing = new Map(missing)
    this.#clock = clock
  }

  /** In which round it diverged, or null. It stays there. */
  get divergedIn(): number | null {
    return this.#divergedIn
  }

  /** For an earlier round it begins anew. */
  get #reached(): number {
    return this.#divergedIn ?? this.#swarm?.round ?? 0
  }

  /**
   * Brings it to `round`, from the first round on if it is past it, unless it diverges; returns whether it is there.
   * `mayGoOn` is asked before every round, and may end it there.
   */
  async advance(round: number, mayGoOn: RunPlan['beforeRound']): Promise<boolean> {
    const { rounds, measureEvery } = this.#setting.experiment
    assert(round >= 0 && round <= rounds, `round ${round} of ${rounds}`)
    if (round < this.#reached) this.#forget()
    if (this.#divergedIn !== null) return true
    this.#swarm ??= await this.#build()
    const swarm = this.#swarm
    const beforeRound = () => (swarm.round < round ? mayGoOn() : 'stop')
    try {
      for await (const sample of swarm.run({ rounds, measureEvery, beforeRound, clock: this.#clock })) {
        this.#curve.push({ round: sample.round, errors: sample.swarm })
        this.#last = sample
      }
    } catch (error) {
      if (!(error instanceof DivergedError)) throw error
      this.#divergedIn = swarm.round + 1
      return true
    }
    return swarm.round === round
  }

  /** A command that the run has taken. */
  learn(event: FaultEvent): void {
    this.#commanded.push(event)
    if (event.after < this.#reached) this.#forget()
    else if (this.#divergedIn === null) this.#swarm?.learn(event)
  }

  /** Messages of the run did not come in an exchange, though no fault was planned: as in `Past`. */
  miss(exchange: number, pairs: readonly (readonly [number, number])[]): void {
    // Where its swarm looks them up when it comes there.
    this.#missing.set(exchange, [...(this.#missing.get(exchange) ?? []), ...pairs])
    if (exchange < this.#reached) this.#forget()
  }

  /** How far it is, at `round`, which it was brought to. The curve is told from its beginning if it began anew. */
  tell(round: number): RivalNews {
    const curve = thinned(this.#curve.slice(this.#told), MOST_POINTS)
    this.#told = this.#curve.length
    return {
      aggregation: this.aggregation,
      divergedIn: this.#divergedIn,
      sample: this.#sampleAt(round),
      curve
    }
  }

  /** Not before the first `advance`, and not for a peer that does not exist. */
  inspect(peer: number): Inspected {
    const swarm = present(this.#swarm, `the swarm of ${this.aggregation}`)
    const report = swarm.inspect(peer)
    return { report, view: this.#setting.judge.view(peer, report.parameters, swarm.takesPart) }
  }

  /** Its figures at `round`, where it is or was measured last; undefined if it is elsewhere. */
  result(round: number): Result | undefined {
    const sample = this.#sampleAt(round)
    if (this.#swarm === undefined || sample === undefined) return undefined
    return resultOf(this.aggregation, this.#swarm, sample, this.#curve)
  }

  #sampleAt(round: number): RoundSample | undefined {
    if (this.#last?.round === round) return this.#last
    return this.#divergedIn === null && this.#swarm?.round === round ? this.#swarm.measure() : undefined
  }

  #forget(): void {
    this.#swarm = undefined
    this.#divergedIn = null
    this.#curve = []
    this.#told = 0
    this.#last = undefined
  }

  #build(): Promise<Swarm> {
    const past = { commanded: this.#commanded, missing: this.#missing }
    return swarmOf(this.#setting, this.aggregation, simulatedNetwork, { past })
  }
}
