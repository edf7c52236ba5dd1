/**
 * What a run ends with: its figures beside those of `none` and star federation, the gain from federation per peer, and
 * what these say in words.
 */
import { type AggregationName, usesHub } from '../aggregation/names.ts'
import type { Experiment } from '../experiment/schema.ts'
import type { Metric } from '../interfaces.ts'
import type { Outcome, Result } from '../session-protocol.ts'
import { bytes, columns, count, duration, figure, times } from './format.ts'

/** More peers than this are summed up by those that gain least and most. */
const LISTED_PEERS = 24
const EXTREMES = 5

/** The lines of the table, without a trailing newline. */
export function finalTable(outcome: Outcome): string {
  const { experiment, result, rivals, labels } = outcome
  if (result === undefined) return 'No round was measured.'
  const measure = errorMetric(result)
  const alone = rivals.find(rival => rival.aggregation === 'none')
  const gains = alone === undefined ? undefined : gainsOf(alone, result, measure)
  const sections = [
    heading(experiment, result),
    comparison([result, ...rivals], measure),
    gains === undefined ? [] : peerTable(rivals, result, labels, measure, gains),
    verdict(experiment, result, measure, gains)
  ]
  return sections
    .filter(lines => lines.length > 0)
    .map(lines => lines.join('\n'))
    .join('\n\n')
}

/** What this run is judged by. */
export function errorMetric({ swarm }: Result): 'valueError' | 'valueGap' {
  return swarm.valueError === null ? 'valueGap' : 'valueError'
}

/** Per peer, the error of `alone` ÷ the error of `here`: above 1 federation helped. */
export function gainsOf(alone: Result, here: Result, metric: Metric): Float64Array {
  const [before, after] = [alone.peers[metric], here.peers[metric]]
  return Float64Array.from(before ?? [], (error, i) => error / (after?.[i] ?? Number.NaN))
}

const NAMES: Readonly<Record<Metric, string>> = {
  consensusError: 'consensus',
  valueError: 'value error',
  excessValueError: 'excess',
  fixedPointError: 'fixed point',
  return: 'return',
  valueGap: 'value gap'
}

function heading(experiment: Experiment, { round, seconds, aggregation }: Result): string[] {
  const { peers, environment, learner, topology, weights, transport, localSteps, sampling, seed } = experiment
  const graph = usesHub(aggregation)
    ? 'hub'
    : weights === 'metropolis'
      ? topology.name
      : `${topology.name} (${weights})`
  return [
    `${count(peers)} peers · ${environment.name} · ${learner.name} · ${graph} · ${aggregation} · ${transport} · seed ${seed}`,
    `${count(round)} rounds of ${count(localSteps)} local steps (${sampling}) in ${duration(seconds)}; ` +
      'below it, simulated with the same seed'
  ]
}

function comparison(results: readonly Result[], measure: Metric): string[] {
  const metrics: Metric[] =
    measure === 'valueError'
      ? ['valueError', 'consensusError', 'fixedPointError']
      : ['return', 'valueGap', 'consensusError']
  const header = ['', ...metrics.map(metric => NAMES[metric]), 'messages', 'bytes', 'busiest']
  const rows = results.map(result => [
    label(result.aggregation),
    ...metrics.map(metric => figure(result.swarm[metric])),
    count(result.traffic.messages),
    bytes(result.traffic.bytes),
    bytes(busiest(result))
  ])
  return columns([header, ...rows], `l${'r'.repeat(header.length - 1)}`)
}

const label = (aggregation: AggregationName): string => (aggregation === 'none' ? 'alone' : aggregation)

/** Bytes in and out of the participant with most of them. */
function busiest({ perPeer }: Result): number {
  let most = 0
  for (let p = 0; p < perPeer.bytesIn.length; p++)
    most = Math.max(most, perPeer.bytesIn[p]! + perPeer.bytesOut[p]!)
  return most
}

function peerTable(
  rivals: readonly Result[],
  result: Result,
  labels: readonly string[],
  measure: Metric,
  gains: Float64Array
): string[] {
  const order = Array.from(gains.keys())
  const listed = gains.length <= LISTED_PEERS ? order : extremes(order, gains)
  const header = [
    'peer',
    'environment',
    NAMES[measure],
    ...rivals.map(rival => label(rival.aggregation)),
    'gain',
    NAMES.consensusError
  ]
  const rows = listed.map(i => [
    String(i),
    labels[i] ?? '',
    figure(result.peers[measure]?.[i]),
    ...rivals.map(rival => figure(rival.peers[measure]?.[i])),
    times(gains[i]!),
    figure(result.peers.consensusError?.[i])
  ])
  const lines = columns([header, ...rows], `rl${'r'.repeat(header.length - 2)}`)
  if (listed.length < gains.length) {
    lines.splice(1 + EXTREMES, 0, `  … ${count(gains.length - listed.length)} peers between …`)
    lines.unshift('The peers that gain least and most:')
  }
  return lines
}

function extremes(order: number[], gains: Float64Array): number[] {
  const sorted = order.toSorted((i, j) => gains[i]! - gains[j]! || i - j)
  return [...sorted.slice(0, EXTREMES), ...sorted.slice(-EXTREMES)]
}

/** The table in words. */
function verdict(
  experiment: Experiment,
  result: Result,
  measure: Metric,
  gains: Float64Array | undefined
): string[] {
  const lines: string[] = []
  if (gains !== undefined) {
    const worse = gains.filter(gain => gain < 1).length
    const [least, most] = [
      gains.reduce((a, b) => Math.min(a, b)),
      gains.reduce((a, b) => Math.max(a, b))
    ].map(times)
    const gained = `gain (${NAMES[measure]} alone ÷ here) ${least === most ? least : `${least} to ${most}`}`
    if (worse === 0) lines.push(`Federation helped every peer: ${gained}.`)
    else if (worse < gains.length) {
      const helped = count(gains.length - worse)
      lines.push(
        `Federation helped ${helped} of ${count(gains.length)} peers, the others do better alone: ${gained}.`
      )
    } else {
      lines.push(
        `Federation made the ${NAMES[measure]} of every peer worse than learning alone:`,
        `${gained}.`,
        'Their environments differ, and no common θ can be right for all of them.'
      )
    }
  }
  const { fixedPointError } = result.swarm
  if (fixedPointError !== null && fixedPointError < 1e-6 && experiment.aggregation !== 'none') {
    lines.push(`All peers reached one common point, the federation's θ*, to ${figure(fixedPointError)}.`)
  }
  if (result.traffic.missing > 0) {
    lines.push(
      `${count(result.traffic.missing)} messages did not come in time; their weight went to the receiver.` +
        (experiment.aggregation === 'gossip-scafflsa'
          ? ' The flows of their edges no longer cancel: the point reached may be off θ*.'
          : '')
    )
  }
  for (const [reason, dropped] of Object.entries(result.traffic.dropped)) {
    lines.push(`${count(dropped)} messages were dropped: ${reason}.`)
  }
  return lines
}
