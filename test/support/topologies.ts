/** Topologies by name for tests. */
import { present } from '../../src/core/assert.ts'
import { SWARM, stream } from '../../src/core/random.ts'
import type { Graph, MixingMatrix, Topology, TopologyFamily } from '../../src/interfaces.ts'
import { type Spectrum, spectrumOf, staticGraph, topologies, type Weights } from '../../topologies/index.ts'
import { mixingMatrix } from '../../topologies/mixing-matrix.ts'

export interface Built {
  readonly family: TopologyFamily
  readonly options: unknown
  readonly topology: Topology
  readonly graph: Graph
}

/** The topology `name` with `given` options, as a user writes them. */
export function built(name: string, peers: number, given: object = {}, seed = '1'): Built {
  const family = present(topologies[name], name)
  const options = family.options.parse(given)
  const topology = family.build(peers, options, stream(seed, SWARM, 'topology'))
  return { family, options, topology, graph: staticGraph(topology) }
}

export function matrixOf({ graph, topology }: Built, weights: Weights = 'metropolis'): MixingMatrix {
  return mixingMatrix(graph, topology.directed, weights)
}

export function spectrumOfBuilt(from: Built, weights: Weights = 'metropolis'): Spectrum {
  return spectrumOf(from.family, from.topology.peers, from.options, weights, matrixOf(from, weights))
}
