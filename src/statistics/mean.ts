/** The mean of numbers, (x_1 + … + x_n) / n, summed in the order in which they come. */
import { assert } from '../core/assert.ts'

/** Of at least one number. */
export function mean(values: ArrayLike<number>): number {
  assert(values.length > 0, 'a mean of no numbers')
  let sum = 0
  for (let k = 0; k < values.length; k++) sum += values[k]!
  return sum / values.length
}
