/**
 * Who takes part in a problem: all graphs with all rules and weights, those that are listed, and always nobody's federation and the
 * server; the corrected server, too, where anybody is corrected. What cannot work together is left out, with the reason.
 */
import { isDeepStrictEqual } from 'node:util'
import { topologies } from '../../topologies/index.ts'
import { aggregations } from '../aggregation/index.ts'
import { isCorrected, nameOf, traitsOf, usesHub } from '../aggregation/names.ts'
import { ExperimentError } from '../core/errors.ts'
import { NAMED_KEYS } from '../experiment/families.ts'
import type { KeyName } from '../experiment/keys.ts'
import { parseNamed, specOf } from '../experiment/named.ts'
import { resolve } from '../experiment/resolve.ts'
import type { Experiment } from '../experiment/schema.ts'
import { type Setting, settingOf } from '../setting.ts'
import { CONTENDER_KEYS, givenName, inWords, ours } from './given.ts'
import type { Given, Keys, Source } from './source.ts'
import { CORRECTED, PLAIN, STANDARD_MESH, STANDARD_TOPOLOGIES } from './standard.ts'

/** A run is measured about as often, unless that is said. */
const MEASURED_ROUNDS = 250
/** One who cannot take part. */
export interface Refused {
  readonly label: string
  readonly reason: string
}

/** Keys that make a contender: of several sets the first that can work. */
interface Candidate {
  readonly alternatives: readonly Keys[]
  /** Whether it was asked for as it is: then a key that has no such value is a mistake. */
  readonly isListed: boolean
}

/** One who can take part. */
export interface Entrant {
  readonly label: string
  /** Where that was written; undefined if it follows from the rest. */
  readonly namedAt: string | undefined
  readonly setting: Setting
}

/** Of a problem whose runs have these keys in common. Throws an ExperimentError for mistakes. */
export function entrantsOf(source: Source, common: Keys): { entrants: Entrant[]; refused: Refused[] } {
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
  const refused: Refused[] = []
  const tried: Entrant[] = []
  for (const { alternatives, isListed } of candidates) {
    let why: Refused | undefined
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
