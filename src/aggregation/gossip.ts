/** Gossip averaging, adapt then combine: θ_i ← Σ_j W_ij ψ_j over the neighbours j of i and i itself. */
import type { Aggregation, MixingMatrix } from '../interfaces.ts'
import { mix } from './mix.ts'
import { sendParameters } from './send.ts'

export function gossip(matrix: MixingMatrix, parameters: number): Aggregation {
  const { links } = matrix
  return {
    name: 'gossip',
    plan: { participants: links.participants, hops: [links], length: parameters, receipts: false },
    correction: undefined,
    state: {},
    compose: (_hop, theta) => sendParameters(theta),
    combine: (_hop, theta, inbox) => mix(matrix, theta, inbox)
  }
}
