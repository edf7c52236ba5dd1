/** The aggregations by name, and what each needs. */
export const AGGREGATIONS = [
  'none',
  'gossip',
  'star',
  'star-scafflsa',
  'exact-diffusion',
  'gossip-scafflsa'
] as const
export type AggregationName = (typeof AGGREGATIONS)[number]

/** A hub takes the place of the graph. */
export const usesHub = (name: AggregationName): boolean => name === 'star' || name === 'star-scafflsa'

/** Local steps are corrected by control variates, which must sum to zero over the peers. */
export const isCorrected = (name: AggregationName): boolean =>
  name === 'star-scafflsa' || isCorrectedGossip(name)

/** Local steps are corrected by what was exchanged over the edges: wants a symmetric W with λ_min > −1/3. */
export const isCorrectedGossip = (name: AggregationName): boolean =>
  name === 'exact-diffusion' || name === 'gossip-scafflsa'

/**
 * What is put beside a run, at the same seed and in the simulator, under the same faults: no federation, the server that it
 * replaces, and where messages are lost and peers stop, corrected gossip as the textbooks have it.
 */
export function rivalsOf(aggregation: AggregationName, withFaults: boolean): readonly AggregationName[] {
  const rivals: AggregationName[] = ['none', 'star']
  if (isCorrectedGossip(aggregation)) {
    rivals.push('star-scafflsa')
    if (withFaults) rivals.push('exact-diffusion')
  }
  return rivals.filter(name => name !== aggregation)
}
