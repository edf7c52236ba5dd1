/**
 * The percentile bootstrap (Efron, "Bootstrap methods: another look at the jackknife", Annals of Statistics 1979): draw as
 * many numbers from the sample as it has, with replacement, again and again; the middle 95 % of the statistics of what was
 * drawn are the interval. Where several cells are pooled each is drawn from by itself, so that every resample has as many
 * numbers of each cell as the sample has (stratified, as in Agarwal et al. 2021).
 *
 * The interval says how well the runs at hand determine the statistic. Of few runs it is too narrow: for the mean of n
 * normal numbers it is about x̄ ± 1.96 s √((n − 1)/n) / √n, where the interval that holds in 95 % of all cases has Student's
 * quantile in place of 1.96 and no root.
 */
import { assert } from '../core/assert.ts'
import { nextBelow, SWARM, stream } from '../core/random.ts'

export interface Interval {
  readonly low: number
  readonly high: number
}

/** A number that says where a sample lies. It must not depend on the order of the sample, nor change it. */
export type Location = (values: Float64Array) => number

export const RESAMPLES = 2000
const CONFIDENCE = 0.95

/**
 * The interval of `location` for numbers that lie in one or several cells; null where no cell has two numbers, since nothing
 * is known of their scatter. The same numbers have the same interval, in whatever order: the draws are always the same.
 */
export function bootstrapInterval(
  cells: readonly (readonly number[])[],
  location: Location
): Interval | null {
  if (cells.every(cell => cell.length < 2)) return null
  const sorted = cells.map(cell => Float64Array.from(cell).sort())
  const drawn = new Float64Array(sorted.reduce((sum, { length }) => sum + length, 0))
  const random = stream('statistics', SWARM, 'bootstrap')
  const found = new Float64Array(RESAMPLES)
  for (let k = 0; k < RESAMPLES; k++) {
    let at = 0
    for (const cell of sorted) {
      for (let j = 0; j < cell.length; j++) drawn[at++] = cell[nextBelow(random, cell.length)]!
    }
    found[k] = location(drawn)
  }
  found.sort()
  const outside = (1 - CONFIDENCE) / 2
  return { low: quantile(found, outside), high: quantile(found, 1 - outside) }
}

/** The quantile of ascending numbers, interpolated between the two beside it (type 7 of Hyndman and Fan 1996). */
export function quantile(ascending: Float64Array, probability: number): number {
  assert(ascending.length > 0 && probability >= 0 && probability <= 1, `quantile ${probability}`)
  const place = probability * (ascending.length - 1)
  const below = Math.floor(place)
  const low = ascending[below]!
  const high = ascending[Math.min(below + 1, ascending.length - 1)]!
  return place === below || low === high ? low : low + (place - below) * (high - low)
}
