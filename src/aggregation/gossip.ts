/** Gossip averaging, adapt then combine: θ_i ← Σ_j W_ij ψ_j over the neighbours j of i and i itself. */
import type { Aggregation, Hosted, MixingMatrix } from '../interfaces.ts'
import { mix } from './mix.ts'
import { Neighbourhood } from './neighbourhood.ts'
import { sendParameters } from './send.ts'

export function gossip(matrix: MixingMatrix, parameters: number, hosted?: Hosted): Aggregation {
  const { links } = matrix
  const neighbourhood = new Neighbourhood(matrix, hosted)
  return {
    name: 'gossip',
    plan: { participants: links.participants, hops: [links], length: parameters, flows: false },
    correction: undefined,
    state: neighbourhood.state,
    compose: (_hop, theta) => sendParameters(theta, neighbourhood.degreesToSend()),
    combine(_hop, theta, inbox) {
      neighbourhood.listen(inbox)
      mix(neighbourhood, theta, inbox)
      theta.swap()
    },
    restart: i => neighbourhood.restart(i),
    neighboursOf: i => neighbourhood.of(i)
  }
}
