/**
 * What a run ends with: its figures beside those of `none` and star federation, the gain from federation per peer, and
 * what these say in words.
 */
import { topologies } from '../../topologies/index.ts'
import { usesHub } from '../aggregation/names.ts'
import { parseNamed, specOf } from '../experiment/named.ts'
import type { Experiment } from '../experiment/schema.ts'
import type { Metric } from '../interfaces.ts'
import type { Outcome, Result } from '../session/protocol.ts'
import { relayedInWords } from './copies.ts'
import { bytes, columns, count, duration, figure } from './format.ts'
import { agreement, experienceInWords, gainInWords, replayInWords, roundInWords, steady } from './in-words.ts'
import { gainsOf, label, NAMES, TELLING, type Yardstick, yardstickOf } from './measures.ts'
import { troubleInWords } from './trouble.ts'

/** More peers than this are summed up by those that gain least and most. */
const LISTED_PEERS = 24
const EXTREMES = 5

/** The lines of the table, without a trailing newline. */
export function finalTable(outcome: Outcome): string {
  const { result, rivals, divergedRivals, labels } = outcome
  if (result === undefined) return 'No round was measured.'
  const yardstick = yardstickOf(result.swarm)
  const alone = rivals.find(rival => rival.aggregation === 'none')
  const gains = alone && gainsOf(alone, result, yardstick)
  const sections = [
    heading(outcome, result),
    [
      ...comparison([result, ...rivals], yardstick),
      ...divergedRivals.map(
        ({ aggregation, round }) => `${label(aggregation)} diverged in round ${count(round)}`
      )
    ],
    gains === undefined ? [] : peerTable(rivals, result, labels, yardstick, gains),
    [
      ...experienceInWords(outcome, result),
      ...policiesInWords(result),
      ...steady([result, ...rivals], yardstick),
      ...(alone && gains ? gainInWords(alone, result, yardstick, gains) : []),
      ...agreement(result),
      ...relayedInWords(result)
    ],
    [...troubleInWords(outcome, result), ...replayInWords(outcome)]
  ]
  return sections
    .filter(lines => lines.length > 0)
    .map(lines => lines.join('\n'))
    .join('\n\n')
}

function heading(
  { experiment, rivals, withFaults }: Outcome,
  { round, seconds, aggregation }: Result
): string[] {
  const names = rivals.map(rival => label(rival.aggregation)).join(', ')
  const same = withFaults ? 'the same seed and the same faults' : 'the same seed'
  const beside = rivals.length > 0 ? [`beside it, simulated with ${same}: ${names}`] : []
  return [
    `${experimentInWords({ ...experiment, aggregation })} · seed ${experiment.seed}`,
    `${count(round)} rounds of ${roundInWords(experiment)} in ${duration(seconds)}`,
    ...beside
  ]
}

/** Who learns what, how, and over what; without the seed. */
export function experimentInWords(experiment: Experiment): string {
  const { peers, environment, learner, topology, weights, aggregation, transport } = experiment
  const graph = usesHub(aggregation)
    ? 'hub'
    : specOf(parseNamed(topology, topologies, 'topology')) + (weights === 'metropolis' ? '' : ` (${weights})`)
  return `${count(peers)} peer${peers === 1 ? '' : 's'} · ${environment.name} · ${learner.name} · ${graph} · ${aggregation} · ${transport}`
}

/** What the table has no room for. */
const SAID: readonly Metric[] = ['policyDistance', 'entropy']

/** How far the policies of the run are apart, and how undecided. */
function policiesInWords({ swarm: { policyDistance, entropy } }: Result): string[] {
  return policyDistance === null || entropy === null
    ? []
    : [
        `Policies are ${figure(policyDistance)} apart (total variation); their entropy is ${figure(entropy)} nats.`
      ]
}

function comparison(results: readonly Result[], yardstick: Yardstick): string[] {
  const first = yardstick.metric
  const isReturn = first === 'return'
  const others = TELLING[first].filter(
    metric =>
      metric !== first && !SAID.includes(metric) && results.some(({ swarm }) => swarm[metric] !== null)
  )
  const header = [
    '',
    NAMES[first],
    ...(isReturn ? ['best (round)'] : []),
    ...others.map(metric => NAMES[metric]),
    'messages',
    'bytes',
    'busiest'
  ]
  const rows = results.map(result => [
    label(result.aggregation),
    figure(result.swarm[first]),
    ...(isReturn ? [best(result)] : []),
    ...others.map(metric => figure(result.swarm[metric])),
    count(result.traffic.messages),
    bytes(result.traffic.bytes),
    bytes(busiest(result))
  ])
  return columns([header, ...rows], `l${'r'.repeat(header.length - 1)}`)
}

const best = ({ best }: Result): string =>
  best === null ? figure(null) : `${figure(best.return)} (${count(best.round)})`

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
  { metric: measure, write }: Yardstick,
  gains: Float64Array
): string[] {
  const everyone = [...gains.keys()]
  const stopped = new Set(result.stopped)
  const live = everyone.filter(i => !stopped.has(i))
  const isWhole = everyone.length <= LISTED_PEERS
  const listed = isWhole ? everyone : extremes(live, gains)
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
    stopped.has(i) ? 'stopped' : figure(result.peers[measure]?.[i]),
    ...rivals.map(rival => figure(rival.peers[measure]?.[i])),
    write(gains[i]!),
    figure(result.peers.consensusError?.[i])
  ])
  const lines = columns([header, ...rows], `rl${'r'.repeat(header.length - 2)}`)
  if (!isWhole) {
    const between = live.length - listed.length
    if (between > 0) lines.splice(1 + EXTREMES, 0, `  … ${count(between)} peers between …`)
    lines.unshift('The peers that gain least and most:')
  }
  return lines
}

/** The peers that gain least and most, or all of them if they are few. */
function extremes(peers: readonly number[], gains: Float64Array): number[] {
  const sorted = peers.toSorted((i, j) => gains[i]! - gains[j]! || i - j)
  return sorted.length <= 2 * EXTREMES ? sorted : [...sorted.slice(0, EXTREMES), ...sorted.slice(-EXTREMES)]
}
