/** What crosses between the thread that runs a swarm and the one that shows it: plain data only. */
import type { AggregationSpec } from '../aggregation/names.ts'
import type { PlainError } from '../core/errors.ts'
import type { Experiment } from '../experiment/schema.ts'
import type { FaultAction, FaultEvent } from '../faults/schema.ts'
import type {
  NeighbourState,
  PeerErrors,
  PeerReport,
  PeerView,
  Prediction,
  RoundSample,
  RoundTraffic,
  SwarmErrors,
  Traffic
} from '../interfaces.ts'

export interface SessionRequest {
  readonly experiment: Experiment
  readonly record: RecordRequest
  /** The recorded run that is gone through again, or null; the experiment is as `readReplay` gives it. */
  readonly replay: string | null
  /** Which only those have who may connect; undefined for an open swarm. Kept out of every record. */
  readonly swarmKey?: Uint8Array | undefined
  /** Send θ with the outcome, and what the peers know of their neighbours. */
  readonly parameters: boolean
  /**
   * Somebody looks on: `begins` and `observed` are told in place of `progress`, and the rivals run beside the run, in
   * another thread, instead of after it.
   */
  readonly watched?: boolean
}

export type RecordRequest =
  | { readonly kind: 'none' }
  | { readonly kind: 'new'; readonly parent: string; readonly command: string }
  | { readonly kind: 'resume'; readonly run: string }

/** Obeyed between rounds. */
export type Command =
  | { readonly kind: 'stop' }
  | { readonly kind: 'fault'; readonly action: FaultAction }
  /** Answered by the news `inspected`, of the run and of `none`. */
  | { readonly kind: 'inspect'; readonly peer: number }
  /** No round is begun until `resume`, or `step`, which is one round and then a pause. */
  | { readonly kind: 'pause' }
  | { readonly kind: 'resume' }
  | { readonly kind: 'step' }
  /** At most so many rounds a second; null: as fast as it goes. */
  | { readonly kind: 'pace'; readonly roundsPerSecond: number | null }
  /** Of a record: show it as it was after `round` rounds. */
  | { readonly kind: 'seek'; readonly round: number }

/** What does not change while a run goes on. */
export interface Stage {
  /** What each peer's environment is called. */
  readonly labels: readonly string[]
  /** Peers, then the hub of a star. */
  readonly participants: number
  /** Pairs of participants that talk, the lower first, ascending. */
  readonly edges: readonly (readonly [number, number])[]
  /** After so many rounds the edges in use repeat; null where every round draws its own. */
  readonly period: number | null
  /** Where to draw the participants: x, y in [0, 1], interleaved. */
  readonly layout: Float64Array
  readonly measures: 'value' | 'policy' | 'score'
  /** What the run is compared with. */
  readonly rivals: readonly AggregationSpec[]
  /** Null where theory has no simple answer. */
  readonly predicted: Prediction | null
  /** Rounds completed when the session began. */
  readonly firstRound: number
}

/** The swarm's errors after a measured round. */
export interface CurvePoint {
  readonly round: number
  readonly errors: SwarmErrors
}

/** The swarm between two rounds. */
export interface Observation {
  /** Rounds completed. */
  readonly round: number
  /** The last one; undefined before the first. */
  readonly sample: RoundSample | undefined
  /** Per participant; of a record NaN where it keeps none. */
  readonly traffic: Traffic
  /** Per participant: a PRESENCE. */
  readonly presence: Uint8Array
  /** Per edge of the stage: a LINK. */
  readonly links: Uint8Array
  /** The probability that a message is lost. */
  readonly loss: number
  readonly isPaused: boolean
  /** Null: as fast as it goes. */
  readonly roundsPerSecond: number | null
  /** Undefined where values are learnt. */
  readonly best?: Best | undefined
}

/** How far a rival is. */
export interface RivalNews {
  readonly aggregation: AggregationSpec
  /** In which round it diverged, or null. */
  readonly divergedIn: number | null
  /** After the round that it was asked for; undefined if it diverged before. */
  readonly sample: RoundSample | undefined
  /** Its errors since it was asked last. */
  readonly curve: readonly CurvePoint[]
}

/** What is told while a run goes on. */
export type SessionNews =
  | { readonly kind: 'note'; readonly text: string }
  /** Connections made of those that the network needs before the first round. */
  | { readonly kind: 'opening'; readonly connected: number; readonly connections: number }
  /** How far it is, and the last sample if there is one; not every round is told. */
  | { readonly kind: 'progress'; readonly round: number; readonly sample: RoundSample | undefined }
  /** Whom the network waits for at this moment, ascending. */
  | { readonly kind: 'waiting'; readonly for: readonly number[] }
  /** Of the run, or of a rival. */
  | {
      readonly kind: 'inspected'
      readonly aggregation: AggregationSpec
      readonly report: PeerReport
      readonly view: PeerView
    }
  | { readonly kind: 'comparing'; readonly aggregation: AggregationSpec }
  | { readonly kind: 'begins'; readonly stage: Stage }
  /** `curve`: the errors measured since it was told last. */
  | {
      readonly kind: 'observed'
      readonly observation: Observation
      readonly curve: readonly CurvePoint[]
      /** What was told before is void: the record was taken back, or forward. */
      readonly isAnew: boolean
    }
  /** A command that was taken, or what happened to peers of itself. */
  | { readonly kind: 'happened'; readonly event: FaultEvent }
  /** Root mean square errors of the run in the long run, as theory has them. */
  | { readonly kind: 'foretold'; readonly longRun: SwarmErrors }
  /** All rivals after the same round. */
  | { readonly kind: 'rivals'; readonly round: number; readonly rivals: readonly RivalNews[] }

export type SessionEvent =
  | SessionNews
  | { readonly kind: 'done'; readonly outcome: Outcome }
  | { readonly kind: 'failed'; readonly error: PlainError }

/** The greatest mean return so far, and after which round it was measured first. */
export interface Best {
  readonly round: number
  readonly return: number
}

/** The figures of one swarm at its last measured round. */
export interface Result {
  readonly aggregation: AggregationSpec
  readonly round: number
  readonly swarm: SwarmErrors
  readonly tail: SwarmErrors | null
  /** Null where values are learnt. */
  readonly best: Best | null
  readonly peers: PeerErrors
  readonly correctionSum: RoundSample['correctionSum']
  readonly stopped: RoundSample['stopped']
  readonly experience: RoundSample['experience']
  readonly traffic: RoundTraffic
  /** Per participant: the peers, then the hub of a star. */
  readonly perPeer: Traffic
  readonly seconds: number
}

export interface Outcome {
  readonly status: 'finished' | 'interrupted' | 'target-missed'
  readonly experiment: Experiment
  /** What each peer's environment is called. */
  readonly labels: readonly string[]
  /** Whether faults were planned or commanded; the rivals met the same. */
  readonly withFaults: boolean
  /** Absent if no round was measured. */
  readonly result: Result | undefined
  /** The same experiment with other aggregations, simulated for as many rounds; fewer if the run was interrupted. */
  readonly rivals: readonly Result[]
  /** Those of them that diverged, and in which round. */
  readonly divergedRivals: readonly { readonly aggregation: AggregationSpec; readonly round: number }[]
  /** θ of the peers, row after row, without padding; empty unless asked for. */
  readonly parameters: readonly Float64Array[]
  /** What each peer knows of its neighbours; empty unless asked for. */
  readonly neighbours: readonly (readonly NeighbourState[])[]
  /** Of a run that was gone through again: its folder, whether it ended with the same θ, and how many messages were left out. */
  readonly replayed:
    | { readonly folder: string; readonly sameParameters: boolean; readonly missing: number }
    | undefined
  /** Where the record lies. */
  readonly folder: string | undefined
}
