/**
 * Two swarms compared seed by seed. Swarms of the same seed meet the same environments, samples and starting points, so what
 * seeds have in common cancels in x_s − y_s and in x_s / y_s, whose intervals are therefore much narrower than those of the
 * two by themselves. A seed for which one of the two is missing counts in neither.
 */

/** x_s − y_s for the seeds that have both. */
export const pairedDifferences = (xs: readonly (number | null)[], ys: readonly (number | null)[]): number[] =>
  paired(xs, ys, (x, y) => x - y)

/** x_s / y_s for the seeds that have both, and for which that is a number: not 0 / 0. */
export const pairedRatios = (xs: readonly (number | null)[], ys: readonly (number | null)[]): number[] =>
  paired(xs, ys, (x, y) => x / y).filter(ratio => !Number.isNaN(ratio))

function paired(
  xs: readonly (number | null)[],
  ys: readonly (number | null)[],
  compare: (x: number, y: number) => number
): number[] {
  return xs.flatMap((x, s) => {
    const y = ys[s] ?? null
    return x === null || y === null ? [] : [compare(x, y)]
  })
}
