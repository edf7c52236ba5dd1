/** Random graphs that must be connected: drawn again until they are, and it is said how often. */
import { ExperimentError } from '../../src/core/errors.ts'
import type { Graph, RandomStream, Topology, TopologyContext } from '../../src/interfaces.ts'
import { fixed, topologyStream } from './topology.ts'

const MOST_DRAWS = 1000
/** Large graphs take their time: no more draws once they have had so many peers and links together. */
const MOST_DRAWN = 20_000_000

interface Traits {
  /** What errors begin with. */
  readonly place: string
  /** What to do about a graph that is never connected. */
  readonly remedy: string
  /** The directed graphs must be circulant. */
  readonly directed?: boolean
}

/** The first connected graph that `draw` makes of the seed's stream. Throws an ExperimentError if it takes too many draws. */
export function resampled(
  name: string,
  context: TopologyContext,
  draw: (random: RandomStream) => Graph,
  { place, remedy, directed = false }: Traits
): Topology {
  const random = topologyStream(context)
  let drawn = 0
  for (let draws = 1; ; draws++) {
    const graph = draw(random)
    if (isConnected(graph)) {
      const note = draws === 1 ? 'connected as first drawn' : `drawn ${draws} times until connected`
      return fixed(name, graph, { directed, notes: [note] })
    }
    for (const { length } of graph.neighbours) drawn += 1 + length
    if (draws === MOST_DRAWS || drawn > MOST_DRAWN) {
      const peers = graph.neighbours.length
      throw new ExperimentError(`${place}: none of ${draws} draws of ${peers} peers was connected; ${remedy}`)
    }
  }
}

/** Whether a walk from whom to whom one hears leads from peer 0 to all: in a circulant graph it then does from anywhere. */
function isConnected({ neighbours }: Graph): boolean {
  const seen = new Uint8Array(neighbours.length)
  const reached = [0]
  seen[0] = 1
  for (const i of reached) {
    for (const j of neighbours[i]!) {
      if (seen[j] === 1) continue
      seen[j] = 1
      reached.push(j)
    }
  }
  return reached.length === neighbours.length
}
