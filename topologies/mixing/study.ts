/** All that can be found out about a topology with one rule of weights, before it is put into words. */
import { ExperimentError } from '../../src/core/errors.ts'
import type { Graph, MixingMatrix, Topology, TopologyFamily } from '../../src/interfaces.ts'
import { assertConnected } from '../parts/graph.ts'
import { staticGraph, unionGraph } from '../parts/topology.ts'
import { measuredRounds, worstRounds } from './agreement.ts'
import {
  type Contraction,
  drawnContraction,
  periodContraction,
  type Rounds,
  staticContraction
} from './contraction.ts'
import { mixingMatrix, type Weights } from './mixing-matrix.ts'
import { effectiveNeighboursOfPeriod } from './period.ts'
import { type Spectrum, spectrumOf } from './spectrum.ts'
import { type Verdict, verdictOn } from './verdict.ts'

/** What is studied: a topology, the family and options that it was built from, and a rule of weights. */
export interface Subject<O = unknown> {
  readonly family: TopologyFamily<O>
  readonly options: O
  readonly topology: Topology
  readonly weights: Weights
}

export interface Study {
  readonly topology: Topology
  readonly weights: Weights
  /** Whom peers hear: for ever, in some round of a period, or in the first of the rounds that are drawn. */
  readonly graph: Graph
  /** Whether news from everybody comes to everybody; of rounds that are drawn it is not known. */
  readonly isConnected: boolean | null
  readonly at: Rounds
  /** Which sums of W are 1, of W that differ in all of them. */
  readonly stochastic: MixingMatrix['stochastic']
  /** Of a W that stays; else null. */
  readonly spectrum: Spectrum | null
  readonly contraction: Contraction
  /** null where they are not known, and where there is no consensus. */
  readonly effectiveNeighbours: Spectrum['effectiveNeighbours']
  readonly verdict: Verdict
  /** Rounds after which peers that started from x_i = i agree to 10⁻⁶, counted; null where that takes too long. */
  readonly roundsToAgree: number | null
}

/** Additions that counting rounds may take. */
const MOST_WORK = 3e8
/** What it takes to draw a round, in additions for each peer and link, and for any. */
const DRAWING = 10
const DRAWING_ANY = 2000
/** Up to this size the effective neighbours of a period are computed. */
const PERIOD_PEERS = 200
/** What differs from 1 by less is 1. */
const ROUNDING = 1e-9
/** So many drawn rounds are looked at for what holds of all. */
const SEEN_ROUNDS = 8

/** Weights that the topology prescribes, or else Metropolis weights. */
export const standardWeights = (topology: Topology): Weights =>
  topology.graphAt(0).weights === undefined ? 'metropolis' : 'own'

/** Studies a topology; counts rounds for as long as `mostWork` additions. Throws an ExperimentError for weights that do not fit. */
export function studyOf<O>(subject: Subject<O>, mostWork = MOST_WORK): Study {
  const { topology } = subject
  const found = topology.period === 1 ? staticStudy(subject) : changingStudy(subject)
  const roundsToAgree = countedRounds(found, mostWork)
  return found.verdict.refused === undefined
    ? { ...found, roundsToAgree }
    : { ...found, roundsToAgree, effectiveNeighbours: null }
}

type Found = Omit<Study, 'roundsToAgree'>

function staticStudy<O>({ family, options, topology, weights }: Subject<O>): Found {
  const graph = staticGraph(topology)
  const matrix = mixingMatrix(graph, topology.directed, weights)
  const spectrum = spectrumOf(family, topology.peers, options, weights, matrix)
  return {
    topology,
    weights,
    graph,
    isConnected: isConnected(graph),
    at: () => matrix,
    stochastic: matrix.stochastic,
    spectrum,
    contraction: staticContraction(matrix, spectrum),
    effectiveNeighbours: spectrum.converged ? spectrum.effectiveNeighbours : null,
    verdict: staticVerdict(matrix, spectrum)
  }
}

/** Weights whose columns alone sum to 1 are for push-sum: that is said, not refused. */
function staticVerdict(matrix: MixingMatrix, spectrum: Spectrum): Verdict {
  const isForPushSum = matrix.stochastic === 'column'
  const verdict = verdictOn(matrix, spectrum, isForPushSum)
  if (!isForPushSum || verdict.refused !== undefined) return verdict
  const alone = verdictOn(matrix, spectrum).refused
  return alone === undefined ? verdict : { warning: alone }
}

function changingStudy<O>({ family, options, topology, weights }: Subject<O>): Found {
  const { period, directed } = topology
  const matrixAt = (round: number): MixingMatrix => mixingMatrix(topology.graphAt(round), directed, weights)
  if (period === null) {
    const closedForm = weights === 'own' ? family.meanSquareContraction?.(topology.peers, options) : undefined
    const contraction = drawnContraction(matrixAt, closedForm)
    const seen = Array.from({ length: SEEN_ROUNDS }, (_, round) => matrixAt(round))
    const stochastic = stochasticOf(seen)
    return {
      topology,
      weights,
      graph: topology.graphAt(0),
      isConnected: null,
      at: matrixAt,
      stochastic,
      spectrum: null,
      contraction,
      effectiveNeighbours: null,
      verdict: changingVerdict(stochastic, contraction)
    }
  }
  const matrices = Array.from({ length: period }, (_, round) => matrixAt(round))
  const stochastic = stochasticOf(matrices)
  const graph = unionGraph(topology, period)
  const contraction = periodContraction(matrices)
  const mixes = contraction.perPeriod !== null && contraction.perPeriod < 1 - ROUNDING
  const few = topology.peers <= PERIOD_PEERS
  return {
    topology,
    weights,
    graph,
    isConnected: isConnected(graph),
    at: round => matrices[round % period]!,
    stochastic,
    spectrum: null,
    contraction,
    effectiveNeighbours:
      few && mixes
        ? {
            '0.9': effectiveNeighboursOfPeriod(matrices, 0.9),
            '0.99': effectiveNeighboursOfPeriod(matrices, 0.99)
          }
        : null,
    verdict: changingVerdict(stochastic, contraction, graph)
  }
}

const stochasticOf = (matrices: readonly MixingMatrix[]): Study['stochastic'] =>
  matrices.find(({ stochastic }) => stochastic !== 'doubly')?.stochastic ?? 'doubly'

function changingVerdict(
  stochastic: Study['stochastic'],
  { perRound, exactAfter }: Contraction,
  union?: Graph
): Verdict {
  const refused = union && whyApart(union)
  if (refused !== undefined) return { refused }
  if (stochastic === 'column') {
    return { warning: 'the columns of W sum to 1, its rows do not: these weights are for push-sum' }
  }
  if (stochastic === 'row') {
    return {
      warning: 'rounds do not keep the mean, for the columns of W do not sum to 1: the consensus is near it'
    }
  }
  if (exactAfter === null && perRound !== null && perRound >= 1 - ROUNDING) {
    return { warning: 'the rounds may leave differences as they are: by no factor are they sure to shrink' }
  }
  return {}
}

/** Why news does not reach everybody; undefined if it does. */
function whyApart(graph: Graph): string | undefined {
  try {
    assertConnected(graph)
    return undefined
  } catch (error) {
    if (error instanceof ExperimentError) return error.message
    throw error
  }
}

const isConnected = (graph: Graph): boolean => whyApart(graph) === undefined

function countedRounds({ topology, at, contraction, verdict }: Found, mostWork: number): number | null {
  if (verdict.refused !== undefined) return null
  const { participants, senders } = at(0).links
  if (participants === 1) return 0
  const work = participants + senders.length
  const most = Math.floor(mostWork / (topology.period === null ? DRAWING * work + DRAWING_ANY : work))
  const expected = contraction.perRound === null ? 0 : worstRounds(contraction.perRound)
  if (contraction.exactAfter === null && expected !== null && expected > 10 * most) return null
  return measuredRounds(at, most)
}
