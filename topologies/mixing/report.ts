/** What there is to say about a topology and its mixing matrices, as plain data. */
import type { Topology } from '../../src/interfaces.ts'
import { degrees, diameter, edgeList } from '../parts/graph.ts'
import { distinctRounds } from '../parts/topology.ts'
import type { Contraction } from './contraction.ts'
import { denseMatrix, type Weights } from './mixing-matrix.ts'
import type { Spectrum } from './spectrum.ts'
import type { Study } from './study.ts'
import { type WorstLink, worstLinkOf } from './worst-link.ts'

/** Every topology in short. null: not known for this graph or this number of peers. */
export interface TopologySummary {
  readonly topology: string
  readonly peers: number
  readonly directed: boolean
  /** After so many rounds the graphs repeat: 1 of a static topology; null where every round is drawn anew. */
  readonly period: number | null
  /** How many peers a peer hears in one round. */
  readonly degree: { readonly min: number; readonly mean: number; readonly max: number }
  /** Of graphs that take turns, that of all together; null where rounds are drawn. */
  readonly diameter: number | null
  readonly weights: Weights
  /** Which sums of W are 1; of rounds that differ, in all of them. */
  readonly stochastic: Study['stochastic']
  readonly lambda2: number | null
  readonly lambdaMin: number | null
  /** ‖W − 11ᵀ/N‖₂ of a static topology. */
  readonly spectralRadius: number | null
  readonly spectralGap: number | null
  /** The second largest |λ|. */
  readonly secondModulus: number | null
  readonly effectiveNeighbours: Spectrum['effectiveNeighbours']
  /** Where λ come from. If it did not converge they are null; so is all of it where W changes. */
  readonly spectrum: { readonly method: Spectrum['method']; readonly converged: boolean } | null
  readonly contraction: Contraction
  /** false where there will be no consensus; `warnings` says why. */
  readonly agrees: boolean
  /** Rounds after which peers that started from x_i = i agree to 10⁻⁶, counted. */
  readonly roundsTo1e6: number | null
  readonly bytesPerRound: RoundCost
  /** How the topology came about, one line each. */
  readonly notes: readonly string[]
  /** Why there will be no consensus, or how it differs from the mean, one sentence each. */
  readonly warnings: readonly string[]
}

/** What `murmur topology NAME --json` prints. */
export interface TopologyReport extends TopologySummary {
  /** [i, j] with i < j, of a directed topology [from, to], of all rounds; null where rounds are drawn, or if there are too many. */
  readonly edges: readonly Edge[] | null
  /** The rounds of a period, or the first that are drawn; null of a static topology. */
  readonly rounds: readonly RoundReport[] | null
  /** Of a symmetric W that stays. */
  readonly worstLink: WorstLink | null
  readonly matrix?: readonly (readonly number[])[]
}

type Edge = readonly [number, number]

export interface RoundReport {
  readonly edges: readonly Edge[]
  /** W_ij of each edge, of a directed one what `to` gives to `from`. */
  readonly weights: readonly number[]
}

/** Bytes of encoded messages in one round, once per delivery; of one peer: in and out together. */
interface RoundCost {
  /** Of a round in the mean, where rounds differ. */
  readonly gossipTotal: number
  /** Of a peer in the mean. */
  readonly gossipPeer: number
  /** The most that one peer has in a round. */
  readonly gossipBusiestPeer: number
  /** Star federation of the same peers: each sends to a hub that is none of them, and hears from it. */
  readonly starTotal: number
  readonly starHub: number
}

/** More edges are not listed. */
const MOST_EDGES = 1_000_000
/** So many drawn rounds are listed, */
const LISTED_ROUNDS = 8
/** and so many of them counted. */
const COUNTED_ROUNDS = 20

/** The facts of a study, for messages of `messageBytes`. */
export function topologySummary(study: Study, messageBytes: number): TopologySummary {
  const { topology, weights, spectrum, contraction, graph, isConnected, verdict } = study
  const known = spectrum?.converged ? spectrum : undefined
  const { value, exact } = isConnected === true ? diameter(graph) : { value: 0, exact: false }
  return {
    topology: topology.name,
    peers: topology.peers,
    directed: topology.directed,
    period: topology.period,
    degree: degreeOf(topology),
    diameter: exact ? value : null,
    weights,
    stochastic: study.stochastic,
    lambda2: known?.lambda2 ?? null,
    lambdaMin: known?.lambdaMin ?? null,
    spectralRadius: known?.spectralRadius ?? null,
    spectralGap: known?.spectralGap ?? null,
    secondModulus: known?.secondModulus ?? null,
    effectiveNeighbours: study.effectiveNeighbours,
    spectrum: spectrum && { method: spectrum.method, converged: spectrum.converged },
    contraction,
    agrees: verdict.refused === undefined,
    roundsTo1e6: study.roundsToAgree,
    bytesPerRound: roundCost(topology, messageBytes),
    notes: topology.notes,
    warnings: [verdict.refused, verdict.warning].filter(each => each !== undefined)
  }
}

/** The same with edges, rounds and the worst link; with W in full if `withMatrix` and W stays. */
export function topologyReport(study: Study, messageBytes: number, withMatrix = false): TopologyReport {
  const { topology, graph, at } = study
  const links = graph.neighbours.reduce((sum, heard) => sum + heard.length, 0)
  const isListed = topology.period !== null && links <= MOST_EDGES
  return {
    ...topologySummary(study, messageBytes),
    edges: isListed ? edgeList(graph, topology.directed) : null,
    rounds: topology.period === 1 ? null : roundsOf(study),
    worstLink: topology.period === 1 && !topology.directed ? worstLinkOf(graph, at(0)) : null,
    ...(withMatrix && topology.period === 1 ? { matrix: denseMatrix(at(0)) } : {})
  }
}

function degreeOf(topology: Topology): TopologySummary['degree'] {
  const rounds = distinctRounds(topology, COUNTED_ROUNDS)
  const each = Array.from({ length: rounds }, (_, round) => degrees(topology.graphAt(round)))
  return {
    min: Math.min(...each.map(({ min }) => min)),
    mean: each.reduce((sum, { mean }) => sum + mean, 0) / rounds,
    max: Math.max(...each.map(({ max }) => max))
  }
}

function roundsOf({ topology, at }: Study): RoundReport[] {
  const rounds: RoundReport[] = []
  let listed = 0
  for (let round = 0; round < distinctRounds(topology, topology.period ?? LISTED_ROUNDS); round++) {
    const { links, weights } = at(round)
    const edges: Edge[] = []
    const given: number[] = []
    for (let i = 0; i < links.participants; i++) {
      for (let k = links.rowStart[i]!; k < links.rowStart[i + 1]!; k++) {
        const j = links.senders[k]!
        if (!topology.directed && j < i) continue
        edges.push(topology.directed ? [j, i] : [i, j])
        given.push(weights[k]!)
      }
    }
    listed += edges.length
    if (listed > MOST_EDGES) break
    rounds.push({ edges, weights: given })
  }
  return rounds
}

function roundCost(topology: Topology, messageBytes: number): RoundCost {
  const { peers } = topology
  const rounds = distinctRounds(topology, COUNTED_ROUNDS)
  let total = 0
  let busiest = 0
  for (let round = 0; round < rounds; round++) {
    const messages = new Int32Array(peers)
    topology.graphAt(round).neighbours.forEach((heard, i) => {
      messages[i]! += heard.length
      total += heard.length
      for (const j of heard) messages[j]!++
    })
    busiest = messages.reduce((most, count) => Math.max(most, count), busiest)
  }
  const star = 2 * peers * messageBytes
  return {
    gossipTotal: (total / rounds) * messageBytes,
    gossipPeer: ((2 * total) / rounds / peers) * messageBytes,
    gossipBusiestPeer: busiest * messageBytes,
    starTotal: star,
    starHub: star
  }
}
