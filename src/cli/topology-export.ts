/** `murmur topology NAME --export FILE`: graphs as files for other programs, and for `file:FILE`. */
import { formatOfName, GRAPH_FORMATS, type GraphFormatName } from '../../topologies/formats/index.ts'
import { listed } from '../../topologies/formats/listed-graph.ts'
import { ExperimentError } from '../core/errors.ts'
import { refuseAt } from '../fits.ts'
import type { Graph, MixingMatrix } from '../interfaces.ts'

/** With more edges a file would be too long to be read again. */
const MOST_EDGES = 2_000_000

/** The form that the ending of `path` asks for. */
export function exportFormat(path: string): GraphFormatName {
  const format = formatOfName(path)
  if (format !== undefined) return format
  const endings = Object.values(GRAPH_FORMATS).flatMap(({ extensions }) => extensions)
  throw new ExperimentError(`--export ${path}: the name must end in one of ${endings.join(', ')}`)
}

/**
 * The text of a file with this graph, and with the weights of `matrix`, or else those of the graph. Where W_ij
 * and W_ji differ the edges of an undirected graph become directed ones, two of them for each.
 */
export function exportTopology(
  graph: Graph,
  directed: boolean,
  matrix: MixingMatrix | undefined,
  format: GraphFormatName
): string {
  if (matrix?.stochastic === 'column') {
    throw new ExperimentError(
      '--export: the columns of W sum to 1, not its rows, so its diagonal would be lost; export it with other weights'
    )
  }
  const { neighbours } = graph
  const { edges, ...rest } = listed(
    matrix === undefined ? graph : { neighbours, weights: weightsOf(matrix, graph) },
    directed
  )
  if (edges.length > MOST_EDGES) {
    const count = edges.length.toLocaleString('en-US')
    throw new ExperimentError(
      `--export: ${count} edges; at most ${MOST_EDGES.toLocaleString('en-US')} are possible`
    )
  }
  return refuseAt('--export', () => GRAPH_FORMATS[format].write({ ...rest, edges }))
}

/** W on the links of the graph, which `matrix` may have more of. */
function weightsOf({ links, weights }: MixingMatrix, { neighbours }: Graph): number[][] {
  return neighbours.map((heard, i) => {
    let k = links.rowStart[i]!
    return heard.map(j => {
      while (links.senders[k]! < j) k++
      return weights[k]!
    })
  })
}
