/**
 * What the runs of a comparison say together, problem by problem. Runs are cut where the budget ends. A run's figure is that of the
 * second half of its measured rounds: the root mean square of an error, the mean of a return.
 */
import { type AggregationSpec, isCorrected, usesHub } from '../aggregation/names.ts'
import { present } from '../core/assert.ts'
import { type Estimate, estimate } from '../statistics/estimate.ts'
import { isSame, Pairs } from '../statistics/paired.ts'
import type { Budget, Comparison, ContestRun } from './comparison.ts'

/** What it takes: rounds, local samples of a peer, messages and bytes in all, bytes of the busiest participant, predicted seconds. */
export interface Cost {
  readonly rounds: number
  readonly samples: number
  readonly messages: number
  readonly bytes: number
  readonly busiestBytes: number
  readonly seconds: number
}

const COSTS = ['rounds', 'samples', 'messages', 'bytes', 'busiestBytes', 'seconds'] as const

/** Planes in which contenders are compared: the figure against bytes and seconds of the whole run, and against rounds until the target. */
export const VIEWS = ['busiestBytes', 'rounds', 'seconds'] as const
export type View = (typeof VIEWS)[number]

export interface Standing {
  /** Index in `comparison.contenders`. */
  readonly contender: number
  /** Runs that are there, and those of them that diverged. */
  readonly runs: number
  readonly diverged: number
  /** The figure over the seeds; null where a run diverged, or none is there. */
  readonly final: Estimate | null
  /** The server with which it is compared: the corrected one if it is corrected, and the plain one for other servers; null for that. */
  readonly server: number | null
  /** Seed by seed against that server: the geometric mean of the ratios of errors, the difference of returns. */
  readonly againstServer: Estimate | null
  /** Of a whole run; the median over the seeds. */
  readonly spent: Cost | null
  /** With how many seeds the target was reached, and what that took; the median, null if not even half of them did. */
  readonly reached: number
  readonly untilTarget: Cost | null
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
type Compared = Pick<Comparison, 'problems' | 'contenders' | 'seeds' | 'statistic' | 'target' | 'budget'>

export function standingsOf(comparison: Compared, runs: readonly ContestRun[]): ProblemStandings[] {
  const byTrial = new Map(runs.map(run => [keyOf(run.contender, run.seed), run]))
  return comparison.problems.map((_, problem) => standingsIn(comparison, problem, byTrial))
}

/** By contender and seed. */
type Runs = ReadonlyMap<string, ContestRun>

const keyOf = (contender: number, seed: string): string => `${contender} ${seed}`

/** One contender with one seed, cut to the budget. */
interface Trial {
  readonly run: ContestRun
  /** Measured rounds within the budget. */
  readonly length: number
  readonly figure: number | null
}

function standingsIn(comparison: Compared, problem: number, runs: Runs): ProblemStandings {
  const { contenders, seeds, statistic, budget } = comparison
  const { metric } = present(comparison.problems[problem], `problem ${problem}`)
  const isReturn = metric === 'return'
  const here = [...contenders.entries()].filter(([, each]) => each.problem === problem)
  const trials = new Map(
    here.map(([k]) => [k, seeds.map(seed => trialOf(runs, k, seed, isReturn, budget))] as const)
  )
  const figures = new Map(
    [...trials].map(([k, its]) => [k, its.map(trial => trial?.figure ?? null)] as const)
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
    const diverged = done.filter(trial => trial.run.divergedIn !== null).length
    const { aggregation } = experiment
    const server = usesHub(aggregation)
      ? contender === plain
        ? null
        : plain
      : isCorrected(aggregation)
        ? (corrected ?? plain)
        : plain
    const costs = all.flatMap((trial, s) =>
      trial === undefined ? [] : [costUntil(trial, targets[s], isReturn)]
    )
    return {
      contender,
      runs: done.length,
      diverged,
      final:
        diverged > 0
          ? null
          : estimate(
              figuresOf(contender).filter(figure => figure !== null),
              statistic
            ),
      server,
      againstServer: server === null || diverged > 0 ? null : pairsOf(contender, server).estimate,
      spent: medianCost(done.map(({ run, length }) => costAt(run, length - 1))),
      reached: costs.filter(cost => cost !== null).length,
      untilTarget: medianCost(costs)
    }
  })

  const better = betterOnes(
    found.flatMap(({ contender, final }) => (final === null ? [] : [contender])),
    (a, b) => (isReturn ? 1 : -1) * pairsOf(a, b).side
  )
  const isAsGood = (a: number, b: number): boolean => {
    const [xs, ys] = [figuresOf(a), figuresOf(b)]
    return xs.every((x, s) => {
      const y = ys[s] ?? null
      return x === null || y === null ? x === y : isSame(x, y)
    })
  }
  const alone = found.find(({ contender }) => contenders[contender]?.experiment.aggregation === 'none')
  const standings = found.map((one): Standing => {
    const { final, untilTarget } = one
    const dominators = (view: View): number[] =>
      found
        .filter(other => {
          if (other === one || final === null || other.final === null) return false
          const [its, ours] = [other, one].map(each => costIn(each, view) ?? Number.POSITIVE_INFINITY) as [
            number,
            number
          ]
          const isApart = better.get(one.contender)?.has(other.contender) === true
          if (its > ours || !(isApart || isAsGood(other.contender, one.contender))) return false
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

/**
 * Per contender those that are better than it. Every two are compared by themselves with 95 % confidence: were all alike, one
 * comparison in twenty would still find a difference, and one in sixteen with five seeds, so that among many contenders a rank may be off by a place. It is not
 * corrected for: corrected for a hundred comparisons five seeds could never tell any two apart. Who wins is asked more strictly
 * (`verdict.ts`).
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

function trialOf(
  runs: Runs,
  contender: number,
  seed: string,
  isReturn: boolean,
  budget: Budget | null
): Trial | undefined {
  const run = runs.get(keyOf(contender, seed))
  if (run === undefined) return undefined
  const length = lengthWithin(run, budget)
  const hasFigure = run.divergedIn === null && length > 0
  return { run, length, figure: hasFigure ? tailFigure(run.values.slice(0, length), isReturn) : null }
}

/** The column of a run, or of what it cost, that the budget limits. */
export const limitedBy = ({ of }: Budget) => (of === 'bytes' ? 'busiestBytes' : of)

/** How many of the measured rounds the budget pays for. */
export function lengthWithin(run: ContestRun, budget: Budget | null): number {
  if (budget === null) return run.rounds.length
  const column = run[limitedBy(budget)]
  const beyond = column.findIndex(total => total > budget.amount)
  return beyond < 0 ? column.length : beyond
}

/** Over the second half of the values. */
function tailFigure(values: readonly number[], isReturn: boolean): number {
  const tail = values.slice(Math.floor(values.length / 2))
  const sum = tail.reduce((total, value) => total + (isReturn ? value : value * value), 0)
  return isReturn ? sum / tail.length : Math.sqrt(sum / tail.length)
}

/** Until the first measured round in which the target is reached. */
function costUntil(
  { run, length }: Trial,
  target: number | null | undefined,
  isReturn: boolean
): Cost | null {
  if (target === null || target === undefined) return null
  const at = run.values.slice(0, length).findIndex(value => (isReturn ? value >= target : value <= target))
  return costAt(run, at)
}

function costAt(run: ContestRun, at: number): Cost | null {
  if (at < 0) return null
  const { rounds, samples, messages, bytes, busiestBytes, seconds } = run
  return {
    rounds: rounds[at]!,
    samples: samples[at]!,
    messages: messages[at]!,
    bytes: bytes[at]!,
    busiestBytes: busiestBytes[at]!,
    seconds: seconds[at]!
  }
}

/** Column by column; what is null counts as more than everything. */
function medianCost(costs: readonly (Cost | null)[]): Cost | null {
  const [rounds, samples, messages, bytes, busiestBytes, seconds] = COSTS.map(key =>
    median(costs.map(cost => cost?.[key] ?? Number.POSITIVE_INFINITY))
  ) as [number, number, number, number, number, number]
  return Number.isFinite(rounds) ? { rounds, samples, messages, bytes, busiestBytes, seconds } : null
}

/** NaN of nothing. */
function median(values: readonly number[]): number {
  const ascending = values.toSorted((a, b) => a - b)
  const middle = ascending.length >> 1
  if (ascending.length % 2 === 1) return ascending[middle]!
  return ascending.length === 0 ? Number.NaN : (ascending[middle - 1]! + ascending[middle]!) / 2
}
