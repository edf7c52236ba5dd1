/**
 * Gossip among those that are alike (after Zhang et al. 2021 and Li et al. 2022, who compare models in other ways): a neighbour
 * counts the less, the farther its parameters are,
 *
 *     s_ij = W_ij exp(−‖ψ_i − ψ_j‖²/T) for the neighbours,   s_ii = W_ii,   θ_i ← Σ_j s_ij ψ_j / Σ_j s_ij.
 *
 * Peers whose environments are of one type come to mix with each other alone, without being told of types. T must be small
 * beside the squared distance that one round of local steps puts between peers of different types, else they are mixed
 * before they differ; and large beside that which noise puts between peers of one. As T grows without end this is gossip.
 *
 * The weights that peers end up with are row-stochastic: rows sum to 1, columns do not, so even peers of one type agree on
 * some weighted mean of theirs, not on the plain one.
 *
 * The weight W_ij of a message that does not come is the receiver's own. A peer that begins anew is far from the others until
 * it has learnt.
 */
import { z } from 'zod'
import { exp } from '../core/elementary.ts'
import type { AggregationFamily } from '../interfaces.ts'
import { HEARD, Neighbourhood } from './neighbourhood.ts'
import { planOver } from './plan.ts'
import { sendParameters } from './send.ts'

export const similarity: AggregationFamily<{ readonly temperature: number }> = {
  description:
    'gossip in which a neighbour counts the less, the more it differs: peers of one type find each other',
  options: z.strictObject({ temperature: z.number().positive().default(1) }),
  build({ mixing, parameters, hosted }, { temperature }) {
    const { rowStart } = mixing.links
    const neighbourhood = new Neighbourhood(mixing, hosted)
    const { first, last } = neighbourhood.hosted
    /** Per link: the weight that its last message got in the end. */
    const shares = Float64Array.from(neighbourhood.weights)
    return {
      name: 'similarity',
      plan: planOver(mixing, parameters),
      correction: undefined,
      state: { ...neighbourhood.state, shares },
      begin: round => neighbourhood.begin(round),
      compose: (_hop, theta) => sendParameters(theta, neighbourhood.degreesToSend()),
      combine(_hop, theta, inbox) {
        const { values, spare, stride } = theta
        const { heard, weights } = neighbourhood
        neighbourhood.listen(inbox)
        spare.set(values.subarray(first * stride, last * stride), first * stride)
        for (let i = first; i < last; i++) {
          const own = i * stride
          let [self, total] = [1, 0]
          for (let k = rowStart[i]!; k < rowStart[i + 1]!; k++) {
            if (heard[k] !== HEARD.message) continue
            const from = inbox.slots[k]! * inbox.stride
            shares[k] =
              weights[k]! * exp(-square(values, own, inbox.payloads, from, parameters) / temperature)
            self -= weights[k]!
            total += shares[k]!
          }
          total += Math.max(self, 0)
          for (let k = rowStart[i]!; k < rowStart[i + 1]!; k++) {
            // Who is too far for any weight is left out: the difference may be beyond all numbers.
            if (heard[k] !== HEARD.message || shares[k] === 0) continue
            shares[k] = shares[k]! / total
            const from = inbox.slots[k]! * inbox.stride
            for (let c = 0; c < parameters; c++)
              spare[own + c] = spare[own + c]! + shares[k]! * (inbox.payloads[from + c]! - values[own + c]!)
          }
        }
        theta.swap()
      },
      restart: i => neighbourhood.restart(i),
      neighboursOf: i =>
        neighbourhood.of(i).map((neighbour, n) => ({ ...neighbour, weight: shares[rowStart[i]! + n]! }))
    }
  }
}

/** ‖x − y‖² of x from `at` on and y from `other` on. */
function square(x: Float64Array, at: number, y: Float64Array, other: number, length: number): number {
  let sum = 0
  for (let c = 0; c < length; c++) {
    const difference = x[at + c]! - y[other + c]!
    sum += difference * difference
  }
  return sum
}
