/** The aggregations by name, and what the rest of the product must know of each. */
import { present } from '../core/assert.ts'
import type { AggregationTraits } from '../interfaces.ts'

type Traits = AggregationTraits

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

/** Whether this aggregation is one of those about which theory is asked; of others nothing is known. */
export const isOurs = (name: string): name is AggregationName => Object.hasOwn(TRAITS, name)

/** Ours, and those that were added. */
const traits = new Map<string, Traits>(Object.entries(TRAITS))

export const traitsOf = (aggregation: AggregationSpec): Traits =>
  present(traits.get(nameOf(aggregation)), `traits of ${aggregation}`)

/** What must be known of an aggregation that is added: what it does not say is as of gossip. */
export function addTraits(name: string, given: Partial<Traits> = {}): void {
  traits.set(name, { ...gossiping, ...given })
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
