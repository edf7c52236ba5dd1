/** What a run is compared with, brought to its rounds while it goes on or when it has ended. */
import { type AggregationSpec, rivalsOf } from '../aggregation/names.ts'
import { present } from '../core/assert.ts'
import { hasFaults } from '../faults/rules.ts'
import type { Past } from '../faults/schedule.ts'
import type { FaultEvent } from '../faults/schema.ts'
import type { RunPlan } from '../running-swarm.ts'
import type { Setting } from '../setting.ts'
import type { RivalNews } from './protocol.ts'
import { type Inspected, Rival } from './rival.ts'
import type { Compared } from './rivals-protocol.ts'

export class Rivals {
  readonly #setting: Setting
  readonly #clock: RunPlan['clock']
  readonly #commanded: FaultEvent[]
  readonly #rivals: Rival[] = []
  /** The run once more, for what its peers know; it alone goes through what was missing. */
  readonly #run: Rival

  /** `past`: the commands that the run took so far, and which of its messages did not come though no fault was planned. */
  constructor(setting: Setting, past: Past, clock: RunPlan['clock']) {
    this.#setting = setting
    this.#clock = clock
    this.#commanded = [...(past.commanded ?? [])]
    this.#run = new Rival(setting, setting.experiment.aggregation, past, clock)
    this.#complete()
  }

  /**
   * Brings all to `round`, one after the other, and tells how far they are; undefined if `mayGoOn`, which is asked before
   * every round, ended it on the way.
   */
  async advance(round: number, mayGoOn: RunPlan['beforeRound']): Promise<readonly RivalNews[] | undefined> {
    for (const rival of this.#rivals) if (!(await rival.advance(round, mayGoOn))) return undefined
    return this.#rivals.map(rival => rival.tell(round))
  }

  /** What the run has gone through since it was told last. Not while they are advanced. */
  learn({ commanded = [], missing = new Map() }: Past): void {
    for (const event of commanded) {
      for (const rival of [...this.#rivals, this.#run]) rival.learn(event)
      this.#commanded.push(event)
    }
    for (const [exchange, pairs] of missing) this.#run.miss(exchange, pairs)
    this.#complete()
  }

  /** A peer of a rival or of the run after `round` rounds; undefined if `mayGoOn` ended it on the way there. */
  async inspect(
    aggregation: AggregationSpec,
    peer: number,
    round: number,
    mayGoOn: RunPlan['beforeRound']
  ): Promise<Inspected | undefined> {
    const rival = present(
      [...this.#rivals, this.#run].find(each => each.aggregation === aggregation),
      aggregation
    )
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

  /** More is compared where there are faults, and the first may come by command. */
  #complete(): void {
    const { experiment } = this.#setting
    const withFaults = hasFaults(experiment) || this.#commanded.length > 0
    for (const name of rivalsOf(experiment.aggregation, withFaults)) {
      if (this.#rivals.some(({ aggregation }) => aggregation === name)) continue
      this.#rivals.push(new Rival(this.#setting, name, { commanded: this.#commanded }, this.#clock))
    }
  }
}
