/**
 * The modulus of the second largest eigenvalue of any W: by what differences shrink per round in the long run, whatever the first
 * rounds do; of push-sum the rate. It is lim ‖A^m‖^(1/m) (Gelfand 1941) of A = W without its Perron mode, by squaring. Unlike
 * a QR iteration this ends for every matrix, defective ones as well.
 */
import { product } from '../../src/core/linear.ts'
import type { MixingMatrix } from '../../src/interfaces.ts'
import { denseMatrix } from './operators.ts'

const SQUARINGS = 40
/** A square this much smaller than its root is rounding: the matrix is nilpotent. */
const NOTHING = 1e-14

/** |λ₂| of W, whose Perron vector is `perron`; takes 40 products of N × N matrices. */
export function secondModulus(matrix: MixingMatrix, perron: Float64Array): number {
  const n = matrix.links.participants
  const byRow = matrix.stochastic !== 'column'
  const rest = denseMatrix(matrix).flatMap((row, i) =>
    row.map((weight, j) => weight - perron[byRow ? j : i]!)
  )
  let power: Float64Array = Float64Array.from(rest)
  const sizes: number[] = []
  for (let k = 0; k < SQUARINGS; k++) {
    const size = norm(power)
    if (size < NOTHING) return 0
    sizes.push(size)
    const unit = power.map(value => value / size)
    power = product(unit, unit, n)
  }
  return sizes.reduceRight((modulus, size) => size * Math.sqrt(modulus), norm(power))
}

function norm(x: Float64Array): number {
  let sum = 0
  for (const value of x) sum += value * value
  return Math.sqrt(sum)
}
