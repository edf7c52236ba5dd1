/**
 * The binary tree in the order of a heap: peer 0 is the root, and the parent of peer i > 0 is ⌊(i − 1)/2⌋, so that all
 * levels but the last are full.
 *
 * N − 1 edges, degree 1 at leaves, else 2 or 3. With D = ⌊log₂ N⌋ ≥ 1 the diameter is 2D if the last level reaches the right
 * half of the tree, N ≥ 3·2^(D−1), else 2D − 1. The spectrum has no closed form. The gap is about 1/(4N) for full trees:
 * what one half has too much must pass the root, N/2 peers behind edges of weight 1/4 with the resistance
 * 4 + 2 + 1 + … = 8. A tree is what RelaySum needs (Vogels et al., NeurIPS 2021).
 */
import { z } from 'zod'
import type { TopologyFamily } from '../src/interfaces.ts'
import { undirectedGraph } from './parts/graph.ts'
import { fixed } from './parts/topology.ts'

export const binaryTree: TopologyFamily<object> = {
  description: 'a heap: peer 0 is the root, peers 2i + 1 and 2i + 2 are the children of peer i',
  picture: '╱╲ ╱╲╱╲',
  options: z.strictObject({}),
  build: peers => fixed('binary-tree', undirectedGraph(peers, edges(peers))),
  layout: levels
}

function* edges(peers: number): Generator<[number, number]> {
  for (let i = 1; i < peers; i++) yield [(i - 1) >> 1, i]
}

/** A row for each level, the root on top, parents above the middle of their children. */
function levels(peers: number): Float64Array {
  const deepest = levelOf(peers - 1)
  const places = new Float64Array(2 * peers)
  for (let i = 0; i < peers; i++) {
    const level = levelOf(i)
    const width = 1 << level
    places[2 * i] = (i - (width - 1) + 0.5) / width
    places[2 * i + 1] = deepest === 0 ? 0.5 : level / deepest
  }
  return places
}

/** The distance from the root. */
const levelOf = (peer: number): number => 31 - Math.clz32(peer + 1)
