/**
 * How a sample of n numbers is drawn from with replacement, n at a time. A few numbers have few resamples that differ: C(2n − 1, n) if
 * their order is of no consequence, each with its multinomial weight n! / (k_1! … k_n!). Of up to six numbers all are taken; of more,
 * resamples are drawn by chance.
 *
 * What is drawn depends on how many numbers there are, and on nothing else.
 */
import { nextBelow, SWARM, stream } from '../core/random.ts'

/** Drawn by chance: of seven numbers 41 of them lie at each end of an interval or beyond, of more numbers more. */
const DRAWN = 10_000
/** More that differ are not listed. */
const MOST_LISTED = 1000

/** What is drawn, again and again. */
export interface Resamples {
  /** Resample by resample: which of the numbers are drawn, ascending. */
  readonly picks: Uint32Array
  /** Of each resample. */
  readonly weights: Float64Array
}

/** Of so many numbers. */
export const resamplesOf = (size: number): Resamples =>
  distinct(size) <= MOST_LISTED ? allOf(size) : drawnFrom(size)

/** C(2n − 1, n) */
function distinct(size: number): number {
  let found = 1
  for (let k = 1; k < size; k++) found = (found * (size + k)) / k
  return found
}

function allOf(size: number): Resamples {
  const count = distinct(size)
  const picks = new Uint32Array(count * size)
  const weights = new Float64Array(count)
  const pick = new Uint32Array(size)
  for (let row = 0; row < count; row++) {
    picks.set(pick, row * size)
    weights[row] = arrangements(pick)
    // The next in lexical order of those that do not fall.
    let last = size - 1
    while (last > 0 && pick[last] === size - 1) last--
    pick.fill(pick[last]! + 1, last)
  }
  return { picks, weights }
}

/** In how many orders these can be drawn: n! / (k_1! … k_n!), of ascending picks. */
function arrangements(pick: Uint32Array): number {
  let found = 1
  let alike = 0
  for (let k = 0; k < pick.length; k++) {
    alike = k > 0 && pick[k] === pick[k - 1] ? alike + 1 : 1
    found = (found * (k + 1)) / alike
  }
  return found
}

function drawnFrom(size: number): Resamples {
  const random = stream('statistics', SWARM, 'bootstrap')
  const picks = new Uint32Array(DRAWN * size)
  for (let at = 0; at < picks.length; at += size) {
    const resample = picks.subarray(at, at + size)
    for (let k = 0; k < size; k++) resample[k] = nextBelow(random, size)
    resample.sort()
  }
  return { picks, weights: new Float64Array(DRAWN).fill(1) }
}
