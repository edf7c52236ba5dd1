/**
 * The Erdős–Rényi graph G(N, p): every pair of peers is an edge with probability p, independently.
 *
 * p N (N − 1) / 2 edges and the degree p (N − 1) on average; the diameter is about ln N / ln (p N). For large N it is
 * almost surely connected if p > ln N / N, and almost surely not if p is less (Erdős, Rényi 1960): resampled until
 * connected. The pairs between one edge and the next are skipped at once, by a geometric number (Batagelj, Brandes 2005).
 */
import { z } from 'zod'
import { log } from '../src/core/elementary.ts'
import { nextDouble } from '../src/core/random.ts'
import type { Graph, RandomStream, TopologyFamily } from '../src/interfaces.ts'
import { checkLinks } from './parts/most-links.ts'
import { resampled } from './parts/resample.ts'

export const erdosRenyi: TopologyFamily<{ readonly probability: number }> = {
  description: 'every pair of peers is an edge with this probability; drawn from the seed until connected',
  picture: '○ p ○ p ○',
  options: z.strictObject({ probability: z.number().min(1e-6).max(1).default(0.3) }),
  build(peers, { probability }, context) {
    const place = `erdos-renyi:probability=${probability}`
    checkLinks(place, peers, probability * peers * (peers - 1))
    const threshold = (log(peers) / peers).toPrecision(2)
    const remedy = `it takes a probability above ln N / N = ${threshold}`
    return resampled('erdos-renyi', context, random => draw(peers, probability, random), { place, remedy })
  }
}

/** Pairs in the order (0, 1), (0, 2), (1, 2), (0, 3), …, so that neighbours come ascending. */
function draw(peers: number, probability: number, random: RandomStream): Graph {
  const neighbours: number[][] = Array.from({ length: peers }, () => [])
  const absent = log(1 - probability)
  let i = -1
  for (let j = 1; j < peers; ) {
    i += 1 + Math.floor(log(1 - nextDouble(random)) / absent)
    while (i >= j && j < peers) {
      i -= j
      j++
    }
    if (j < peers) {
      neighbours[j]!.push(i)
      neighbours[i]!.push(j)
    }
  }
  return { neighbours }
}
