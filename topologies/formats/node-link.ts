/**
 * Node-link JSON, as networkx writes and reads it: `nodes` with an `id` each, `edges` (`links` before networkx 3.4) with
 * `source`, `target` and perhaps `weight`, and `directed`. Peers are numbered by their ids where these are 0, …, N − 1,
 * else in the order of `nodes`. What else there is does not matter.
 */
import { ExperimentError } from '../../src/core/errors.ts'
import { field, finite, items, type Place, parseJson, record, refuse } from '../../src/core/json-file.ts'
import { type GraphFormat, type ListedGraph, numbered, type ReadGraph } from './listed-graph.ts'

export const nodeLink: GraphFormat = { extensions: ['.json'], read, write }

function read(text: string, file: string): ReadGraph {
  const root = parseJson(file, text)
  const graph = record(root)
  const { directed = false, multigraph = false } = graph
  if (typeof directed !== 'boolean') return refuse(field(root, 'directed'), 'true or false')
  if (multigraph !== false)
    return refuse(field(root, 'multigraph'), 'false: no two edges join the same peers')
  if ('edges' in graph && 'links' in graph) {
    throw new ExperimentError(`${file}: has both edges and links; leave one of them out`)
  }
  const nodes = items(field(root, 'nodes')).map(node => field(node, 'id'))
  const ids = nodes.map(keyOf)
  const { names, numbers } = numbered(
    nodes.map(({ value }, k) => (typeof value === 'string' ? value : ids[k]!))
  )
  const numberOf = new Map<string, number>()
  ids.forEach((id, k) => {
    if (numberOf.has(id)) refuse(nodes[k]!, 'the id of one node only')
    numberOf.set(id, numbers[k]!)
  })
  const end = (place: Place): number => numberOf.get(keyOf(place)) ?? refuse(place, 'the id of a node')
  const key = 'links' in graph ? 'links' : 'edges'
  const edges = items(field(root, key)).map(edge => {
    const weight = field(edge, 'weight')
    return {
      from: end(field(edge, 'source')),
      to: end(field(edge, 'target')),
      weight: weight.value === undefined ? undefined : finite(weight)
    }
  })
  return { peers: ids.length, directed, edges, placeOf: e => `${file}: ${key}[${e}]`, names }
}

/** How deep lists lie in each other in an id; networkx has pairs of pairs. */
const MOST_DEPTH = 8

/** What tells ids apart: the number 1 and the text "1" are two, the lists [0, 1] and [0, 1] one. */
function keyOf(place: Place): string {
  if (!isId(place.value, MOST_DEPTH)) refuse(place, 'a number, a text or a list')
  return JSON.stringify(place.value)
}

function isId(value: unknown, depth: number): boolean {
  if (Array.isArray(value)) return depth > 0 && value.every(item => isId(item, depth - 1))
  return typeof value === 'string' || typeof value === 'boolean' || Number.isFinite(value)
}

function write({ peers, directed, edges }: ListedGraph): string {
  const nodes = Array.from({ length: peers }, (_, id) => `    {"id": ${id}}`)
  const links = edges.map(({ from, to, weight }) => {
    const weighted = weight === undefined ? '' : `, "weight": ${weight}`
    return `    {"source": ${from}, "target": ${to}${weighted}}`
  })
  return `{
  "directed": ${directed},
  "multigraph": false,
  "graph": {},
  "nodes": [\n${nodes.join(',\n')}
  ],
  "edges": [\n${links.join(',\n')}
  ]
}
`
}
