/**
 * One-peer EquiDyn (Song et al., NeurIPS 2022): every round one shift a is drawn from 1, …, N − 1, and
 * W = (1 − η) I + η A⁽ᵃ⁾, A⁽ᵃ⁾ = (N − 1)/N P_a + I/N: with q = η (N − 1)/N everybody gives the weight q to one other.
 *
 * Directed (OD-EquiDyn): i sends to i + a modulo N. The mean-square contraction is
 * (1 − q)² + q² − 2 q (1 − q) / (N − 1): about 1/2 for η = 1/2, whatever N is.
 * Undirected (OU-EquiDyn): i and i + a are partners if neither has one, i from a random first peer on. Where m_a pairs come
 * about, each Fourier vector k contracts by 1 − 2 q (1 − q) Σ_a m_a (2 − 2 cos(2π k a / N)) / (N (N − 1)).
 */
import { z } from 'zod'
import { nextBelow } from '../src/core/random.ts'
import type { Graph, RandomStream, TopologyFamily } from '../src/interfaces.ts'
import { circleLayout } from './parts/layouts.ts'
import { matchingGraph } from './parts/matching.ts'
import { drawn } from './parts/topology.ts'

/** Counting the pairs of every shift takes N² steps. */
const MOST_COUNTED_PEERS = 2000

export const equidyn: TopologyFamily<{ readonly directed: boolean; readonly factor: number }> = {
  description:
    'every round everybody to the peer at one random distance on a circle; directed=false: in pairs',
  picture: '○→+a drawn',
  options: z.strictObject({
    directed: z.boolean().default(true),
    factor: z.number().positive().max(1).default(0.5)
  }),
  prescribesWeights: () => true,
  build(peers, { directed, factor }, context) {
    const weight = weightOf(peers, factor)
    const draw = (random: RandomStream): Graph => {
      if (peers === 1) return { neighbours: [[]], weights: [[]] }
      const shift = 1 + nextBelow(random, peers - 1)
      return directed
        ? shifted(peers, shift, weight)
        : matchingGraph(shiftedPairs(peers, shift, nextBelow(random, peers)), weight)
    }
    return drawn('equidyn', peers, context, draw, { directed })
  },
  meanSquareContraction(peers, { directed, factor }) {
    if (peers === 1) return 0
    const q = weightOf(peers, factor)
    return directed ? (1 - q) * (1 - q) + q * q - (2 * q * (1 - q)) / (peers - 1) : ofPairs(peers, q)
  },
  layout: circleLayout
}

const weightOf = (peers: number, factor: number): number => (factor * (peers - 1)) / peers

function shifted(peers: number, shift: number, weight: number): Graph {
  return {
    neighbours: Array.from({ length: peers }, (_, i) => [(i - shift + peers) % peers]),
    weights: Array.from({ length: peers }, () => [weight])
  }
}

/** Per peer its partner at this distance, −1 where there is none. */
function shiftedPairs(peers: number, shift: number, first: number): Int32Array {
  const partners = new Int32Array(peers).fill(-1)
  for (let k = 0; k < peers; k++) {
    const i = (first + k) % peers
    const j = (i + shift) % peers
    if (partners[i] === -1 && partners[j] === -1) {
      partners[i] = j
      partners[j] = i
    }
  }
  return partners
}

/** W² = I − 2 q (1 − q) L for a matching with the Laplacian L, and E[L] is circulant. */
function ofPairs(peers: number, q: number): number | undefined {
  if (peers > MOST_COUNTED_PEERS) return undefined
  const pairs = Array.from({ length: peers }, (_, shift) =>
    shift === 0 ? 0 : shiftedPairs(peers, shift, 0).reduce((count, j) => (j < 0 ? count : count + 1), 0) / 2
  )
  const cosines = Array.from({ length: peers }, (_, k) => Math.cos((2 * Math.PI * k) / peers))
  let least = Number.POSITIVE_INFINITY
  for (let k = 1; k < peers; k++) {
    let eigenvalue = 0
    for (let shift = 1; shift < peers; shift++) {
      eigenvalue += pairs[shift]! * (2 - 2 * cosines[(k * shift) % peers]!)
    }
    least = Math.min(least, eigenvalue)
  }
  return 1 - (2 * q * (1 - q) * least) / (peers * (peers - 1))
}
