/**
 * The small world of Watts and Strogatz (1998): a ring lattice, in which every peer hears the `neighbours` nearest ones,
 * and each of whose edges is rewired with probability β: it keeps one end and gets another one, uniformly drawn.
 *
 * N · neighbours / 2 edges exactly. β = 0 is the ring lattice, β = 1 about a random graph; in between the diameter is
 * soon about ln N, while neighbours are still neighbours of each other. Resampled until connected.
 */
import { z } from 'zod'
import { ExperimentError } from '../src/core/errors.ts'
import { nextBelow, nextDouble } from '../src/core/random.ts'
import type { Graph, RandomStream, TopologyFamily } from '../src/interfaces.ts'
import { ascending } from './parts/graph.ts'
import { circleLayout } from './parts/layouts.ts'
import { checkLinks } from './parts/most-links.ts'
import { resampled } from './parts/resample.ts'

export const wattsStrogatz: TopologyFamily<{ readonly neighbours: number; readonly rewiring: number }> = {
  description: 'a small world: a ring lattice, each of whose edges is rewired with this probability',
  picture: '○═○═○⌒○═○ ↺',
  options: z.strictObject({
    neighbours: z.int().min(2).multipleOf(2, 'must be an even number').default(4),
    rewiring: z.number().min(0).max(1).default(0.3)
  }),
  build(peers, { neighbours, rewiring }, context) {
    const place = `watts-strogatz:neighbours=${neighbours}`
    if (neighbours >= peers) {
      throw new ExperimentError(`${place} needs at least ${neighbours + 1} peers, not ${peers}`)
    }
    checkLinks(place, peers, neighbours * peers)
    return resampled('watts-strogatz', context, random => draw(peers, neighbours, rewiring, random), {
      place,
      remedy: 'use more neighbours or less rewiring'
    })
  },
  layout: circleLayout
}

function draw(peers: number, degree: number, rewiring: number, random: RandomStream): Graph {
  const neighbours = Array.from({ length: peers }, () => new Set<number>())
  const join = (i: number, j: number): void => {
    neighbours[i]!.add(j)
    neighbours[j]!.add(i)
  }
  for (let i = 0; i < peers; i++) {
    for (let step = 1; step <= degree / 2; step++) join(i, (i + step) % peers)
  }
  for (let step = 1; step <= degree / 2; step++) {
    for (let i = 0; i < peers; i++) {
      if (nextDouble(random) >= rewiring || neighbours[i]!.size === peers - 1) continue
      let other: number
      do other = nextBelow(random, peers)
      while (other === i || neighbours[i]!.has(other))
      const old = (i + step) % peers
      neighbours[i]!.delete(old)
      neighbours[old]!.delete(i)
      join(i, other)
    }
  }
  return { neighbours: neighbours.map(ascending) }
}
