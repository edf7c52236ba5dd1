/** A history as one line of levels, for a cell of a table. */
import type { Glyphs } from './glyphs.ts'

/** From here on the largest value is so many times the smallest that a linear scale hides the small ones. */
const DECADE = 10

/**
 * `values`, oldest first, in `width` characters: logarithmic if all are positive and range over more than a decade, else
 * linear. Longer histories are averaged, shorter ones fill from the left; NaN is a blank, as is what is still to come.
 */
export function sparkline(
  values: readonly number[],
  width: number,
  { levels }: Pick<Glyphs, 'levels'>
): string {
  const finite = values.filter(Number.isFinite)
  const isLog = Math.min(...finite) > 0 && Math.max(...finite) > DECADE * Math.min(...finite)
  const heights = resampled(isLog ? values.map(Math.log) : values, width)
  const shown = heights.filter(Number.isFinite)
  const least = Math.min(...shown)
  const range = Math.max(...shown) - least
  const isFlat = !(range > 0 && range < Number.POSITIVE_INFINITY)
  const top = levels.length - 1
  const characters = heights.map(height => {
    if (Number.isNaN(height)) return ' '
    if (!Number.isFinite(height)) return levels[height > 0 ? top : 0]
    return levels[isFlat ? 0 : Math.round(((height - least) / range) * top)]
  })
  return characters.join('').padEnd(width)
}

/** At most `width` values: means over stretches of equal length, of what is not NaN. */
function resampled(values: readonly number[], width: number): number[] {
  if (values.length <= width) return [...values]
  return Array.from({ length: width }, (_, cell) => {
    const [from, to] = [cell, cell + 1].map(edge => Math.floor((edge * values.length) / width))
    const known = values.slice(from, to).filter(value => !Number.isNaN(value))
    return known.reduce((sum, value) => sum + value, 0) / known.length
  })
}
