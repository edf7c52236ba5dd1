/** Measured rounds as the JSON of `run --json` and of `metrics.jsonl`: errors in a fixed order, null where there is none. */
import { METRICS, type Metric, type PeerErrors, type RoundSample, type SwarmErrors } from '../interfaces.ts'

/** What is said of one peer. */
export type PeerRow = { readonly peer: number; readonly environment: string } & SwarmErrors

/** A line of `metrics.jsonl`. The fields from `messages` on are of traffic and time: two networks may differ in them. */
export type MetricsLine = { readonly round: number } & SwarmErrors &
  Pick<RoundSample, 'correctionSum' | 'stopped'> & {
    readonly peers?: readonly PeerRow[]
  } & RoundSample['traffic'] &
  Pick<RoundSample, 'seconds'>

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

export function metricsLine(
  { round, swarm, peers, correctionSum, stopped, traffic, seconds }: RoundSample,
  labels: readonly string[],
  withPeers: boolean
): MetricsLine {
  const { messages, bytes, missing, refused, dropped, waitedFor, virtualMs } = traffic
  return {
    round,
    ...swarmErrors(swarm),
    correctionSum,
    stopped,
    ...(withPeers ? { peers: peerRows(peers, labels) } : {}),
    messages,
    bytes,
    missing,
    refused,
    dropped,
    waitedFor,
    virtualMs,
    seconds
  }
}

/** The errors alone, in their order. */
export const swarmErrors = (errors: SwarmErrors): SwarmErrors => inOrder(metric => errors[metric])

function inOrder(errorOf: (metric: Metric) => number | null): SwarmErrors {
  return Object.fromEntries(METRICS.map(metric => [metric, errorOf(metric)])) as Record<Metric, number | null>
}
