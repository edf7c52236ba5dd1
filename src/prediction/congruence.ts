/** What a linear map does to second moments. */

/** out = B X Bᵀ, for B of `rows` rows of `size`. */
export function congruenceInto(
  b: Float64Array,
  x: Float64Array,
  rows: number,
  size: number,
  out: Float64Array
): void {
  const half = new Float64Array(size)
  for (let j = 0; j < rows; j++) {
    half.fill(0)
    for (let a = 0; a < size; a++) {
      const factor = b[j * size + a]!
      if (factor === 0) continue
      for (let c = 0; c < size; c++) half[c] = half[c]! + factor * x[a * size + c]!
    }
    for (let k = 0; k < rows; k++) {
      let sum = 0
      for (let c = 0; c < size; c++) sum += half[c]! * b[k * size + c]!
      out[j * rows + k] = sum
    }
  }
}
