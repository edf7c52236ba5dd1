/**
 * A new matching every round: all peers in pairs, uniformly drawn, and each pair agrees on its mean. Of an odd number of
 * peers one is left out.
 *
 * Degree 1, weight 1/2. A round is a projection, W² = W, so the mean-square contraction is λ₂ of E[W] = I − E[L] / 2. Any
 * two peers meet with probability 1/(N − 1) if N is even, else 1/N: E[L] is that times N I − 11ᵀ, and the contraction
 * (N − 2) / (2 (N − 1)) or 1/2 (Boyd, Ghosh, Prabhakar, Shah 2006, of whose asynchronous gossip these are N/2 at a time).
 */
import { z } from 'zod'
import { shuffle } from '../src/core/random.ts'
import type { Graph, RandomStream, TopologyFamily } from '../src/interfaces.ts'
import { circleLayout } from './parts/layouts.ts'
import { matchingGraph } from './parts/matching.ts'
import { drawn } from './parts/topology.ts'

export const randomMatching: TopologyFamily<object> = {
  description: 'every round all peers in new random pairs, each of which takes its mean',
  picture: '○─○ ○─○ drawn',
  options: z.strictObject({}),
  prescribesWeights: () => true,
  build: (peers, _, context) =>
    drawn('random-matching', peers, context, random => randomPairs(peers, random)),
  meanSquareContraction(peers) {
    if (peers === 1) return 0
    return peers % 2 === 0 ? (peers - 2) / (2 * (peers - 1)) : 1 / 2
  },
  layout: circleLayout
}

function randomPairs(peers: number, random: RandomStream): Graph {
  const order = shuffle(
    random,
    Array.from({ length: peers }, (_, i) => i)
  )
  const partners = new Int32Array(peers).fill(-1)
  for (let k = 0; k + 1 < peers; k += 2) {
    partners[order[k]!] = order[k + 1]!
    partners[order[k + 1]!] = order[k]!
  }
  return matchingGraph(partners, 1 / 2)
}
