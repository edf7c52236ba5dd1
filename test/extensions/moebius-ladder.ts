/**
 * The Möbius ladder (Guy, Harary 1967): a ring of an even number of peers, each of which also hears the one opposite. Degree 3,
 * diameter about N/4, half the ring's, for one more edge per peer.
 */
import {
  circleLayout,
  circulantEigenvalues,
  circulantGraph,
  ExperimentError,
  fixed,
  type TopologyFamily,
  z
} from '@murmuration/swarm'

const offsetsOf = (peers: number): readonly number[] => [1, -1, peers / 2]

const moebiusLadder: TopologyFamily<object> = {
  description: 'a ring whose opposite peers hear each other, too',
  picture: '○─○─○ ↺ ╳',
  options: z.strictObject({}),
  build(peers) {
    if (peers % 2 === 1)
      throw new ExperimentError(`moebius-ladder: needs an even number of peers, not ${peers}`)
    return fixed('moebius-ladder', circulantGraph(peers, offsetsOf(peers)))
  },
  metropolisEigenvalues: peers => circulantEigenvalues(peers, offsetsOf(peers)),
  layout: circleLayout
}

export const topologies = { 'moebius-ladder': moebiusLadder }
