/**
 * How fast a mixing matrix makes peers agree. ρ = ‖W − 11ᵀ/N‖₂ is the factor by which a round shrinks the consensus error
 * at least; for a symmetric W it is max(|λ₂|, |λ_N|), so the gap 1 − ρ is not 1 − λ₂ where the most negative
 * eigenvalue dominates. For other W one round may do less than many: in the long run differences shrink by |λ₂|, which is 0
 * on a de Bruijn graph though ρ is 1.
 *
 * All eigenvalues come from a closed form where there is one, else up to 400 peers from a dense decomposition. Beyond,
 * Lanczos finds the extreme ones, on W or its inverse, and says whether it converged.
 */
import { Matrix, SVD } from 'ml-matrix'
import { assert } from '../../src/core/assert.ts'
import { ExperimentError } from '../../src/core/errors.ts'
import { reverseLinks } from '../../src/core/links.ts'
import type { MixingMatrix, TopologyFamily } from '../../src/interfaces.ts'
import { circulantModuli } from '../parts/circulants.ts'
import { neighboursOfAny, neighboursOfNormal } from './effective-neighbours.ts'
import {
  DENSE_PEERS,
  directExtremes,
  inverseExtremes,
  smallestByInverse,
  sparseExtremes,
  symmetricEigenvalues
} from './eigenvalues.ts'
import { type Extremes, extremeEigenvalues } from './lanczos.ts'
import type { Weights } from './mixing-matrix.ts'
import { denseMatrix, multiply, multiplyTransposed } from './operators.ts'
import { balance, perronVector } from './perron.ts'
import { secondModulus } from './second-modulus.ts'

/** Up to this size matrices are multiplied dozens of times. */
const PRODUCT_PEERS = 200
/** Singular values alone are found in half the time. */
const WITHOUT_VECTORS = { computeLeftSingularVectors: false, computeRightSingularVectors: false }

export interface Spectrum {
  /** null for one peer, and where eigenvalues are complex, as those of directed graphs. */
  readonly lambda2: number | null
  /** null where eigenvalues are complex. */
  readonly lambdaMin: number | null
  /** ‖W − 11ᵀ/N‖₂ */
  readonly spectralRadius: number
  readonly spectralGap: number
  /** The second largest |λ|: the factor of the long run, of push-sum as well. null where it is not known. */
  readonly secondModulus: number | null
  /** All eigenvalues, descending; null where they are complex or too many to compute. */
  readonly eigenvalues: Float64Array | null
  /** By γ; null where they are not known, and for column-stochastic matrices, whose values alone mean nothing. */
  readonly effectiveNeighbours: Readonly<Record<'0.9' | '0.99', number>> | null
  readonly method: 'closed form' | 'dense' | 'lanczos'
  /** If false, `lambda2`, `secondModulus` and `spectralRadius` are lower bounds, `lambdaMin` and `spectralGap` upper bounds. */
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
  const eigenvalues = closedForm(family, peers, options, weights, matrix)
  return eigenvalues === undefined ? numericalSpectrum(matrix) : fromEigenvalues(eigenvalues, 'closed form')
}

/**
 * λ_min of a symmetric W, for tests of stability. Where the weights alone show that no eigenvalue is negative, as for
 * lazy ones, large graphs are not searched: then it is the bound min_i (W_ii − Σ_j |W_ij|) ≥ 0 (Gershgorin). Throws an
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
  const eigenvalues = closedForm(family, peers, options, weights, matrix)
  if (eigenvalues !== undefined) return eigenvalues[peers - 1]!
  if (peers <= DENSE_PEERS) return symmetricEigenvalues(denseMatrix(matrix))[peers - 1]!
  const bound = leastOfDiscs(matrix)
  if (bound >= 0) return bound
  const { smallest, converged } = extremeEigenvalues((x, out) => multiply(matrix, x, out), peers, [
    'smallest'
  ])
  const found = converged ? smallest : smallestByInverse(matrix, smallest)
  if (found !== undefined) return found
  throw new ExperimentError(
    `weights: the smallest eigenvalue of the ${weights} matrix of these ${peers} peers cannot be found; use lazy weights`
  )
}

/** min_i (W_ii − Σ_j |W_ij|) */
function leastOfDiscs({ links, weights, selfWeights }: MixingMatrix): number {
  let least = 1
  for (let i = 0; i < links.participants; i++) {
    let left = selfWeights[i]!
    for (let k = links.rowStart[i]!; k < links.rowStart[i + 1]!; k++) left -= Math.abs(weights[k]!)
    least = Math.min(least, left)
  }
  return least
}

/**
 * All eigenvalues, descending, from those of the Metropolis matrix M. Where every edge has an end of the highest degree D,
 * as on regular graphs, a path and a star, M = I − L/(1 + D), and so the other constants follow; uniform and push weights
 * are those of M where all degrees are equal.
 */
function closedForm<O>(
  family: TopologyFamily<O>,
  peers: number,
  options: O,
  weights: Weights,
  { links: { rowStart, senders } }: MixingMatrix
): Float64Array | undefined {
  if (weights === 'own') return undefined
  const metropolis = family.metropolisEigenvalues?.(peers, options)
  if (metropolis === undefined || weights === 'metropolis' || peers === 1) return metropolis
  if (weights === 'lazy') return metropolis.map(value => (1 + value) / 2)
  const degree = (i: number): number => rowStart[i + 1]! - rowStart[i]!
  let most = 0
  let regular = true
  for (let i = 0; i < peers; i++) {
    most = Math.max(most, degree(i))
    regular &&= degree(i) === degree(0)
  }
  if (weights === 'uniform' || weights === 'push') return regular ? metropolis : undefined
  for (let i = 0; i < peers; i++) {
    if (degree(i) === most) continue
    for (let k = rowStart[i]!; k < rowStart[i + 1]!; k++) if (degree(senders[k]!) !== most) return undefined
  }
  if (weights === 'max-degree') return metropolis
  if (weights === 'local-degree') return metropolis.map(value => ((1 + most) * value - 1) / most)
  const constant = 2 / (2 - metropolis[1]! - metropolis[peers - 1]!)
  return metropolis.map(value => 1 - constant * (1 - value))
}

/** The spectrum of any W, without the help of its family. */
export function numericalSpectrum(matrix: MixingMatrix): Spectrum {
  const peers = matrix.links.participants
  if (matrix.symmetric) {
    if (peers > DENSE_PEERS) return sparseSpectrum(matrix)
    return fromEigenvalues(symmetricEigenvalues(denseMatrix(matrix)), 'dense')
  }
  const moduli = circulantModuli(matrix)
  if (moduli !== undefined) {
    const radius = moduli.subarray(1).reduce((most, modulus) => Math.max(most, modulus), 0)
    return {
      ...unknown,
      ...radiusAndGap(radius),
      secondModulus: radius,
      effectiveNeighbours: byDiscount(gamma => neighboursOfNormal(moduli, gamma)),
      method: 'closed form'
    }
  }
  const balanced = balance(matrix)
  if (peers > DENSE_PEERS) return largeSpectrum(matrix, balanced)
  const rows = denseMatrix(matrix)
  const norm = new SVD(new Matrix(rows).sub(1 / peers), WITHOUT_VECTORS).norm2
  const small = peers <= PRODUCT_PEERS
  const flat = Float64Array.from(rows.flat())
  const perron = small ? perronVector(matrix) : null
  return {
    ...unknown,
    ...(balanced === undefined
      ? { secondModulus: perron === null ? null : secondModulus(matrix, perron) }
      : realPart(symmetricEigenvalues(denseMatrix(symmetrised(matrix))))),
    ...radiusAndGap(norm),
    effectiveNeighbours:
      small && matrix.stochastic !== 'column'
        ? byDiscount(gamma => neighboursOfAny(flat, peers, gamma))
        : null,
    method: 'dense'
  }
}

/** The spectrum by Lanczos on W alone, or where W is not symmetric on WᵀW. For at least two peers. */
export function lanczosSpectrum(matrix: MixingMatrix): Spectrum {
  return matrix.symmetric ? fromExtremes(directExtremes(matrix)) : largeSpectrum(matrix, balance(matrix))
}

function sparseSpectrum(matrix: MixingMatrix): Spectrum {
  const found = lanczosSpectrum(matrix)
  const better = found.converged ? undefined : inverseExtremes(matrix, found.lambdaMin ?? 1)
  return better === undefined ? found : fromExtremes(better)
}

/** Of a W that is not symmetric, with the π of detailed balance if there is one. */
function largeSpectrum(matrix: MixingMatrix, balanced: Float64Array | undefined): Spectrum {
  const peers = matrix.links.participants
  const between = new Float64Array(peers)
  // Where only columns sum to 1, Wᵀ maps the differences from a mean to such, as W does elsewhere; ρ is the same.
  const [first, second] =
    matrix.stochastic === 'column' ? [multiplyTransposed, multiply] : [multiply, multiplyTransposed]
  const { largest, converged } = extremeEigenvalues(
    (x, out) => {
      first(matrix, x, between)
      second(matrix, between, out)
    },
    peers,
    ['largest']
  )
  const eigen =
    balanced &&
    fromExtremes(
      sparseExtremes(
        symmetrised(matrix),
        balanced.map(weight => Math.sqrt(weight))
      )
    )
  return {
    ...unknown,
    ...eigen,
    ...radiusAndGap(Math.sqrt(Math.max(0, largest))),
    converged: converged && (eigen?.converged ?? true)
  }
}

/** √(W_ij W_ji): the symmetric matrix with the eigenvalues of a W in detailed balance. */
function symmetrised(matrix: MixingMatrix): MixingMatrix {
  const reverse = reverseLinks(matrix.links)
  const weights = matrix.weights.map((weight, k) => {
    const back = matrix.weights[reverse[k]!] ?? 0
    return Math.sign(weight) * Math.sqrt(weight * back)
  })
  return { ...matrix, weights, symmetric: true }
}

/** Of a symmetric W, from its second largest and its smallest eigenvalue. */
function fromExtremes({ largest, smallest, converged }: Extremes): Spectrum {
  const radius = Math.max(Math.abs(largest), Math.abs(smallest))
  return {
    ...unknown,
    lambda2: largest,
    lambdaMin: smallest,
    ...radiusAndGap(radius),
    secondModulus: radius,
    converged
  }
}

/** Of a symmetric W, from all its eigenvalues, descending. */
function fromEigenvalues(values: Float64Array, method: Spectrum['method']): Spectrum {
  const real = realPart(values)
  return {
    ...unknown,
    ...real,
    ...radiusAndGap(real.secondModulus),
    effectiveNeighbours: byDiscount(gamma => neighboursOfNormal(values, gamma)),
    method
  }
}

/** What all eigenvalues say, descending and real. */
function realPart(
  eigenvalues: Float64Array
): Pick<Spectrum, 'lambda2' | 'lambdaMin' | 'eigenvalues'> & { readonly secondModulus: number } {
  const lambda2 = eigenvalues.at(1) ?? null
  const lambdaMin = eigenvalues.at(-1) ?? null
  const modulus =
    lambda2 === null || lambdaMin === null ? 0 : Math.max(Math.abs(lambda2), Math.abs(lambdaMin))
  return { lambda2, lambdaMin, eigenvalues, secondModulus: modulus }
}

const radiusAndGap = (spectralRadius: number): Pick<Spectrum, 'spectralRadius' | 'spectralGap'> => ({
  spectralRadius,
  spectralGap: 1 - spectralRadius
})

const unknown = {
  lambda2: null,
  lambdaMin: null,
  secondModulus: null,
  eigenvalues: null,
  effectiveNeighbours: null,
  method: 'lanczos',
  converged: true
} as const

const byDiscount = (at: (gamma: number) => number): Spectrum['effectiveNeighbours'] => ({
  '0.9': at(0.9),
  '0.99': at(0.99)
})
