/** The aggregations by name. */

import { parseNamed } from '../experiment/named.ts'
import type { Aggregation, AggregationFamily, AggregationSettings } from '../interfaces.ts'
import { chebyshev, momentum } from './accelerated.ts'
import { broadcast } from './broadcast.ts'
import { choco } from './choco.ts'
import { dtdt } from './dtdt.ts'
import { exactDiffusion } from './exact-diffusion.ts'
import { gossip } from './gossip.ts'
import { gossipPfLsa } from './gossip-pf-lsa.ts'
import { gossipScafflsa } from './gossip-scafflsa.ts'
import { gossipTracking } from './gossip-tracking.ts'
import { graphRegularised } from './graph-regularised.ts'
import { interpolation } from './interpolation.ts'
import { mesh } from './mesh.ts'
import type { AggregationName, AggregationSpec } from './names.ts'
import { none } from './none.ts'
import { pairwise } from './pairwise.ts'
import { partial } from './partial.ts'
import { pfLsa } from './pf-lsa.ts'
import { pushSum } from './push-sum.ts'
import { relaySum } from './relay-sum.ts'
import { similarity } from './similarity.ts'
import { star, starScafflsa } from './star.ts'

const families = {
  none,
  gossip,
  star,
  'star-scafflsa': starScafflsa,
  'exact-diffusion': exactDiffusion,
  'gossip-scafflsa': gossipScafflsa,
  'gossip-tracking': gossipTracking,
  dtdt,
  chebyshev,
  momentum,
  choco,
  'push-sum': pushSum,
  pairwise,
  broadcast,
  'relay-sum': relaySum,
  mesh,
  'pf-lsa': pfLsa,
  'gossip-pf-lsa': gossipPfLsa,
  'graph-regularised': graphRegularised,
  interpolation,
  partial,
  similarity
} satisfies Record<AggregationName, AggregationFamily>

/** The only list of aggregations; what others must know of each is in `names.ts`. */
export const aggregations: Readonly<Record<string, AggregationFamily>> = families

export function aggregationOf(spec: AggregationSpec, settings: AggregationSettings): Aggregation {
  const { family, options } = parseNamed(spec, aggregations, 'aggregation')
  return family.build(settings, options)
}

/** How many exchanges a round of so many peers has. */
export function hopsOf(spec: AggregationSpec, peers: number): number {
  const { family, options } = parseNamed(spec, aggregations, 'aggregation')
  return family.hops?.(peers, options) ?? 1
}
