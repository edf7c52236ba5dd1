/** Linear values V_θ(s) = φ(s)·θ. Dot products have four accumulators over j ≡ 0 … 3 (mod 4), as in the TD kernel. */
import type { Features, ReadOut } from '../../src/interfaces.ts'

/** V_θ(s); the row of θ is at `row` of `theta`. */
export function valueAt(
  { kind, table, stride }: Features,
  theta: Float64Array,
  row: number,
  s: number
): number {
  if (kind === 'one-hot') return theta[row + s]!
  const at = s * stride
  let v0 = 0
  let v1 = 0
  let v2 = 0
  let v3 = 0
  for (let j = 0; j < stride; j += 4) {
    v0 += table[at + j]! * theta[row + j]!
    v1 += table[at + j + 1]! * theta[row + j + 1]!
    v2 += table[at + j + 2]! * theta[row + j + 2]!
    v3 += table[at + j + 3]! * theta[row + j + 3]!
  }
  return v0 + v2 + (v1 + v3)
}

/** V_θ of all states into `out`. */
function valuesInto(features: Features, theta: Float64Array, row: number, out: Float64Array): void {
  for (let s = 0; s < out.length; s++) out[s] = valueAt(features, theta, row, s)
}

/** Adds `factor` φ(s) to the row at `row` of `out`. */
export function addFeatures(
  { kind, count, table, stride }: Features,
  s: number,
  factor: number,
  out: Float64Array,
  row: number
): void {
  if (kind === 'one-hot') {
    out[row + s] = out[row + s]! + factor
    return
  }
  for (let j = 0; j < count; j++) out[row + j] = out[row + j]! + factor * table[s * stride + j]!
}

/** Linear values as what θ says. */
export const linearValues = { measures: 'value', valuesInto } as const satisfies ReadOut
