/**
 * Partial sharing: a common body and a head of one's own (Collins et al. 2021; Xiong et al. 2025 for reinforcement learning;
 * Pillutla et al. 2022 for when to share what). Of the d parameters the first k are gossiped and the others stay where they
 * learn:
 *
 *     θ_i[c] ← Σ_j W_ij ψ_j[c] for c < k,   θ_i[c] ← ψ_i[c] for the others.
 *
 * With linear features, of which the first k mean the same to all, those are the shared ones. k = d is gossip to the bit.
 * Messages have k doubles.
 *
 * Lost messages, peers that stop and those that begin anew do to the first k what they do to gossip, and nothing to the others.
 */
import { z } from 'zod'
import { ExperimentError } from '../core/errors.ts'
import { doubles } from '../core/payload.ts'
import type { AggregationFamily } from '../interfaces.ts'
import { mixRows } from './mix.ts'
import { Neighbourhood } from './neighbourhood.ts'
import { planOver } from './plan.ts'
import { sendParameters } from './send.ts'

export const partial: AggregationFamily<{ readonly shared: number | 'half' }> = {
  description: 'gossip of the first parameters alone, `shared` of them; the others stay with each peer',
  options: z.strictObject({ shared: z.union([z.int().min(1), z.literal('half')]).default('half') }),
  build({ mixing, parameters, hosted }, { shared }) {
    const width = shared === 'half' ? Math.ceil(parameters / 2) : shared
    if (width > parameters) {
      throw new ExperimentError(
        `aggregation: shared=${width} of partial is more than there is: the learner has ${parameters} parameters`
      )
    }
    const neighbourhood = new Neighbourhood(mixing, hosted)
    const { first, last } = neighbourhood.hosted
    return {
      name: 'partial',
      plan: planOver(mixing, parameters, { payload: doubles(width) }),
      correction: undefined,
      state: neighbourhood.state,
      begin: round => neighbourhood.begin(round),
      compose: (_hop, theta) => sendParameters(theta, neighbourhood.degreesToSend()),
      combine(_hop, theta, inbox) {
        const { values, spare, stride } = theta
        neighbourhood.listen(inbox)
        spare.set(values.subarray(first * stride, last * stride), first * stride)
        mixRows(neighbourhood, values, inbox, width, stride, spare)
        theta.swap()
      },
      restart: i => neighbourhood.restart(i),
      neighboursOf: i => neighbourhood.of(i)
    }
  }
}
