/**
 * Exact diffusion (Yuan, Ying, Zhao, Sayed 2019), the textbook form of corrected gossip:
 *
 *     θ_i ← Σ_j W_ij ψ_j,   ξ_i ← ξ_i + (Σ_j W_ij ψ_j − ψ_i)/(η H),   local steps θ ← θ − η (g − ξ_i).
 *
 * Exact while every message arrives: its fixed point is θ* only as long as Σ_i ξ_i = 0, and a message that arrives in one
 * direction alone breaks that for ever. `gossip-scafflsa` is the same recursion made to last.
 */
import { z } from 'zod'
import { assert } from '../core/assert.ts'
import { strideOf } from '../core/parameter-matrix.ts'
import type { AggregationFamily } from '../interfaces.ts'
import { mix } from './mix.ts'
import { Neighbourhood } from './neighbourhood.ts'
import { planOver } from './plan.ts'
import { sendParameters } from './send.ts'

export const exactDiffusion: AggregationFamily<object> = {
  description: 'gossip with control variates, as in the textbooks: exact while no message is lost',
  options: z.strictObject({}),
  build({ mixing, parameters, stepSize, localSteps, hosted }) {
    assert(mixing.period === 1 && mixing.at(0).symmetric, 'exact diffusion needs one symmetric matrix')
    const correctedBy = stepSize * localSteps
    const stride = strideOf(parameters)
    const neighbourhood = new Neighbourhood(mixing, hosted)
    const correction = new Float64Array(mixing.links.participants * stride)
    return {
      name: 'exact-diffusion',
      plan: planOver(mixing, parameters),
      correction,
      state: { ...neighbourhood.state, correction },
      compose: (_hop, theta) => sendParameters(theta, neighbourhood.degreesToSend()),
      combine(_hop, theta, inbox) {
        neighbourhood.listen(inbox)
        mix(neighbourhood, theta, inbox)
        const { values, spare } = theta
        const { first, last } = neighbourhood.hosted
        for (let at = first * stride; at < last * stride; at++)
          correction[at] = correction[at]! + (spare[at]! - values[at]!) / correctedBy
        theta.swap()
      },
      restart(i) {
        neighbourhood.restart(i)
        correction.fill(0, i * stride, (i + 1) * stride)
      },
      neighboursOf: i => neighbourhood.of(i)
    }
  }
}
