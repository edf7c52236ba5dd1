/**
 * The bootstrap (Efron, "Bootstrap methods: another look at the jackknife", Annals of Statistics 1979): draw as many numbers from the
 * sample as it has, with replacement, again and again; how far the statistics of what was drawn scatter says how far the one of
 * the sample may be off. Where several cells are pooled each is drawn from by itself, so that every resample has as many numbers
 * of each cell as the sample has (stratified, as in Agarwal et al. 2021).
 *
 * The middle 95 % of these statistics would be too narrow an interval for few numbers: for the mean of n normal ones it is about
 * x̄ ± 1.96 s √((n − 1)/n) / √n. So it is expanded (Hesterberg, "What teachers should know about the bootstrap", The American
 * Statistician 69(4), 2015): it goes from the quantile α′/2 to 1 − α′/2, with
 *
 *     α′/2 = Φ(−√(n/(n − 1)) t),   t the quantile 1 − α/2 of Student's distribution with n − 1 degrees of freedom,
 *
 * which for that mean is Student's interval. Of pooled cells n is the number of all numbers, and the degrees of freedom, in place of
 * n − 1, are the sum of those of the cells; cells of one number add nothing to either.
 *
 * No more than α′/2 of all resamples are cut off on either side. Of up to five numbers that is none, and the interval of a mean goes from
 * the least number to the greatest: further than that no resample goes.
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

/**
 * The interval of `location` for numbers that lie in one or several cells; null where no cell has two numbers, since nothing
 * is known of their scatter. The same numbers have the same interval, in whatever order.
 */
export function bootstrapInterval(
  cells: readonly (readonly number[])[],
  location: Location
): Interval | null {
  if (cells.every(cell => cell.length < 2)) return null
  const { weights, cut, locate } = resamplingOf(cells, location)
  const found = weights.map((_, k) => locate(k))
  return { low: endOf(found, weights, cut), high: -endOf(negated(found), weights, cut) }
}

/** On which side of 0 that interval lies wholly: 1 above, −1 below; 0 if it does not, or there is none. Seldom are all resamples needed. */
export function sideOfZero(numbers: readonly number[], location: Location): -1 | 0 | 1 {
  if (numbers.length < 2) return 0
  const { weights, cut, locate } = resamplingOf([numbers], location)
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

function resamplingOf(cells: readonly (readonly number[])[], location: Location): Resampling {
  const plan = planFor(cells.map(({ length }) => length))
  const { picks } = plan
  const numbers = Float64Array.from(cells.flatMap(cell => cell.toSorted((a, b) => a - b)))
  const drawn = new Float64Array(numbers.length)
  return {
    ...plan,
    locate(k) {
      for (let j = 0, at = k * drawn.length; j < drawn.length; j++) drawn[j] = numbers[picks[at++]!]!
      return location(drawn)
    }
  }
}

/** What there is to draw for cells of some sizes, and what weight of it is cut off on each side: α′/2 of all. */
interface Plan extends Resamples {
  readonly cut: number
}

/** Few sizes are met again and again; the plan of sizes is always the same, so that forgetting one costs but time. */
const plans = new Map<string, Plan>()
const MOST_PLANS = 8
/** Picks of larger plans are not kept. */
const MOST_KEPT = 1 << 20

function planFor(sizes: readonly number[]): Plan {
  const key = sizes.join(' ')
  const kept = plans.get(key)
  if (kept !== undefined) return kept
  const resamples = resamplesOf(sizes)
  const all = resamples.weights.reduce((sum, weight) => sum + weight, 0)
  const plan = { ...resamples, cut: outsideOf(sizes) * all }
  if (plan.picks.length <= MOST_KEPT) {
    const [oldest] = plans.keys()
    if (oldest !== undefined && plans.size === MOST_PLANS) plans.delete(oldest)
    plans.set(key, plan)
  }
  return plan
}

function outsideOf(sizes: readonly number[]): number {
  const scattered = sizes.filter(size => size > 1)
  const numbers = scattered.reduce((sum, size) => sum + size, 0)
  const degrees = numbers - scattered.length
  return normalTail(Math.sqrt(numbers / degrees) * studentQuantile((1 + CONFIDENCE) / 2, degrees))
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
