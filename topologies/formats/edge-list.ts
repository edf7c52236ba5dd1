/**
 * Edge lists: two peer numbers a line, and a weight if every edge has one, with white space between; `#` starts a
 * comment. The peers are 0, …, N − 1, and each of them has an edge. In a directed graph the first speaks to the second.
 * What networkx writes after the numbers, `{}` and `{'weight': 0.25}`, is understood, too.
 *
 *     # a square with one diagonal
 *     0 1
 *     1 2
 *     2 3
 *     3 0
 *     0 2
 */
import { ExperimentError } from '../../src/core/errors.ts'
import {
  type GraphFormat,
  type ListedEdge,
  type ListedGraph,
  quoted,
  type ReadGraph,
  weightFrom
} from './listed-graph.ts'

const EDGE = /^(\d+)\s+(\d+)(?:\s+(?:\{\}|\{'weight': ([^\s{}]+)\}|(\S+)))?$/

/** More are refused before they fill the memory. */
const MOST_EDGES = 10_000_000

export const edgeListFormat: GraphFormat = { extensions: ['.txt', '.edges', '.edgelist'], read, write }

function read(text: string, file: string, directed: boolean): ReadGraph {
  const edges: ListedEdge[] = []
  const lines: number[] = []
  const firstLineOf = new Map<number, number>()
  let line = 0
  for (const content of linesOf(text)) {
    line++
    const words = content.replace(/#.*/, '').trim()
    if (words === '') continue
    const place = `${file}:${line}`
    const [, left, right, named, plain] = EDGE.exec(words) ?? []
    if (left === undefined || right === undefined) {
      throw new ExperimentError(
        `${place}: "${quoted(words)}" is not an edge: two peer numbers such as "0 1", and a weight if all have one`
      )
    }
    const word = named ?? plain
    if (edges.length === MOST_EDGES) {
      throw new ExperimentError(`${place}: more than ${MOST_EDGES} edges; at most so many are possible`)
    }
    const from = Number(left)
    const to = Number(right)
    edges.push({ from, to, weight: word === undefined ? undefined : weightFrom(word, place) })
    lines.push(line)
    for (const peer of [from, to]) if (!firstLineOf.has(peer)) firstLineOf.set(peer, line)
  }
  if (edges.length === 0) {
    throw new ExperimentError(`${file}: no edges; a line is two peer numbers such as "0 1"`)
  }
  const peers = firstLineOf.size
  for (const [peer, first] of firstLineOf) {
    if (peer >= peers) {
      throw new ExperimentError(
        `${file}:${first}: peer ${peer} among ${peers} peers; they must be numbered 0 … ${peers - 1} without gaps`
      )
    }
  }
  return { peers, directed, edges, placeOf: e => `${file}:${lines[e]}`, names: undefined }
}

function* linesOf(text: string): Generator<string> {
  for (let start = 0; start <= text.length; ) {
    const found = text.indexOf('\n', start)
    const end = found < 0 ? text.length : found
    yield text.slice(start, end)
    start = end + 1
  }
}

/** Throws an ExperimentError for a peer without edges: an edge list cannot say that there is one. */
function write({ peers, directed, edges }: ListedGraph): string {
  const present = new Uint8Array(peers)
  for (const { from, to } of edges) present[from] = present[to] = 1
  const alone = present.indexOf(0)
  if (alone >= 0) {
    throw new ExperimentError(
      `an edge list cannot hold peer ${alone}, which has no edges; write .json or .graphml instead`
    )
  }
  const weighted = edges[0]?.weight !== undefined
  const columns = `${directed ? 'from to' : 'peer peer'}${weighted ? ' weight' : ''}`
  const lines = edges.map(({ from, to, weight }) => `${from} ${to}${weighted ? ` ${weight}` : ''}`)
  return [`# ${columns}${directed ? '; read it with directed=true' : ''}`, ...lines, ''].join('\n')
}
