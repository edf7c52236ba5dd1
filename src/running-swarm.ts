/** What a session asks of a swarm that runs, be it in this process or spread over several. */
import type { FaultAction, FaultEvent } from './faults/schema.ts'
import type {
  Look,
  NetworkPlan,
  ParameterMatrix,
  PeerReport,
  RoundSample,
  SwarmState,
  Traffic
} from './interfaces.ts'

/** How far a swarm runs, and whom it asks and tells on the way. */
export interface RunPlan {
  readonly rounds: number
  /** Rounds between samples; the last round is always measured. */
  readonly measureEvery: number
  /**
   * Asked before every round, where `asksEveryRound`, else now and then; samples of the rounds before have been taken. Who
   * lets a swarm `hold` and does not answer keeps it where it is.
   */
  readonly beforeRound: () => Verdict | Promise<Verdict>
  /** Told of each exchange in which messages did not come that should have: the links, ascending. */
  readonly onMissing?: (round: number, hop: number, links: readonly number[]) => void
  /** Told of what happened to peers of itself, as an event. */
  readonly onCommand?: (event: FaultEvent) => void
  /** Told of rounds that peers slept through, as one thread does: how many were completed before, and how many after. */
  readonly onSkipped?: (from: number, to: number) => void
  /** Seconds that pass, from some origin. */
  readonly clock: () => number
}

/** Go on; go on by one round, where the swarm was let `hold`, and ask again; end the run here. */
export type Verdict = 'go' | 'step' | 'stop'

/** A swarm that may be under way. */
export interface RunningSwarm {
  /** Rounds completed, as far as is known here. */
  readonly round: number
  readonly plan: NetworkPlan
  readonly theta: ParameterMatrix
  readonly traffic: Traffic
  /** Per peer: 1 if it takes part. */
  readonly takesPart: Uint8Array
  /** Whether a run asks before every round if it may go on. */
  readonly asksEveryRound: boolean
  /** The commands that were taken, as events. */
  readonly commanded: readonly FaultEvent[]
  open(): Promise<void>
  /** May be called twice. */
  close(): Promise<void>
  /** Runs to the plan's last round and yields a sample per measured round. Throws a RunError if θ diverges. */
  run(plan: RunPlan): AsyncGenerator<RoundSample>
  /** A sample between two rounds; those that are yielded are as if it had not been taken. */
  measure(): RoundSample
  /** A copy of everything that the next round depends on; undefined if it cannot be had now. */
  state(): SwarmState | Promise<SwarmState | undefined>
  restore(state: SwarmState): void
  command(action: FaultAction): string | undefined | Promise<string | undefined>
  /** What a peer knows. Not for a peer that does not exist. */
  inspect(peer: number): PeerReport | Promise<PeerReport>
  /** Commands that wait for the next round count already. */
  look(): Look
  /**
   * From `beforeRound` only, whose answer ends it: resolves when no round goes on, with what was measured on the way there;
   * undefined if the run is about to end instead.
   */
  hold(): Promise<readonly RoundSample[] | undefined>
  waitedFor(): readonly number[]
}

/** To be asked now and then: who has been waited for since it was asked last. To wait for a moment is how every round goes. */
export function heldUpBy(swarm: Pick<RunningSwarm, 'round' | 'waitedFor'>): () => readonly number[] {
  let seen = -1
  return () => {
    const isHeldUp = swarm.round === seen
    seen = swarm.round
    return isHeldUp ? swarm.waitedFor() : []
  }
}
