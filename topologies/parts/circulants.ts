/**
 * Circulant graphs: peer i hears (i + s) mod N for every offset s of a set S. With equal weights 1 / (1 + |S|),
 * W has the eigenvalues λ_k = (1 + Σ_s e^{2πi k s / N}) / (1 + |S|), k = 0, …, N − 1, and the Fourier vectors as
 * orthonormal eigenvectors, so that ‖W − 11ᵀ/N‖₂ = max |λ_k| over k > 0 (Davis, Circulant Matrices, 1979).
 */
import { assert } from '../../src/core/assert.ts'
import type { Graph, MixingMatrix } from '../../src/interfaces.ts'
import { ascending } from './graph.ts'

/** The offsets, whole numbers, as residues 1 … N − 1, once each: double edges merge, self loops vanish. */
export function residues(peers: number, offsets: readonly number[]): number[] {
  for (const offset of offsets)
    assert(Number.isInteger(offset), `an offset of ${offset} among ${peers} peers`)
  const distinct = new Set(offsets.map(offset => ((offset % peers) + peers) % peers))
  distinct.delete(0)
  return ascending(distinct)
}

/** Peer i hears (i + s) mod N. Undirected if with every offset its negative is given. */
export function circulantGraph(peers: number, offsets: readonly number[]): Graph {
  assert(Number.isInteger(peers) && peers >= 1, `a graph of ${peers} peers`)
  const distinct = residues(peers, offsets)
  return {
    neighbours: Array.from({ length: peers }, (_, i) => ascending(distinct.map(s => (i + s) % peers)))
  }
}

/** Σ_s cos(2π k s / N) for k = 0, …, N − 1: of an undirected circulant graph the eigenvalues of its adjacency. */
export function cosineSums(peers: number, offsets: readonly number[]): Float64Array {
  const cosines = Float64Array.from({ length: peers }, (_, k) => Math.cos((2 * Math.PI * k) / peers))
  const distinct = residues(peers, offsets)
  return Float64Array.from({ length: peers }, (_, k) => {
    let sum = 0
    for (const s of distinct) sum += cosines[(k * s) % peers]!
    return sum
  })
}

/** The eigenvalues of W with Metropolis weights on an undirected circulant graph, descending. */
export function circulantEigenvalues(peers: number, offsets: readonly number[]): Float64Array {
  const degree = residues(peers, offsets).length
  return cosineSums(peers, offsets)
    .map(sum => (1 + sum) / (1 + degree))
    .sort()
    .reverse()
}

/** |λ_k| for k = 0, …, N − 1 of a circulant W, directed or not; undefined if W is not circulant. */
export function circulantModuli(matrix: MixingMatrix): Float64Array | undefined {
  const values = complexEigenvalues(matrix)
  return (
    values &&
    Float64Array.from(values, ({ real, imaginary }) => Math.sqrt(real * real + imaginary * imaginary))
  )
}

interface Complex {
  readonly real: number
  readonly imaginary: number
}

/** λ_k for k = 0, …, N − 1 of a circulant W, directed or not; undefined if W is not circulant. */
export function complexEigenvalues({ links, weights, selfWeights }: MixingMatrix): Complex[] | undefined {
  const { participants, rowStart, senders } = links
  const degree = rowStart[1]!
  const first = new Float64Array(participants)
  for (let k = 0; k < degree; k++) first[senders[k]!] = weights[k]!
  for (let i = 0; i < participants; i++) {
    if (selfWeights[i] !== selfWeights[0] || rowStart[i + 1]! - rowStart[i]! !== degree) return undefined
    for (let k = rowStart[i]!; k < rowStart[i + 1]!; k++) {
      if (weights[k] !== first[(senders[k]! - i + participants) % participants]) return undefined
    }
  }
  return Array.from({ length: participants }, (_, k) => {
    let real = selfWeights[0]!
    let imaginary = 0
    for (let l = 0; l < degree; l++) {
      const angle = (2 * Math.PI * ((k * senders[l]!) % participants)) / participants
      real += weights[l]! * Math.cos(angle)
      imaginary += weights[l]! * Math.sin(angle)
    }
    return { real, imaginary }
  })
}
