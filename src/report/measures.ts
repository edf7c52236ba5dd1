/** What a run is judged by, and what its figures are called. */
import type { AggregationSpec } from '../aggregation/names.ts'
import type { Metric } from '../interfaces.ts'
import type { Result } from '../session/protocol.ts'

export const NAMES: Readonly<Record<Metric, string>> = {
  consensusError: 'consensus',
  valueError: 'value error',
  excessValueError: 'excess',
  fixedPointError: 'fixed point',
  return: 'return',
  valueGap: 'value gap'
}

export const label = (aggregation: AggregationSpec): string =>
  aggregation === 'none' ? 'alone' : aggregation

/** What this run is judged by. */
export function errorMetric({ swarm }: Result): 'valueError' | 'valueGap' {
  return swarm.valueError === null ? 'valueGap' : 'valueError'
}

/** Per peer, the error of `alone` ÷ the error of `here`: above 1 federation helped. NaN for a peer that does not take part. */
export function gainsOf(alone: Result, here: Result, metric: Metric): Float64Array {
  const [before, after] = [alone.peers[metric], here.peers[metric]]
  return Float64Array.from(before ?? [], (error, i) => error / (after?.[i] ?? Number.NaN))
}
