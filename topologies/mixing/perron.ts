/**
 * What peers count in the end. A row-stochastic W leads to the consensus Σ_i π_i x_i, πW = π: π_i is what peer i counts. A
 * column-stochastic W leads to x_i = N π_i x̄, Wπ = π, and push-sum divides by N π_i. Both are Perron vectors, positive with sum
 * 1 where W is primitive (Seneta, Non-negative Matrices and Markov Chains, 1981).
 */
import { solveInPlace } from '../../src/core/linear.ts'
import { reverseLinks } from '../../src/core/links.ts'
import type { MixingMatrix } from '../../src/interfaces.ts'
import { DENSE_PEERS } from './eigenvalues.ts'
import { denseMatrix, multiply, multiplyTransposed } from './operators.ts'

/** Relative, of detailed balance. */
const BALANCED = 1e-9
/** Of the sum of |π − its limit|. */
const PRECISION = 1e-10
/** Multiplications of an iteration. */
const MOST_WORK = 3e8

/** π, 1/N for everybody where W is doubly stochastic; null where it cannot be found. For a W whose graph is strongly connected. */
export function perronVector(matrix: MixingMatrix): Float64Array | null {
  const { participants } = matrix.links
  if (matrix.stochastic === 'doubly') return new Float64Array(participants).fill(1 / participants)
  return balance(matrix) ?? (participants <= DENSE_PEERS ? solved(matrix) : iterated(matrix))
}

/**
 * π by detailed balance, π_i W_ij = π_j W_ji, as uniform and push weights of undirected graphs have it; undefined where it
 * does not hold. Then W has the eigenvalues of the symmetric √(W_ij W_ji), whose eigenvector of 1 is √π.
 */
export function balance(matrix: MixingMatrix): Float64Array | undefined {
  const { links, weights, stochastic } = matrix
  const { participants, rowStart, senders } = links
  const reverse = reverseLinks(links)
  const found = new Float64Array(participants)
  const order = [0]
  found[0] = 1
  for (const i of order) {
    for (let k = rowStart[i]!; k < rowStart[i + 1]!; k++) {
      const forth = weights[k]!
      const back = weights[reverse[k]!] ?? 0
      if (forth === 0 && back === 0) continue
      const ratio = stochastic === 'column' ? back / forth : forth / back
      const j = senders[k]!
      const expected = found[i]! * ratio
      if (!(expected > 0 && expected < Number.POSITIVE_INFINITY)) return undefined
      if (found[j] === 0) {
        found[j] = expected
        order.push(j)
      } else if (Math.abs(found[j]! - expected) > BALANCED * expected) return undefined
    }
  }
  return order.length === participants ? withSumOne(found) : undefined
}

/** π (I − W) = 0 with the sum of π instead of one of the equations. */
function solved(matrix: MixingMatrix): Float64Array {
  const n = matrix.links.participants
  const rows = denseMatrix(matrix)
  const system = new Float64Array(n * n)
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      const weight = matrix.stochastic === 'column' ? rows[i]![j]! : rows[j]![i]!
      system[i * n + j] = i === n - 1 ? 1 : (i === j ? 1 : 0) - weight
    }
  }
  const vector = new Float64Array(n)
  vector[n - 1] = 1
  solveInPlace(system, vector, n)
  return vector
}

/** π by powers of (I + W)/2, whose changes shrink at last by the factor that tells what is still to come. */
function iterated(matrix: MixingMatrix): Float64Array | null {
  const { participants, senders } = matrix.links
  const times = matrix.stochastic === 'column' ? multiply : multiplyTransposed
  const vector = new Float64Array(participants).fill(1 / participants)
  const image = new Float64Array(participants)
  let before = 0
  for (let work = 0; work < MOST_WORK; work += participants + senders.length) {
    times(matrix, vector, image)
    let change = 0
    for (let i = 0; i < participants; i++) {
      const difference = (image[i]! - vector[i]!) / 2
      vector[i] = vector[i]! + difference
      change += Math.abs(difference)
    }
    const factor = change / before
    if (change === 0 || (factor < 1 && change * factor <= PRECISION * (1 - factor))) {
      return withSumOne(vector)
    }
    before = change
  }
  return null
}

function withSumOne(vector: Float64Array): Float64Array {
  const sum = vector.reduce((total, value) => total + value, 0)
  return vector.map(value => value / sum)
}
