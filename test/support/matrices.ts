/** Dense stand-ins for tests: mixing matrices and parameters written out. */
import { linksOf } from '../../src/core/links.ts'
import { parameterMatrix } from '../../src/core/parameter-matrix.ts'
import type { AggregationSettings, Mixing, MixingMatrix, ParameterMatrix } from '../../src/interfaces.ts'
import { numericalSpectrum } from '../../topologies/mixing/spectrum.ts'

/**
 * W in compressed rows, from its rows written out; entries off the diagonal that are 0 are no links. Where degrees change
 * the weights are `laziness` times Metropolis weights.
 */
export function compressed(dense: readonly (readonly number[])[], laziness = 1 / 2): MixingMatrix {
  const links = linksOf({
    neighbours: dense.map((row, i) => row.flatMap((w, j) => (j !== i && w !== 0 ? [j] : [])))
  })
  const weights = dense.flatMap((row, i) => row.filter((w, j) => j !== i && w !== 0))
  return {
    links,
    weights: Float64Array.from(weights),
    selfWeights: Float64Array.from(dense, (row, i) => row[i]!),
    weightOf: (degree, other) => laziness / (1 + Math.max(degree, other)),
    symmetric: dense.every((row, i) => row.every((w, j) => w === dense[j]![i])),
    stochastic: 'doubly'
  }
}

/** W for all rounds. */
export const always = (matrix: MixingMatrix): Mixing => ({
  links: matrix.links,
  period: 1,
  at: () => matrix,
  uses: () => undefined
})

/** What an aggregation of θ with `parameters` doubles is built from; W as in `compressed`, H = 1. */
export const settingsOf = (matrix: MixingMatrix, parameters: number, stepSize = 1): AggregationSettings => ({
  peers: matrix.links.participants,
  parameters,
  mixing: always(matrix),
  spectralRadius: () => numericalSpectrum(matrix).spectralRadius,
  localSteps: 1,
  stepSize,
  seed: '1'
})

/** The lazy ring of n: 2/3 for itself, 1/6 for each neighbour. */
export const lazyRing = (n: number): number[][] =>
  Array.from({ length: n }, (_, i) =>
    Array.from({ length: n }, (_, j) =>
      i === j ? 2 / 3 : (i + 1) % n === j || (j + 1) % n === i ? 1 / 6 : 0
    )
  )

/** A matrix with these rows; `more` rows of zeros below them. */
export function filled(rows: readonly (readonly number[])[], more = 0): ParameterMatrix {
  const matrix = parameterMatrix(rows.length + more, rows[0]!.length)
  rows.forEach((row, i) => {
    matrix.values.set(row, i * matrix.stride)
  })
  return matrix
}

/** The first `count` rows, without padding. */
export const rowsOf = ({ values, stride, parameters }: ParameterMatrix, count: number): number[][] =>
  Array.from({ length: count }, (_, i) => [...values.subarray(i * stride, i * stride + parameters)])
