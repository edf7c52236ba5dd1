/**
 * PF-LSA (`pf-lsa.ts`) without a server: the mean step is tracked by gossip, as in dynamic average consensus (Zhu, Martínez
 * 2010). With Δ_i = θ_i − ψ_i of the local steps of this round and Δ_i⁻ of the round before,
 *
 *     y_i ← Σ_j W_ij y_j + Δ_i − Δ_i⁻,   θ_i ← θ_i − β Δ_i − (1 − β) y_i = ψ_i + (1 − β)(Δ_i − y_i).
 *
 * Σ_i y_i = Σ_i Δ_i always, if W is doubly stochastic; it may change from round to round. At rest all y_i are one y, so
 * every Δ_i is −y (1 − β)/β, and their sum allows only y = 0: each peer is at its own θ_i*, whatever H. A message is y.
 *
 * Exact while every message arrives, or is lost in both directions: one that is lost in one direction alone, or a peer that
 * begins anew, leaves Σ_i y_i ≠ Σ_i Δ_i for ever, and every peer off its θ_i* in the same direction. A peer that hears nobody keeps
 * ψ_i, as one that learns alone.
 */
import { z } from 'zod'
import { strideOf } from '../core/parameter-matrix.ts'
import type { AggregationFamily } from '../interfaces.ts'
import { mixRows } from './mix.ts'
import { Neighbourhood } from './neighbourhood.ts'
import { planOver } from './plan.ts'

export const gossipPfLsa: AggregationFamily<{ readonly own: number }> = {
  description: 'the same without a server: gossip tracks the mean step, and each peer comes to its own θ_i*',
  options: z.strictObject({ own: z.number().positive().max(1).default(0.1) }),
  build({ mixing, parameters, hosted }, { own }) {
    const { participants } = mixing.links
    const stride = strideOf(parameters)
    const neighbourhood = new Neighbourhood(mixing, hosted)
    const { first, last } = neighbourhood.hosted
    const before = new Float64Array(participants * stride)
    const tracked = new Float64Array(participants * stride)
    const mixed = new Float64Array(participants * stride)
    const moves = new Float64Array(participants * stride)
    return {
      name: 'gossip-pf-lsa',
      plan: planOver(mixing, parameters),
      correction: undefined,
      state: { ...neighbourhood.state, tracked, moves },
      begin(round, { values }) {
        neighbourhood.begin(round)
        before.set(values.subarray(0, before.length))
      },
      compose: () => ({
        payloads: tracked,
        stride,
        degrees: neighbourhood.degreesToSend(),
        notes: undefined
      }),
      combine(_hop, { values }, inbox) {
        neighbourhood.listen(inbox)
        mixRows(neighbourhood, tracked, inbox, parameters, stride, mixed)
        for (let i = first; i < last; i++) {
          const isAlone = neighbourhood.hearsNobody(i)
          for (let at = i * stride; at < i * stride + parameters; at++) {
            const move = before[at]! - values[at]!
            tracked[at] = mixed[at]! + move - moves[at]!
            moves[at] = move
            if (!isAlone) values[at] = values[at]! + (1 - own) * (move - tracked[at]!)
          }
        }
      },
      restart(i) {
        neighbourhood.restart(i)
        tracked.fill(0, i * stride, (i + 1) * stride)
        moves.fill(0, i * stride, (i + 1) * stride)
      },
      neighboursOf: i => neighbourhood.of(i)
    }
  }
}
