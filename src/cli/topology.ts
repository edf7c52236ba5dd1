/** `murmur topology`: a graph, how fast its mixing matrix makes peers agree, and what that costs, on stdout. */
import { diameter } from '../../topologies/graph.ts'
import {
  assertConnected,
  mixingMatrix,
  type Spectrum,
  spectrumOf,
  staticGraph,
  type TopologyReport,
  topologies,
  topologyReport,
  type Weights
} from '../../topologies/index.ts'
import { layoutOf } from '../../topologies/stress-layout.ts'
import { ExperimentError } from '../core/errors.ts'
import { SWARM, stream } from '../core/random.ts'
import { drawGraph } from '../drawing/draw-graph.ts'
import { parseNamed } from '../experiment/named.ts'
import { DEFAULT_PEERS } from '../experiment/schema.ts'
import type { Graph } from '../interfaces.ts'
import { messageBytes } from '../network/message-bytes.ts'
import { bytes, columns, count } from '../report/format.ts'

/** θ of the default experiment, in doubles. */
const PARAMETERS = 30
/** Rows of W are not written for more peers: N² numbers. */
const MOST_MATRIX_PEERS = 2000
const WIDTH = 64
const HEIGHT = 20

export interface TopologyCommandOptions {
  readonly peers?: number
  readonly weights?: Weights
  readonly json?: boolean
  /** With all of W. */
  readonly matrix?: boolean
  readonly seed?: string
}

/** Writes what `name` (`ring`, `random-regular:degree=3`) is with so many peers: a drawing and a table, or with `json` an object. */
export function topologyCommand(name: string, options: TopologyCommandOptions): void {
  const { weights = 'metropolis', json = false, matrix: withMatrix = false, seed = '1' } = options
  const { family, options: familyOptions } = parseNamed(name, topologies, 'topology')
  const peers = options.peers ?? family.peersOf?.(familyOptions) ?? DEFAULT_PEERS
  if (withMatrix && peers > MOST_MATRIX_PEERS) {
    throw new ExperimentError(
      `--matrix: ${count(peers)} peers have ${count(peers * peers)} weights; at most ${MOST_MATRIX_PEERS} peers`
    )
  }
  const topology = family.build(peers, familyOptions, stream(seed, SWARM, 'topology'))
  const graph = staticGraph(topology)
  assertConnected(graph)
  const matrix = mixingMatrix(graph, topology.directed, weights)
  const spectrum = spectrumOf(family, peers, familyOptions, weights, matrix)
  const size = messageBytes(PARAMETERS, undefined)
  const report = topologyReport(topology, weights, matrix, spectrum, size, withMatrix)
  if (json) {
    process.stdout.write(`${JSON.stringify(report)}\n`)
    return
  }
  const layout = layoutOf(family, peers, familyOptions, graph)
  const lines = [
    `${name}, ${peerCount(peers)}: ${family.description}`,
    '',
    drawGraph(graph, layout, WIDTH, HEIGHT),
    '',
    ...factLines(report, spectrum, graph),
    '',
    ...costLines(report, spectrum)
  ]
  if (report.matrix !== undefined) {
    lines.push('', 'W', ...report.matrix.map(row => row.map(weight => weight.toFixed(4)).join(' ')))
  }
  process.stdout.write(`${lines.join('\n')}\n`)
}

function factLines(report: TopologyReport, spectrum: Spectrum, graph: Graph): string[] {
  const { min, mean, max } = report.degree
  const { lambda2, lambdaMin, spectralRadius, spectralGap, converged } = spectrum
  const atLeast = converged ? '' : '≥ '
  const atMost = converged ? '' : '≤ '
  const unordered = report.directed ? 'directed: the eigenvalues are complex' : 'one peer has none'
  const source = converged ? spectrum.method : 'Lanczos did not converge: bounds only, null in --json'
  return columns(
    [
      [report.directed ? 'links' : 'edges', count(report.edges.length)],
      ['degree', min === max ? count(max) : `${count(min)} to ${count(max)}, mean ${mean.toFixed(2)}`],
      ['diameter', report.diameter === null ? lowerDiameter(graph) : count(report.diameter)],
      ['weights', report.weights],
      ['λ₂', lambda2 === null ? unordered : atLeast + decimals(lambda2)],
      ['λ_min', lambdaMin === null ? unordered : atMost + decimals(lambdaMin)],
      ['‖W − 11ᵀ/N‖₂', atLeast + decimals(spectralRadius)],
      ['spectral gap', `${atMost}${gap(spectralGap)} (${source})`],
      ['effective neighbours', effective(report)]
    ],
    'll'
  )
}

function costLines({ bytesPerRound, peers }: TopologyReport, spectrum: Spectrum): string[] {
  const { gossipTotal, gossipBusiestPeer, starTotal, starHub } = bytesPerRound
  return [
    ...columns(
      [
        ['', 'gossip', 'star server'],
        ['rounds that surely shrink the consensus error 10⁶ times', rounds(spectrum), '1'],
        ['bytes per round, all peers', bytes(gossipTotal), bytes(starTotal)],
        ['bytes per round, in and out, of the busiest', bytes(gossipBusiestPeer), bytes(starHub)]
      ],
      'lrr'
    ),
    `(messages of ${PARAMETERS} parameters; the server is a hub beside the ${peerCount(peers)})`
  ]
}

const peerCount = (peers: number): string => `${count(peers)} peer${peers === 1 ? '' : 's'}`

/** Six decimals; never −0. */
const decimals = (value: number): string => (Math.abs(value) < 5e-7 ? 0 : value).toFixed(6)

/** Six decimals, or four digits of a small gap. */
const gap = (value: number): string => (value < 1e-3 ? value.toExponential(3) : decimals(value))

function lowerDiameter(graph: Graph): string {
  return `≥ ${count(diameter(graph).value)} (a bound: too many peers to measure all distances)`
}

function effective({ effectiveNeighbours, peers }: TopologyReport): string {
  if (effectiveNeighbours === null) return 'not known: they need all eigenvalues'
  const { '0.9': near, '0.99': far } = effectiveNeighbours
  return `${near.toFixed(2)} at γ = 0.9, ${far.toFixed(2)} at 0.99, of ${count(peers)}`
}

/** The least t with ρ^t ≤ 10⁻⁶. */
function rounds({ spectralRadius, converged }: Spectrum): string {
  if (spectralRadius < 1e-6) return '1'
  if (spectralRadius >= 1) return 'never'
  const needed = count(Math.ceil(Math.log(1e-6) / Math.log(spectralRadius)))
  return converged ? needed : `at least ${needed}`
}
