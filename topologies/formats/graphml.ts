/**
 * GraphML (Brandes, Eiglsperger, Herman, Himsolt, Marshall 2002): one graph, its edges directed as `edgedefault` or each
 * of them says; one directed edge makes the graph directed, and the others go both ways in it. The weight is the data of
 * the key whose `attr.name` is `weight`. Peers are numbered by their ids where these are 0, …, N − 1, else in the order
 * of the nodes. What else there is does not matter.
 */
import { ExperimentError } from '../../src/core/errors.ts'
import {
  type GraphFormat,
  type ListedEdge,
  type ListedGraph,
  numbered,
  quoted,
  type ReadGraph,
  weightFrom
} from './listed-graph.ts'
import { type XmlElement, xmlElements } from './xml.ts'

export const graphml: GraphFormat = { extensions: ['.graphml', '.xml'], read, write }

interface Contents {
  readonly nodes: readonly XmlElement[]
  readonly edges: readonly { readonly element: XmlElement; readonly weight: string | undefined }[]
  readonly graph: XmlElement
}

function read(text: string, file: string): ReadGraph {
  const { nodes, edges, graph } = contentsOf(text, file)
  const ids = nodes.map(node => attribute(node, 'id', file))
  const { names, numbers } = numbered(ids)
  const numberOf = new Map<string, number>()
  ids.forEach((id, k) => {
    if (numberOf.has(id)) refuse(nodes[k]!, file, `the node "${quoted(id)}" is there already`)
    numberOf.set(id, numbers[k]!)
  })
  const end = (element: XmlElement, name: string): number => {
    const id = attribute(element, name, file)
    return numberOf.get(id) ?? refuse(element, file, `the ${name} "${quoted(id)}" of this edge is no node`)
  }
  const byDefault = attribute(graph, 'edgedefault', file, ['directed', 'undirected']) === 'directed'
  const ways = edges.map(({ element }) =>
    element.attributes.has('directed')
      ? attribute(element, 'directed', file, ['true', 'false']) === 'true'
      : byDefault
  )
  const directed = edges.length === 0 ? byDefault : ways.includes(true)
  const listed: ListedEdge[] = []
  const lines: number[] = []
  edges.forEach(({ element, weight: word }, e) => {
    const from = end(element, 'source')
    const to = end(element, 'target')
    const weight = word === undefined ? undefined : weightFrom(word.trim(), `${file}:${element.line}`)
    listed.push({ from, to, weight })
    lines.push(element.line)
    if (directed && ways[e] === false) {
      listed.push({ from: to, to: from, weight })
      lines.push(element.line)
    }
  })
  return { peers: ids.length, directed, edges: listed, placeOf: e => `${file}:${lines[e]}`, names }
}

/** The nodes and the edges of the one graph. Elements come when they end: the data of an edge before the edge. */
function contentsOf(text: string, file: string): Contents {
  const nodes: XmlElement[] = []
  const edges: { element: XmlElement; weight: string | undefined }[] = []
  let graph: XmlElement | undefined
  let key: { readonly id: string; readonly value: string | undefined } | undefined
  let value: string | undefined
  let weight: string | undefined
  for (const element of xmlElements(text, file)) {
    const { path, attributes } = element
    if (path === 'graphml/key/default') value = element.text
    else if (path === 'graphml/key') {
      const isWeight = attributes.get('attr.name') === 'weight' && attributes.get('for') !== 'node'
      if (isWeight) key = { id: attribute(element, 'id', file), value }
      value = undefined
    } else if (path === 'graphml/graph/node') nodes.push(element)
    else if (path === 'graphml/graph/edge/data') {
      if (key !== undefined && attributes.get('key') === key.id) weight = element.text
    } else if (path === 'graphml/graph/edge') {
      edges.push({ element, weight: weight ?? key?.value })
      weight = undefined
    } else if (path === 'graphml/graph' && graph === undefined) graph = element
    else if (/\/(graph|hyperedge)$/.test(path)) {
      refuse(element, file, 'there must be one graph, without graphs or hyperedges in it')
    }
  }
  if (graph === undefined) throw new ExperimentError(`${file}: there is no <graphml> with a <graph> in it`)
  return { nodes, edges, graph }
}

/** An attribute that must be there, and be one of `allowed`. */
function attribute(element: XmlElement, name: string, file: string, allowed?: readonly string[]): string {
  const value = element.attributes.get(name)
  const tag = `<${element.path.replace(/^.*\//, '')}>`
  if (value === undefined) return refuse(element, file, `${tag} has no ${name}`)
  if (allowed === undefined || allowed.includes(value)) return value
  return refuse(element, file, `${name}="${quoted(value)}" of ${tag} must be ${allowed.join(' or ')}`)
}

function refuse({ line }: XmlElement, file: string, reason: string): never {
  throw new ExperimentError(`${file}:${line}: ${reason}`)
}

function write({ peers, directed, edges }: ListedGraph): string {
  const weighted = edges[0]?.weight !== undefined
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<graphml xmlns="http://graphml.graphdrawing.org/xmlns">',
    ...(weighted ? ['  <key id="weight" for="edge" attr.name="weight" attr.type="double"/>'] : []),
    `  <graph edgedefault="${directed ? 'directed' : 'undirected'}">`,
    ...Array.from({ length: peers }, (_, id) => `    <node id="${id}"/>`),
    ...edges.map(({ from, to, weight }) => {
      const ends = `source="${from}" target="${to}"`
      return weighted ? `    <edge ${ends}><data key="weight">${weight}</data></edge>` : `    <edge ${ends}/>`
    }),
    '  </graph>',
    '</graphml>',
    ''
  ].join('\n')
}
