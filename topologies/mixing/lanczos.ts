/**
 * The extreme eigenvalues of a symmetric operator on the complement of a known eigenvector, by the Lanczos recurrence
 * A V = V T + β v eᵀ with full reorthogonalisation (Golub, Van Loan, Matrix Computations, §10.1-10.3).
 *
 * A Ritz value θ with T s = θ s is within r = β |s_last| of an eigenvalue, and within r²/δ if no other one is nearer
 * than δ (Kato, Temple); δ is taken from the neighbouring Ritz value. Ritz values never overshoot: without convergence
 * `largest` is a lower bound and `smallest` an upper bound.
 */
import { nextDouble, SWARM, stream } from '../../src/core/random.ts'
import { tridiagonalEigen } from './tridiagonal.ts'

export interface Extremes {
  readonly largest: number
  readonly smallest: number
  /** The ends that were asked for are known to 1e-10 times the gap |1 − max(|largest|, |smallest|)|. */
  readonly converged: boolean
}

export type End = 'largest' | 'smallest'

const TOLERANCE = 1e-10
const MOST_STEPS = 300
/** Relative to the operator. */
const ROUNDING = 1e-13
/** Doubles that a reorthogonalisation may read in all, size · steps²: some seconds. */
const MOST_WORK = 2e9

/**
 * `apply(x, out)` writes A x to `out`; A maps the complement of the unit vector `known`, the constant one unless given, to
 * itself. `size` is at least 2. Stops when `ends` are known, or when it has worked enough.
 */
export function extremeEigenvalues(
  apply: (x: Float64Array, out: Float64Array) => void,
  size: number,
  ends: readonly End[],
  known: Float64Array = new Float64Array(size).fill(1 / Math.sqrt(size))
): Extremes {
  const steps = Math.min(size - 1, MOST_STEPS, Math.floor(Math.sqrt(MOST_WORK / size)))
  const basis: Float64Array[] = []
  const diagonal: number[] = []
  const beside: number[] = []
  let v = startVector(known)
  for (let check = 10; ; ) {
    basis.push(v)
    const next = new Float64Array(size)
    apply(v, next)
    diagonal.push(dot(v, next))
    // The recurrence first, so that the full pass takes away no more than rounding. One alone would leave noise where
    // the subspace is nearly invariant and `next` nearly zero.
    for (const other of basis.slice(-2)) subtract(next, dot(other, next), other)
    for (const other of basis) subtract(next, dot(other, next), other)
    subtract(next, dot(known, next), known)
    const beta = norm(next)
    // Nothing left but rounding: the subspace is invariant, and the start has a part in every eigenspace, so it holds every
    // eigenvalue. To go on would be to follow the noise, wherever it leads.
    const last = basis.length === steps || beta < ROUNDING * Math.max(1, ...diagonal)
    if (last || basis.length === check) {
      const found = ritzExtremes(diagonal, beside, beta, ends)
      if (found.converged || last) return found
      check = Math.ceil(check * 1.25)
    }
    beside.push(beta)
    v = next.map(value => value / beta)
  }
}

function ritzExtremes(
  diagonal: readonly number[],
  beside: readonly number[],
  beta: number,
  ends: readonly End[]
): Extremes {
  const m = diagonal.length
  const { values, last } = tridiagonalEigen(diagonal, beside)
  const errorOf = (k: number, neighbour: number): number => {
    const residual = beta * last[k]!
    const separation = m > 1 ? Math.abs(values[k]! - values[neighbour]!) : 0
    return residual < separation ? (residual * residual) / separation : residual
  }
  const largest = values[m - 1]!
  const smallest = values[0]!
  const tolerance = TOLERANCE * Math.abs(1 - Math.max(Math.abs(largest), Math.abs(smallest)))
  const converged = ends.every(
    end => (end === 'largest' ? errorOf(m - 1, m - 2) : errorOf(0, 1)) <= tolerance
  )
  return { largest, smallest, converged }
}

/** Always the same unit vector orthogonal to `known`. */
function startVector(known: Float64Array): Float64Array {
  const random = stream('lanczos', SWARM, 'start')
  const v = Float64Array.from(known, () => nextDouble(random) - 0.5)
  subtract(v, dot(known, v), known)
  const length = norm(v)
  return v.map(value => value / length)
}

/** Four sums at a time: one alone waits for each addition. */
function dot(a: Float64Array, b: Float64Array): number {
  const whole = a.length & ~3
  let s0 = 0
  let s1 = 0
  let s2 = 0
  let s3 = 0
  for (let k = 0; k < whole; k += 4) {
    s0 += a[k]! * b[k]!
    s1 += a[k + 1]! * b[k + 1]!
    s2 += a[k + 2]! * b[k + 2]!
    s3 += a[k + 3]! * b[k + 3]!
  }
  for (let k = whole; k < a.length; k++) s0 += a[k]! * b[k]!
  return s0 + s1 + (s2 + s3)
}

const norm = (v: Float64Array): number => Math.sqrt(dot(v, v))

function subtract(v: Float64Array, factor: number, other: Float64Array): void {
  for (let k = 0; k < v.length; k++) v[k] = v[k]! - factor * other[k]!
}
