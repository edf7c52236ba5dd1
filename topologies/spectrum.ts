/**
 * How fast a mixing matrix makes peers agree. ρ = ‖W − 11ᵀ/N‖₂ is the factor by which a round shrinks the consensus error
 * at least; for a symmetric W it is max(|λ₂|, |λ_N|), so the gap 1 − ρ is not 1 − λ₂ where the most negative
 * eigenvalue dominates. The effective number of neighbours (Vogels, Hendrikx, Jaggi, NeurIPS 2022)
 * n_W(γ) = 1/(1−γ) / ((1/N) Σ_k |λ_k|² / (1 − γ|λ_k|²)), between 1 and N, tells graphs apart that the gap mis-ranks.
 *
 * All eigenvalues come from a closed form where there is one, else up to 400 peers from a dense decomposition. Beyond,
 * Lanczos finds the extreme ones, and says whether it converged.
 */
import { EVD, Matrix, SVD } from 'ml-matrix'
import { assert } from '../src/core/assert.ts'
import { ExperimentError } from '../src/core/errors.ts'
import type { MixingMatrix, TopologyFamily } from '../src/interfaces.ts'
import { circulantModuli } from './circulant.ts'
import { extremeEigenvalues } from './lanczos.ts'
import { denseMatrix, type Weights } from './mixing-matrix.ts'

const DENSE_PEERS = 400

export interface Spectrum {
  /** null for one peer, and for a directed graph, whose eigenvalues are complex. */
  readonly lambda2: number | null
  /** null for a directed graph. */
  readonly lambdaMin: number | null
  /** ‖W − 11ᵀ/N‖₂ */
  readonly spectralRadius: number
  readonly spectralGap: number
  /** By γ; null where only the extreme eigenvalues are known. */
  readonly effectiveNeighbours: Readonly<Record<'0.9' | '0.99', number>> | null
  readonly method: 'closed form' | 'dense' | 'lanczos'
  /** If false, `lambda2` and `spectralRadius` are lower bounds, `lambdaMin` and `spectralGap` upper bounds. */
  readonly converged: boolean
}

/** The spectrum of the mixing matrix that `weights` gives to `peers` peers of `family` with `options`. */
export function spectrumOf<O>(
  family: TopologyFamily<O>,
  peers: number,
  options: O,
  weights: Weights,
  matrix: MixingMatrix
): Spectrum {
  const eigenvalues = closedForm(family, peers, options, weights)
  return eigenvalues === undefined ? numericalSpectrum(matrix) : fromEigenvalues(eigenvalues, 'closed form')
}

/**
 * λ_min of a symmetric W, for tests of stability. Where the weights alone show that no eigenvalue is negative, as for
 * lazy ones, large graphs are not searched: then it is the bound min_i (W_ii − Σ_j W_ij) ≥ 0 (Gershgorin). Throws an
 * ExperimentError if it cannot be found.
 */
export function smallestEigenvalue<O>(
  family: TopologyFamily<O>,
  peers: number,
  options: O,
  weights: Weights,
  matrix: MixingMatrix
): number {
  assert(matrix.symmetric, 'λ_min of a matrix that is not symmetric')
  const eigenvalues = closedForm(family, peers, options, weights)
  if (eigenvalues !== undefined) return eigenvalues[peers - 1]!
  if (peers <= DENSE_PEERS) return denseEigenvalues(matrix)[peers - 1]!
  const bound = matrix.selfWeights.reduce((least, weight) => Math.min(least, 2 * weight - 1), 1)
  if (bound >= 0) return bound
  const { smallest, converged } = extremeEigenvalues((x, out) => multiply(matrix, x, out), peers, [
    'smallest'
  ])
  if (converged) return smallest
  throw new ExperimentError(
    `weights: the smallest eigenvalue of the ${weights} matrix of these ${peers} peers cannot be found; use lazy weights`
  )
}

/** All eigenvalues, descending. */
function closedForm<O>(
  family: TopologyFamily<O>,
  peers: number,
  options: O,
  weights: Weights
): Float64Array | undefined {
  const metropolis = family.metropolisEigenvalues?.(peers, options)
  return weights === 'lazy' ? metropolis?.map(value => (1 + value) / 2) : metropolis
}

/** The spectrum of any doubly stochastic W, without the help of its family. */
export function numericalSpectrum(matrix: MixingMatrix): Spectrum {
  const peers = matrix.links.participants
  if (matrix.symmetric) {
    return peers <= DENSE_PEERS ? fromEigenvalues(denseEigenvalues(matrix), 'dense') : lanczosSpectrum(matrix)
  }
  const moduli = circulantModuli(matrix)
  if (moduli !== undefined) {
    return {
      ...fromRadius(moduli.subarray(1).reduce((most, modulus) => Math.max(most, modulus), 0)),
      effectiveNeighbours: effectiveNeighbours(moduli),
      method: 'closed form'
    }
  }
  if (peers > DENSE_PEERS) return lanczosSpectrum(matrix)
  return { ...fromRadius(new SVD(new Matrix(denseMatrix(matrix)).sub(1 / peers)).norm2), method: 'dense' }
}

/** The spectrum by Lanczos: on W, or on WᵀW where W is not symmetric. For at least two peers. */
export function lanczosSpectrum(matrix: MixingMatrix): Spectrum {
  const peers = matrix.links.participants
  if (!matrix.symmetric) {
    const between = new Float64Array(peers)
    const { largest, converged } = extremeEigenvalues(
      (x, out) => {
        multiply(matrix, x, between)
        multiplyTransposed(matrix, between, out)
      },
      peers,
      ['largest']
    )
    return { ...fromRadius(Math.sqrt(Math.max(0, largest))), method: 'lanczos', converged }
  }
  const { largest, smallest, converged } = extremeEigenvalues((x, out) => multiply(matrix, x, out), peers, [
    'largest',
    'smallest'
  ])
  return {
    ...fromRadius(Math.max(Math.abs(largest), Math.abs(smallest))),
    lambda2: largest,
    lambdaMin: smallest,
    method: 'lanczos',
    converged
  }
}

/** Of a symmetric W, from all its eigenvalues, descending. */
function fromEigenvalues(values: Float64Array, method: Spectrum['method']): Spectrum {
  const lambdaMin = values.at(-1) ?? null
  const lambda2 = values.at(1) ?? null
  const radius = lambda2 === null || lambdaMin === null ? 0 : Math.max(Math.abs(lambda2), Math.abs(lambdaMin))
  return {
    ...fromRadius(radius),
    lambda2,
    lambdaMin,
    effectiveNeighbours: effectiveNeighbours(values),
    method
  }
}

const fromRadius = (spectralRadius: number): Omit<Spectrum, 'method'> => ({
  lambda2: null,
  lambdaMin: null,
  spectralRadius,
  spectralGap: 1 - spectralRadius,
  effectiveNeighbours: null,
  converged: true
})

/** From the moduli of all eigenvalues of a normal W. */
function effectiveNeighbours(moduli: Float64Array): Spectrum['effectiveNeighbours'] {
  const at = (gamma: number): number => {
    let sum = 0
    for (const modulus of moduli) sum += (modulus * modulus) / (1 - gamma * modulus * modulus)
    return moduli.length / (1 - gamma) / sum
  }
  return { '0.9': at(0.9), '0.99': at(0.99) }
}

function denseEigenvalues(matrix: MixingMatrix): Float64Array {
  const { realEigenvalues } = new EVD(new Matrix(denseMatrix(matrix)), { assumeSymmetric: true })
  return Float64Array.from(realEigenvalues).sort().reverse()
}

function multiply({ links, weights, selfWeights }: MixingMatrix, x: Float64Array, out: Float64Array): void {
  const { participants, rowStart, senders } = links
  for (let i = 0; i < participants; i++) {
    let sum = selfWeights[i]! * x[i]!
    for (let k = rowStart[i]!; k < rowStart[i + 1]!; k++) sum += weights[k]! * x[senders[k]!]!
    out[i] = sum
  }
}

function multiplyTransposed(matrix: MixingMatrix, x: Float64Array, out: Float64Array): void {
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
