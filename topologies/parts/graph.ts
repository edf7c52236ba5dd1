/**
 * Graphs as ascending lists of neighbours: construction, edge list, degrees, connectivity and distances. A graph says
 * whom each peer hears; in an undirected graph these also hear the peer.
 */
import { assert } from '../../src/core/assert.ts'
import { ExperimentError } from '../../src/core/errors.ts'
import type { Graph } from '../../src/interfaces.ts'

/** Up to this many peers the diameter is exact, */
const EXACT_DIAMETER_PEERS = 2000
/** unless links are followed more often than this to find it. */
const MOST_STEPS = 1e9

/** The undirected graph of `peers` peers with these edges. Double edges merge, self loops vanish. */
export function undirectedGraph(peers: number, edges: Iterable<readonly [number, number]>): Graph {
  assert(Number.isInteger(peers) && peers >= 1, `a graph of ${peers} peers`)
  const neighbours = Array.from({ length: peers }, () => new Set<number>())
  for (const [i, j] of edges) {
    assert(i >= 0 && i < peers && j >= 0 && j < peers, `edge ${i} ${j} among ${peers} peers`)
    if (i === j) continue
    neighbours[i]!.add(j)
    neighbours[j]!.add(i)
  }
  return { neighbours: neighbours.map(ascending) }
}

/** The peers of a set, ascending. */
export const ascending = (peers: Iterable<number>): number[] => [...peers].sort((a, b) => a - b)

/** Every edge once, as [i, j] with i < j; of a directed graph every link as [from, to]. In lexical order. */
export function edgeList({ neighbours }: Graph, directed: boolean): [number, number][] {
  if (directed) return heardBy(neighbours).flatMap((to, from) => to.map((j): [number, number] => [from, j]))
  return neighbours.flatMap((heard, i) => heard.filter(j => i < j).map((j): [number, number] => [i, j]))
}

/** How many peers each peer hears. */
export function degrees({ neighbours }: Graph): { min: number; mean: number; max: number } {
  let min = Number.POSITIVE_INFINITY
  let max = 0
  let sum = 0
  for (const { length } of neighbours) {
    min = Math.min(min, length)
    max = Math.max(max, length)
    sum += length
  }
  return { min, mean: sum / neighbours.length, max }
}

/** The components, directions ignored: ascending peers each, in order of their first peer. */
export function connectedComponents({ neighbours }: Graph): number[][] {
  const joined = bothWays(neighbours)
  const seen = new Uint8Array(neighbours.length)
  const components: number[][] = []
  for (let i = 0; i < neighbours.length; i++) {
    if (seen[i] === 1) continue
    const component = ascending(breadthFirst(joined, i).reached)
    for (const j of component) seen[j] = 1
    components.push(component)
  }
  return components
}

/**
 * Throws an ExperimentError if what some peer says can never reach some other one: a graph must be connected, a
 * directed one strongly.
 */
export function assertConnected(graph: Graph): void {
  const [, ...others] = connectedComponents(graph)
  if (others.length > 0) {
    const lost = ascending(others.flat())
    throw new ExperimentError(
      `the graph has ${others.length + 1} components; ${list(lost)} ${lost.length === 1 ? 'is' : 'are'} ` +
        'not connected to peer 0'
    )
  }
  const unheard = missing(graph.neighbours)
  if (unheard.length > 0) throw new ExperimentError(`the graph: nothing from ${list(unheard)} reaches peer 0`)
  const deaf = missing(heardBy(graph.neighbours))
  if (deaf.length > 0) throw new ExperimentError(`the graph: nothing from peer 0 reaches ${list(deaf)}`)
}

/**
 * The longest distance of a connected graph. Beyond 2,000 peers, and of dense graphs of nearly as many, it is a lower bound
 * (`exact` is false): the distance from the peer farthest from peer 0 to the peer farthest from that one, or the longest found.
 */
export function diameter({ neighbours }: Graph): { value: number; exact: boolean } {
  const peers = neighbours.length
  if (peers > EXACT_DIAMETER_PEERS) {
    const { farthest } = breadthFirst(neighbours, 0)
    return { value: breadthFirst(neighbours, farthest).distance, exact: false }
  }
  let value = 0
  let steps = 0
  for (let i = 0; i < peers; i++) {
    if (steps > MOST_STEPS) return { value, exact: false }
    const search = breadthFirst(neighbours, i)
    value = Math.max(value, search.distance)
    steps += search.steps
  }
  return { value, exact: true }
}

/** The least number of edges from peer i to peer j at `i * peers + j`, directions ignored; −1 where there is no way. */
export function distances({ neighbours }: Graph): Int32Array {
  const peers = neighbours.length
  const joined = bothWays(neighbours)
  const rows = new Int32Array(peers * peers)
  for (let i = 0; i < peers; i++) rows.set(breadthFirst(joined, i).distances, i * peers)
  return rows
}

type Neighbours = Graph['neighbours']

/** Whom each peer hears or is heard by. */
function bothWays(neighbours: Neighbours): number[][] {
  const listeners = heardBy(neighbours)
  return neighbours.map((heard, i) => [...heard, ...listeners[i]!])
}

/** Whom each peer is heard by, ascending. */
function heardBy(neighbours: Neighbours): number[][] {
  const listeners: number[][] = neighbours.map(() => [])
  neighbours.forEach((heard, i) => {
    for (const j of heard) listeners[j]!.push(i)
  })
  return listeners
}

/** The peers that no walk from peer 0 reaches. */
function missing(neighbours: Neighbours): number[] {
  const { reached } = breadthFirst(neighbours, 0)
  if (reached.length === neighbours.length) return []
  const found = new Set(reached)
  return neighbours.map((_, i) => i).filter(i => !found.has(i))
}

/**
 * The peers in the order in which they are found, the last of them with its distance, all distances, −1 where none, and how
 * many links were followed.
 */
function breadthFirst(
  neighbours: Neighbours,
  from: number
): { reached: Int32Array; farthest: number; distance: number; distances: Int32Array; steps: number } {
  const order = new Int32Array(neighbours.length)
  const distances = new Int32Array(neighbours.length).fill(-1)
  order[0] = from
  distances[from] = 0
  let found = 1
  let steps = 0
  for (let k = 0; k < found && found < order.length; k++) {
    const i = order[k]!
    steps += neighbours[i]!.length
    for (const j of neighbours[i]!) {
      if (distances[j] !== -1) continue
      distances[j] = distances[i]! + 1
      order[found++] = j
    }
  }
  const farthest = order[found - 1]!
  return { reached: order.subarray(0, found), farthest, distance: distances[farthest]!, distances, steps }
}

/** "peers 4, 5 and 12 more". */
function list(peers: readonly number[]): string {
  const shown = peers.slice(0, 8)
  const more = peers.length - shown.length
  return `peer${peers.length > 1 ? 's' : ''} ${shown.join(', ')}${more > 0 ? ` and ${more} more` : ''}`
}
