/** What `murmur run --seeds` ends with: figures over the seeds with their intervals, gains, and what may be said of them. */
import type { Metric } from '../interfaces.ts'
import { ENOUGH, mostHeld } from '../statistics/bootstrap.ts'
import { type Estimate, estimate, overlap, type Statistic } from '../statistics/estimate.ts'
import { experimentInWords } from './final-table.ts'
import { columns, count, figure, percentage } from './format.ts'
import { roundInWords } from './in-words.ts'
import { label, NAMES, STATISTIC_NAMES, TELLING, type Yardstick } from './measures.ts'
import {
  type AggregationSummary,
  type PeerGain,
  type Repetitions,
  type Summary,
  summaryOf
} from './repetitions.ts'

/** More seeds than this are told by the first and the last. */
const NAMED_SEEDS = 8
/** More peers than this are summed up. */
const LISTED_PEERS = 24

/** The lines of the table, without a trailing newline. */
export function repetitionsTable(repetitions: Repetitions): string {
  const summary = summaryOf(repetitions)
  const sections =
    summary === undefined
      ? [missing(repetitions)]
      : [
          heading(repetitions),
          figures(summary, repetitions.statistic),
          comparisons(summary),
          peerTable(summary, repetitions.statistic),
          caveats(repetitions),
          missing(repetitions)
        ]
  return sections
    .filter(lines => lines.length > 0)
    .map(lines => lines.join('\n'))
    .join('\n\n')
}

function heading({ experiment, outcomes }: Repetitions): string[] {
  const seeds = outcomes.map(each => each.experiment.seed)
  const rounds = count(experiment.rounds)
  const { until } = experiment
  return [
    experimentInWords(experiment),
    `${until === null ? rounds : `at most ${rounds}`} rounds of ${roundInWords(experiment)}`,
    seeds.length === 1 ? `seed ${seeds[0]}` : `${seeds.length} seeds: ${list(seeds)}`
  ]
}

const list = (seeds: readonly string[]): string =>
  seeds.length <= NAMED_SEEDS ? seeds.join(', ') : `${seeds[0]}, ${seeds[1]}, …, ${seeds.at(-1)}`

function figures({ yardstick, aggregations }: Summary, statistic: Statistic): string[] {
  const metrics: readonly Metric[] = TELLING[yardstick.metric]
  const rows = [
    ...metrics.flatMap(metric =>
      block(
        NAMES[metric],
        aggregations.map(({ aggregation, metrics: found }) => [
          label(aggregation),
          found.get(metric)?.estimate ?? null
        ]),
        figure
      )
    ),
    ...block(
      'gain',
      aggregations.map(({ aggregation, gain }) => [label(aggregation), gain]),
      yardstick.write
    )
  ]
  const header = ['', '', STATISTIC_NAMES[statistic], '95 % interval']
  return columns([header, ...rows], 'llrl')
}

/** Rows of those that have an estimate, the first with the name of all. */
function block(
  name: string,
  found: readonly (readonly [string, Estimate | null])[],
  write: (x: number) => string
): string[][] {
  return found
    .flatMap(([aggregation, each]) =>
      each === null ? [] : [[aggregation, write(each.value), between(each, write)]]
    )
    .map((cells, k) => [k === 0 ? name : '', ...cells])
}

const between = ({ interval }: Estimate, write: (x: number) => string): string =>
  interval === null ? '–' : `${write(interval.low)} to ${write(interval.high)}`

/** How the run compares with each of its rivals: who is better is said only where the intervals are apart. */
function comparisons({ yardstick, aggregations }: Summary): string[] {
  const [here, ...rivals] = aggregations
  if (here === undefined) return []
  const rows = rivals.flatMap(rival => {
    const verdict = verdictOf(yardstick, here, rival)
    const { difference } = rival
    if (verdict === undefined || difference === null) return []
    return [[label(rival.aggregation), figure(difference.value), between(difference, figure), verdict]]
  })
  if (rows.length === 0) return []
  const header = ['', 'difference', '95 % interval', 'the intervals of the two']
  return [
    `${NAMES[yardstick.metric]} of ${label(here.aggregation)} − that of the others, seed by seed:`,
    ...columns([header, ...rows], 'lrll')
  ]
}

/** Of two swarms by themselves; undefined without intervals. */
function verdictOf(
  { metric, isBetter }: Yardstick,
  here: AggregationSummary,
  rival: AggregationSummary
): string | undefined {
  const [a, b] = [here, rival].map(each => each.metrics.get(metric)?.estimate)
  if (!a?.interval || !b?.interval) return undefined
  if (overlap(a.interval, b.interval)) return 'overlap: no winner'
  return `are apart: ${label(isBetter(a.value, b.value) ? here.aggregation : rival.aggregation)} is better`
}

function peerTable({ yardstick: { formula, write }, peers }: Summary, statistic: Statistic): string[] {
  const [first] = peers
  if (first === undefined || peers.length === 1) return []
  const least = Math.min(...peers.map(peer => peer.least))
  const most = Math.max(...peers.map(peer => peer.most))
  const heading = `Gains of single peers (${formula}): ${write(least)} to ${write(most)}.`
  if (peers.length > LISTED_PEERS) return [heading]
  const header = ['peer', STATISTIC_NAMES[statistic], 'least to most']
  const row = ({ peer, gain, ...range }: PeerGain) => [
    String(peer),
    write(gain.value),
    `${write(range.least)} to ${write(range.most)}`
  ]
  return [heading, ...columns([header, ...peers.map(row)], 'rrl')]
}

/** How far the figures can be trusted, and what they leave out. */
function caveats({ outcomes, statistic, experiment: { until } }: Repetitions): string[] {
  const seeds = outcomes.length
  const reached = outcomes.flatMap(({ status, result }) => (status === 'finished' ? (result ?? []) : []))
  const after = (values: readonly number[], what: string): string[] => {
    const found = estimate(values, statistic)
    return found === null ? [] : [`${count(found.value)} (${between(found, count)}) ${what}`]
  }
  const took = [
    ...after(
      reached.map(({ round }) => round),
      'rounds'
    ),
    ...after(
      reached.flatMap(({ experience }) => experience?.episodes ?? []),
      'episodes per peer'
    )
  ]
  const diverged = outcomes.flatMap(each => each.divergedRivals.map(({ aggregation }) => aggregation))
  return [
    seeds === 1
      ? 'One seed has no interval.'
      : seeds < ENOUGH
        ? `Bootstrap intervals: of ${seeds} seeds they hold in ${percentage(mostHeld(seeds))} of all cases at most.`
        : 'Bootstrap intervals over the seeds, expanded to hold in 95 % of all cases.',
    ...(until === null
      ? []
      : [
          `Target ${until} reached with ${reached.length} of ${count(seeds)} seeds${took.length === 0 ? '' : ` after ${took.join(', ')}`}.`
        ]),
    ...[...new Set(diverged)].map(aggregation => {
      const times = diverged.filter(each => each === aggregation).length
      const rest = times < seeds ? ': its rows are of the others' : ''
      return `${label(aggregation)} diverged with ${times} of ${count(seeds)} seeds${rest}.`
    })
  ]
}

/** Which seeds are not in the table. */
function missing({ asked, outcomes, failed }: Repetitions): string[] {
  return [
    ...(outcomes.length < asked.length
      ? [`${outcomes.length} of ${asked.length} seeds are in the table.`]
      : []),
    ...failed.slice(0, NAMED_SEEDS).map(({ seed, reason }) => `Seed ${seed}: ${reason}`),
    ...(failed.length > NAMED_SEEDS ? [`${count(failed.length - NAMED_SEEDS)} more failed.`] : [])
  ]
}
