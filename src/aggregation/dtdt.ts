/**
 * Decentralised TD with tracking, DTDT (Wang, Lu, Giannakis, Tesauro, Sun 2020), which is DIGing (Nedić, Olshevsky, Shi 2017) with
 * the steps of TD for gradients. With θ_i before the local steps of a round and ψ_i after them,
 *
 *     g_i = (θ_i − ψ_i)/(η H),   y_i ← Σ_j W_ij y_j + g_i − g_i⁻,   θ_i ← Σ_j W_ij θ_j − η H y_i,
 *
 * where y_j and g_i⁻ are those of the round before, and y_i = g_i in the first. Published with H = 1; with more local steps the same
 * is done with what they make together. A message carries θ and y, both of this round.
 *
 * Σ_i y_i = Σ_i g_i always, if W is doubly stochastic; it may change from round to round. At rest all θ_i are one, and all y_i are
 * 0: for H = 1 that is θ*, and for more where the steps of all peers from one point cancel, the fixed point of a server's mean.
 * Local steps are not corrected: there is no ξ. What is mixed are parameters before the steps, for which steps must be smaller than
 * under `gossip-tracking` where W has eigenvalues near −1 or 0.
 *
 * Exact while every message arrives, or is lost in both directions: one that is lost in one direction alone, or a peer that
 * begins anew, leaves Σ_i y_i ≠ Σ_i g_i for ever, and every peer off θ*. A peer that is cut off goes on with the y it has.
 */
import { z } from 'zod'
import { strideOf } from '../core/parameter-matrix.ts'
import { doubles } from '../core/payload.ts'
import type { AggregationFamily } from '../interfaces.ts'
import { mixInto } from './mix.ts'
import { Neighbourhood } from './neighbourhood.ts'
import { planOver } from './plan.ts'

export const dtdt: AggregationFamily<object> = {
  description: 'gossip of parameters and of the mean gradient that each tracks (DTDT): θ* for one local step',
  options: z.strictObject({}),
  build({ mixing, parameters, stepSize, localSteps, hosted }) {
    const { participants } = mixing.links
    const step = stepSize * localSteps
    const stride = strideOf(parameters)
    const neighbourhood = new Neighbourhood(mixing, hosted)
    const { first, last } = neighbourhood.hosted
    const gradients = new Float64Array(participants * stride)
    /** Σ_j W_ij y_j − g_i of the round before. */
    const carried = new Float64Array(participants * stride)
    const tracked = new Float64Array(participants * stride)
    const messageStride = strideOf(2 * parameters)
    /** θ and y. */
    const messages = new Float64Array(participants * messageStride)

    /** Who is stopped has not moved and hears nobody. */
    function rests(i: number): boolean {
      if (!neighbourhood.hearsNobody(i)) return false
      for (let at = i * stride; at < i * stride + parameters; at++) if (gradients[at] !== 0) return false
      return true
    }

    return {
      name: 'dtdt',
      plan: planOver(mixing, parameters, { payload: doubles(2 * parameters) }),
      correction: undefined,
      state: { ...neighbourhood.state, carried },
      begin(round, { values }) {
        neighbourhood.begin(round)
        for (let i = first; i < last; i++) {
          for (let c = 0; c < parameters; c++) messages[i * messageStride + c] = values[i * stride + c]!
        }
      },
      compose(_hop, { values }) {
        for (let i = first; i < last; i++) {
          for (let c = 0; c < parameters; c++) {
            const at = i * stride + c
            const message = i * messageStride + c
            const gradient = (messages[message]! - values[at]!) / step
            gradients[at] = gradient
            messages[message + parameters] = carried[at]! + gradient
          }
        }
        const degrees = neighbourhood.degreesToSend()
        return { payloads: messages, stride: messageStride, degrees, notes: undefined }
      },
      combine(_hop, theta, inbox) {
        neighbourhood.listen(inbox)
        for (const [from, out] of [
          [0, theta.spare],
          [parameters, tracked]
        ] as const) {
          const own = { values: messages, stride: messageStride, from }
          const others = { values: inbox.payloads, stride: inbox.stride, from }
          mixInto(neighbourhood, own, others, inbox.slots, parameters, { values: out, stride, from: 0 })
        }
        for (let i = first; i < last; i++) {
          const isAtRest = rests(i)
          for (let c = 0; c < parameters; c++) {
            const at = i * stride + c
            carried[at] = tracked[at]! - gradients[at]!
            const y = messages[i * messageStride + parameters + c]!
            if (!isAtRest) theta.spare[at] = theta.spare[at]! - step * y
          }
        }
        theta.swap()
      },
      restart(i) {
        neighbourhood.restart(i)
        carried.fill(0, i * stride, (i + 1) * stride)
      },
      neighboursOf: i => neighbourhood.of(i)
    }
  }
}
