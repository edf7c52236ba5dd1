/**
 * A graph of one's own from a file: an edge list, node-link JSON or GraphML, with or without weights. Which of them it
 * is says the ending of its name, or else its first character. Weights of the file are W_ij; W_ii is the rest of the row.
 * Those that mean something else, distances say, can be ignored.
 */
import { readFileSync, statSync } from 'node:fs'
import { z } from 'zod'
import { ExperimentError } from '../src/core/errors.ts'
import type { TopologyFamily } from '../src/interfaces.ts'
import { formatOfName, formatOfText, GRAPH_FORMATS } from './formats/index.ts'
import { graphOf, quoted, type ReadGraph } from './formats/listed-graph.ts'
import { fixed } from './parts/topology.ts'

const MOST_BYTES = 200_000_000
const MOST_PEERS = 1_000_000
/** So many names of peers are noted. */
const MOST_NAMES = 8

type Options = {
  readonly path: string
  readonly directed: boolean
  readonly weights: 'own' | 'ignored'
}

export const file: TopologyFamily<Options> = {
  description:
    'an edge list of your own (two peer numbers a line, perhaps a weight), node-link JSON or GraphML; ' +
    'weights=ignored if its weights are not those of W',
  picture: 'yours',
  options: z.strictObject({
    path: z.string().min(1),
    directed: z.boolean().default(false),
    weights: z.enum(['own', 'ignored']).default('own')
  }),
  positional: 'path',
  build(peers, options) {
    const { path } = options
    const read = readGraph(options)
    if (read.peers !== peers)
      throw new ExperimentError(`file:${path} is a graph of ${read.peers} peers, not of ${peers}`)
    return fixed('file', graphOf(read, path), { directed: read.directed, notes: notesOf(read) })
  },
  peersOf: options => readGraph(options).peers,
  prescribesWeights: options => readGraph(options).edges.some(({ weight }) => weight !== undefined)
}

function readGraph({ path, directed, weights }: Options): ReadGraph {
  const text = readText(path)
  const read = GRAPH_FORMATS[formatOfName(path) ?? formatOfText(text)].read(text, path, directed)
  if (directed && !read.directed) {
    throw new ExperimentError(`${path}: the file itself says that the graph is undirected, not directed=true`)
  }
  if (read.peers === 0) throw new ExperimentError(`${path}: a graph without peers`)
  if (read.peers > MOST_PEERS) {
    throw new ExperimentError(`${path}: ${read.peers} peers; at most ${MOST_PEERS} are possible`)
  }
  if (weights === 'own') return read
  return { ...read, edges: read.edges.map(edge => ({ ...edge, weight: undefined })) }
}

function readText(path: string): string {
  let text: string
  try {
    const status = statSync(path)
    if (!status.isFile()) throw new Error('it is no file')
    const { size } = status
    if (size > MOST_BYTES) throw new Error(`it has ${size} bytes, at most ${MOST_BYTES} are possible`)
    text = readFileSync(path, 'utf8')
  } catch (error) {
    throw new ExperimentError(
      `file:${path} cannot be read: ${error instanceof Error ? error.message : error}`
    )
  }
  return text.replace(/^\uFEFF/, '')
}

function notesOf({ names }: ReadGraph): string[] {
  if (names === undefined) return []
  const shown = names.slice(0, MOST_NAMES).map((name, i) => `${i} is "${quoted(name)}"`)
  const more = names.length - shown.length
  return [`peers have the order of the file: ${shown.join(', ')}${more > 0 ? ` and ${more} more` : ''}`]
}
