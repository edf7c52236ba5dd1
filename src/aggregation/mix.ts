/**
 * θ_i ← Σ_j W_ij ψ_j for all peers: ψ_i from θ itself, ψ_j from the inbox, added in ascending order of the peer. The
 * weight of a message that is absent goes to the peer itself. Writes `theta.spare`.
 */
import type { Inbox, ParameterMatrix } from '../interfaces.ts'
import { HEARD, type Neighbourhood } from './neighbourhood.ts'

export function mix(
  { matrix, hosted, heard, weights }: Neighbourhood,
  theta: ParameterMatrix,
  inbox: Inbox
): void {
  const { rowStart, senders } = matrix.links
  const { slots, payloads } = inbox
  const { values, spare, stride, parameters } = theta
  for (let i = hosted.first; i < hosted.last; i++) {
    const own = i * stride
    let sum = 0
    for (let k = rowStart[i]!; k < rowStart[i + 1]!; k++) if (heard[k] === HEARD.message) sum += weights[k]!
    for (let c = own; c < own + parameters; c++) spare[c] = 0
    let selfAdded = false
    for (let k = rowStart[i]!; k < rowStart[i + 1]!; k++) {
      if (!selfAdded && senders[k]! > i) {
        addScaled(spare, own, 1 - sum, values, own, parameters)
        selfAdded = true
      }
      if (heard[k] === HEARD.message)
        addScaled(spare, own, weights[k]!, payloads, slots[k]! * inbox.stride, parameters)
    }
    if (!selfAdded) addScaled(spare, own, 1 - sum, values, own, parameters)
  }
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
