/** Single draws from the tables of a fleet. */
import { nextUint32 } from '../../src/core/random.ts'
import type { Fleet, RandomStream } from '../../src/interfaces.ts'

/**
 * An index below `count`, by one draw, from the probabilities at `from`; rounding goes to the last possible one.
 */
export function drawFrom(
  probabilities: Float64Array,
  from: number,
  count: number,
  random: RandomStream
): number {
  const u = nextUint32(random) / 4294967296
  let sum = 0
  let possible = 0
  for (let k = 0; k < count; k++) {
    const p = probabilities[from + k]!
    if (p === 0) continue
    possible = k
    sum += p
    if (u < sum) return k
  }
  return possible
}

/** A reward of mean `mean`, scattered as the fleet says; a draw unless it does not scatter. */
export function scattered({ noise }: Pick<Fleet, 'noise'>, mean: number, random: RandomStream): number {
  if (noise.kind === 'none') return mean
  const u = nextUint32(random) / 4294967296
  if (noise.kind === 'bernoulli') return u < Math.abs(mean) ? Math.sign(mean) : 0
  return mean + noise.halfWidth * (2 * u - 1)
}
