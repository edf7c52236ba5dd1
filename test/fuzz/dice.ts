/** The draws that one fuzz seed makes. */
import { nextBelow, nextDouble, SWARM, shuffle, stream } from '../../src/core/random.ts'
import type { RandomStream } from '../../src/interfaces.ts'
import { range } from '../support/numbers.ts'

export class Dice {
  readonly #random: RandomStream

  constructor(seed: number) {
    this.#random = stream(`fuzz ${seed}`, SWARM, 'scenario')
  }

  chance(probability: number): boolean {
    return nextDouble(this.#random) < probability
  }

  /** A whole number from `low` to `high`. */
  between(low: number, high: number): number {
    return low + nextBelow(this.#random, high - low + 1)
  }

  /** A number from `low` to `high` with two digits after the point. */
  fraction(low: number, high: number): number {
    return Number((low + nextDouble(this.#random) * (high - low)).toFixed(2))
  }

  pick<T>(list: readonly T[]): T {
    return list[nextBelow(this.#random, list.length)]!
  }

  /** So many different ones, in any order. */
  some<T>(list: readonly T[], count: number): T[] {
    return shuffle(this.#random, range(list.length))
      .slice(0, count)
      .map(k => list[k]!)
  }
}
