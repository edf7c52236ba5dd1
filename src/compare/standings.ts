/** What the runs of a comparison say together, problem by problem: who stands where, and what that took. */
import { type AggregationSpec, isCorrected, usesHub } from '../aggregation/names.ts'
import { present } from '../core/assert.ts'
import { type Estimate, estimate } from '../statistics/estimate.ts'
import { isSame, Pairs } from '../statistics/paired.ts'
import type { Comparison, ContestRun } from './comparison.ts'
import { type Cost, costOf, costUntil, medianCost, type Trial, trialOf } from './trial.ts'

/** Planes in which contenders are compared: the figure against bytes and seconds of the whole run, and against rounds until the target. */
export const VIEWS = ['busiestBytes', 'rounds', 'seconds'] as const
/** One of these planes. */
export type View = (typeof VIEWS)[number]

/** What the runs of one contender say, alone and beside the others of its problem. */
export interface Standing {
  /** Index in `comparison.contenders`. */
  readonly contender: number
  /** Runs that are there, and those of them that diverged. */
  readonly runs: number
  readonly diverged: number
  /** With which seeds it diverged. */
  readonly divergedWith: readonly string[]
  /** The figure over the seeds; null where a run diverged, or none is there. */
  readonly final: Estimate | null
  /** The server with which it is compared: the corrected one if it is corrected, and the plain one for other servers; null for that. */
  readonly server: number | null
  /** Seed by seed against that server: the geometric mean of the ratios of errors, the difference of returns. */
  readonly againstServer: Estimate | null
  /** Of a whole run; the median over the seeds. */
  readonly spent: Cost | null
  /** With how many seeds the target was reached, to be kept, and what that took; the median, null if no more than half of them did. */
  readonly reached: number
  readonly untilTarget: Cost | null
  /** The same seed by seed: null where it was not reached, undefined where there is no run yet. */
  readonly untilTargets: readonly (Cost | null | undefined)[]
  /** Samples until the target of a peer that learns alone, in proportion to those of one here; null if one of the two does not get there. */
  readonly speedUp: number | null
  /**
   * One more than there are contenders that are better seed by seed: the 95 % interval of the ratios of errors lies wholly below 1, that
   * of the differences of returns wholly above 0. Null where there is no figure. One seed ranks nobody.
   */
  readonly rank: number | null
  /** Per view the contenders that are better, or as good to rounding, for less. */
  readonly dominatedBy: Readonly<Record<View, readonly number[]>>
}

/** Who stands where in one problem. */
export interface ProblemStandings {
  readonly problem: number
  /** Per seed what must be reached; null where there is nothing to reach. */
  readonly targets: readonly (number | null)[]
  /** In the order of the contenders. */
  readonly standings: readonly Standing[]
  /** Null where nobody is better than all others. */
  readonly lead: Lead | null
}

/** One who is better than all others. */
export interface Lead {
  readonly contender: number
  readonly next: number
  /** Seed by seed of the next against the first: the ratio of errors, the difference of returns. */
  readonly apart: Estimate
}

/** The target, unless one is given: what the better of the servers ends with, and so much more. */
export const TARGET_SLACK = 0.1

/** What of a comparison its standings follow from. */
type Judged = Pick<Comparison, 'problems' | 'contenders' | 'seeds' | 'statistic' | 'target' | 'budget'>

/** Problem by problem, by the runs that are there. */
export function standingsOf(comparison: Judged, runs: readonly ContestRun[]): ProblemStandings[] {
  const byTrial = new Map(runs.map(run => [keyOf(run.contender, run.seed), run]))
  return comparison.problems.map((_, problem) => standingsIn(comparison, problem, byTrial))
}

/** By contender and seed. */
type Runs = ReadonlyMap<string, ContestRun>

const keyOf = (contender: number, seed: string): string => `${contender} ${seed}`

function standingsIn(comparison: Judged, problem: number, runs: Runs): ProblemStandings {
  const { contenders, seeds, statistic, budget } = comparison
  const { metric } = present(comparison.problems[problem], `problem ${problem}`)
  const isReturn = metric === 'return'
  const here = [...contenders.entries()].filter(([, each]) => each.problem === problem)
  const trialWith = (contender: number, seed: string): Trial | undefined => {
    const run = runs.get(keyOf(contender, seed))
    return run && trialOf(run, budget, isReturn)
  }
  const trials = new Map(here.map(([k]) => [k, seeds.map(seed => trialWith(k, seed))] as const))
  const figures = new Map(
    [...trials].map(([k, its]) => [k, its.map(trial => trial?.compared ?? null)] as const)
  )
  const figuresOf = (k: number) => figures.get(k) ?? []
  const pairsOf = (a: number, b: number): Pairs =>
    new Pairs(figuresOf(a), figuresOf(b), isReturn ? 'difference' : 'ratio', statistic)
  const serverOf = (aggregation: AggregationSpec): number | null =>
    here.find(([, { experiment }]) => experiment.aggregation === aggregation)?.[0] ?? null
  const [plain, corrected] = [serverOf('star'), serverOf('star-scafflsa')]

  const targets = seeds.map((_, s) => {
    if (comparison.target !== null) return comparison.target
    const servers = [plain, corrected].flatMap(k => (k === null ? [] : (figuresOf(k)[s] ?? [])))
    return targetFrom(servers, isReturn)
  })

  const found = here.map(([contender, { experiment }]) => {
    const all = trials.get(contender) ?? []
    const done = all.filter(trial => trial !== undefined)
    const divergedWith = done.flatMap(({ run, isDiverged }) => (isDiverged ? [run.seed] : []))
    const diverged = divergedWith.length
    const server = serverFor(contender, experiment.aggregation, plain, corrected)
    const untilTargets = all.map((trial, s) => trial && costUntil(trial, targets[s] ?? null, isReturn))
    const costs = untilTargets.filter(cost => cost !== undefined)
    return {
      contender,
      runs: done.length,
      diverged,
      divergedWith,
      final:
        diverged > 0
          ? null
          : estimate(
              done.flatMap(({ figure }) => figure ?? []),
              statistic
            ),
      server,
      againstServer: server === null || diverged > 0 ? null : pairsOf(contender, server).estimate,
      spent: medianCost(done.map(costOf)),
      reached: costs.filter(cost => cost !== null).length,
      untilTarget: medianCost(costs),
      untilTargets
    }
  })

  const better = betterOnes(
    found.flatMap(({ contender, final }) => (final === null ? [] : [contender])),
    (a, b) => (isReturn ? 1 : -1) * pairsOf(a, b).side
  )
  const alone = found.find(({ contender }) => contenders[contender]?.experiment.aggregation === 'none')
  const standings = found.map((one): Standing => {
    const { final, untilTarget } = one
    const dominators = (view: View): number[] =>
      found
        .filter(other => {
          if (other === one || final === null || other.final === null) return false
          const [its, ours] = [costOrNever(other, view), costOrNever(one, view)]
          const isApart = better.get(one.contender)?.has(other.contender) === true
          if (its > ours || !(isApart || areSame(figuresOf(other.contender), figuresOf(one.contender))))
            return false
          return isApart || its < ours
        })
        .map(({ contender }) => contender)
    return {
      ...one,
      speedUp: alone?.untilTarget && untilTarget ? alone.untilTarget.samples / untilTarget.samples : null,
      rank: final === null ? null : 1 + (better.get(one.contender)?.size ?? 0),
      dominatedBy: {
        busiestBytes: dominators('busiestBytes'),
        rounds: dominators('rounds'),
        seconds: dominators('seconds')
      }
    }
  })

  const [first, next] = standings.filter(({ final }) => final !== null).toSorted(bestFirst(isReturn))
  const isAhead = [...better].every(
    ([k, others]) => k === first?.contender || others.has(first?.contender ?? k)
  )
  const apart = first && next && isAhead ? pairsOf(next.contender, first.contender).estimate : null
  const lead = apart && first && next ? { contender: first.contender, next: next.contender, apart } : null
  return { problem, targets, standings, lead }
}

/** The server that a contender is compared with; null for the plain one, and where there is none. */
function serverFor(
  contender: number,
  aggregation: AggregationSpec,
  plain: number | null,
  corrected: number | null
): number | null {
  if (contender === plain) return null
  return !usesHub(aggregation) && isCorrected(aggregation) ? (corrected ?? plain) : plain
}

/** Whether figures are the same to rounding, seed by seed. */
const areSame = (xs: readonly (number | null)[], ys: readonly (number | null)[]): boolean =>
  xs.every((x, s) => {
    const y = ys[s] ?? null
    return x === null || y === null ? x === y : isSame(x, y)
  })

/**
 * Per contender those that are better than it. Every two are compared by themselves with 95 % confidence: were all alike, one
 * comparison in twenty would still find a difference, and one in sixteen with five seeds, so that among many contenders a rank may
 * be off by a place. It is not corrected for: corrected for a hundred comparisons, five seeds could never tell two contenders apart.
 * Who wins is asked more strictly (`verdict.ts`).
 *
 * `compare` is 1 where the first of two is better, −1 where the second is.
 */
function betterOnes(
  contenders: readonly number[],
  compare: (a: number, b: number) => number
): ReadonlyMap<number, ReadonlySet<number>> {
  const better = new Map(contenders.map(contender => [contender, new Set<number>()] as const))
  for (const [k, a] of contenders.entries()) {
    for (const b of contenders.slice(k + 1)) {
      const sign = compare(a, b)
      if (sign > 0) better.get(b)?.add(a)
      if (sign < 0) better.get(a)?.add(b)
    }
  }
  return better
}

/** Of the whole run, or the rounds until the target; undefined where it is not reached. */
export const costIn = (
  { spent, untilTarget }: Pick<Standing, 'spent' | 'untilTarget'>,
  view: View
): number | undefined => (view === 'rounds' ? untilTarget?.rounds : spent?.[view])

const costOrNever = (standing: Parameters<typeof costIn>[0], view: View): number =>
  costIn(standing, view) ?? Number.POSITIVE_INFINITY

/** Orders the best first, those without a figure last. */
export const bestFirst =
  (isReturn: boolean) =>
  (a: Standing, b: Standing): number => {
    if (a.final === null || b.final === null) return Number(a.final === null) - Number(b.final === null)
    return (a.rank ?? 0) - (b.rank ?? 0) || (isReturn ? -1 : 1) * (a.final.value - b.final.value)
  }

function targetFrom(servers: readonly number[], isReturn: boolean): number | null {
  if (servers.length === 0) return null
  if (!isReturn) return (1 + TARGET_SLACK) * Math.min(...servers)
  const best = Math.max(...servers)
  return best - TARGET_SLACK * Math.abs(best)
}
