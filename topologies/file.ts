/**
 * A graph from a text file: one undirected edge a line, two peer numbers with white space between, `#` starts a
 * comment. The peers are 0, …, N − 1, and each of them has an edge.
 *
 *     # a square with one diagonal
 *     0 1
 *     1 2
 *     2 3
 *     3 0
 *     0 2
 */
import { readFileSync } from 'node:fs'
import { z } from 'zod'
import { ExperimentError } from '../src/core/errors.ts'
import type { TopologyFamily } from '../src/interfaces.ts'
import { undirectedGraph } from './graph.ts'

export const file: TopologyFamily<{ readonly path: string }> = {
  description: 'an edge list from a text file: two peer numbers a line, # for comments',
  options: z.strictObject({ path: z.string().min(1) }),
  positional: 'path',
  build(peers, { path }) {
    const edges = readEdges(path)
    const count = peerCount(edges)
    if (count !== peers)
      throw new ExperimentError(`file:${path} is a graph of ${count} peers, not of ${peers}`)
    return { name: 'file', peers, directed: false, graphs: [undirectedGraph(peers, edges)] }
  },
  peersOf: ({ path }) => peerCount(readEdges(path))
}

type Edge = readonly [number, number]

const peerCount = (edges: readonly Edge[]): number => new Set(edges.flat()).size

function readEdges(path: string): Edge[] {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (error) {
    throw new ExperimentError(
      `file:${path} cannot be read: ${error instanceof Error ? error.message : error}`
    )
  }
  return parseEdges(text, path)
}

/** The edges of an edge list. Throws an ExperimentError that names `path`, the line and the reason. */
export function parseEdges(text: string, path: string): Edge[] {
  const edges: Edge[] = []
  const lineOf = new Map<string, number>()
  const firstLineOf = new Map<number, number>()
  text.split('\n').forEach((content, index) => {
    const line = index + 1
    const words = content.replace(/#.*/, '').trim()
    if (words === '') return
    const [, left, right] = /^(\d+)\s+(\d+)$/.exec(words) ?? []
    if (left === undefined || right === undefined) {
      throw new ExperimentError(`${path}:${line}: "${words}" is not an edge: two peer numbers such as "0 1"`)
    }
    const i = Number(left)
    const j = Number(right)
    if (i === j) throw new ExperimentError(`${path}:${line}: peer ${i} is joined to itself`)
    const key = i < j ? `${i} ${j}` : `${j} ${i}`
    const earlier = lineOf.get(key)
    if (earlier !== undefined) {
      throw new ExperimentError(`${path}:${line}: the edge ${i} ${j} was given in line ${earlier} already`)
    }
    lineOf.set(key, line)
    for (const peer of [i, j]) if (!firstLineOf.has(peer)) firstLineOf.set(peer, line)
    edges.push([i, j])
  })
  if (edges.length === 0)
    throw new ExperimentError(`${path}: no edges; a line is two peer numbers such as "0 1"`)
  const peers = firstLineOf.size
  for (const [peer, line] of firstLineOf) {
    if (peer >= peers) {
      throw new ExperimentError(
        `${path}:${line}: peer ${peer} among ${peers} peers; they must be numbered 0 … ${peers - 1} without gaps`
      )
    }
  }
  return edges
}
