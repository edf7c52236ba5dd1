/** The three kinds of topologies: one graph for ever, graphs that take turns, and a new graph for every round. */
import { assert, present } from '../../src/core/assert.ts'
import { SWARM, stream } from '../../src/core/random.ts'
import type { Graph, RandomStream, Topology, TopologyContext } from '../../src/interfaces.ts'
import { ascending } from './graph.ts'
import { checkLinks } from './most-links.ts'

interface Traits {
  readonly directed?: boolean
  readonly notes?: readonly string[]
}

/** Every round uses `graph`. */
export function fixed(name: string, graph: Graph, { directed = false, notes = [] }: Traits = {}): Topology {
  return { name, peers: graph.neighbours.length, directed, period: 1, graphAt: () => graph, notes }
}

/** Round r uses `graphs[r % graphs.length]`. */
export function periodic(
  name: string,
  graphs: readonly Graph[],
  { directed = false, notes = [] }: Traits = {}
): Topology {
  const period = graphs.length
  const peers = present(graphs[0], 'a graph').neighbours.length
  return { name, peers, directed, period, graphAt: round => graphs[round % period]!, notes }
}

/** Round r uses what `draw` makes of a random stream of its own. */
export function drawn(
  name: string,
  peers: number,
  { seed }: TopologyContext,
  draw: (random: RandomStream, round: number) => Graph,
  { directed = false, notes = [] }: Traits = {}
): Topology {
  let last: { readonly round: number; readonly graph: Graph } | undefined
  return {
    name,
    peers,
    directed,
    period: null,
    graphAt(round) {
      if (last?.round !== round) {
        last = { round, graph: draw(stream(seed, SWARM, `topology/${round}`), round) }
      }
      return last.graph
    },
    notes
  }
}

/** The stream from which a static topology is drawn. */
export const topologyStream = ({ seed }: TopologyContext): RandomStream => stream(seed, SWARM, 'topology')

/** The graph of a static topology. */
export function staticGraph(topology: Topology): Graph {
  assert(topology.period === 1, `${topology.name} changes from round to round`)
  return topology.graphAt(0)
}

/** How many of the first `rounds` rounds differ from one another, at most. */
export const distinctRounds = ({ period }: Pick<Topology, 'period'>, rounds: number): number =>
  period === null ? rounds : Math.min(period, rounds)

/** Whom each peer hears in some of the first `rounds` rounds. Throws an ExperimentError for more links than fit. */
export function unionGraph(topology: Topology, rounds: number): Graph {
  const { peers } = topology
  if (topology.period === 1) {
    const { neighbours, places } = topology.graphAt(0)
    return { neighbours, ...(places === undefined ? {} : { places }) }
  }
  const heard = Array.from({ length: peers }, () => new Set<number>())
  let links = 0
  for (let round = 0; round < distinctRounds(topology, rounds) && links < peers * (peers - 1); round++) {
    topology.graphAt(round).neighbours.forEach((neighbours, i) => {
      const known = heard[i]!
      links -= known.size
      for (const j of neighbours) known.add(j)
      links += known.size
    })
    checkLinks(`${topology.name} in ${round + 1} rounds`, peers, links)
  }
  return { neighbours: heard.map(ascending) }
}
