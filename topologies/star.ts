/**
 * The star: peer 0, the hub, and every other peer hear each other. Gossip on it is not star federation: the hub is a
 * learner like the others, and the weights that suit its neighbours make it slow.
 *
 * Degree N − 1 at the hub, else 1; diameter 2; eigenvalues 1, 1 − 1/N (N − 2 times), 0, so the gap is 1/N.
 */
import { z } from 'zod'
import type { TopologyFamily } from '../src/interfaces.ts'
import { undirectedGraph } from './parts/graph.ts'
import { hubLayout } from './parts/layouts.ts'
import { fixed } from './parts/topology.ts'

export const star: TopologyFamily<object> = {
  description: 'peer 0 in the middle, a neighbour of every other peer (gossip, not a server)',
  picture: '○ ○─●─○ ○',
  options: z.strictObject({}),
  build: peers => fixed('star', undirectedGraph(peers, edges(peers))),
  metropolisEigenvalues(peers) {
    const values = new Float64Array(peers).fill(1 - 1 / peers)
    values[peers - 1] = 0
    values[0] = 1
    return values
  },
  layout: hubLayout
}

function* edges(peers: number): Generator<[number, number]> {
  for (let i = 1; i < peers; i++) yield [0, i]
}
