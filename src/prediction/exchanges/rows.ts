/** What exchanges are made of: W on rows of numbers, and states that hold θ alone. */
import type { MixingMatrix } from '../../interfaces.ts'
import type { Exchange, Recursion } from '../exchange.ts'

/** Peer i has row i. */
export const ownRows = (peers: number): Int32Array => Int32Array.from({ length: peers }, (_, i) => i)

/** Nothing but θ outlives a round: a row per peer. */
export function plain(peers: number, exchanges: readonly Exchange[]): Recursion {
  const own = ownRows(peers)
  return {
    rows: peers,
    starts: own,
    reads: own,
    corrections: undefined,
    levels: new Float64Array(peers).fill(1),
    end: undefined,
    exchanges
  }
}

/** Nobody hears anybody: θ ← ψ. */
export const alone: Exchange = { work: 0, into: (_state, psi, _width, out) => out.set(psi) }

/** Multiplications of W x, for x of width 1. */
export const mixWork = ({ links }: MixingMatrix): number => links.participants + links.senders.length

/** out = W x, on rows of `width` numbers. */
export function mixRows(
  { links, weights, selfWeights }: MixingMatrix,
  x: Float64Array,
  width: number,
  out: Float64Array
): void {
  const { participants, rowStart, senders } = links
  for (let i = 0; i < participants; i++) {
    const own = i * width
    for (let c = own; c < own + width; c++) out[c] = selfWeights[i]! * x[c]!
    for (let k = rowStart[i]!; k < rowStart[i + 1]!; k++) {
      const weight = weights[k]!
      if (weight === 0) continue
      const from = senders[k]! * width - own
      for (let c = own; c < own + width; c++) out[c] = out[c]! + weight * x[from + c]!
    }
  }
}

/** The mean of rows of `width` numbers, to the first of `out`. */
export function meanInto(x: Float64Array, width: number, out: Float64Array): void {
  const rows = x.length / width
  for (let c = 0; c < width; c++) {
    let sum = 0
    for (let i = 0; i < rows; i++) sum += x[i * width + c]!
    out[c] = sum / rows
  }
}

/** Room of at least so many doubles, the same at every call. */
export function room(): (length: number) => Float64Array {
  let kept = new Float64Array(0)
  return length => {
    if (kept.length < length) kept = new Float64Array(length)
    return kept.subarray(0, length)
  }
}
