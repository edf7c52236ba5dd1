/**
 * Spearman's rank correlation: 1 where two lists of numbers have the same order, −1 where they have the opposite one. Numbers that are
 * equal but for rounding share the mean of their ranks.
 */
import { assert } from '../core/assert.ts'
import { mean } from '../statistics/mean.ts'

/** Of at least two numbers each, not all equal. */
export function rankCorrelation(xs: readonly number[], ys: readonly number[]): number {
  assert(xs.length === ys.length && xs.length > 1, `ranks of ${xs.length} and ${ys.length} numbers`)
  const [a, b] = [ranksOf(xs), ranksOf(ys)]
  const middle = mean(a)
  let [together, ofA, ofB] = [0, 0, 0]
  for (const [k, rank] of a.entries()) {
    const other = b[k]! - middle
    together += (rank - middle) * other
    ofA += (rank - middle) * (rank - middle)
    ofB += other * other
  }
  return together / Math.sqrt(ofA * ofB)
}

/** Relative to the numbers. */
const ROUNDING = 1e-9

function ranksOf(values: readonly number[]): number[] {
  const order = Array.from(values.keys()).sort((i, j) => values[i]! - values[j]!)
  const ranks = new Array<number>(values.length).fill(0)
  let from = 0
  while (from < order.length) {
    const least = values[order[from]!]!
    let to = from + 1
    while (to < order.length && values[order[to]!]! - least <= ROUNDING * Math.abs(least)) to++
    for (const k of order.slice(from, to)) ranks[k] = (from + to - 1) / 2
    from = to
  }
  return ranks
}
