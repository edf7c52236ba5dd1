/**
 * The de Bruijn graph of base p: N = p^t peers, and peer i sends to the peers (p i + q) mod N, q = 0, …, p − 1: the
 * numbers whose t digits are those of i without the first, and any digit q behind. So peer j hears the p peers whose
 * last t − 1 digits are the first t − 1 digits of j: ⌊j/p⌋ + m N/p, m = 0, …, p − 1. (de Bruijn 1946.)
 *
 * Directed; every peer hears p and is heard by p, where the p peers whose digits are all the same count themselves;
 * diameter t. It prescribes its weights, 1/p for everybody that is heard: doubly stochastic, and W^t = 11ᵀ/N exactly,
 * for after t rounds all digits are new. The eigenvalues are 1 and 0 (N − 1 times), yet ‖W − 11ᵀ/N‖₂ = 1 for t > 1: W
 * is not normal, a single round may not shrink the distance to the mean at all, and t of them make it 0.
 */
import { z } from 'zod'
import { ExperimentError } from '../src/core/errors.ts'
import type { Graph, TopologyFamily } from '../src/interfaces.ts'
import { circleLayout } from './parts/layouts.ts'
import { checkLinks } from './parts/most-links.ts'
import { fixed } from './parts/topology.ts'

export const deBruijn: TopologyFamily<{ readonly base: number }> = {
  description: 'N = base^t; peers send to base × their number + any digit: exact after t rounds',
  picture: '010 → 10?',
  options: z.strictObject({ base: z.int().min(2).default(2) }),
  prescribesWeights: () => true,
  build(peers, { base }) {
    let below = 1
    let rounds = 0
    for (; base * below <= peers; rounds++) below *= base
    if (below !== peers) {
      throw new ExperimentError(
        `de-bruijn:base=${base}: ${peers} peers is not a power of ${base}; the nearest are ${below} and ${base * below}`
      )
    }
    checkLinks('de-bruijn', peers, peers * base)
    const note = `${rounds} rounds with its own weights average exactly`
    return fixed('de-bruijn', graphOf(peers, base), {
      directed: true,
      notes: rounds > 1 ? [note] : []
    })
  },
  layout: circleLayout
}

function graphOf(peers: number, base: number): Graph {
  const neighbours = Array.from({ length: peers }, (_, j) => {
    const suffix = Math.floor(j / base)
    const senders = peers === 1 ? [] : Array.from({ length: base }, (_, m) => suffix + (m * peers) / base)
    return senders.filter(i => i !== j)
  })
  return { neighbours, weights: neighbours.map(heard => heard.map(() => 1 / base)) }
}
