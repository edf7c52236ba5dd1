/** Graphs that are hard to mix. */
import type { Graph } from '../../src/interfaces.ts'
import { undirectedGraph } from '../../topologies/parts/graph.ts'

/** A path of `path` peers, the last of which is joined to one of a clique of `clique` more: slow, and not sparse. */
export function tailed(path: number, clique: number): Graph {
  const edges: [number, number][] = []
  for (let i = 0; i < path; i++) edges.push([i, i + 1])
  for (let i = 0; i < clique; i++) for (let j = 0; j < i; j++) edges.push([path + j, path + i])
  return undirectedGraph(path + clique, edges)
}
