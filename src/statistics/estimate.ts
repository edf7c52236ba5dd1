/** What repetitions say of a number: where it lies, and how well they determine that. */
import { bootstrapInterval, type Interval, type Location, sideOfZero } from './bootstrap.ts'
import { interquartileMean } from './interquartile-mean.ts'
import { mean } from './mean.ts'

/** By what numbers can be summed up. */
export const STATISTICS = ['mean', 'iqm'] as const
/** The mean, or the interquartile mean. */
export type Statistic = (typeof STATISTICS)[number]

const LOCATIONS: Readonly<Record<Statistic, Location>> = { mean, iqm: interquartileMean }

/** A statistic of repetitions. */
export interface Estimate {
  readonly value: number
  /** Where it may lie, with 95 % confidence (`bootstrap.ts`); null for a single number. */
  readonly interval: Interval | null
}

/** Of numbers from several cells that are pooled; null if there are none. */
export function pooledEstimate(cells: readonly (readonly number[])[], statistic: Statistic): Estimate | null {
  const location = LOCATIONS[statistic]
  const pooled = Float64Array.from(cells.flat()).sort()
  if (pooled.length === 0) return null
  return { value: location(pooled), interval: bootstrapInterval(cells, location) }
}

/** Of the numbers of several repetitions; null if there are none. */
export const estimate = (values: readonly number[], statistic: Statistic): Estimate | null =>
  pooledEstimate([values], statistic)

/** On which side of 0 their interval lies wholly: 1 above, −1 below, else 0. */
export const sideOf = (values: readonly number[], statistic: Statistic): -1 | 0 | 1 =>
  // No interval goes beyond the numbers that it is of.
  values.length > 1 && values.every(value => value > 0)
    ? 1
    : values.length > 1 && values.every(value => value < 0)
      ? -1
      : sideOfZero(values, LOCATIONS[statistic])

/** Whether both intervals hold some number. */
export const overlap = (a: Interval, b: Interval): boolean => a.low <= b.high && b.low <= a.high
