/**
 * From a comparison as it is written to its problems and contenders: the product of all values, without what cannot work. No
 * federation and the server are contenders of every problem, and the corrected server too where anybody is corrected, so that plain
 * is compared with plain and corrected with corrected.
 */
import { isDeepStrictEqual } from 'node:util'
import { topologies } from '../../topologies/index.ts'
import { aggregations } from '../aggregation/index.ts'
import { isCorrected, nameOf, traitsOf, usesHub } from '../aggregation/names.ts'
import { present } from '../core/assert.ts'
import { ExperimentError } from '../core/errors.ts'
import { isNamedKey, NAMED_KEYS } from '../experiment/families.ts'
import type { KeyName } from '../experiment/keys.ts'
import { type Families, parseNamed, specOf } from '../experiment/named.ts'
import { shown } from '../experiment/problem.ts'
import { resolve } from '../experiment/resolve.ts'
import type { Experiment } from '../experiment/schema.ts'
import type { Metric } from '../interfaces.ts'
import { type Setting, settingOf } from '../setting.ts'
import type { Comparison, Contender, Problem } from './comparison.ts'
import type { Given, Keys, Source } from './source.ts'
import {
  CORRECTED,
  PLAIN,
  STANDARD_BASE,
  STANDARD_MESH,
  STANDARD_PROBLEMS,
  STANDARD_SEEDS,
  STANDARD_TOPOLOGIES
} from './standard.ts'

/** The keys by which contenders differ; those by which problems do are the others. */
const CONTENDER_KEYS: readonly KeyName[] = ['topology', 'aggregation', 'weights']
/** A run is measured about as often, unless that is said. */
const MEASURED_ROUNDS = 250
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
export interface LeftOut {
  readonly problem: number
  readonly label: string
  readonly reason: string
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

const ours = (key: KeyName, value: unknown): Given => ({ value, place: path => [key, ...path].join('.') })

/** Whether anything is said of what the peers learn in. */
const saysWhere = ({ base, problems, grid }: Source): boolean =>
  problems.length > 0 ||
  (['environment', 'placement', 'learner'] as const).some(
    key => base[key] !== undefined || grid[key] !== undefined
  )

function problemsOf({ base, problems, contenders, grid }: Source): { label: string; keys: Keys }[] {
  for (const { seed } of [...problems, ...contenders, { seed: grid.seed?.[0] }]) {
    if (seed !== undefined)
      throw new ExperimentError(
        `${seed.place([], 'key')}: all meet the same seeds; list them under seeds, or --seeds`
      )
  }
  for (const { transport } of [...problems, ...contenders, { transport: grid.transport?.[0] }]) {
    if (transport !== undefined)
      throw new ExperimentError(
        `${transport.place([], 'key')}: one for all, since seconds that are measured and predicted do not compare; put it under base`
      )
  }
  for (const problem of problems) {
    const key = CONTENDER_KEYS.find(name => problem[name] !== undefined)
    if (key !== undefined)
      throw new ExperimentError(`${problem[key]?.place([], 'key')}: tells contenders apart; put it there`)
  }
  const axes = Object.entries(grid).filter(([key]) => !CONTENDER_KEYS.includes(key as KeyName))
  axes.forEach(refuseTwice)
  const found = (problems.length === 0 ? [{}] : problems).flatMap(({ name, ...problem }: Keys) =>
    productOf(axes).map(choice => {
      const own = name === undefined ? problems.length > 1 && inFewWords(problem) : givenName(name)
      return {
        label: [...(own ? [own] : []), ...differences(choice, axes)].join(', '),
        keys: { ...base, ...problem, ...choice },
        place: (name ?? Object.values(problem)[0])?.place([])
      }
    })
  )
  const labels = found.map(({ label }) => label)
  const again = found.find(({ label }, k) => labels.indexOf(label) < k)
  if (again !== undefined)
    throw new ExperimentError(
      `${again.place ?? 'problems'}: is the second problem called "${again.label}"; call it otherwise`
    )
  return found
}

function refuseTwice([key, values]: Axis): void {
  const words = values.map(given => inWords(key, given))
  const again = words.findIndex((word, k) => words.indexOf(word) < k)
  if (again >= 0) throw new ExperimentError(`${values[again]?.place([])}: has ${words[again]} twice`)
}

/** What the user calls a problem or contender. */
function givenName({ value, place }: Given): string {
  const name = typeof value === 'number' ? String(value) : value
  if (typeof name !== 'string' || name.trim() === '')
    throw new ExperimentError(`${place([])}: must be non-empty text, not ${shown(value)}`)
  return name
}

/** Of what is said of it. */
const inFewWords = (own: Keys): string =>
  Object.entries(own)
    .filter(([key]) => key !== 'use')
    .map(([key, given]) => `${key} ${inWords(key, given)}`)
    .join(', ')

type Axis = readonly [key: string, values: readonly Given[]]

/** Every value of each with every value of the others. */
const productOf = (axes: readonly Axis[]): Keys[] =>
  axes.reduce<Keys[]>(
    (all, [key, values]) => all.flatMap(one => values.map(value => ({ ...one, [key]: value }))),
    [{}]
  )

const differences = (choice: Keys, axes: readonly Axis[]): string[] =>
  axes.filter(([, { length }]) => length > 1).map(([key]) => `${key} ${inWords(key, choice[key as KeyName])}`)

/** A value in the fewest words; a mistake in it is told. */
function inWords(key: string, given: Given | undefined): string {
  if (given === undefined) return ''
  if (isNamedKey(key)) {
    const families: Families = NAMED_KEYS[key].families
    return specOf(parseNamed(given.value, families, given.place))
  }
  return typeof given.value === 'string' ? given.value : shown(given.value)
}

/** Keys that make a contender: of several sets the first that can work. */
interface Candidate {
  readonly alternatives: readonly Keys[]
  /** Whether it was asked for as it is: then a key that has no such value is a mistake. */
  readonly isListed: boolean
}

interface Entrant {
  readonly label: string
  /** Where that was written; undefined if it follows from the rest. */
  readonly namedAt: string | undefined
  readonly setting: Setting
}

function entrantsOf(
  source: Source,
  common: Keys
): { entrants: Entrant[]; refused: Pick<LeftOut, 'label' | 'reason'>[] } {
  const candidates = candidatesOf(source)
  const decided = candidates.flatMap(({ alternatives: [keys] }) => {
    const { value, place } = keys?.topology ?? ours('topology', 'ring')
    const { family, options } = parseNamed(value, topologies, place)
    return family.peersOf?.(options) ?? []
  })
  const peers = common.peers ?? (decided[0] === undefined ? undefined : ours('peers', decided[0]))
  const keys = peers === undefined ? common : { ...common, peers }

  const always = (aggregation: string): Entrant =>
    entrantOf(keys, { aggregation: ours('aggregation', aggregation) })
  // A mistake in the problem itself is one for these, too.
  const entrants = new Map<string, Entrant>()
  const enter = (entrant: Entrant): void => {
    if (!entrants.has(entrant.label)) entrants.set(entrant.label, entrant)
  }
  enter(always('none'))
  enter(always('star'))
  const refused: Pick<LeftOut, 'label' | 'reason'>[] = []
  const tried: Entrant[] = []
  for (const { alternatives, isListed } of candidates) {
    let why: Pick<LeftOut, 'label' | 'reason'> | undefined
    for (const alternative of alternatives) {
      try {
        tried.push(entrantOf(keys, alternative))
        why = undefined
        break
      } catch (error) {
        if (!(error instanceof ExperimentError)) throw error
        // What is wrong by itself, and not with the rest, is a mistake.
        if (isListed) resolved(keys, alternative)
        why ??= { label: roughLabel(alternative), reason: error.message }
      }
    }
    if (why !== undefined) refused.push(why)
  }
  if (tried.some(({ setting: { experiment } }) => isCorrected(experiment.aggregation))) {
    try {
      enter(always('star-scafflsa'))
    } catch (error) {
      if (!(error instanceof ExperimentError)) throw error
      refused.push({ label: 'server, star-scafflsa', reason: error.message })
    }
  }
  for (const entrant of tried) {
    const twin = entrants.get(entrant.label)
    const namedAt = entrant.namedAt ?? twin?.namedAt
    if (twin !== undefined && namedAt !== undefined && !isSame(twin, entrant))
      throw new ExperimentError(
        `${namedAt}: "${entrant.label}" is what another contender is called; call it otherwise`
      )
    enter(entrant)
  }
  const [reason] = refused
  if (tried.length === 0 && reason !== undefined)
    throw new ExperimentError(`compare: none of the contenders can work; ${reason.label}: ${reason.reason}`)
  return { entrants: [...entrants.values()], refused }
}

const isSame = ({ setting: a }: Entrant, { setting: b }: Entrant): boolean =>
  isDeepStrictEqual(a.experiment, b.experiment)

function candidatesOf({ base, contenders, grid }: Source): Candidate[] {
  const listed = contenders.map(keys => ({ alternatives: [keys], isListed: true }))
  const isCrossed = contenders.length === 0 || CONTENDER_KEYS.some(key => grid[key] !== undefined)
  if (!isCrossed) return listed
  const axis = (key: KeyName): readonly Given[] | undefined =>
    grid[key] ?? (base[key] === undefined ? undefined : [base[key]])
  const given = { topology: axis('topology'), aggregation: axis('aggregation'), weights: axis('weights') }
  const graphs = given.topology ?? STANDARD_TOPOLOGIES.map(name => ours('topology', name))
  const weights = given.weights?.map(value => ({ weights: value })) ?? [{}]
  const rules: readonly (readonly Given[])[] =
    given.aggregation?.map(value => [value]) ??
    [[PLAIN], CORRECTED].map(names => names.map(name => ours('aggregation', name)))
  const crossed = graphs.flatMap(topology =>
    rules.flatMap(rule =>
      weights.map(weight => ({
        alternatives: rule.map(aggregation => ({ topology, aggregation, ...weight })),
        isListed: false
      }))
    )
  )
  // A mistake in one of the values would be one in all its combinations.
  for (const value of graphs) parseNamed(value.value, topologies, value.place)
  for (const value of rules.flat()) parseNamed(value.value, aggregations, value.place)
  const mesh = {
    topology: ours('topology', STANDARD_MESH.topology),
    aggregation: ours('aggregation', STANDARD_MESH.aggregation)
  }
  const isOpen = given.topology === undefined && given.aggregation === undefined
  return [...listed, ...crossed, ...(isOpen ? [{ alternatives: [mesh], isListed: false }] : [])]
}

/** Throws an ExperimentError where it cannot work. */
function entrantOf(common: Keys, own: Keys): Entrant {
  const experiment = resolved(common, own)
  return {
    label: labelOf(experiment, own),
    namedAt: own.name?.place([]),
    setting: settingOf(experiment)
  }
}

function resolved(common: Keys, own: Keys): Experiment {
  const keys: Keys = { ...common, ...own }
  const { value, place } = keys.aggregation ?? ours('aggregation', NAMED_KEYS.aggregation.standard)
  const aggregation = specOf(parseNamed(value, aggregations, place))
  const hasGraph = !usesHub(aggregation) && traitsOf(aggregation).over !== 'nothing'
  const used = Object.entries(keys).filter(([key]) => {
    if (key === 'name') return false
    // What a contender says itself is not passed over.
    return hasGraph || !CONTENDER_KEYS.includes(key as KeyName) || key === 'aggregation'
  })
  const raw = Object.fromEntries(used.map(([key, given]) => [key, given.value]))
  const { experiment } = resolve(
    { transport: 'simulated', ...raw },
    ([key, ...path], of) => keys[key as KeyName]?.place(path, of) ?? [key, ...path].join('.')
  )
  return keys.measureEvery === undefined
    ? { ...experiment, measureEvery: Math.ceil(experiment.rounds / MEASURED_ROUNDS) }
    : experiment
}

/** What it is called in its problem. */
function labelOf({ topology, aggregation }: Experiment, own: Keys): string {
  if (own.name !== undefined) return givenName(own.name)
  const { over } = traitsOf(aggregation)
  const graph = specOf(parseNamed(topology, topologies, 'topology'))
  const base =
    over === 'nothing'
      ? nameOf(aggregation) === 'none'
        ? 'alone'
        : aggregation
      : over === 'hub'
        ? `server, ${aggregation}`
        : over === 'mesh'
          ? `${aggregation} over ${graph}`
          : `${graph === 'star' ? 'star graph' : graph}, ${aggregation}`
  const more = Object.entries(own)
    .filter(([key]) => key !== 'topology' && key !== 'aggregation')
    .filter(([key]) => key !== 'weights' || traitsOf(aggregation).weights !== null)
    .map(([key, given]) => `${key === 'weights' ? '' : `${key} `}${inWords(key, given)}`)
  return [base, ...more].join(', ')
}

/** Of one that cannot be made. */
const roughLabel = (own: Keys): string =>
  own.name === undefined
    ? Object.entries(own)
        .map(([key, given]) => inWords(key, given))
        .join(', ')
    : String(own.name.value)

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
