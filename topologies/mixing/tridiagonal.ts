/**
 * Eigenvalues of a symmetric tridiagonal matrix, with the last component of each unit eigenvector, in O(m²): the implicit QL
 * algorithm with Wilkinson's shift (Dubrulle, Martin, Wilkinson 1968).
 */
import { assert } from '../../src/core/assert.ts'

export interface TridiagonalEigen {
  /** Ascending. */
  readonly values: Float64Array
  /** |s_m| of the eigenvector of each. */
  readonly last: Float64Array
}

/** Each eigenvalue takes one or two. */
const MOST_SWEEPS = 60
/** The square of less is 0. */
const TINY = 1e-160

/** Of the matrix with `diagonal` and, at (k, k + 1) and (k + 1, k), `beside[k]`. */
export function tridiagonalEigen(diagonal: readonly number[], beside: readonly number[]): TridiagonalEigen {
  const m = diagonal.length
  const d = Float64Array.from(diagonal)
  const e = new Float64Array(m)
  e.set(beside.slice(0, m - 1))
  const z = new Float64Array(m)
  z[m - 1] = 1
  const largest = [...d, ...e].reduce((most, value) => Math.max(most, Math.abs(value)), 0)
  const rounding = Math.max(Number.EPSILON * largest, TINY)
  for (let first = 0; first < m; first++) {
    for (let sweep = 0; ; sweep++) {
      const end = blockEnd(e, first, rounding)
      if (end === first) break
      assert(sweep < MOST_SWEEPS, `eigenvalue ${first} of ${m} after ${sweep} sweeps`)
      sweepBlock(d, e, z, first, end)
    }
  }
  const order = Array.from(d, (_, k) => k).sort((a, b) => d[a]! - d[b]!)
  return {
    values: Float64Array.from(order, k => d[k]!),
    last: Float64Array.from(order, k => Math.abs(z[k]!))
  }
}

/** The last row of the block that starts at `first`: what is beside it is rounding. */
function blockEnd(e: Float64Array, first: number, rounding: number): number {
  let end = first
  while (end + 1 < e.length && Math.abs(e[end]!) > rounding) end++
  return end
}

/** One QL step on the rows `first` … `end`: rotations chase the bulge upwards. */
function sweepBlock(d: Float64Array, e: Float64Array, z: Float64Array, first: number, end: number): void {
  const half = (d[first + 1]! - d[first]!) / (2 * e[first]!)
  const length = Math.sqrt(half * half + 1)
  let g = d[end]! - d[first]! + e[first]! / (half < 0 ? half - length : half + length)
  let sine = 1
  let cosine = 1
  let shift = 0
  for (let k = end - 1; k >= first; k--) {
    const f = sine * e[k]!
    const b = cosine * e[k]!
    const r = Math.sqrt(f * f + g * g)
    e[k + 1] = r
    if (r === 0) {
      d[k + 1] = d[k + 1]! - shift
      e[end] = 0
      return
    }
    sine = f / r
    cosine = g / r
    g = d[k + 1]! - shift
    const t = (d[k]! - g) * sine + 2 * cosine * b
    shift = sine * t
    d[k + 1] = g + shift
    g = cosine * t - b
    const below = z[k + 1]!
    z[k + 1] = sine * z[k]! + cosine * below
    z[k] = cosine * z[k]! - sine * below
  }
  d[first] = d[first]! - shift
  e[first] = g
  e[end] = 0
}
