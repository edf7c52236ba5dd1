/**
 * What a run ends with: its figures beside those of `none` and star federation, the gain from federation per peer, and
 * what these say in words.
 */
import { type AggregationName, isCorrected, usesHub } from '../aggregation/names.ts'
import type { Experiment } from '../experiment/schema.ts'
import type { Metric } from '../interfaces.ts'
import type { Outcome, Result } from '../session/protocol.ts'
import { bytes, columns, count, duration, figure, times } from './format.ts'

/** More peers than this are summed up by those that gain least and most. */
const LISTED_PEERS = 24
const EXTREMES = 5

/** The lines of the table, without a trailing newline. */
export function finalTable(outcome: Outcome): string {
  const { experiment, result, rivals, divergedRivals, labels } = outcome
  if (result === undefined) return 'No round was measured.'
  const measure = errorMetric(result)
  const alone = rivals.find(rival => rival.aggregation === 'none')
  const gains = alone === undefined ? undefined : gainsOf(alone, result, measure)
  const sections = [
    heading(experiment, result, rivals),
    [
      ...comparison([result, ...rivals], measure),
      ...divergedRivals.map(
        ({ aggregation, round }) => `${label(aggregation)} diverged in round ${count(round)}`
      )
    ],
    gains === undefined ? [] : peerTable(rivals, result, labels, measure, gains),
    [...steady([result, ...rivals], measure), ...verdict(experiment, result, measure, alone, gains)]
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

function heading(
  experiment: Experiment,
  { round, seconds, aggregation }: Result,
  rivals: readonly Result[]
): string[] {
  const names = rivals.map(rival => label(rival.aggregation)).join(', ')
  const beside = rivals.length > 0 ? [`beside it, simulated with the same seed: ${names}`] : []
  const { peers, environment, learner, topology, weights, transport, localSteps, sampling, seed } = experiment
  const graph = usesHub(aggregation)
    ? 'hub'
    : weights === 'metropolis'
      ? topology.name
      : `${topology.name} (${weights})`
  return [
    `${count(peers)} peer${peers === 1 ? '' : 's'} · ${environment.name} · ${learner.name} · ${graph} · ${aggregation} · ${transport} · seed ${seed}`,
    `${count(round)} rounds of ${count(localSteps)} local steps (${sampling}) in ${duration(seconds)}`,
    ...beside
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

/** One round is noisy: the same measure over the second half of the run. */
function steady(results: readonly Result[], measure: Metric): string[] {
  const figures = results.map(({ aggregation, tail }) => `${label(aggregation)} ${figure(tail?.[measure])}`)
  return [
    `Root mean square of the ${NAMES[measure]} over the second half of the run:`,
    `${figures.join(', ')}.`
  ]
}

/** The table in words. */
function verdict(
  { aggregation }: Experiment,
  result: Result,
  measure: Metric,
  alone: Result | undefined,
  gains: Float64Array | undefined
): string[] {
  const lines = alone === undefined || gains === undefined ? [] : gainInWords(alone, result, measure, gains)
  const { fixedPointError } = result.swarm
  if (fixedPointError !== null && fixedPointError < 1e-6 && aggregation !== 'none') {
    lines.push(`All peers reached one common point, the federation's θ*, to ${figure(fixedPointError)}.`)
  }
  const { missing, dropped } = result.traffic
  if (missing > 0) {
    lines.push(`${count(missing)} messages did not come in time and were done without.`)
    if (isCorrected(aggregation)) {
      lines.push('So the control variates no longer sum to zero, and the point reached may be off θ*.')
    }
  }
  for (const [reason, messages] of Object.entries(dropped)) {
    lines.push(`${count(messages)} messages were dropped: ${reason}.`)
  }
  return lines
}

function gainInWords(alone: Result, result: Result, measure: Metric, gains: Float64Array): string[] {
  const peers = gains.length
  if (peers === 1) return []
  const [before, after] = [alone.peers[measure] ?? gains, result.peers[measure] ?? gains]
  const helped = gains.filter((_, i) => isBetter(after[i]!, before[i]!)).length
  const harmed = gains.filter((_, i) => isBetter(before[i]!, after[i]!)).length
  const name = NAMES[measure]
  const [least, most] = [Math.min, Math.max].map(pick => times(gains.reduce((a, b) => pick(a, b))))
  const range = `gain (${name} alone ÷ here) ${least === most ? least : `${least} to ${most}`}`
  if (helped === 0 && harmed === 0) return [`Federation changed the ${name} of no peer.`]
  if (helped === peers) return [`Federation helped every peer: ${range}.`]
  if (harmed === peers) {
    return [
      `Federation made the ${name} of every peer worse than learning alone:`,
      `${range}.`,
      'Where environments differ, no common θ can be right for all of them.'
    ]
  }
  const others =
    harmed === 0
      ? 'the others are as well off alone'
      : `${count(harmed)} ${harmed === 1 ? 'does' : 'do'} better alone`
  return [`Federation helped ${count(helped)} of ${count(peers)} peers, ${others}: ${range}.`]
}

/** Whether one error is below another by more than rounding. */
function isBetter(error: number, than: number): boolean {
  return than > 1e-12 && error < than * (1 - 1e-6)
}
