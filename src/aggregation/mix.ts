/**
 * θ_i ← Σ_j W_ij ψ_j for all peers: ψ_i from θ itself, ψ_j from the inbox, added in ascending order of the peer. The
 * weight of a message that is absent goes to the peer itself, before the sum.
 */
import type { Inbox, MixingMatrix, ParameterMatrix } from '../interfaces.ts'

export function mix(
  { links, weights, selfWeights }: MixingMatrix,
  theta: ParameterMatrix,
  inbox: Inbox
): void {
  const { rowStart, senders, participants } = links
  const { slots, payloads } = inbox
  const { values, spare, stride, parameters } = theta
  for (let i = 0; i < participants; i++) {
    const own = i * stride
    let selfWeight = selfWeights[i]!
    for (let k = rowStart[i]!; k < rowStart[i + 1]!; k++) if (slots[k]! < 0) selfWeight += weights[k]!
    for (let c = own; c < own + parameters; c++) spare[c] = 0
    let selfAdded = false
    for (let k = rowStart[i]!; k < rowStart[i + 1]!; k++) {
      if (!selfAdded && senders[k]! > i) {
        addScaled(spare, own, selfWeight, values, own, parameters)
        selfAdded = true
      }
      if (slots[k]! >= 0) addScaled(spare, own, weights[k]!, payloads, slots[k]! * inbox.stride, parameters)
    }
    if (!selfAdded) addScaled(spare, own, selfWeight, values, own, parameters)
  }
  theta.swap()
}

/** out += w x on `length` entries. */
function addScaled(
  out: Float64Array,
  outAt: number,
  w: number,
  x: Float64Array,
  xAt: number,
  length: number
): void {
  for (let c = 0; c < length; c++) out[outAt + c] = out[outAt + c]! + w * x[xAt + c]!
}
