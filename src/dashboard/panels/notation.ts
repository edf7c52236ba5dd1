/** How the numbers of one table are written: alike, so that they can be compared by eye and stay where they are. */
import { figure } from '../../report/format.ts'

export interface Notation {
  /** Cells that the widest takes. */
  readonly width: number
  write(x: number): string
}

/** No figure needs more: −1.23e−100 */
const FIGURE_WIDTH = 10

/** With as many decimals as `digits` digits of the largest take; each as a figure of its own where that is no use. */
export function notationOf(values: Iterable<number>, digits = 4): Notation {
  let largest = 0
  let isNegative = false
  for (const x of values) {
    if (!Number.isFinite(x)) continue
    largest = Math.max(largest, Math.abs(x))
    isNegative ||= x < 0
  }
  if (largest >= 1e5 || largest < 1e-3) return { width: FIGURE_WIDTH, write: figure }
  const decimals = Math.max(0, digits - 1 - Math.floor(Math.log10(largest)))
  return {
    width: largest.toFixed(decimals).length + (isNegative ? 1 : 0),
    write(x) {
      if (!Number.isFinite(x)) return figure(x)
      const text = x.toFixed(decimals)
      return Number(text) === 0 ? (0).toFixed(decimals) : text
    }
  }
}
