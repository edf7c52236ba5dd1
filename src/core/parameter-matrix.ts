import type { ParameterMatrix } from '../interfaces.ts'
import { assert } from './assert.ts'

/** Doubles per row: `length` rounded up to a multiple of 4. */
export const strideOf = (length: number): number => (length + 3) & ~3

/** `rows` × `parameters` zeros, twice. */
export function parameterMatrix(rows: number, parameters: number): ParameterMatrix {
  assert(rows > 0 && parameters > 0, `a matrix of ${rows} × ${parameters}`)
  const stride = strideOf(parameters)
  const matrix = {
    rows,
    parameters,
    stride,
    values: new Float64Array(rows * stride),
    spare: new Float64Array(rows * stride),
    swap(): void {
      const { values } = matrix
      matrix.values = matrix.spare
      matrix.spare = values
    }
  }
  return matrix
}
