/** What repetitions say of a number: where it lies, and how well they determine that. */
import { exp, log } from '../core/elementary.ts'
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

/** Of the numbers of several repetitions; null if there are none. */
export function estimate(values: readonly number[], statistic: Statistic): Estimate | null {
  if (values.length === 0) return null
  const location = LOCATIONS[statistic]
  const ascending = Float64Array.from(values).sort()
  return { value: location(ascending), interval: bootstrapInterval(values, location) }
}

/** The same of ratios, by their logarithms: the geometric mean, so that it does not matter which of the two is divided by the other. */
export function ratioEstimate(ratios: readonly number[], statistic: Statistic): Estimate | null {
  // Their logarithms have no mean.
  if (ratios.includes(0) && ratios.includes(Number.POSITIVE_INFINITY)) return null
  const found = estimate(ratios.map(log), statistic)
  return found && fromLogarithms(found)
}

/** What an estimate of logarithms says of what they are of. */
export const fromLogarithms = ({ value, interval }: Estimate): Estimate => ({
  value: exp(value),
  interval: interval && { low: exp(interval.low), high: exp(interval.high) }
})

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
