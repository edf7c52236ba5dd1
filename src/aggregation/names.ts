/** The aggregations by name, and what the rest of the product must know of each. */
import { assert } from '../core/assert.ts'

/** What an aggregation asks of the rest of an experiment, plain data. */
interface Traits {
  /** What messages go over: nothing, the edges of the graph, all of them as far as relays take them, or a hub instead of it. */
  readonly over: 'nothing' | 'graph' | 'mesh' | 'hub'
  /** Which graphs will do: any, those that stay and have edges both ways, or of these the trees. */
  readonly graph: 'any' | 'undirected' | 'tree'
  /** The rule of W that suits it; null where it uses no W. */
  readonly weights: 'metropolis' | 'lazy' | 'push' | null
  /** Which sums of W must be 1: those of rows at least, of both, or of columns at least; or W must be symmetric. */
  readonly matrix: 'row' | 'doubly' | 'column' | 'symmetric'
  /** Local steps are corrected by control variates, which must sum to zero over the peers. */
  readonly isCorrected: boolean
  /** Peers disagree for ever if a message is lost or a peer begins anew. */
  readonly needsEveryMessage?: boolean
  /** Peers are meant to end at different θ, each at one for itself. */
  readonly isPersonal?: boolean
}

const gossiping: Traits = {
  over: 'graph',
  graph: 'any',
  weights: 'metropolis',
  matrix: 'row',
  isCorrected: false
}
const weightless: Traits = { ...gossiping, graph: 'undirected', weights: null }
const personal: Traits = { ...gossiping, isPersonal: true }
const symmetric: Traits = { ...gossiping, graph: 'undirected', matrix: 'symmetric' }
const corrected: Traits = { ...symmetric, weights: 'lazy', isCorrected: true }

const TRAITS = {
  none: { ...weightless, over: 'nothing' },
  gossip: gossiping,
  star: { ...weightless, over: 'hub' },
  'star-scafflsa': { ...weightless, over: 'hub', isCorrected: true },
  'exact-diffusion': corrected,
  'gossip-scafflsa': corrected,
  'gossip-tracking': { ...gossiping, matrix: 'doubly', isCorrected: true },
  dtdt: { ...gossiping, weights: 'lazy', matrix: 'doubly' },
  chebyshev: symmetric,
  momentum: symmetric,
  choco: { ...symmetric, needsEveryMessage: true },
  'push-sum': { ...gossiping, weights: 'push', matrix: 'column' },
  pairwise: weightless,
  broadcast: { ...weightless, graph: 'any' },
  'relay-sum': { ...weightless, graph: 'tree' },
  mesh: { ...weightless, over: 'mesh' },
  'pf-lsa': { ...weightless, over: 'hub', isPersonal: true },
  'gossip-pf-lsa': { ...personal, weights: 'lazy', matrix: 'doubly' },
  'graph-regularised': { ...weightless, isPersonal: true },
  interpolation: personal,
  partial: personal,
  similarity: personal
} as const satisfies Readonly<Record<string, Traits>>

export type AggregationName = keyof typeof TRAITS

export const AGGREGATIONS = Object.keys(TRAITS) as readonly AggregationName[]

/**
 * An aggregation as text: its name and those options that are not as they are by default, such as `gossip` or
 * `gossip:steps=3`. The same aggregation has the same text.
 */
export type AggregationSpec = string

export const traitsOf = (aggregation: AggregationSpec): Traits => {
  const name = nameOf(aggregation)
  assert(Object.hasOwn(TRAITS, name), `no aggregation is called ${name}`)
  return TRAITS[name as AggregationName]
}

/** The name in a text such as `gossip:steps=3`. */
export const nameOf = (aggregation: AggregationSpec): string => aggregation.replace(/:.*/s, '')

/** A hub takes the place of the graph. */
export const usesHub = (aggregation: AggregationSpec): boolean => traitsOf(aggregation).over === 'hub'

/** Peers are meant to end at different θ, each at one for itself. */
export const isPersonal = (aggregation: AggregationSpec): boolean => traitsOf(aggregation).isPersonal === true

/** Local steps are corrected by control variates, which must sum to zero over the peers. */
export const isCorrected = (aggregation: AggregationSpec): boolean => traitsOf(aggregation).isCorrected

/** Local steps are corrected by what was exchanged over the edges: wants a symmetric W with λ_min > −1/3. */
export const isCorrectedGossip = (aggregation: AggregationSpec): boolean =>
  isCorrected(aggregation) && traitsOf(aggregation).matrix === 'symmetric'

/**
 * What is put beside a run, at the same seed and in the simulator, under the same faults: no federation, the server that it
 * replaces, and where messages are lost and peers stop, corrected gossip as the textbooks have it.
 */
export function rivalsOf(aggregation: AggregationSpec, withFaults: boolean): readonly AggregationSpec[] {
  const rivals: AggregationName[] = ['none', 'star']
  if (isCorrected(aggregation)) rivals.push('star-scafflsa')
  if (isCorrectedGossip(aggregation) && withFaults) rivals.push('exact-diffusion')
  return rivals.filter(name => name !== aggregation)
}
