/**
 * Preferential attachment (Barabási, Albert 1999): peers come one after the other, and each gets edges to `attached`
 * different peers before it, drawn in proportion to their degrees. It begins with a star: peer 0 and `attached` others.
 *
 * m (N − m) edges for m = `attached`; degrees follow a power law, P(d) ~ d⁻³ for large N, and the diameter is of
 * the order ln N at most. Hubs make Metropolis weights small: the gap is less than that of a random regular graph with as
 * many edges. Always connected.
 */
import { z } from 'zod'
import { ExperimentError } from '../src/core/errors.ts'
import { nextBelow } from '../src/core/random.ts'
import type { Graph, RandomStream, TopologyFamily } from '../src/interfaces.ts'
import { undirectedGraph } from './parts/graph.ts'
import { checkLinks } from './parts/most-links.ts'
import { fixed, topologyStream } from './parts/topology.ts'

export const barabasiAlbert: TopologyFamily<{ readonly attached: number }> = {
  description:
    'every peer is attached to so many before it, rather to those who have many neighbours already',
  picture: '○─◉═●─○ hubs',
  options: z.strictObject({ attached: z.int().min(1).default(2) }),
  build(peers, { attached }, context) {
    const place = `barabasi-albert:attached=${attached}`
    if (attached >= peers) {
      throw new ExperimentError(`${place} needs at least ${attached + 1} peers, not ${peers}`)
    }
    checkLinks(place, peers, 2 * attached * (peers - attached))
    return fixed('barabasi-albert', draw(peers, attached, topologyStream(context)))
  }
}

function draw(peers: number, attached: number, random: RandomStream): Graph {
  const edges: [number, number][] = []
  /** Both ends of every edge: a uniform one of them is a peer in proportion to its degree. */
  const ends: number[] = []
  const attach = (peer: number, targets: Iterable<number>): void => {
    for (const target of targets) {
      edges.push([target, peer])
      ends.push(target, peer)
    }
  }
  for (let peer = 1; peer <= attached; peer++) attach(peer, [0])
  for (let peer = attached + 1; peer < peers; peer++) {
    const targets = new Set<number>()
    while (targets.size < attached) targets.add(ends[nextBelow(random, ends.length)]!)
    attach(peer, targets)
  }
  return undirectedGraph(peers, edges)
}
