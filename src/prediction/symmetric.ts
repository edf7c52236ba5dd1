/** Symmetric matrices as vectors of their upper triangles, row by row: half as long. */

/** Of n × n. */
export const packedSize = (n: number): number => (n * (n + 1)) / 2

export function packInto(square: Float64Array, n: number, out: Float64Array): void {
  let at = 0
  for (let row = 0; row < n; row++) {
    out.set(square.subarray(row * n + row, (row + 1) * n), at)
    at += n - row
  }
}

export function unpackInto(packed: Float64Array, n: number, out: Float64Array): void {
  let at = 0
  for (let row = 0; row < n; row++) {
    out.set(packed.subarray(at, at + n - row), row * n + row)
    for (let column = row + 1; column < n; column++) out[column * n + row] = packed[at + column - row]!
    at += n - row
  }
}

export function trace(square: Float64Array, n: number): number {
  let sum = 0
  for (let row = 0; row < n; row++) sum += square[row * n + row]!
  return sum
}
