/**
 * The eigenvalues of a symmetric W: all of them up to 400 peers, the extreme ones by Lanczos beyond. Where differences shrink
 * slowly, as on long rings and large grids, the extreme ones lie too close to their neighbours for that; then Lanczos is run on
 * (I − W)⁻¹ and on (W − σI)⁻¹, σ just below the smallest, whose largest eigenvalues lie far apart (Ericsson, Ruhe 1980).
 */
import { EVD, Matrix } from 'ml-matrix'
import { assert } from '../../src/core/assert.ts'
import type { MixingMatrix } from '../../src/interfaces.ts'
import { eliminated, type Solve } from './elimination.ts'
import { type Extremes, extremeEigenvalues } from './lanczos.ts'
import { denseMatrix, multiply } from './operators.ts'

/** Up to this size matrices are decomposed. */
export const DENSE_PEERS = 400

/** All eigenvalues of a symmetric matrix, descending. */
export function symmetricEigenvalues(rows: readonly (readonly number[])[]): Float64Array {
  const { realEigenvalues } = new EVD(new Matrix(rows.map(row => [...row])), { assumeSymmetric: true })
  return Float64Array.from(realEigenvalues).sort().reverse()
}

/** The second largest and the smallest eigenvalue of a symmetric W of two peers or more, whose largest is 1. */
export function extremesOf(matrix: MixingMatrix): Extremes {
  const { participants } = matrix.links
  assert(matrix.symmetric && participants > 1, `extreme eigenvalues of ${participants} peers`)
  if (participants > DENSE_PEERS) return sparseExtremes(matrix)
  const values = symmetricEigenvalues(denseMatrix(matrix))
  return { largest: values[1]!, smallest: values[participants - 1]!, converged: true }
}

/** The same without a decomposition; `known` is the unit eigenvector of 1, the constant one unless given. */
export function sparseExtremes(matrix: MixingMatrix, known?: Float64Array): Extremes {
  const found = directExtremes(matrix, known)
  return found.converged ? found : (inverseExtremes(matrix, found.smallest, known) ?? found)
}

/** By Lanczos on W alone. */
export function directExtremes(matrix: MixingMatrix, known?: Float64Array): Extremes {
  const { participants } = matrix.links
  return extremeEigenvalues(
    (x, out) => multiply(matrix, x, out),
    participants,
    ['largest', 'smallest'],
    known
  )
}

/** By Lanczos on inverses; `atMost` is a bound of the smallest. Undefined where W is not sparse enough. */
export function inverseExtremes(
  matrix: MixingMatrix,
  atMost: number,
  known?: Float64Array
): Extremes | undefined {
  const largest = secondByInverse(matrix, known)
  const smallest = largest === undefined ? undefined : smallestByInverse(matrix, atMost, known)
  if (largest === undefined || smallest === undefined) return undefined
  return { largest, smallest, converged: true }
}

/** λ₂ = 1 − 1/μ, μ the largest eigenvalue of the inverse of I − W beside its kernel, which is spanned by `known`. */
function secondByInverse(matrix: MixingMatrix, known?: Float64Array): number | undefined {
  const solve = inverse(matrix, 1, -1, 0)
  const largest = typeof solve === 'string' ? undefined : largestOf(solve, matrix, known)
  return largest === undefined ? undefined : 1 - 1 / largest
}

/** How far below what Lanczos found σ is tried. */
const BELOW = [1e-6, 1e-4, 1e-2]

/** λ_min = σ + 1/μ, μ the largest eigenvalue of the inverse of W − σI; σ is below λ_min if this is positive definite. */
export function smallestByInverse(
  matrix: MixingMatrix,
  atMost: number,
  known?: Float64Array
): number | undefined {
  for (const below of BELOW) {
    const shift = atMost - below
    const solve = inverse(matrix, -shift, 1)
    if (solve === 'full') return undefined
    const largest = solve === 'indefinite' ? undefined : largestOf(solve, matrix, known)
    if (largest !== undefined) return shift + 1 / largest
  }
  return undefined
}

/** The inverse of `shift` I + `sign` W. */
function inverse(
  { links, weights, selfWeights }: MixingMatrix,
  shift: number,
  sign: number,
  ground?: number
): ReturnType<typeof eliminated> {
  return eliminated(
    links,
    selfWeights.map(weight => shift + sign * weight),
    weights.map(weight => sign * weight),
    ground
  )
}

function largestOf(solve: Solve, { links }: MixingMatrix, known?: Float64Array): number | undefined {
  const { largest, converged } = extremeEigenvalues(solve, links.participants, ['largest'], known)
  return converged ? largest : undefined
}
