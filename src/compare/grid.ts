/**
 * From a comparison as it is written to its problems (`problems.ts`) and their contenders (`entrants.ts`): the product of all values,
 * without what cannot work. Plain is compared with plain and corrected with corrected.
 */
import { present } from '../core/assert.ts'
import { ExperimentError } from '../core/errors.ts'
import type { Metric } from '../interfaces.ts'
import type { Setting } from '../setting.ts'
import type { Comparison, Contender, Problem } from './comparison.ts'
import { entrantsOf, type Refused } from './entrants.ts'
import { ours } from './given.ts'
import { problemsOf } from './problems.ts'
import type { Source } from './source.ts'
import { STANDARD_BASE, STANDARD_PROBLEMS, STANDARD_SEEDS } from './standard.ts'

/** In place of a network model, where seconds are measured. */
const MEASURED = 'libp2p (measured)'
const MOST_CONTENDERS = 1000

/** By what the judge measures, the first unless another is asked for. Less is better, but for `return`. */
const METRICS_OF: Readonly<Record<Setting['judge']['measures'], readonly Metric[]>> = {
  value: ['fixedPointError', 'valueError', 'excessValueError', 'consensusError'],
  policy: ['return', 'valueGap', 'policyDistance', 'consensusError'],
  score: ['return', 'policyDistance', 'consensusError']
}

/** A contender that cannot work. */
export interface LeftOut extends Refused {
  readonly problem: number
}

export interface Expanded {
  readonly comparison: Omit<Comparison, 'command'>
  readonly leftOut: readonly LeftOut[]
  /** What the user should know of contenders, once each. */
  readonly warnings: readonly string[]
}

/**
 * `seedsFrom` gives so many seeds that begin with one. Throws an ExperimentError for mistakes; what is no mistake, but cannot work
 * together, is left out.
 */
export function expand(
  written: Source,
  seedsFrom: (count: number, first: string) => readonly string[]
): Expanded {
  const source = saysWhere(written)
    ? written
    : { ...written, base: { ...STANDARD_BASE, ...written.base }, problems: STANDARD_PROBLEMS }
  const { name, statistic, target, budget } = source
  const price = source.base.transport?.value === 'libp2p' ? MEASURED : source.price
  const count = source.seeds ?? STANDARD_SEEDS
  const first = String(source.base.seed?.value ?? '1')
  const seeds = typeof count === 'number' ? seedsFrom(count, first) : count

  const problems: Problem[] = []
  const contenders: Contender[] = []
  const leftOut: LeftOut[] = []
  const warnings = new Map<string, Warned[]>()
  for (const { label, keys } of problemsOf(source)) {
    const problem = problems.length
    const { entrants, refused } = entrantsOf(source, {
      ...keys,
      seed: ours('seed', present(seeds[0], 'a first seed'))
    })
    const metric = metricFor(source.metric, present(entrants[0], 'an entrant').setting)
    if (target !== null && target.value < 0 && metric !== 'return')
      throw new ExperimentError(`${target.place}: is ${target.value}, but ${metric} is never below 0`)
    problems.push({ label, metric })
    contenders.push(...entrants.map(({ label, setting: { experiment } }) => ({ label, problem, experiment })))
    leftOut.push(...refused.map(each => ({ ...each, problem })))
    for (const { label, setting } of entrants) {
      for (const warning of setting.warnings) {
        // What a graph has to say of itself makes no difference here.
        if (setting.topology.notes.includes(warning)) continue
        const warned = warnings.get(warning) ?? []
        warned.push({ label, problem })
        warnings.set(warning, warned)
      }
    }
    if (contenders.length > MOST_CONTENDERS)
      throw new ExperimentError(`compare: more than ${MOST_CONTENDERS} contenders; leave some values out`)
  }
  return {
    comparison: {
      name: name ?? '',
      problems,
      contenders,
      seeds,
      statistic,
      target: target?.value ?? null,
      budget,
      price
    },
    leftOut,
    warnings: [...warnings].map(([warning, warned]) => warningLine(warning, warned, { problems, contenders }))
  }
}

/** Whom a warning is about. */
type Warned = Pick<Contender, 'label' | 'problem'>

/** Said once, whomever it is about. */
function warningLine(
  warning: string,
  warned: readonly Warned[],
  { problems, contenders }: Pick<Comparison, 'problems' | 'contenders'>
): string {
  const [first] = warned
  if (warned.length === 1) return `${first?.label}: ${warning}`
  const where = warned.every(({ problem }) => problem === first?.problem) ? first?.problem : undefined
  const among = where === undefined ? contenders : contenders.filter(({ problem }) => problem === where)
  const label = where === undefined ? '' : problems[where]?.label
  const of = warned.length === among.length ? 'all' : `${warned.length} of`
  return `${warning} (${of} ${among.length} contenders${label ? ` of ${label}` : ''})`
}

/** Whether anything is said of what the peers learn in. */
const saysWhere = ({ base, problems, grid }: Source): boolean =>
  problems.length > 0 ||
  (['environment', 'placement', 'learner'] as const).some(
    key => base[key] !== undefined || grid[key] !== undefined
  )

function metricFor(asked: Metric | null, { judge }: Setting): Metric {
  const known = METRICS_OF[judge.measures]
  if (asked === null) return present(known[0], 'a metric')
  if (!known.includes(asked)) {
    throw new ExperimentError(
      `metric: ${asked} is not measured of these learners as an error or a return; allowed: ${known.join(', ')}`
    )
  }
  return asked
}
