/** From the name of an aggregation to the aggregation. */
import type { Aggregation, Hosted, MixingMatrix } from '../interfaces.ts'
import { exactDiffusion } from './exact-diffusion.ts'
import { gossip } from './gossip.ts'
import { gossipScafflsa } from './gossip-scafflsa.ts'
import type { AggregationName } from './names.ts'
import { none } from './none.ts'
import { star } from './star.ts'

export interface AggregationSettings {
  readonly peers: number
  /** Doubles of θ. */
  readonly parameters: number
  /** W of the topology; the star's hub and `none` do without. */
  readonly matrix: MixingMatrix
  readonly localSteps: number
  readonly stepSize: number
  /** Whose arithmetic is done here; all participants if left out. */
  readonly hosted?: Hosted
}

export function aggregationOf(
  name: AggregationName,
  { peers, parameters, matrix, localSteps, stepSize, hosted }: AggregationSettings
): Aggregation {
  switch (name) {
    case 'none':
      return none(peers, parameters)
    case 'gossip':
      return gossip(matrix, parameters, hosted)
    case 'star':
      return star(peers, parameters, undefined, hosted)
    case 'star-scafflsa':
      return star(peers, parameters, stepSize * localSteps, hosted)
    case 'exact-diffusion':
      return exactDiffusion(matrix, parameters, stepSize * localSteps, hosted)
    case 'gossip-scafflsa':
      return gossipScafflsa(matrix, parameters, stepSize * localSteps, hosted)
  }
}
