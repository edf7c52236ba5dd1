/** What there is to say about a topology and its mixing matrix, as plain data. */
import type { MixingMatrix, Topology } from '../src/interfaces.ts'
import { degrees, diameter, edgeList, staticGraph } from './graph.ts'
import { denseMatrix, type Weights } from './mixing-matrix.ts'
import type { Spectrum } from './spectrum.ts'

/** What `murmur topology --json` prints. null: not known for this graph or this number of peers. */
export interface TopologyReport {
  readonly topology: string
  readonly peers: number
  readonly directed: boolean
  /** Graphs that take turns. */
  readonly period: number
  /** [i, j] with i < j; of a directed topology [from, to]. */
  readonly edges: readonly [number, number][]
  /** Of the numbers of peers that peers hear. */
  readonly degree: { readonly min: number; readonly mean: number; readonly max: number }
  readonly diameter: number | null
  readonly weights: Weights
  readonly lambda2: number | null
  readonly lambdaMin: number | null
  readonly spectralRadius: number | null
  readonly spectralGap: number | null
  readonly effectiveNeighbours: Spectrum['effectiveNeighbours']
  /** Where the numbers above come from. If it did not converge they are null. */
  readonly spectrum: { readonly method: Spectrum['method']; readonly converged: boolean }
  readonly bytesPerRound: RoundCost
  readonly matrix?: readonly (readonly number[])[]
}

/** Bytes of encoded messages in one round, once per delivery; of one peer: in and out together. */
interface RoundCost {
  readonly gossipTotal: number
  readonly gossipBusiestPeer: number
  /** Star federation of the same peers: each sends to a hub that is none of them, and hears from it. */
  readonly starTotal: number
  readonly starHub: number
}

/** The report on a static topology, for messages of `messageBytes`; with W in full if `withMatrix`. */
export function topologyReport(
  topology: Topology,
  weights: Weights,
  matrix: MixingMatrix,
  spectrum: Spectrum,
  messageBytes: number,
  withMatrix = false
): TopologyReport {
  const graph = staticGraph(topology)
  const { value, exact } = diameter(graph)
  const known = spectrum.converged ? spectrum : undefined
  return {
    topology: topology.name,
    peers: topology.peers,
    directed: topology.directed,
    period: topology.graphs.length,
    edges: edgeList(graph, topology.directed),
    degree: degrees(graph),
    diameter: exact ? value : null,
    weights,
    lambda2: known?.lambda2 ?? null,
    lambdaMin: known?.lambdaMin ?? null,
    spectralRadius: known?.spectralRadius ?? null,
    spectralGap: known?.spectralGap ?? null,
    effectiveNeighbours: known?.effectiveNeighbours ?? null,
    spectrum: { method: spectrum.method, converged: spectrum.converged },
    bytesPerRound: roundCost(matrix, messageBytes),
    ...(withMatrix ? { matrix: denseMatrix(matrix) } : {})
  }
}

function roundCost({ links }: MixingMatrix, messageBytes: number): RoundCost {
  const { participants, rowStart, senders } = links
  const messages = new Int32Array(participants)
  for (let i = 0; i < participants; i++) messages[i] = rowStart[i + 1]! - rowStart[i]!
  for (const sender of senders) messages[sender]!++
  const star = 2 * participants * messageBytes
  return {
    gossipTotal: senders.length * messageBytes,
    gossipBusiestPeer: messages.reduce((most, count) => Math.max(most, count), 0) * messageBytes,
    starTotal: star,
    starHub: star
  }
}
