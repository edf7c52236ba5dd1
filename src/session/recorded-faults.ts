/** Who took part and which links were cut, after any round of a record: decided by its experiment and its commands. */
import type { Experiment } from '../experiment/schema.ts'
import { FaultSchedule } from '../faults/schedule.ts'
import type { FaultEvent } from '../faults/schema.ts'
import { type Look, type NetworkPlan, PRESENCE } from '../interfaces.ts'
import { lookAt } from '../look.ts'

export class RecordedFaults {
  readonly #experiment: Experiment
  readonly #plan: NetworkPlan
  /** In the order in which they took effect. */
  #commanded: readonly FaultEvent[] = []
  #schedule: FaultSchedule
  /** Rounds that the schedule has begun, and commands that it knows. */
  #begun = 0
  #known = 0

  constructor(experiment: Experiment, plan: NetworkPlan) {
    this.#experiment = experiment
    this.#plan = plan
    this.#schedule = new FaultSchedule(experiment, plan)
  }

  /** All commands of the record, in its order, in place of those given before. */
  learn(commanded: readonly FaultEvent[]): void {
    this.#commanded = commanded.toSorted((a, b) => a.after - b.after)
    this.#restart()
  }

  /** After `round` rounds; `stopped` are the peers that were not there to be measured. */
  after(round: number, stopped: readonly number[]): Look {
    if (round < this.#begun) this.#restart()
    while (this.#begun < round) {
      for (let event = this.#next(); event?.after === this.#begun; event = this.#next()) {
        this.#schedule.learn(event)
        this.#known++
      }
      this.#schedule.begin(this.#begun++)
    }
    const outlook = this.#schedule.outlook()
    // Of a process that is frozen the record tells when it wakes.
    for (const peer of stopped) {
      if (outlook.presence[peer] === PRESENCE.here) outlook.presence[peer] = PRESENCE.frozen
    }
    return lookAt(this.#plan, outlook, undefined)
  }

  #next(): FaultEvent | undefined {
    return this.#commanded[this.#known]
  }

  #restart(): void {
    this.#schedule = new FaultSchedule(this.#experiment, this.#plan)
    this.#begun = 0
    this.#known = 0
  }
}
