/** Topologies by name for tests. */
import { present } from '../../src/core/assert.ts'
import type { Graph, MixingMatrix, Topology, TopologyContext, TopologyFamily } from '../../src/interfaces.ts'
import { type Spectrum, spectrumOf, topologies, type Weights } from '../../topologies/index.ts'
import { mixingMatrix } from '../../topologies/mixing/mixing-matrix.ts'

export interface Built {
  readonly family: TopologyFamily
  readonly options: unknown
  readonly topology: Topology
  /** Of round 0. */
  readonly graph: Graph
}

/** A seed, and environments of two types in turn. */
export const contextOf = (peers: number, seed = '1'): TopologyContext => ({
  seed,
  types: () => Int32Array.from({ length: peers }, (_, i) => i % 2)
})

/** The topology `name` with `given` options, as a user writes them. */
export function built(name: string, peers: number, given: object = {}, seed = '1'): Built {
  const family = present(topologies[name], name)
  const options = family.options.parse(given)
  const topology = family.build(peers, options, contextOf(peers, seed))
  return { family, options, topology, graph: topology.graphAt(0) }
}

export function matrixOf({ graph, topology }: Built, weights: Weights = 'metropolis'): MixingMatrix {
  return mixingMatrix(graph, topology.directed, weights)
}

export function spectrumOfBuilt(from: Built, weights: Weights = 'metropolis'): Spectrum {
  return spectrumOf(from.family, from.topology.peers, from.options, weights, matrixOf(from, weights))
}
