/**
 * The interquartile mean: the mean of what is left when the ⌊n/4⌋ lowest and the ⌊n/4⌋ highest of n numbers are left out.
 * A few runs that went very well or very badly do not decide it, and it scatters less than the median. It is the 25 %
 * trimmed mean of Agarwal et al., "Deep reinforcement learning at the edge of the statistical precipice" (NeurIPS 2021).
 * Of fewer than four numbers it is the mean.
 */
import { mean } from './mean.ts'

/** Of at least one number, in whatever order. */
export function interquartileMean(values: Float64Array): number {
  // Resamples come sorted, thousands of them.
  const sorted = isAscending(values) ? values : values.toSorted()
  const cut = Math.floor(sorted.length / 4)
  return mean(sorted.subarray(cut, sorted.length - cut))
}

function isAscending(values: Float64Array): boolean {
  for (let k = 1; k < values.length; k++) if (values[k]! < values[k - 1]!) return false
  return true
}
