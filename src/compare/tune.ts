/**
 * The best step size of each contender, of a few that lie a factor of two apart: the one with the best figure over seeds that the
 * comparison does not use, so that nobody is judged by the runs by which it was chosen.
 */
import type { Comparison, ContestRun } from './comparison.ts'
import { standingsOf } from './standings.ts'

/** Of the step size that is given. */
const FACTORS = [1 / 4, 1 / 2, 1, 2, 4]
/** As many as the comparison has, but no fewer. */
const LEAST_SEEDS = 3

/** Every contender with every step size; the seeds are other ones. */
export function tuningOf(comparison: Comparison): Comparison {
  const count = Math.max(LEAST_SEEDS, comparison.seeds.length)
  return {
    ...comparison,
    seeds: Array.from({ length: count }, (_, k) => `tuning/${k + 1}`),
    contenders: comparison.contenders.flatMap(contender =>
      FACTORS.map(factor => ({
        ...contender,
        experiment: { ...contender.experiment, stepSize: factor * contender.experiment.stepSize }
      }))
    )
  }
}

/** Whether a step size is the smallest or the largest of those that are tried around the given one: one beyond may be better. */
export const isAtTheEdge = (stepSize: number, given: number): boolean =>
  stepSize === given * Math.min(...FACTORS) || stepSize === given * Math.max(...FACTORS)

/** What tuning makes of a comparison. */
export interface Tuned {
  readonly comparison: Comparison
  /** Those whose best step is the smallest or the largest that was tried: a still smaller or larger one may be better. */
  readonly atTheEdge: readonly string[]
}

/** The comparison with the step size that was best in these runs of its tuning; as it was where all diverged. */
export function tunedBy(comparison: Comparison, tuning: Comparison, runs: readonly ContestRun[]): Tuned {
  const finals = new Map(
    standingsOf(tuning, runs).flatMap(({ standings }) =>
      standings.map(({ contender, final }) => [contender, final?.value] as const)
    )
  )
  const atTheEdge: string[] = []
  const contenders = comparison.contenders.map((contender, k) => {
    const sign = comparison.problems[contender.problem]?.metric === 'return' ? -1 : 1
    let best: number | undefined
    let least = Number.POSITIVE_INFINITY
    for (const f of FACTORS.keys()) {
      const value = finals.get(k * FACTORS.length + f)
      if (value === undefined || sign * value >= least) continue
      least = sign * value
      best = f
    }
    const { experiment } = tuning.contenders[k * FACTORS.length + (best ?? FACTORS.indexOf(1))] ?? contender
    if (isAtTheEdge(experiment.stepSize, contender.experiment.stepSize)) {
      const where = comparison.problems[contender.problem]?.label
      atTheEdge.push(where ? `${contender.label} (${where})` : contender.label)
    }
    return {
      ...contender,
      experiment: { ...contender.experiment, stepSize: experiment.stepSize }
    }
  })
  return { comparison: { ...comparison, contenders }, atTheEdge }
}
