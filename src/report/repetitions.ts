/** What repetitions of a run with other seeds say together: per aggregation its figures, its gain, and how it differs from the run. */
import { type AggregationSpec, rivalsOf } from '../aggregation/names.ts'
import type { Experiment } from '../experiment/schema.ts'
import type { Metric } from '../interfaces.ts'
import type { Outcome, Result } from '../session/protocol.ts'
import { type Estimate, estimate, ratioEstimate, type Statistic } from '../statistics/estimate.ts'
import { Pairs } from '../statistics/paired.ts'
import { gainsOf, NAMES, type Yardstick, yardstickOf } from './measures.ts'

export interface Repetitions {
  /** That of the first seed. */
  readonly experiment: Experiment
  readonly statistic: Statistic
  /** All that were asked for. */
  readonly asked: readonly string[]
  /** Of those that came to their end, rivals and all, in the order in which they were asked for. */
  readonly outcomes: readonly Outcome[]
  /** The seeds whose runs could not go on, and why. */
  readonly failed: readonly { readonly seed: string; readonly reason: string }[]
}

/** One number of each repetition, and what they say together. */
interface Sampled {
  /** As the outcomes are; null where the swarm diverged, or the number has no meaning. */
  readonly values: readonly (number | null)[]
  readonly estimate: Estimate
}

export interface AggregationSummary {
  readonly aggregation: AggregationSpec
  /** Those that are measured. */
  readonly metrics: ReadonlyMap<Metric, Sampled>
  /** Seed by seed what is gained on learning alone: the geometric mean of ratios of errors, the difference of returns; null of learning alone. */
  readonly gain: Estimate | null
  /** Per seed the figure of the run − the figure here; null of the run itself. */
  readonly difference: Estimate | null
}

/** The gains of one peer. */
export interface PeerGain {
  readonly peer: number
  readonly gain: Estimate
  readonly least: number
  readonly most: number
}

export interface Summary {
  /** What gains and differences are of. */
  readonly yardstick: Yardstick
  /** The run, then its rivals. */
  readonly aggregations: readonly AggregationSummary[]
  /** Of the peers that took part to the end for some seed; empty where the run is learning alone. */
  readonly peers: readonly PeerGain[]
}

/** Whether the run came to its end, and each of its rivals to the same round, or diverged. */
export const isComplete = ({ status, experiment, rivals, divergedRivals, withFaults }: Outcome): boolean =>
  status !== 'interrupted' &&
  rivals.length + divergedRivals.length === rivalsOf(experiment.aggregation, withFaults).length

/** Undefined if no repetition came to its end. */
export function summaryOf({ experiment, statistic, outcomes }: Repetitions): Summary | undefined {
  const results = outcomes.flatMap(({ result }) => result ?? [])
  const [first] = results
  if (first === undefined) return undefined
  const yardstick = yardstickOf(first.swarm)
  const { metric: measure } = yardstick
  const swarms = outcomes.map(({ result, rivals }) => [...(result === undefined ? [] : [result]), ...rivals])
  const names = [...new Set([experiment.aggregation, ...swarms.flat().map(swarm => swarm.aggregation)])]
  const find = (aggregation: AggregationSpec) =>
    swarms.map(all => all.find(swarm => swarm.aggregation === aggregation))
  const errorsOf = (aggregation: AggregationSpec) => column(find(aggregation), measure)
  const here = errorsOf(experiment.aggregation)
  const alone = errorsOf('none')
  const gainOn = (before: typeof here, after: typeof here): Estimate | null =>
    measure === 'return'
      ? new Pairs(after, before, 'difference', statistic).estimate
      : new Pairs(before, after, 'ratio', statistic).estimate

  const aggregations = names.map(aggregation => {
    const found = find(aggregation)
    const errors = errorsOf(aggregation)
    return {
      aggregation,
      metrics: new Map(
        (Object.keys(NAMES) as Metric[]).flatMap(metric => {
          const sampled = sampledOf(column(found, metric), statistic)
          return sampled === null ? [] : [[metric, sampled] as const]
        })
      ),
      gain: aggregation === 'none' ? null : gainOn(alone, errors),
      difference:
        aggregation === experiment.aggregation
          ? null
          : new Pairs(here, errors, 'difference', statistic).estimate
    }
  })
  return { yardstick, aggregations, peers: peerGains(outcomes, yardstick, statistic) }
}

/** The metric of each swarm; null where there is no swarm or no such number. */
const column = (swarms: readonly (Result | undefined)[], metric: Metric): (number | null)[] =>
  swarms.map(each => each?.swarm[metric] ?? null)

function sampledOf(values: readonly (number | null)[], statistic: Statistic): Sampled | null {
  const found = estimate(
    values.filter(value => value !== null),
    statistic
  )
  return found && { values, estimate: found }
}

function peerGains(outcomes: readonly Outcome[], yardstick: Yardstick, statistic: Statistic): PeerGain[] {
  const gains = outcomes.flatMap(({ result, rivals }) => {
    const alone = rivals.find(({ aggregation }) => aggregation === 'none')
    return result === undefined || alone === undefined ? [] : [gainsOf(alone, result, yardstick)]
  })
  return [...(gains[0]?.keys() ?? [])].flatMap(peer => {
    const values = gains.map(each => each[peer]!).filter(gain => !Number.isNaN(gain))
    const gain = (yardstick.metric === 'return' ? estimate : ratioEstimate)(values, statistic)
    return gain === null ? [] : [{ peer, gain, least: Math.min(...values), most: Math.max(...values) }]
  })
}
