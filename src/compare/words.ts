/** Ratios, intervals and lists in words. */
import { figure, plain } from '../report/format.ts'
import type { Estimate } from '../statistics/estimate.ts'

/** Of more that nobody can tell apart the best are named. */
export const MOST_NAMED = 4
/** Ratios as near to 1 as this are told in percent, */
const NEAR = 0.3
/** and those as near as this, less than a tenth of a percent off, as even. */
const EVEN = 5e-4

/** As ` (95 % 1.02 to 1.09)`; in percent where the value is told so. */
export function rangeOf({ value, interval }: Estimate, isRatio: boolean): string {
  if (interval === null || (isRatio && [value, interval.low, interval.high].every(isEven))) return ''
  const write = isRatio && isNear(value) ? percent : figure
  return ` (95 % ${write(interval.low)} to ${write(interval.high)})`
}

/** Whether a ratio is told in percent. */
export const isNear = (ratio: number): boolean => Math.abs(ratio - 1) <= NEAR
/** Whether it makes no difference that would be told. */
export const isEven = (ratio: number): boolean => Math.abs(ratio - 1) < EVEN

/** What is less of a percent is nothing. */
export const LEAST_PERCENT = 0.01

/** 1.6 % of what is 1.016 times as much, or 0.984 times. */
export function percentOff(ratio: number): string {
  const off = 100 * Math.abs(ratio - 1)
  return `${off < LEAST_PERCENT ? 0 : plain(off, off < 1 ? 1 : 2)} %`
}

/** +1.6 % of what is 1.016 times as much. */
export function percent(ratio: number): string {
  const off = percentOff(ratio)
  return off === percentOff(1) ? off : `${ratio > 1 ? '+' : '−'}${off}`
}

/** As `a, b and c`. */
export const inOneLine = (parts: readonly string[]): string => listed(parts, 0, ', ')

/** What is told as 1 with two digits. */
export const isAboutOne = (ratio: number): boolean => plain(ratio, 2) === '1'

/** 3.1× the rounds, 1/32 of the rounds; near 1 as 7 % more rounds, or as many rounds. */
export function inProportion(here: number, there: number, what: string): string {
  const ratio = here / there
  if (isEven(ratio)) return `as many ${what}`
  if (isNear(ratio)) return `${percentOff(ratio)} ${ratio > 1 ? 'more' : 'fewer'} ${what}`
  if (ratio > 1) return `${plain(ratio, 2)}× the ${what}`
  return ratio > 0 ? `1/${plain(1 / ratio, 2)} of the ${what}` : `none of the ${what}`
}

/** As `0.133 (95 % 0.114 to 0.150)`. */
export const withInterval = (found: Estimate | null): string =>
  found?.interval
    ? `${figure(found.value)} (95 % ${figure(found.interval.low)} to ${figure(found.interval.high)})`
    : figure(found?.value)

/** As `a; b and c`, or `a; b and 3 more`. */
export function listed(names: readonly string[], more: number, between = '; '): string {
  if (more > 0) return `${names.join(between)} and ${more} more`
  return names.length < 2 ? names.join('') : `${names.slice(0, -1).join(between)} and ${names.at(-1)}`
}
