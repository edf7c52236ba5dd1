/**
 * Σ_j W_ij x_j for all peers i hosted here: x_i from rows of their own, x_j from the inbox, added in ascending order of the
 * peer. The weight of a message that is absent goes to the peer itself.
 */
import type { Inbox, ParameterMatrix } from '../interfaces.ts'
import { HEARD, type Neighbourhood } from './neighbourhood.ts'

/** Vectors in rows: that of row r is `width` doubles from `r * stride + from`. */
export interface Rows {
  readonly values: Float64Array
  readonly stride: number
  readonly from: number
}

/** θ_i ← Σ_j W_ij ψ_j, written to `theta.spare`; messages begin with ψ. */
export function mix(neighbourhood: Neighbourhood, theta: ParameterMatrix, inbox: Inbox): void {
  const { values, spare, stride, parameters } = theta
  mixRows(neighbourhood, values, inbox, parameters, stride, spare)
}

/** Row i of `out` becomes Σ_j W_ij x_j; rows of `own` and `out` are `stride` apart, and begin, as messages do, with the `width` doubles of x. */
export function mixRows(
  neighbourhood: Neighbourhood,
  own: Float64Array,
  { payloads, slots, stride: messageStride }: Inbox,
  width: number,
  stride: number,
  out: Float64Array
): void {
  mixInto(
    neighbourhood,
    { values: own, stride, from: 0 },
    { values: payloads, stride: messageStride, from: 0 },
    slots,
    width,
    { values: out, stride, from: 0 }
  )
}

/** Row i of `out` becomes Σ_j W_ij x_j, x_i row i of `own`, x_j that row of `messages` in which `slots` says its message is. */
export function mixInto(
  { links, hosted, heard, weights }: Neighbourhood,
  own: Rows,
  messages: Rows,
  slots: Int32Array,
  width: number,
  out: Rows
): void {
  const { rowStart, senders } = links
  for (let i = hosted.first; i < hosted.last; i++) {
    const ownAt = i * own.stride + own.from
    const outAt = i * out.stride + out.from
    let sum = 0
    for (let k = rowStart[i]!; k < rowStart[i + 1]!; k++) if (heard[k] === HEARD.message) sum += weights[k]!
    for (let c = outAt; c < outAt + width; c++) out.values[c] = 0
    let selfAdded = false
    for (let k = rowStart[i]!; k < rowStart[i + 1]!; k++) {
      if (!selfAdded && senders[k]! > i) {
        addScaled(out.values, outAt, 1 - sum, own.values, ownAt, width)
        selfAdded = true
      }
      if (heard[k] === HEARD.message) {
        const at = slots[k]! * messages.stride + messages.from
        addScaled(out.values, outAt, weights[k]!, messages.values, at, width)
      }
    }
    if (!selfAdded) addScaled(out.values, outAt, 1 - sum, own.values, ownAt, width)
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
