/**
 * One run of a contender, cut where the budget ends: its figure and what it took. The figure is that of the second half of its
 * measured rounds: the root mean square of an error, the mean of a return.
 */
import type { Budget, ContestRun } from './comparison.ts'

const COSTS = ['rounds', 'samples', 'messages', 'bytes', 'busiestBytes', 'seconds'] as const
/** What it takes: rounds, samples of a peer, messages and bytes in all, bytes of the busiest participant, and seconds as of the run. */
export type Cost = Readonly<Record<(typeof COSTS)[number], number>>

const costFrom = (amountOf: (column: keyof Cost) => number): Cost =>
  Object.fromEntries(COSTS.map(column => [column, amountOf(column)])) as Cost

/** One contender with one seed, cut to the budget. */
export interface Trial {
  readonly run: ContestRun
  /** Measured rounds within the budget. */
  readonly length: number
  /** Whether it diverged within the budget. */
  readonly isDiverged: boolean
  /** Null where it diverged, or no round is within the budget. */
  readonly figure: number | null
  /** The same as others are compared with: of an error, no less than what is rounding beside where it began. */
  readonly compared: number | null
}

/** Errors that are so small a part of the greatest of their run are rounding. */
const ROUNDING = 1e-10

/** Of the run as far as the budget goes. */
export function trialOf(run: ContestRun, budget: Budget | null, isReturn: boolean): Trial {
  const length = lengthWithin(run, budget)
  const isDiverged = divergesWithin(run, budget, length)
  if (isDiverged || length === 0) return { run, length, isDiverged, figure: null, compared: null }
  const values = run.values.slice(0, length)
  const figure = tailFigure(values, isReturn)
  const compared = isReturn ? figure : values.reduce((most, x) => Math.max(most, ROUNDING * x), figure)
  return { run, length, isDiverged, figure, compared }
}

/** What a round costs in which a run diverges is not known; it is beyond the budget if a measured one before it is. */
function divergesWithin({ divergedIn, rounds }: ContestRun, budget: Budget | null, length: number): boolean {
  if (divergedIn === null || length < rounds.length) return false
  return budget?.of !== 'rounds' || divergedIn <= budget.amount
}

/** The column of a run, or of what it cost, that the budget limits. */
export const limitedBy = ({ of }: Budget) => (of === 'bytes' ? 'busiestBytes' : of)

/** How many of the measured rounds the budget pays for. */
export function lengthWithin(run: ContestRun, budget: Budget | null): number {
  if (budget === null) return run.rounds.length
  const column = run[limitedBy(budget)]
  const beyond = column.findIndex(total => total > budget.amount)
  return beyond < 0 ? column.length : beyond
}

/** Over the second half of the values. */
function tailFigure(values: readonly number[], isReturn: boolean): number {
  const tail = values.slice(Math.floor(values.length / 2))
  const sum = tail.reduce((total, value) => total + (isReturn ? value : value * value), 0)
  return isReturn ? sum / tail.length : Math.sqrt(sum / tail.length)
}

/** A target that is kept for less than this part of the measured rounds may have been met by luck. */
const LEAST_KEPT = 1 / 10

/**
 * Until the first measured round in which the target is met, and from which on it is kept to the end: by the root mean square of an
 * error, the mean of a return. Null where there is none, or too near to the end to tell: noisy curves dip below a target that they
 * do not keep.
 */
export function costUntil(
  { run, length, isDiverged }: Trial,
  target: number | null,
  isReturn: boolean
): Cost | null {
  if (target === null || isDiverged) return null
  let first = -1
  let sum = 0
  for (let at = length - 1; at >= 0; at--) {
    const value = run.values[at]!
    const rounds = length - at
    sum += isReturn ? value : value * value
    const isMet = isReturn ? value >= target : value <= target
    const isKept = isReturn ? sum >= rounds * target : sum <= rounds * target * target
    if (isMet && isKept && rounds >= LEAST_KEPT * length) first = at
  }
  return costAt(run, first)
}

/** Of the whole of it; null where not one round was measured. */
export const costOf = ({ run, length }: Trial): Cost | null => costAt(run, length - 1)

const costAt = (run: ContestRun, at: number): Cost | null =>
  at < 0 ? null : costFrom(column => run[column][at]!)

/** Column by column; what is null counts as more than everything. Null if that is, or half of it, the median, or there is nothing. */
export function medianCost(costs: readonly (Cost | null)[]): Cost | null {
  const cost = costFrom(column => median(costs.map(each => each?.[column] ?? Number.POSITIVE_INFINITY)))
  return Number.isFinite(cost.rounds) ? cost : null
}

/** NaN of nothing. */
function median(values: readonly number[]): number {
  const ascending = values.toSorted((a, b) => a - b)
  const middle = ascending.length >> 1
  if (ascending.length % 2 === 1) return ascending[middle]!
  return ascending.length === 0 ? Number.NaN : (ascending[middle - 1]! + ascending[middle]!) / 2
}
