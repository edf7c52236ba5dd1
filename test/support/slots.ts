/** Aggregations in slots, slot by slot. */
import { EigenvalueDecomposition, Matrix } from 'ml-matrix'
import type { Aggregation, Mixing, ParameterMatrix } from '../../src/interfaces.ts'
import { filled } from './matrices.ts'
import { range } from './numbers.ts'

/** Rows e_i, or these numbers on the diagonal. */
export const identity = (n: number): number[][] => range(n).map(i => range(n).map(j => (i === j ? 1 : 0)))

/** One slot in which everything arrives, without a network in between. */
export function slotOf(
  aggregation: Aggregation,
  theta: ParameterMatrix,
  { links }: Mixing,
  round: number,
  slot = 0
): void {
  aggregation.begin?.(round, theta)
  const outbox = aggregation.compose(slot, theta)
  aggregation.combine(slot, theta, { ...outbox, slots: links.senders, notes: undefined })
}

/** W of a slot: what it makes of the identity. */
export function matrixOf(aggregation: Aggregation, mixing: Mixing, round: number): Matrix {
  const n = mixing.links.participants
  const theta = filled(identity(n))
  slotOf(aggregation, theta, mixing, round)
  return new Matrix(range(n).map(i => [...theta.values.subarray(i * theta.stride, i * theta.stride + n)]))
}

/** The links that a slot uses. */
export const usedIn = ({ plan }: Aggregation, round: number, slot = 0): number[] =>
  [...plan.uses!(round, slot)!].flatMap((used, k) => (used === 1 ? [k] : []))

/** Eigenvalues of a symmetric matrix, descending, and their vectors in columns. */
export function spectrumOf(matrix: Matrix): { values: number[]; vectors: Matrix } {
  const { realEigenvalues, eigenvectorMatrix } = new EigenvalueDecomposition(matrix, {
    assumeSymmetric: true
  })
  const order = range(matrix.rows).sort((a, b) => realEigenvalues[b]! - realEigenvalues[a]!)
  const columns = order.map(k => eigenvectorMatrix.getColumn(k))
  return { values: order.map(k => realEigenvalues[k]!), vectors: new Matrix(columns).transpose() }
}

/** Mean of independent draws, and its standard error. */
export function estimate(draws: readonly number[]): { mean: number; error: number } {
  const mean = draws.reduce((total, x) => total + x, 0) / draws.length
  const square = draws.reduce((total, x) => total + (x - mean) * (x - mean), 0)
  return { mean, error: Math.sqrt(square / (draws.length - 1) / draws.length) }
}
