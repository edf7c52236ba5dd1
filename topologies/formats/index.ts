/** The forms in which graphs come from files and go to files. */
import { edgeListFormat } from './edge-list.ts'
import { graphml } from './graphml.ts'
import type { GraphFormat } from './listed-graph.ts'
import { nodeLink } from './node-link.ts'

const formats = { 'edge-list': edgeListFormat, 'node-link': nodeLink, graphml } satisfies Record<
  string,
  GraphFormat
>

export type GraphFormatName = keyof typeof formats

/** The only list of them. */
export const GRAPH_FORMATS: Readonly<Record<GraphFormatName, GraphFormat>> = formats

const named = Object.keys(formats) as GraphFormatName[]

/** The form that the name of a file promises. */
export const formatOfName = (file: string): GraphFormatName | undefined =>
  named.find(name => formats[name].extensions.some(extension => file.toLowerCase().endsWith(extension)))

/** The form of a text. */
export function formatOfText(text: string): GraphFormatName {
  const [first] = /\S/.exec(text) ?? []
  return first === '{' ? 'node-link' : first === '<' ? 'graphml' : 'edge-list'
}
