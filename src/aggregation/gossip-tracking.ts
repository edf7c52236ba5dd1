/**
 * Gossip with tracked gradients: K-GT (Liu, Lin, Koloskova, Stich 2024). With θ_i before the local steps and ψ_i after them,
 *
 *     z_i = (θ_i − ψ_i)/(η H),   u_i = θ_i − σ (θ_i − ψ_i),
 *     θ_i ← Σ_j W_ij u_j,   ξ_i ← ξ_i + z_i − Σ_j W_ij z_j,   local steps θ ← θ − η (g − ξ_i).
 *
 * A message carries u and z, twice as much as gossip's. Its fixed point is θ* for every peer, whatever H, with any doubly
 * stochastic W, also one that changes from round to round, if the steps are small enough; on one that stays,
 * `tracking-limit.ts` tells how small.
 *
 * Exact while every message arrives: Σ_i ξ_i = 0 is what makes the fixed point θ*, and a message that arrives in one direction
 * alone, or a peer that begins anew, breaks that for ever.
 */
import { z } from 'zod'
import { strideOf } from '../core/parameter-matrix.ts'
import { doubles } from '../core/payload.ts'
import type { AggregationFamily } from '../interfaces.ts'
import { mixInto } from './mix.ts'
import { Neighbourhood } from './neighbourhood.ts'
import { planOver } from './plan.ts'

export const gossipTracking: AggregationFamily<{ readonly outerStep: number }> = {
  description:
    'gossip that tracks the mean gradient (K-GT): comes to θ* wherever W keeps the mean, with messages twice as long',
  options: z.strictObject({ outerStep: z.number().positive().max(1).default(1) }),
  build({ mixing, parameters, stepSize, localSteps, hosted }, { outerStep }) {
    const { participants } = mixing.links
    const correctedBy = stepSize * localSteps
    const stride = strideOf(parameters)
    const neighbourhood = new Neighbourhood(mixing, hosted)
    const correction = new Float64Array(participants * stride)
    const before = new Float64Array(participants * stride)
    const tracked = new Float64Array(participants * stride)
    const messageStride = strideOf(2 * parameters)
    const messages = new Float64Array(participants * messageStride)
    const { first, last } = neighbourhood.hosted

    function composeMessages(psi: Float64Array): void {
      for (let i = first; i < last; i++) {
        for (let c = 0; c < parameters; c++) {
          const at = i * stride + c
          const moved = before[at]! - psi[at]!
          const message = i * messageStride + c
          messages[message] = outerStep === 1 ? psi[at]! : before[at]! - outerStep * moved
          messages[message + parameters] = moved / correctedBy
        }
      }
    }

    return {
      name: 'gossip-tracking',
      plan: planOver(mixing, parameters, { payload: doubles(2 * parameters) }),
      correction,
      state: { ...neighbourhood.state, correction },
      begin(round, theta) {
        neighbourhood.begin(round)
        before.set(theta.values.subarray(0, before.length))
      },
      compose(_hop, theta) {
        composeMessages(theta.values)
        const degrees = neighbourhood.degreesToSend()
        return { payloads: messages, stride: messageStride, degrees, notes: undefined }
      },
      combine(_hop, theta, inbox) {
        neighbourhood.listen(inbox)
        const part = (values: Float64Array, rowStride: number, from: number) => ({
          values,
          stride: rowStride,
          from
        })
        for (const [from, out] of [
          [0, theta.spare],
          [parameters, tracked]
        ] as const) {
          const own = part(messages, messageStride, from)
          const others = part(inbox.payloads, inbox.stride, from)
          mixInto(neighbourhood, own, others, inbox.slots, parameters, part(out, stride, 0))
        }
        for (let i = first; i < last; i++) {
          for (let c = 0; c < parameters; c++) {
            const at = i * stride + c
            const z = messages[i * messageStride + parameters + c]!
            correction[at] = correction[at]! + (z - tracked[at]!)
          }
        }
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
