/** The aggregations by name, and what each needs. */
export const AGGREGATIONS = ['none', 'gossip', 'star', 'star-scafflsa', 'gossip-scafflsa'] as const
export type AggregationName = (typeof AGGREGATIONS)[number]

/** A hub takes the place of the graph. */
export const usesHub = (name: AggregationName): boolean => name === 'star' || name === 'star-scafflsa'

/** Local steps are corrected by control variates, which must sum to zero over the peers. */
export const isCorrected = (name: AggregationName): boolean =>
  name === 'star-scafflsa' || name === 'gossip-scafflsa'

/** Local steps are corrected by flows over the edges: wants a symmetric W with λ_min > −1/3. */
export const usesFlows = (name: AggregationName): boolean => name === 'gossip-scafflsa'

/** What is put beside a run, at the same seed and in the simulator: no federation, and the server that it replaces. */
export function rivalsOf(aggregation: AggregationName): readonly AggregationName[] {
  const rivals: AggregationName[] = ['none', 'star']
  if (usesFlows(aggregation)) rivals.push('star-scafflsa')
  return rivals.filter(name => name !== aggregation)
}
