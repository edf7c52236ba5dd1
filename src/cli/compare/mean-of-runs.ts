/** The mean curve of a contender, run by run: as far as all runs go that are there. */
import type { ContestRun } from '../../compare/comparison.ts'
import type { MeanCurve } from '../../dashboard/contest/scene.ts'

/** No more points are drawn. */
const MOST_POINTS = 2048
const COLUMNS = ['rounds', 'samples', 'busiestBytes', 'seconds', 'values'] as const

const map = <T>(make: (column: (typeof COLUMNS)[number]) => T) => {
  const [rounds, samples, busiestBytes, seconds, values] = COLUMNS.map(make) as [T, T, T, T, T]
  return { rounds, samples, busiestBytes, seconds, values }
}

const sumOf = (before: Float64Array | undefined, column: readonly number[], length: number): Float64Array =>
  Float64Array.from({ length }, (_, k) => (before?.[k] ?? 0) + column[k]!)

/** Runs of one contender go in, and the mean of their columns comes out. */
export class MeanOfRuns {
  #sums: MeanCurve | undefined
  #runs = 0

  add(run: ContestRun): void {
    const sums = this.#sums
    const length = Math.min(run.rounds.length, sums?.rounds.length ?? run.rounds.length)
    this.#sums = map(column => sumOf(sums?.[column], run[column], length))
    this.#runs++
  }

  /** The mean so far: its first point, its last, and of those between as many as can be drawn. */
  get curve(): MeanCurve {
    const sums = this.#sums
    if (sums === undefined) return map(() => new Float64Array(0))
    const last = sums.rounds.length - 1
    const length = Math.min(last + 1, MOST_POINTS)
    const at = (k: number): number => (length > 1 ? Math.round((k * last) / (length - 1)) : 0)
    return map(column => Float64Array.from({ length }, (_, k) => sums[column][at(k)]! / this.#runs))
  }
}
