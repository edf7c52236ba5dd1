/** Measured rounds as the JSON of `run --json` and of `metrics.jsonl`: errors in a fixed order, null where there is none. */
import {
  DROP_REASONS,
  type DropReason,
  METRICS,
  type Metric,
  type PeerErrors,
  type RoundSample,
  type SwarmErrors,
  type Traffic
} from '../interfaces.ts'

/** What is said of one peer. */
export type PeerRow = { readonly peer: number; readonly environment: string } & SwarmErrors

/** What is counted of every participant, the hub of a star included, one column each. */
export const COUNTED = ['messagesIn', 'messagesOut', 'bytesIn', 'bytesOut', 'missing'] as const
export type TrafficColumns = Readonly<Record<(typeof COUNTED)[number], readonly number[]>>

/** A line of `metrics.jsonl`. The fields from `messages` on are of traffic and time: two networks may differ in them. */
export type MetricsLine = { readonly round: number } & SwarmErrors &
  Pick<RoundSample, 'correctionSum' | 'stopped' | 'experience'> & {
    readonly peers?: readonly PeerRow[] | undefined
  } & RoundSample['traffic'] & {
    readonly perPeer?: TrafficColumns | undefined
  } & Pick<RoundSample, 'seconds'>

/** What a line may say of each peer. */
export interface PerPeer {
  /** What each peer's environment is called. */
  readonly labels: readonly string[]
  /** At the time of the sample. */
  readonly traffic: Traffic
}

/** One row per peer, whose environments are called `labels`. */
export function peerRows(peers: PeerErrors, labels: readonly string[]): PeerRow[] {
  return labels.map((environment, peer) => ({
    peer,
    environment,
    ...inOrder(metric => {
      const error = peers[metric]?.[peer] ?? Number.NaN
      return Number.isNaN(error) ? null : error
    })
  }))
}

/** The line of a sample; it lists the peers if `perPeer` is given. */
export function metricsLine(
  { round, swarm, peers, correctionSum, stopped, experience, traffic, seconds }: RoundSample,
  perPeer?: PerPeer
): MetricsLine {
  const { messages, bytes, missing, refused, dropped, waitedFor, virtualMs } = traffic
  return {
    round,
    ...swarmErrors(swarm),
    correctionSum,
    stopped,
    experience,
    ...(perPeer && { peers: peerRows(peers, perPeer.labels) }),
    messages,
    bytes,
    missing,
    refused,
    dropped,
    waitedFor,
    virtualMs,
    ...(perPeer && { perPeer: columnsOf(perPeer.traffic) }),
    seconds
  }
}

/** The sample of a line; the errors of `peers` that it does not list are NaN. */
export function sampleOfLine(line: MetricsLine, peers: number): RoundSample {
  const { round, correctionSum, stopped, experience, seconds } = line
  const { messages, bytes, missing, refused, dropped, waitedFor, virtualMs } = line
  const columnOf = (metric: Metric) =>
    line[metric] === null
      ? null
      : Float64Array.from({ length: peers }, (_, i) => line.peers?.[i]?.[metric] ?? Number.NaN)
  return {
    round,
    swarm: swarmErrors(line),
    peers: Object.fromEntries(METRICS.map(metric => [metric, columnOf(metric)])) as Record<
      Metric,
      Float64Array | null
    >,
    correctionSum,
    stopped,
    experience,
    traffic: { messages, bytes, missing, refused, dropped, waitedFor, virtualMs },
    seconds
  }
}

/** What `perPeer` of a line tells of each of `participants`; NaN where it tells nothing. */
export function trafficOf(perPeer: TrafficColumns | undefined, participants: number): Traffic {
  const unknown = new Float64Array(participants).fill(Number.NaN)
  const columnOf = (name: keyof TrafficColumns) =>
    perPeer === undefined ? unknown : Float64Array.from(unknown, (_, p) => perPeer[name][p] ?? Number.NaN)
  return {
    messagesOut: columnOf('messagesOut'),
    messagesIn: columnOf('messagesIn'),
    bytesOut: columnOf('bytesOut'),
    bytesIn: columnOf('bytesIn'),
    missing: columnOf('missing'),
    waitedFor: unknown,
    refused: unknown,
    dropped: Object.fromEntries(DROP_REASONS.map(reason => [reason, unknown])) as Record<
      DropReason,
      Float64Array
    >
  }
}

/** The errors alone, in their order. */
export const swarmErrors = (errors: SwarmErrors): SwarmErrors => inOrder(metric => errors[metric])

const columnsOf = (traffic: Traffic): TrafficColumns =>
  Object.fromEntries(COUNTED.map(name => [name, [...traffic[name]]])) as Record<
    keyof TrafficColumns,
    number[]
  >

function inOrder(errorOf: (metric: Metric) => number | null): SwarmErrors {
  return Object.fromEntries(METRICS.map(metric => [metric, errorOf(metric)])) as Record<Metric, number | null>
}
