/** What is known of a swarm that is looked at: plain data, gathered from what a session tells. Panels draw nothing else. */
import type { AggregationSpec } from '../aggregation/names.ts'
import type { Experiment } from '../experiment/schema.ts'
import type { PeerReport, PeerView, RoundSample, SwarmErrors, WatchedEpisode } from '../interfaces.ts'
import type { CurvePoint, Observation, Stage } from '../session/protocol.ts'

export type SceneStatus =
  /** The network is not ready yet. */
  | 'opening'
  | 'running'
  | 'paused'
  /** The run is over; its rivals are brought to its last round. */
  | 'comparing'
  | 'finished'
  | 'interrupted'
  | 'target-missed'

export interface RivalScene {
  readonly aggregation: AggregationSpec
  readonly divergedIn: number | null
  /** The last that is known. */
  readonly sample: RoundSample | undefined
  readonly curve: readonly CurvePoint[]
}

/** The run beside its rivals, all after the same round. */
export interface Comparison {
  readonly round: number
  /** Of the run. */
  readonly sample: RoundSample
  /** Of `none` and of star federation; undefined where it is no rival, or diverged. */
  readonly alone: RoundSample | undefined
  readonly server: RoundSample | undefined
  /** Per peer what it gains on `none`, as `report/measures.ts` has it. NaN where it has no meaning. */
  readonly gains: Float64Array
}

export interface Inspected {
  readonly report: PeerReport
  readonly view: PeerView
}

/** An episode of a peer, as far as it has been shown. */
export interface Playing {
  readonly peer: number
  /** Rounds completed when the policy was as it is played. */
  readonly round: number
  readonly episode: WatchedEpisode
  /** The frame that is shown. */
  readonly frame: number
}

export interface LogEntry {
  /** Rounds completed when it was told. */
  readonly round: number
  readonly kind: 'note' | 'fault' | 'trouble'
  readonly text: string
}

export interface Scene {
  readonly experiment: Experiment
  readonly status: SceneStatus
  /** It shows a record, not a run. */
  readonly isRecord: boolean
  /** Connections made of those needed; undefined once the network is open. */
  readonly opening: { readonly connected: number; readonly connections: number } | undefined
  /** Undefined until the setting is built. */
  readonly stage: Stage | undefined
  readonly now: Observation | undefined
  /** Seconds in which the swarm went on, as they passed here; of a record, as they passed then. NaN while unknown. */
  readonly elapsedSeconds: number
  /** Of the last seconds; NaN while unknown. */
  readonly roundsPerSecond: number
  readonly bytesPerSecond: number
  /** The swarm's errors from the first measured round to the last: at most a few thousand points, evenly thinned. */
  readonly curve: readonly CurvePoint[]
  readonly rivals: readonly RivalScene[]
  /** Where samples keep the swarm's errors in the long run, as theory has it; undefined until it is known. */
  readonly longRun: SwarmErrors | undefined
  /** The last that could be made; undefined before the first. */
  readonly comparison: Comparison | undefined
  /** Per peer: its value error, or its return, over the run, oldest first: at most 64 values. */
  readonly trails: readonly (readonly number[])[]
  /** Participants that the network waits for at this moment. */
  readonly waitingFor: readonly number[]
  /** Per participant that was seen to go: the round in which it went. */
  readonly awaySince: ReadonlyMap<number, number>
  /** Per peer: the round in which it came back, if it did lately. */
  readonly backSince: ReadonlyMap<number, number>
  /** Oldest first; the last 500. */
  readonly log: readonly LogEntry[]
  /** The peer that is opened, as the run has it and as it would be alone, and what it is seen to do. */
  readonly opened: {
    readonly here: Inspected | undefined
    readonly alone: Inspected | undefined
    readonly playing?: Playing | undefined
  }
}
