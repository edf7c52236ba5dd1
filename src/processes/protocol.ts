/** What crosses between the coordinator and the processes that host the peers: plain data only. */
import type { PlainError } from '../core/errors.ts'
import type { Experiment } from '../experiment/schema.ts'
import type { FaultEvent } from '../faults/schema.ts'
import type { Hosted, Learner, PeerReport, SwarmState, Traffic } from '../interfaces.ts'

/** By participant, the multiaddresses of its node. */
export type Addresses = ReadonlyMap<number, string[]>

/** What a process is to do. */
export interface PartRequest {
  readonly experiment: Experiment
  readonly hosted: Hosted
  /** Where the run is taken up, or undefined for its beginning. */
  readonly base: SwarmState | undefined
  /** Commands that were taken since, as events. */
  readonly commanded: readonly FaultEvent[]
  /** Rounds that the others have completed when it joins them. */
  readonly round: number
  /** Whether it waits for leave to go on after every measured round. */
  readonly inStep: boolean
  /** By participant, where its node listened before; empty for any free port. */
  readonly ports: ReadonlyMap<number, number>
  readonly swarmKey: Uint8Array | undefined
}

/** To a process. */
export type Order =
  | { readonly kind: 'begin'; readonly request: PartRequest }
  | { readonly kind: 'addresses'; readonly addresses: Addresses }
  /** Wait when `at` rounds are completed. Answered by `held`, or by `passed` if it is too late. */
  | { readonly kind: 'hold'; readonly at: number }
  /** While it waits. Answered by `state`. */
  | { readonly kind: 'state' }
  /** These commands were taken; go on, and wait when `until` rounds are completed, or end here. */
  | {
      readonly kind: 'go'
      readonly events: readonly FaultEvent[]
      readonly until: number | undefined
      readonly stop: boolean
    }
  | { readonly kind: 'inspect'; readonly peer: number }

/** A measured round: the rows of the hosted participants, of θ what is shown of it, and counters of the whole process since it began. */
export interface Rows {
  readonly round: number
  readonly theta: Float64Array
  readonly correction: Float64Array | undefined
  readonly experience: Learner['experience']
  readonly traffic: Traffic
  readonly virtualMs: number
}

/** From a process. */
export type Report =
  | { readonly kind: 'listening'; readonly addresses: Addresses }
  | { readonly kind: 'opening'; readonly connected: number; readonly connections: number }
  | { readonly kind: 'rows'; readonly rows: Rows }
  | {
      readonly kind: 'missing'
      readonly round: number
      readonly hop: number
      readonly links: readonly number[]
    }
  | { readonly kind: 'skipped'; readonly from: number; readonly to: number }
  | { readonly kind: 'waiting'; readonly for: readonly number[] }
  /** It waits, having completed so many rounds. */
  | { readonly kind: 'held'; readonly round: number }
  | { readonly kind: 'state'; readonly state: SwarmState }
  /** So many rounds have begun already. */
  | { readonly kind: 'passed'; readonly begun: number }
  | { readonly kind: 'inspected'; readonly report: PeerReport }
  /** The last round is completed, or it was told to end. */
  | { readonly kind: 'done'; readonly state: SwarmState }
  | { readonly kind: 'failed'; readonly error: PlainError }
