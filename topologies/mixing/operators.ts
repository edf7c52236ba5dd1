/** W as what it does to vectors, and written out. */
import type { MixingMatrix } from '../../src/interfaces.ts'

/** out = W x */
export function multiply(
  { links, weights, selfWeights }: MixingMatrix,
  x: Float64Array,
  out: Float64Array
): void {
  const { participants, rowStart, senders } = links
  for (let i = 0; i < participants; i++) {
    let sum = selfWeights[i]! * x[i]!
    for (let k = rowStart[i]!; k < rowStart[i + 1]!; k++) sum += weights[k]! * x[senders[k]!]!
    out[i] = sum
  }
}

/** out = Wᵀ x */
export function multiplyTransposed(matrix: MixingMatrix, x: Float64Array, out: Float64Array): void {
  const { links, weights, selfWeights } = matrix
  const { participants, rowStart, senders } = links
  for (let i = 0; i < participants; i++) out[i] = selfWeights[i]! * x[i]!
  for (let i = 0; i < participants; i++) {
    for (let k = rowStart[i]!; k < rowStart[i + 1]!; k++) {
      const j = senders[k]!
      out[j] = out[j]! + weights[k]! * x[i]!
    }
  }
}

/** W as rows of numbers. */
export function denseMatrix({ links, weights, selfWeights }: MixingMatrix): number[][] {
  const { participants, rowStart, senders } = links
  return Array.from({ length: participants }, (_, i) => {
    const row = new Array<number>(participants).fill(0)
    row[i] = selfWeights[i]!
    for (let k = rowStart[i]!; k < rowStart[i + 1]!; k++) row[senders[k]!] = weights[k]!
    return row
  })
}
