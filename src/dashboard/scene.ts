/** What is known of a swarm that is looked at: plain data, gathered from what a session tells. Panels draw nothing else. */
import type { AggregationSpec } from '../aggregation/names.ts'
import type { Experiment } from '../experiment/schema.ts'
import type { PeerReport, PeerView, RoundSample } from '../interfaces.ts'
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
  /** The last that is known; `none` and the star are compared with the run at the same round. */
  readonly sample: RoundSample | undefined
  readonly curve: readonly CurvePoint[]
}

/** What a peer gained or lost by federation, at a round for which the rivals are known. */
export interface Comparison {
  readonly round: number
  /** Of the run, at that round. */
  readonly sample: RoundSample
  /** Per peer: the error of `none` ÷ the error here. NaN where it has no meaning. */
  readonly gains: Float64Array
  /** The swarm's error of `none` ÷ the swarm's error here. */
  readonly gain: number
  /** The swarm's error here ÷ that of star federation. NaN without a star among the rivals. */
  readonly overServer: number
}

export interface Inspected {
  readonly report: PeerReport
  readonly view: PeerView
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
  /** Undefined until `none` has been compared with. */
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
  /** The peer that is opened, as the run has it and as it would be alone. */
  readonly opened: { readonly here: Inspected | undefined; readonly alone: Inspected | undefined }
}
