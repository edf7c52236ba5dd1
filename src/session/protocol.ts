/** What crosses between the thread that runs a swarm and the one that shows it: plain data only. */
import type { AggregationName } from '../aggregation/names.ts'
import type { Experiment } from '../experiment/schema.ts'
import type { PeerErrors, RoundSample, RoundTraffic, SwarmErrors, Traffic } from '../interfaces.ts'

export interface SessionRequest {
  readonly experiment: Experiment
  readonly record: RecordRequest
  /** Send θ with the outcome. */
  readonly parameters: boolean
}

export type RecordRequest =
  | { readonly kind: 'none' }
  | { readonly kind: 'new'; readonly parent: string; readonly command: string }
  | { readonly kind: 'resume'; readonly run: string }

/** Obeyed between rounds. */
export type Command = { readonly kind: 'stop' }

/** What is told while a run goes on. */
export type SessionNews =
  | { readonly kind: 'note'; readonly text: string }
  /** Connections made of those that the network needs before the first round. */
  | { readonly kind: 'opening'; readonly connected: number; readonly connections: number }
  /** How far it is, and the last sample if there is one; not every round is told. */
  | { readonly kind: 'progress'; readonly round: number; readonly sample: RoundSample | undefined }
  | { readonly kind: 'comparing'; readonly aggregation: AggregationName }

export type SessionEvent =
  | SessionNews
  | { readonly kind: 'done'; readonly outcome: Outcome }
  | {
      readonly kind: 'failed'
      readonly error: { readonly name: string; readonly message: string; readonly stack: string }
    }

/** The figures of one swarm at its last measured round. */
export interface Result {
  readonly aggregation: AggregationName
  readonly round: number
  readonly swarm: SwarmErrors
  readonly tail: SwarmErrors | null
  readonly peers: PeerErrors
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
  /** Absent if no round was measured. */
  readonly result: Result | undefined
  /** The same experiment with other aggregations, simulated for as many rounds; fewer if the run was interrupted. */
  readonly rivals: readonly Result[]
  /** Those of them that diverged, and in which round. */
  readonly divergedRivals: readonly { readonly aggregation: AggregationName; readonly round: number }[]
  /** θ of the peers, row after row, without padding; empty unless asked for. */
  readonly parameters: readonly Float64Array[]
  /** Where the record lies. */
  readonly folder: string | undefined
}
