/**
 * Gossip averaging, adapt then combine: θ_i ← Σ_j W_ij ψ_j over the neighbours j of i and i itself, `steps` times a round. On
 * a graph that changes, W is that of the round.
 */
import { z } from 'zod'
import type { AggregationFamily } from '../interfaces.ts'
import { mix } from './mix.ts'
import { Neighbourhood } from './neighbourhood.ts'
import { planOver } from './plan.ts'
import { sendParameters } from './send.ts'

export const gossip: AggregationFamily<{ readonly steps: number }> = {
  description: 'every peer takes the weighted mean of its neighbours and itself, steps times a round',
  options: z.strictObject({ steps: z.int().min(1).max(1000).default(1) }),
  hops: (_peers, { steps }) => steps,
  build({ mixing, parameters, hosted }, { steps }) {
    const neighbourhood = new Neighbourhood(mixing, hosted)
    return {
      name: 'gossip',
      plan: planOver(mixing, parameters, { hops: steps }),
      correction: undefined,
      state: neighbourhood.state,
      begin: round => neighbourhood.begin(round),
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
}
