/**
 * A graph as files list it: edge by edge, with a weight for every edge or for none. The weight of an edge is W_ij, both
 * ways; on a directed edge it is what `to` gives to the message of `from`, W_{to,from}.
 */
import { present } from '../../src/core/assert.ts'
import { ExperimentError } from '../../src/core/errors.ts'
import { linksOf, receiversOf, reverseLinks } from '../../src/core/links.ts'
import { UNSIGNED_NUMBER } from '../../src/core/number.ts'
import { printable, shortened } from '../../src/core/printable.ts'
import type { Graph } from '../../src/interfaces.ts'
import { ascending } from '../parts/graph.ts'

/** What sums of weights may be beyond 1 because they are written in decimals. */
const ROUNDING = 1e-12
/** What helps where the weights of a file cannot be those of W. */
const UNWEIGHTED = 'weights=ignored takes the graph without its weights'
/** What helps where an edge is there in both directions. */
const BOTH_WAYS = '; edges go both ways here: an edge list is read with directed=true where they do not'
const NUMBER = new RegExp(`^[-+]?${UNSIGNED_NUMBER}$`)

export interface ListedEdge {
  readonly from: number
  readonly to: number
  readonly weight: number | undefined
}

/** A graph to be written. */
export interface ListedGraph {
  readonly peers: number
  readonly directed: boolean
  readonly edges: readonly ListedEdge[]
}

/** A graph as it was read. */
export interface ReadGraph extends ListedGraph {
  /** Where `edges[e]` stands, as a message begins: `graph.txt:3`. */
  readonly placeOf: (e: number) => string
  /** What the file calls its peers; undefined where it numbers them 0, …, N − 1. */
  readonly names: readonly string[] | undefined
}

/** One way to write graphs down. */
export interface GraphFormat {
  /** How names of such files end. */
  readonly extensions: readonly string[]
  /** Throws an ExperimentError that names `file`, the place in it and the reason. `directed`: of a format that does not say it. */
  readonly read: (text: string, file: string, directed: boolean) => ReadGraph
  readonly write: (graph: ListedGraph) => string
}

/** The edges of a graph; as a directed one where its weights differ between the two ways of an edge. */
export function listed(graph: Graph, directed: boolean): ListedGraph {
  const links = linksOf(graph)
  const receivers = receiversOf(links)
  const weights = graph.weights?.flat()
  const bothWays = !directed && isSymmetric(reverseLinks(links), weights)
  const edges: ListedEdge[] = []
  links.senders.forEach((sender, k) => {
    const receiver = receivers[k]!
    if (!bothWays) edges.push({ from: sender, to: receiver, weight: weights?.[k] })
    else if (receiver < sender) edges.push({ from: receiver, to: sender, weight: weights?.[k] })
  })
  return { peers: links.participants, directed: !bothWays, edges }
}

const isSymmetric = (reverse: Int32Array, weights: readonly number[] | undefined): boolean =>
  weights === undefined || weights.every((weight, k) => weight === weights[reverse[k]!])

/** The graph that was read from `file`. Throws an ExperimentError for self loops, double edges and impossible weights. */
export function graphOf(read: ReadGraph, file: string): Graph {
  const { peers, directed, edges, placeOf, names } = read
  const weighted = edges[0]?.weight !== undefined
  const nameOf = (peer: number): string => quoted(names?.[peer] ?? String(peer))
  const heard: number[][] = Array.from({ length: peers }, () => [])
  edges.forEach(({ from, to, weight }, e) => {
    if (from === to) throw new ExperimentError(`${placeOf(e)}: peer ${nameOf(from)} is joined to itself`)
    if ((weight !== undefined) !== weighted) {
      throw new ExperimentError(
        `${placeOf(e)}: this edge has ${weighted ? 'no' : 'a'} weight, the first one has ${weighted ? 'one' : 'none'}; ` +
          'give one to every edge or to none'
      )
    }
    if (weight !== undefined && !(weight >= 0 && weight <= 1)) {
      throw new ExperimentError(
        `${placeOf(e)}: the weight ${weight} must be a number from 0 to 1; ${UNWEIGHTED}`
      )
    }
    heard[to]!.push(e)
    if (!directed) heard[from]!.push(e)
  })
  const sender = (e: number, receiver: number): number => {
    const { from, to } = present(edges[e], 'an edge')
    return to === receiver ? from : to
  }
  const neighbours = heard.map((list, i) => {
    list.sort((e, f) => sender(e, i) - sender(f, i) || e - f)
    return list.map((e, n) => {
      const j = sender(e, i)
      const before = list[n - 1]
      if (before !== undefined && sender(before, i) === j) {
        throw new ExperimentError(
          `${placeOf(e)}: the edge ${nameOf(edges[e]!.from)} ${nameOf(edges[e]!.to)} is there already, at ${placeOf(before)}` +
            (edges[e]!.from === edges[before]!.to ? BOTH_WAYS : '')
        )
      }
      return j
    })
  })
  if (!weighted) return { neighbours }
  const weights = heard.map((list, i) => {
    const row = list.map(e => edges[e]!.weight ?? 0)
    const sum = row.reduce((total, weight) => total + weight, 0)
    if (sum > 1 + ROUNDING) {
      throw new ExperimentError(
        `${file}: the weights of what peer ${nameOf(i)} hears sum to ${sum}; they may sum to 1 at most, ` +
          `the rest of which is its own weight; ${UNWEIGHTED}`
      )
    }
    return row
  })
  return { neighbours, weights }
}

/** The weight that a word of a file gives, W_ij or something else. */
export function weightFrom(word: string, place: string): number {
  if (NUMBER.test(word)) return Number(word)
  throw new ExperimentError(`${place}: the weight "${quoted(word)}" must be a number from 0 to 1`)
}

/** Numbers for the peers of a file that names them: their names where these are 0, …, N − 1, else their order. */
export function numbered(
  names: readonly string[]
): Pick<ReadGraph, 'names'> & { numbers: readonly number[] } {
  const sorted = ascending(names.map(name => (/^(0|[1-9]\d*)$/.test(name) ? Number(name) : -1)))
  return sorted.every((number, i) => number === i)
    ? { names: undefined, numbers: names.map(Number) }
    : { names, numbers: names.map((_, i) => i) }
}

/** What a file says, as a message quotes it. */
export const quoted = (text: string): string => shortened(printable(text))
