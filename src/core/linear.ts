/** Dense linear algebra for small systems: flat row-major Float64Arrays. */
import { assert } from './assert.ts'

/**
 * Solves A x = b in place by Gaussian elimination with partial pivoting: `a` (n × n) is destroyed and `b`, n rows of `width`
 * doubles, becomes x. Zero multipliers are skipped, so sparse systems gain. Returns the smallest |pivot| relative to the
 * largest entry of A: about 1e-16 or 0 means singular, and then `b` holds nothing of use.
 */
export function solveInPlace(a: Float64Array, b: Float64Array, n: number, width = 1): number {
  assert(
    a.length >= n * n && b.length >= n * width,
    `a system of ${n} in ${a.length} and ${b.length} doubles`
  )
  let scale = 0
  for (let k = 0; k < n * n; k++) scale = Math.max(scale, Math.abs(a[k]!))
  let smallest = Number.POSITIVE_INFINITY
  for (let c = 0; c < n; c++) {
    let pivot = c
    for (let r = c + 1; r < n; r++) if (Math.abs(a[r * n + c]!) > Math.abs(a[pivot * n + c]!)) pivot = r
    const size = Math.abs(a[pivot * n + c]!)
    smallest = Math.min(smallest, size)
    if (size === 0) return 0
    if (pivot !== c) {
      for (let k = c; k < n; k++) {
        const kept = a[c * n + k]!
        a[c * n + k] = a[pivot * n + k]!
        a[pivot * n + k] = kept
      }
      for (let k = 0; k < width; k++) {
        const kept = b[c * width + k]!
        b[c * width + k] = b[pivot * width + k]!
        b[pivot * width + k] = kept
      }
    }
    for (let r = c + 1; r < n; r++) {
      const factor = a[r * n + c]! / a[c * n + c]!
      if (factor === 0) continue
      for (let k = c + 1; k < n; k++) a[r * n + k] = a[r * n + k]! - factor * a[c * n + k]!
      for (let k = 0; k < width; k++) b[r * width + k] = b[r * width + k]! - factor * b[c * width + k]!
    }
  }
  for (let r = n - 1; r >= 0; r--) {
    for (let w = 0; w < width; w++) {
      let sum = b[r * width + w]!
      for (let k = r + 1; k < n; k++) sum -= a[r * n + k]! * b[k * width + w]!
      b[r * width + w] = sum / a[r * n + r]!
    }
  }
  return scale > 0 ? smallest / scale : 0
}

/** A B, for an n × n matrix A and B of n rows of any one length. Zeros of A are skipped. */
export function product(a: Float64Array, b: Float64Array, n: number): Float64Array {
  const width = b.length / n
  const out = new Float64Array(b.length)
  for (let i = 0; i < n; i++) {
    for (let k = 0; k < n; k++) {
      const factor = a[i * n + k]!
      if (factor === 0) continue
      for (let j = 0; j < width; j++) out[i * width + j] = out[i * width + j]! + factor * b[k * width + j]!
    }
  }
  return out
}

/** I − `factor` A, for an n × n matrix A. */
export const identityMinus = (a: Float64Array, n: number, factor = 1): Float64Array =>
  a.map((value, at) => (at % (n + 1) === 0 ? 1 : 0) - factor * value)

/** Aᵀ, for an n × n matrix A. */
export const transposed = (a: Float64Array, n: number): Float64Array =>
  a.map((_, at) => a[(at % n) * n + Math.floor(at / n)]!)

/** The largest |x_k|; 0 of none. */
export function largest(x: Float64Array): number {
  let most = 0
  for (const value of x) most = Math.max(most, Math.abs(value))
  return most
}
