/**
 * The link that slows a graph most. Differences shrink slowest along the eigenvectors v of λ₂, by
 *
 *     1 − λ₂ = Σ_{i<j} W_ij (v_i − v_j)²,   ‖v‖ = 1,
 *
 * in a round; the share of an edge in that sum is how much of this difference has to pass it, and (v_i − v_j)² is by what the
 * gap grows with W_ij. Where several v belong to λ₂ the shares are their means, which do not depend on their choice.
 */
import { EVD, Matrix } from 'ml-matrix'
import type { Graph, MixingMatrix } from '../../src/interfaces.ts'
import { connectedComponents } from '../parts/graph.ts'
import { DENSE_PEERS } from './eigenvalues.ts'
import { denseMatrix } from './operators.ts'

export interface WorstLink {
  /** i < j, the first of those that are alike. */
  readonly link: readonly [number, number]
  /** Of the slowest difference, what passes it; the shares of all links add up to 1. */
  readonly share: number
  /** So many links have this share. */
  readonly alike: number
  /** Without it the graph falls apart. */
  readonly isBridge: boolean
}

/** Eigenvalues and shares that differ by less, relatively, are the same. */
const SAME = 1e-6
/** With a smaller gap the graph is not connected. */
const NO_GAP = 1e-12

/** Of a symmetric W of the graph; null where W is not symmetric, does not mix or is too large to decompose. */
export function worstLinkOf(graph: Graph, matrix: MixingMatrix): WorstLink | null {
  const { participants, rowStart, senders } = matrix.links
  if (!matrix.symmetric || participants < 2 || participants > DENSE_PEERS) return null
  const { realEigenvalues, eigenvectorMatrix } = new EVD(new Matrix(denseMatrix(matrix)), {
    assumeSymmetric: true
  })
  const order = realEigenvalues.map((_, k) => k).sort((a, b) => realEigenvalues[b]! - realEigenvalues[a]!)
  const lambda2 = realEigenvalues[order[1]!]!
  const gap = 1 - lambda2
  if (gap < NO_GAP) return null
  const slowest = order.slice(1).filter(k => lambda2 - realEigenvalues[k]! <= SAME * gap)
  const shares: { readonly link: readonly [number, number]; readonly share: number }[] = []
  for (let i = 0; i < participants; i++) {
    for (let k = rowStart[i]!; k < rowStart[i + 1]!; k++) {
      const j = senders[k]!
      if (j < i) continue
      let square = 0
      for (const column of slowest) {
        const difference = eigenvectorMatrix.get(i, column) - eigenvectorMatrix.get(j, column)
        square += difference * difference
      }
      shares.push({ link: [i, j], share: (matrix.weights[k]! * square) / (slowest.length * gap) })
    }
  }
  const most = shares.reduce((found, { share }) => Math.max(found, share), 0)
  const worst = shares.filter(({ share }) => share >= most * (1 - SAME))
  const [first] = worst
  if (first === undefined) return null
  return { link: first.link, share: most, alike: worst.length, isBridge: isBridge(graph, first.link) }
}

function isBridge({ neighbours }: Graph, [i, j]: readonly [number, number]): boolean {
  const without = neighbours.map((heard, peer) => {
    const other = peer === i ? j : peer === j ? i : -1
    return heard.filter(each => each !== other)
  })
  return connectedComponents({ neighbours: without }).length > connectedComponents({ neighbours }).length
}
