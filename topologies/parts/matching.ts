/** Matchings: every peer hears one other, which hears it, or nobody. */
import type { Graph } from '../../src/interfaces.ts'

/** The graph in which i hears `partners[i]` with this weight; −1: nobody. */
export function matchingGraph(partners: Int32Array, weight: number): Graph {
  return {
    neighbours: Array.from(partners, j => (j < 0 ? [] : [j])),
    weights: Array.from(partners, j => (j < 0 ? [] : [weight]))
  }
}
