/**
 * Two swarms compared seed by seed. Swarms of the same seed meet the same environments, samples and starting points, so what
 * seeds have in common cancels in x_s − y_s and in x_s / y_s, whose intervals are therefore much narrower than those of the
 * two by themselves. A seed for which one of the two is missing counts in neither.
 *
 * How many times as large one is as the other is asked of the logarithms ln x_s − ln y_s, so that it does not matter which of the two
 * is put first: their mean is the logarithm of the geometric mean of the ratios.
 */
import { log } from '../core/elementary.ts'
import { type Estimate, estimate, fromLogarithms, type Statistic, sideOf } from './estimate.ts'

/** Of figures that are positive or 0 the ratio, of others the difference. */
export type Scale = 'ratio' | 'difference'

/** Figures that differ by no more than rounding. */
const ROUNDING = 1e-6

/** Whether two figures are the same to rounding. */
export const isSame = (x: number, y: number): boolean =>
  x === y || (Number.isFinite(x - y) && Math.abs(x - y) <= ROUNDING * Math.max(Math.abs(x), Math.abs(y)))

/** How much the x are above the y: 0 where they are the same to rounding, 0 / 0 among them. */
export class Pairs {
  /** ln x_s − ln y_s, or x_s − y_s. */
  readonly #values: readonly number[]
  readonly #scale: Scale
  readonly #statistic: Statistic

  constructor(
    xs: readonly (number | null)[],
    ys: readonly (number | null)[],
    scale: Scale,
    statistic: Statistic
  ) {
    this.#scale = scale
    this.#statistic = statistic
    this.#values = xs.flatMap((x, s) => {
      const y = ys[s] ?? null
      if (x === null || y === null) return []
      const value = isSame(x, y) ? 0 : scale === 'ratio' ? log(x) - log(y) : x - y
      return Number.isNaN(value) ? [] : [value]
    })
  }

  /** The ratio, or the difference; null where nothing can be said: no seed has both, or both ratios 0 and ∞ occur. */
  get estimate(): Estimate | null {
    const found = this.#contradict ? null : estimate(this.#values, this.#statistic)
    return found === null || this.#scale === 'difference' ? found : fromLogarithms(found)
  }

  /** 1 if the interval lies wholly where the x are greater, −1 if where they are less; else, and with a single seed, 0. */
  get side(): -1 | 0 | 1 {
    return this.#contradict ? 0 : sideOf(this.#values, this.#statistic)
  }

  get #contradict(): boolean {
    return this.#values.includes(Number.POSITIVE_INFINITY) && this.#values.includes(Number.NEGATIVE_INFINITY)
  }
}
