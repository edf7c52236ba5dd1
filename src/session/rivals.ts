/** What a run is compared with, brought to its rounds while it goes on or when it has ended. */
import { type AggregationName, rivalsOf } from '../aggregation/names.ts'
import type { Past } from '../faults/schedule.ts'
import type { FaultEvent } from '../faults/schema.ts'
import type { Setting } from '../setting.ts'
import type { RunPlan } from '../swarm.ts'
import type { RivalNews } from './protocol.ts'
import { type Inspected, Rival } from './rival.ts'
import type { Compared } from './rivals-protocol.ts'

export class Rivals {
  readonly #setting: Setting
  readonly #missing: Required<Past>['missing']
  readonly #clock: RunPlan['clock']
  readonly #commanded: FaultEvent[]
  readonly #rivals: Rival[]
  /** Of which nothing is asked but what their peers know. */
  readonly #others: Rival[] = []

  /** `past`: the commands that the run took so far, and which of its messages did not come though no fault was planned. */
  constructor(
    setting: Setting,
    names: readonly AggregationName[],
    { commanded = [], missing = new Map() }: Past,
    clock: RunPlan['clock']
  ) {
    this.#setting = setting
    this.#missing = missing
    this.#clock = clock
    this.#commanded = [...commanded]
    this.#rivals = names.map(name => this.#made(name))
  }

  /**
   * Brings all to `round`, one after the other, and tells how far they are; undefined if `mayGoOn`, which is asked before
   * every round, ended it on the way.
   */
  async advance(round: number, mayGoOn: RunPlan['beforeRound']): Promise<readonly RivalNews[] | undefined> {
    for (const rival of this.#rivals) if (!(await rival.advance(round, mayGoOn))) return undefined
    return this.#rivals.map(rival => rival.tell(round))
  }

  /** A command that the run has taken. Not while they are advanced. */
  learn(event: FaultEvent): void {
    for (const rival of [...this.#rivals, ...this.#others]) rival.learn(event)
    this.#commanded.push(event)
    for (const name of rivalsOf(this.#setting.experiment.aggregation, true)) {
      if (!this.#rivals.some(({ aggregation }) => aggregation === name)) this.#rivals.push(this.#made(name))
    }
  }

  /**
   * A peer after `round` rounds: of a rival, or of any other aggregation, the run's own among them. Undefined if `mayGoOn`
   * ended it on the way there.
   */
  async inspect(
    aggregation: AggregationName,
    peer: number,
    round: number,
    mayGoOn: RunPlan['beforeRound']
  ): Promise<Inspected | undefined> {
    const rival = this.#named(aggregation)
    return (await rival.advance(round, mayGoOn)) ? rival.inspect(peer) : undefined
  }

  /** The figures of those that are at `round` or were measured there last, and who diverged. */
  results(round: number): Compared {
    return {
      rivals: this.#rivals.flatMap(rival => rival.result(round) ?? []),
      divergedRivals: this.#rivals.flatMap(({ aggregation, divergedIn }) =>
        divergedIn === null ? [] : [{ aggregation, round: divergedIn }]
      )
    }
  }

  #named(aggregation: AggregationName): Rival {
    const known = [...this.#rivals, ...this.#others].find(rival => rival.aggregation === aggregation)
    if (known !== undefined) return known
    const made = this.#made(aggregation)
    this.#others.push(made)
    return made
  }

  #made(aggregation: AggregationName): Rival {
    const isRun = aggregation === this.#setting.experiment.aggregation
    const commanded = this.#commanded
    const past = isRun ? { commanded, missing: this.#missing } : { commanded }
    return new Rival(this.#setting, aggregation, past, this.#clock)
  }
}
