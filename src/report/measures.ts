/** What a run is judged by, and what its figures are called. */
import type { AggregationSpec } from '../aggregation/names.ts'
import type { Metric, RoundSample, SwarmErrors } from '../interfaces.ts'
import type { Statistic } from '../statistics/estimate.ts'
import { signed, times } from './format.ts'

export const NAMES: Readonly<Record<Metric, string>> = {
  consensusError: 'consensus',
  valueError: 'value error',
  excessValueError: 'excess',
  fixedPointError: 'fixed point',
  return: 'return',
  valueGap: 'value gap',
  policyDistance: 'policies apart',
  entropy: 'entropy'
}

export const STATISTIC_NAMES: Readonly<Record<Statistic, string>> = {
  mean: 'mean',
  iqm: 'interquartile mean'
}

export const label = (aggregation: AggregationSpec): string =>
  aggregation === 'none' ? 'alone' : aggregation

/** By what swarms and peers are compared: errors, of which less is better, or returns, of which more is. */
export interface Yardstick {
  readonly metric: 'valueError' | 'return'
  /** How much better off one is here than there: of errors the ratio, of returns the difference. */
  gain(there: number, here: number): number
  /** What a gain is, in words. */
  readonly formula: string
  /** A gain above it is one. */
  readonly nothing: 1 | 0
  /** A gain in a few characters. */
  write(gain: number): string
  /** Whether one is better than the other by more than rounding. */
  isBetter(one: number, other: number): boolean
}

export const YARDSTICKS: Readonly<Record<Yardstick['metric'], Yardstick>> = {
  valueError: {
    metric: 'valueError',
    gain: (there, here) => there / here,
    formula: 'value error alone ÷ here',
    nothing: 1,
    write: times,
    isBetter: (one, other) => other > 1e-12 && one < other * (1 - 1e-6)
  },
  return: {
    metric: 'return',
    gain: (there, here) => here - there,
    formula: 'return here − alone',
    nothing: 0,
    write: signed,
    isBetter: (one, other) => one - other > 1e-6 * Math.max(Math.abs(one), Math.abs(other))
  }
}

/** What those are compared by whose errors these are. */
export const yardstickOf = ({ valueError }: SwarmErrors): Yardstick =>
  YARDSTICKS[valueError === null ? 'return' : 'valueError']

/** Per peer what `here` gains on `there`. NaN for a peer that does not take part. */
export function gainsOf(
  there: Pick<RoundSample, 'peers'>,
  here: Pick<RoundSample, 'peers'>,
  { metric, gain }: Yardstick
): Float64Array {
  const [before, after] = [there.peers[metric], here.peers[metric]]
  return Float64Array.from(before ?? [], (value, i) => gain(value, after?.[i] ?? Number.NaN))
}

/** What is told of those that are compared by this, in this order. */
export const TELLING: Readonly<Record<Yardstick['metric'], readonly Metric[]>> = {
  valueError: ['valueError', 'consensusError', 'fixedPointError'],
  return: ['return', 'valueGap', 'consensusError', 'policyDistance', 'entropy']
}
