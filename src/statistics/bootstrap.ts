/**
 * The bootstrap (Efron, "Bootstrap methods: another look at the jackknife", Annals of Statistics 1979): draw as many numbers from the
 * sample as it has, with replacement, again and again; how far the statistics of what was drawn scatter says how far the one of
 * the sample may be off.
 *
 * The middle 95 % of these statistics would be too narrow an interval for few numbers: for the mean of n normal ones it is about
 * x̄ ± 1.96 s √((n − 1)/n) / √n. So it is expanded (Hesterberg, "What teachers should know about the bootstrap", The American
 * Statistician 69(4), 2015): it goes from the quantile α′/2 to 1 − α′/2, with
 *
 *     α′/2 = Φ(−√(n/(n − 1)) t),   t the quantile 1 − α/2 of Student's distribution with n − 1 degrees of freedom,
 *
 * which for that mean is Student's interval. An end is the outermost value that, with all beyond it, weighs more than α′/2 of the
 * resamples: of up to five numbers the interval of a mean goes from the least number to the greatest, and further no resample goes.
 */

import { type Resamples, resamplesOf } from './resamples.ts'
import { normalTail, studentQuantile } from './students-t.ts'

/** From its low end to its high one. */
export interface Interval {
  readonly low: number
  readonly high: number
}

/** A number that says where a sample lies. It must not depend on the order of the sample, nor change it. */
export type Location = (values: Float64Array) => number

const CONFIDENCE = 0.95

/** Intervals of fewer numbers hold in less than 90 % of all cases. */
export const ENOUGH = 5

/**
 * In what part of all cases an interval of so many numbers can hold, 1 − 2^(1 − n): not where all of them lie on one side of the truth,
 * which happens with probability p^n + (1 − p)^n, and that is least where p is a half.
 */
export function mostHeld(numbers: number): number {
  let missed = 1
  for (let k = 1; k < numbers; k++) missed /= 2
  return 1 - missed
}

/** The interval of `location`; null for a single number, of whose scatter nothing is known. The same numbers have the same, in any order. */
export function bootstrapInterval(numbers: readonly number[], location: Location): Interval | null {
  if (numbers.length < 2) return null
  const { weights, cut, locate } = resamplingOf(numbers, location)
  const found = weights.map((_, k) => locate(k))
  return { low: endOf(found, weights, cut), high: -endOf(negated(found), weights, cut) }
}

/** On which side of 0 that interval lies wholly: 1 above, −1 below; 0 if it does not, or there is none. Seldom are all resamples needed. */
export function sideOfZero(numbers: readonly number[], location: Location): -1 | 0 | 1 {
  if (numbers.length < 2) return 0
  const { weights, cut, locate } = resamplingOf(numbers, location)
  const found = new Float64Array(weights.length)
  let notAbove = 0
  let notBelow = 0
  for (let k = 0; k < found.length; k++) {
    const value = locate(k)
    found[k] = value
    if (value <= 0) notAbove += weights[k]!
    if (value >= 0) notBelow += weights[k]!
    if (notAbove > cut && notBelow > cut) return 0
  }
  if (notAbove <= cut) return endOf(found, weights, cut) > 0 ? 1 : 0
  return endOf(negated(found), weights, cut) > 0 ? -1 : 0
}

const negated = (values: Float64Array): Float64Array => values.map(value => -value)

interface Resampling extends Plan {
  /** The location of this resample. */
  locate(k: number): number
}

function resamplingOf(sample: readonly number[], location: Location): Resampling {
  const plan = planFor(sample.length)
  const { picks } = plan
  const numbers = Float64Array.from(sample).sort()
  const drawn = new Float64Array(numbers.length)
  return {
    ...plan,
    locate(k) {
      for (let j = 0, at = k * drawn.length; j < drawn.length; j++) drawn[j] = numbers[picks[at++]!]!
      return location(drawn)
    }
  }
}

/** What there is to draw from so many numbers, and what weight of it is cut off on each side: α′/2 of all. */
interface Plan extends Resamples {
  readonly cut: number
}

/** Few sizes are met again and again; the plan of a size is always the same, so that forgetting one costs but time. */
const plans = new Map<number, Plan>()
const MOST_PLANS = 8
/** Picks of larger plans are not kept. */
const MOST_KEPT = 1 << 20

function planFor(size: number): Plan {
  const kept = plans.get(size)
  if (kept !== undefined) return kept
  const resamples = resamplesOf(size)
  const all = resamples.weights.reduce((sum, weight) => sum + weight, 0)
  const t = studentQuantile((1 + CONFIDENCE) / 2, size - 1)
  const plan = { ...resamples, cut: normalTail(Math.sqrt(size / (size - 1)) * t) * all }
  if (plan.picks.length <= MOST_KEPT) {
    const [oldest] = plans.keys()
    if (oldest !== undefined && plans.size === MOST_PLANS) plans.delete(oldest)
    plans.set(size, plan)
  }
  return plan
}

/**
 * How far one may go from the least of the values upwards until what has been passed, and is reached, weighs more than `cut`; the least
 * itself if it alone does.
 */
function endOf(values: Float64Array, weights: Float64Array, cut: number): number {
  // Those that are reached by what is known so far, ascending; `beyond` is the least that is not.
  const reached: number[] = []
  const theirs: number[] = []
  let weight = 0
  let beyond = Number.POSITIVE_INFINITY
  for (let k = 0; k < values.length; k++) {
    const value = values[k]!
    if (value >= beyond) continue
    let at = reached.length
    for (; at > 0 && reached[at - 1]! > value; at--) {
      reached[at] = reached[at - 1]!
      theirs[at] = theirs[at - 1]!
    }
    reached[at] = value
    theirs[at] = weights[k]!
    weight += weights[k]!
    while (weight > cut) {
      beyond = reached.pop()!
      weight -= theirs.pop()!
    }
  }
  return reached.at(-1) ?? beyond
}
