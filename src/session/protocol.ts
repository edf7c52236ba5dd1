/** What crosses between the thread that runs a swarm and the one that shows it: plain data only. */
import type { AggregationName } from '../aggregation/names.ts'
import type { PlainError } from '../core/errors.ts'
import type { Experiment } from '../experiment/schema.ts'
import type { FaultAction } from '../faults/schema.ts'
import type {
  NeighbourState,
  PeerErrors,
  PeerReport,
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
}

export type RecordRequest =
  | { readonly kind: 'none' }
  | { readonly kind: 'new'; readonly parent: string; readonly command: string }
  | { readonly kind: 'resume'; readonly run: string }

/** Obeyed between rounds. */
export type Command =
  | { readonly kind: 'stop' }
  | { readonly kind: 'fault'; readonly action: FaultAction }
  /** Answered by the news `inspected`. */
  | { readonly kind: 'inspect'; readonly peer: number }

/** What is told while a run goes on. */
export type SessionNews =
  | { readonly kind: 'note'; readonly text: string }
  /** Connections made of those that the network needs before the first round. */
  | { readonly kind: 'opening'; readonly connected: number; readonly connections: number }
  /** How far it is, and the last sample if there is one; not every round is told. */
  | { readonly kind: 'progress'; readonly round: number; readonly sample: RoundSample | undefined }
  /** Whom the network waits for at this moment, ascending. */
  | { readonly kind: 'waiting'; readonly for: readonly number[] }
  | { readonly kind: 'inspected'; readonly report: PeerReport }
  | { readonly kind: 'comparing'; readonly aggregation: AggregationName }

export type SessionEvent =
  | SessionNews
  | { readonly kind: 'done'; readonly outcome: Outcome }
  | { readonly kind: 'failed'; readonly error: PlainError }

/** The figures of one swarm at its last measured round. */
export interface Result {
  readonly aggregation: AggregationName
  readonly round: number
  readonly swarm: SwarmErrors
  readonly tail: SwarmErrors | null
  readonly peers: PeerErrors
  readonly correctionSum: RoundSample['correctionSum']
  readonly stopped: RoundSample['stopped']
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
  readonly divergedRivals: readonly { readonly aggregation: AggregationName; readonly round: number }[]
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
