/** What befalls the peers of all processes, as the coordinator goes through it beside them: planned, commanded, or of itself. */
import { FaultSchedule, type Outlook } from '../faults/schedule.ts'
import type { FaultAction, FaultEvent, Participant } from '../faults/schema.ts'
import type { Hosted, NetworkPlan, SwarmState } from '../interfaces.ts'
import type { Setting } from '../setting.ts'

/** The schedule of faults, begun round by round, and the commands on their way to all processes. */
export class Events {
  readonly #peers: number
  readonly #faults: FaultSchedule
  /** What was commanded and what happened of itself, in the order of the record. */
  #commanded: FaultEvent[] = []
  readonly #taken: FaultEvent[] = []
  /** Commands that were taken while all wait. */
  #untold: FaultEvent[] = []
  /** Rounds that the schedule has begun. */
  #begun = 0

  constructor({ experiment }: Setting, plan: NetworkPlan) {
    this.#peers = experiment.peers
    this.#faults = new FaultSchedule(experiment, plan)
  }

  get commanded(): readonly FaultEvent[] {
    return this.#commanded
  }

  /** The commands that every process is told of, besides what it begins with. */
  get taken(): readonly FaultEvent[] {
    return this.#taken
  }

  /** Per participant: 1 if it takes part. */
  get up(): Uint8Array {
    return this.#faults.up
  }

  /** Of those hosted, who takes part. */
  present({ first, last }: Hosted): Participant[] {
    const participants: Participant[] = []
    for (let p = first; p < last; p++)
      if (this.#faults.up[p] === 1) participants.push(p === this.#peers ? 'hub' : p)
    return participants
  }

  outlook(): Outlook {
    return this.#faults.outlook()
  }

  restore({ round, faults }: SwarmState): void {
    this.#faults.restore(faults)
    this.#commanded = [...this.#faults.commanded]
    this.#begun = round
  }

  /** So many rounds are completed. */
  beginUpTo(round: number): void {
    while (this.#begun < round) this.#faults.begin(this.#begun++)
  }

  /** Takes a command, for those who wait with `round` rounds completed. Returns why not, if it cannot be. */
  take(action: FaultAction, round: number): string | undefined {
    this.beginUpTo(round)
    const refusal = this.#faults.add(action, round)
    if (refusal !== undefined) return refusal
    const event = { after: round, ...action }
    this.#untold.push(event)
    this.#taken.push(event)
    this.#commanded.push(event)
    return undefined
  }

  /** Something has happened of itself, which its process knows. */
  add(event: FaultEvent): void {
    this.#commanded.push(event)
  }

  /** The commands that are to be told when all go on; once. */
  takeUntold(): readonly FaultEvent[] {
    const untold = this.#untold
    this.#untold = []
    return untold
  }
}
