/**
 * Corrected gossip: SCAFFLSA without a server. Peers keep one *flow* F_ij per edge, antisymmetric between its ends, and
 * the correction of peer i is what flowed in. When ψ_j arrives,
 *
 *     θ_i gains W_ij (ψ_j − ψ_i), and so does F_ij;   ξ_i = Σ_j F_ij / (η H), summed in ascending j.
 *
 * Without loss this is ξ_i ← ξ_i + (Σ_j W_ij ψ_j − ψ_i)/(η H) (exact diffusion, NIDS), whose only fixed point is θ* for
 * every peer, whatever H. Needs a symmetric W with λ_min > −1/3 (at −1/3 it is just stable);
 * the lazy (I + W)/2 always is.
 *
 * A message carries receipts: for each neighbour, which of its recent messages arrived here in time, so that the ends
 * of an edge can tell where their flows disagree.
 */
import { assert } from '../core/assert.ts'
import { strideOf } from '../core/parameter-matrix.ts'
import type { Aggregation, Inbox, MixingMatrix, ParameterMatrix } from '../interfaces.ts'
import { sendParameters } from './send.ts'

/** `correctedBy` is η H. */
export function gossipScafflsa(matrix: MixingMatrix, parameters: number, correctedBy: number): Aggregation {
  assert(matrix.symmetric, 'edge flows need a symmetric matrix')
  const { links } = matrix
  const stride = strideOf(parameters)
  const correction = new Float64Array(links.participants * stride)
  const flows = new Float64Array(links.senders.length * stride)
  const receipts = new Uint32Array(links.senders.length)
  return {
    name: 'gossip-scafflsa',
    plan: { participants: links.participants, hops: [links], length: parameters, receipts: true },
    correction,
    state: { correction, flows, receipts },
    compose: (_hop, theta) => sendParameters(theta, receipts),
    combine(_hop, theta, inbox) {
      for (let k = 0; k < receipts.length; k++)
        receipts[k] = (receipts[k]! << 1) | (inbox.slots[k]! >= 0 ? 1 : 0)
      exchangeFlows(matrix, theta, inbox, flows, correction, correctedBy)
    }
  }
}

function exchangeFlows(
  { links, weights }: MixingMatrix,
  theta: ParameterMatrix,
  inbox: Inbox,
  flows: Float64Array,
  correction: Float64Array,
  correctedBy: number
): void {
  const { values, spare, stride, parameters } = theta
  const { rowStart, participants } = links
  for (let i = 0; i < participants; i++) {
    const own = i * stride
    for (let c = own; c < own + parameters; c++) {
      spare[c] = values[c]!
      correction[c] = 0
    }
    for (let k = rowStart[i]!; k < rowStart[i + 1]!; k++) {
      const flow = k * stride
      if (inbox.slots[k]! >= 0) {
        const from = inbox.slots[k]! * inbox.stride
        const w = weights[k]!
        for (let c = 0; c < parameters; c++) {
          const gain = w * (inbox.payloads[from + c]! - values[own + c]!)
          spare[own + c] = spare[own + c]! + gain
          flows[flow + c] = flows[flow + c]! + gain
        }
      }
      for (let c = 0; c < parameters; c++) correction[own + c] = correction[own + c]! + flows[flow + c]!
    }
    for (let c = own; c < own + parameters; c++) correction[c] = correction[c]! / correctedBy
  }
  theta.swap()
}
