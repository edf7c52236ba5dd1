/** Arithmetic of tests. */

export const range = (count: number): number[] => Array.from({ length: count }, (_, k) => k)
export const sum = (values: Iterable<number>): number =>
  [...values].reduce((total, value) => total + value, 0)
/** The largest difference. */
export const distance = (a: ArrayLike<number>, b: ArrayLike<number>): number =>
  Math.max(...Array.from(b, (value, k) => Math.abs(a[k]! - value)))
/** Row i of a flat matrix. */
export const rowOf = (matrix: Float64Array, i: number, width: number): Float64Array =>
  matrix.subarray(i * width, (i + 1) * width)
