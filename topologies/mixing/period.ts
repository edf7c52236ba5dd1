/**
 * What the rounds of one period do together. With the matrices W_0, …, W_{T−1} of a period, x is mixed by
 * Π = W_{T−1} ⋯ W_0, and Π = 11ᵀ/N if the period averages exactly.
 */
import { Matrix, SVD } from 'ml-matrix'
import { assert, present } from '../../src/core/assert.ts'
import type { MixingMatrix } from '../../src/interfaces.ts'

/** The matrices of the rounds of one period, in order. */
export type Period = readonly MixingMatrix[]

/** W_{T−1} ⋯ W_0 x. Linear in the number of links. */
const mixedByPeriod = (period: Period, x: Float64Array): Float64Array =>
  period.reduce((mixed, matrix) => applied(matrix, mixed), x)

/** The largest |x_i − mean of `x`| after one period that starts with `x`: 0, but for rounding, if the period is exact. */
export function deviationAfterPeriod(period: Period, x: Float64Array): number {
  const mean = x.reduce((sum, value) => sum + value, 0) / x.length
  return mixedByPeriod(period, x).reduce((most, value) => Math.max(most, Math.abs(value - mean)), 0)
}

/** W_{T−1} ⋯ W_0 as rows of numbers: N² of them, from unit vectors. */
export function periodProduct(period: Period): Float64Array[] {
  const peers = peersOf(period)
  const rows = Array.from({ length: peers }, () => new Float64Array(peers))
  for (let j = 0; j < peers; j++) {
    const unit = new Float64Array(peers)
    unit[j] = 1
    mixedByPeriod(period, unit).forEach((value, i) => {
      rows[i]![j] = value
    })
  }
  return rows
}

/** ‖W_{T−1} ⋯ W_0 − 11ᵀ/N‖₂: by this factor, at most, a period shrinks the consensus error. Dense: for small N. */
export function periodResidual(period: Period): number {
  const product = new Matrix(periodProduct(period))
  return new SVD(product.sub(1 / product.rows)).norm2
}

/** The sum has converged when a further period changes it by less than this fraction. */
const NEGLIGIBLE = 1e-14

/**
 * The effective number of neighbours of a doubly stochastic sequence that repeats (Vogels, Hendrikx, Jaggi, NeurIPS 2022):
 * with P_{r,t} = W_{r+t} ⋯ W_r, averaged over the rounds r of the period with which it may begin,
 *
 *     n(γ) = 1/(1−γ) / mean_r Σ_t γ^t ‖P_{r,t}‖_F² / N.
 *
 * As ‖P‖_F² = 1 + ‖P (I − 11ᵀ/N)‖_F², the sum over t is 1/(1−γ) plus the limit of the traces of X ← W_r (γX + I − 11ᵀ/N) W_rᵀ,
 * which are averaged over a period. Dense: N² numbers, for small N.
 */
export function effectiveNeighboursOfPeriod(period: Period, gamma: number): number {
  assert(gamma >= 0 && gamma < 1, `γ = ${gamma}`)
  for (const { stochastic } of period) assert(stochastic === 'doubly', `a ${stochastic}-stochastic matrix`)
  const peers = peersOf(period)
  let covariance: readonly Float64Array[] = Array.from({ length: peers }, () => new Float64Array(peers))
  let before = Number.POSITIVE_INFINITY
  for (;;) {
    let traces = 0
    for (const matrix of period) {
      const noisy = covariance.map((row, i) =>
        row.map((value, j) => gamma * value + (i === j ? 1 : 0) - 1 / peers)
      )
      covariance = congruence(matrix, noisy)
      traces += covariance.reduce((sum, row, i) => sum + row[i]!, 0)
    }
    const sum = traces / period.length
    assert(Number.isFinite(sum), 'the rounds do not contract')
    if (Math.abs(sum - before) <= NEGLIGIBLE * (1 + sum)) return peers / (1 + (1 - gamma) * sum)
    before = sum
  }
}

/** W X Wᵀ of a symmetric X: W applied to the rows of X gives (W X)ᵀ, applied to the columns of that W X Wᵀ. */
function congruence(matrix: MixingMatrix, symmetric: readonly Float64Array[]): Float64Array[] {
  const half = symmetric.map(row => applied(matrix, row))
  return symmetric.map((_, i) =>
    applied(
      matrix,
      Float64Array.from(half, row => row[i]!)
    )
  )
}

const peersOf = (period: Period): number => present(period[0], 'a round').links.participants

/** W x. */
function applied({ links, weights, selfWeights }: MixingMatrix, x: Float64Array): Float64Array {
  const { participants, rowStart, senders } = links
  return Float64Array.from({ length: participants }, (_, i) => {
    let sum = selfWeights[i]! * x[i]!
    for (let k = rowStart[i]!; k < rowStart[i + 1]!; k++) sum += weights[k]! * x[senders[k]!]!
    return sum
  })
}
