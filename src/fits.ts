/**
 * Whether an aggregation can work on a topology with these weights. What cannot is refused, at its key of the experiment, in one
 * sentence with the number that shows it; what can mislead is said.
 */

import { topologies } from '../topologies/index.ts'
import { smallestEigenvalue, spectrumOf } from '../topologies/mixing/spectrum.ts'
import { verdictOn } from '../topologies/mixing/verdict.ts'
import { assertConnected, edgeList } from '../topologies/parts/graph.ts'
import { distinctRounds, unionGraph } from '../topologies/parts/topology.ts'
import { nameOf, traitsOf } from './aggregation/names.ts'
import { ExperimentError } from './core/errors.ts'
import { parseNamed } from './experiment/named.ts'
import type { Experiment } from './experiment/schema.ts'
import { hasFaults } from './faults/rules.ts'
import type { Graph, Mixing, MixingMatrix, Topology } from './interfaces.ts'

/** Where control variates stop contracting: no eigenvalue of W may be below. */
const SMALLEST_FOR_CORRECTION = -1 / 3
/** So many rounds of a graph that changes are looked at. */
const ROUNDS_LOOKED_AT = 100
/** Rules whose W is primitive and doubly stochastic on every connected undirected graph. */
const ALWAYS_FIT: ReadonlySet<string> = new Set(['metropolis', 'lazy'])

/** Throws an ExperimentError for what cannot work. Returns what the user should know, one line each. */
export function checkFit(experiment: Experiment, topology: Topology, mixing: Mixing): readonly string[] {
  const { aggregation, rounds } = experiment
  const { over, graph: needed, weights, needsEveryMessage = false } = traitsOf(aggregation)
  if (over !== 'graph' && over !== 'mesh') return []
  const graph = unionGraph(topology, rounds)
  refuseAt('topology', () => assertConnected(graph))
  checkGraph(nameOf(aggregation), needed, topology, graph)
  const warnings = weights === null ? [] : checkWeights(experiment, topology, mixing)
  if (weights === 'push' && topology.directed && canFallSilent(experiment)) {
    warnings.push(
      `${nameOf(aggregation)} on a directed graph: what is sent to a peer that is gone or cut off is lost, and parameters may drift`
    )
  }
  if (needsEveryMessage && hasFaults(experiment)) {
    warnings.push(
      `${nameOf(aggregation)} needs every message: what neighbours know of a peer is wrong for ever after one that is lost`
    )
  }
  return warnings
}

/** Whether a receiver may be gone for long, of which its senders hear nothing. */
const canFallSilent = ({ faults }: Experiment): boolean =>
  faults?.events.some(event => 'stop' in event || 'cut' in event || 'partition' in event) === true

function checkGraph(
  name: string,
  needed: ReturnType<typeof traitsOf>['graph'],
  { name: topology, period, directed, peers }: Topology,
  graph: Graph
): void {
  if (needed === 'any') return
  if (period !== 1) {
    throw new ExperimentError(
      `topology: ${name} needs a graph that stays, ${topology} changes from round to round; ` +
        'gossip, gossip-tracking, push-sum and broadcast go along with it'
    )
  }
  if (directed) {
    throw new ExperimentError(
      `topology: ${name} needs messages in both directions of every edge; ${topology} is directed here`
    )
  }
  const edges = edgeList(graph, false).length
  if (needed === 'tree' && edges !== peers - 1) {
    throw new ExperimentError(
      `topology: ${name} needs a tree, which has ${peers - 1} edges for ${peers} peers; this ${topology} has ` +
        `${edges}; allowed: path, star, binary-tree, or a tree of your own`
    )
  }
}

function checkWeights(experiment: Experiment, topology: Topology, mixing: Mixing): string[] {
  const { aggregation, weights, rounds } = experiment
  const { matrix: needed, isCorrected } = traitsOf(aggregation)
  const name = nameOf(aggregation)
  const worst = worstMatrix(topology, mixing, rounds)
  const isBiased = worst.stochastic === 'row'
  if (needed === 'doubly' && isBiased) {
    throw new ExperimentError(
      `weights: ${name} needs columns of W that sum to 1 as its rows do, which ${weights} weights do not here; use metropolis`
    )
  }
  if (needed === 'symmetric' && !worst.symmetric) {
    throw new ExperimentError(
      `weights: ${name} needs a symmetric W, which ${weights} is not here; use metropolis`
    )
  }
  if (isCorrected && needed === 'symmetric') return checkCorrection(experiment, mixing)
  if (ALWAYS_FIT.has(weights) && !topology.directed) return []
  const isPushSum = needed === 'column'
  const changes = topology.period !== 1
  const { refused, warning } = changes
    ? verdictOnRounds(worst, isPushSum)
    : verdictOn(worst, spectrumIn(experiment, mixing), isPushSum)
  if (refused !== undefined) throw new ExperimentError(`weights: ${refused}`)
  return warning === undefined ? [] : [`weights: ${warning}`]
}

/** The matrix of a round whose columns, or rows, do not sum to 1, if there is one. */
function worstMatrix(topology: Topology, mixing: Mixing, rounds: number): MixingMatrix {
  const looked = Math.min(distinctRounds(topology, rounds), ROUNDS_LOOKED_AT)
  for (let round = 0; round < looked; round++) {
    const matrix = mixing.at(round)
    if (matrix.stochastic !== 'doubly') return matrix
  }
  return mixing.at(0)
}

function verdictOnRounds({ stochastic }: MixingMatrix, isPushSum: boolean): ReturnType<typeof verdictOn> {
  if (stochastic === 'column' && !isPushSum) {
    return { refused: 'the columns of W sum to 1, its rows do not: use push-sum, or uniform weights' }
  }
  if (stochastic === 'row' && isPushSum) {
    return { refused: 'push-sum needs columns that sum to 1, and those of W do not; use push weights' }
  }
  if (stochastic !== 'row') return {}
  return { warning: 'the consensus is not the mean: in some rounds the columns of W do not sum to 1' }
}

/** Corrected gossip contracts where no eigenvalue of W is below −1/3. */
function checkCorrection(experiment: Experiment, mixing: Mixing): string[] {
  const { aggregation, weights, peers, faults } = experiment
  if (weights === 'lazy') return []
  const { name, family, options } = parseNamed(experiment.topology, topologies, 'topology')
  const smallest = smallestEigenvalue(family, peers, options, weights, mixing.at(0))
  const margin = smallest - SMALLEST_FOR_CORRECTION
  const what = `the smallest eigenvalue of the ${weights} matrix of this ${name}`
  if (margin < -1e-9) {
    throw new ExperimentError(
      `weights: ${what} is ${smallest.toFixed(4)}, below −1/3, so ${aggregation} would diverge; use --weights lazy`
    )
  }
  const warnings: string[] = []
  if (margin < 1e-9)
    warnings.push(`${what} is −1/3: the corrected gossip is just stable; --weights lazy is safe`)
  if (faults?.events.some(event => 'stop' in event)) {
    warnings.push(
      `weights: where peers stop, the ${weights} matrix of those that remain may be unstable; --weights lazy is safe`
    )
  }
  return warnings
}

/** ‖W − 11ᵀ/N‖₂ of a W that stays. Throws an ExperimentError where it cannot be found. */
export function spectralRadiusOf(experiment: Experiment, mixing: Mixing): number {
  const { spectralRadius, converged } = spectrumIn(experiment, mixing)
  if (converged) return spectralRadius
  const { aggregation, weights, peers } = experiment
  throw new ExperimentError(
    `topology: ${nameOf(aggregation)} needs the spectrum of W, and that of the ${weights} matrix of these ${peers} peers cannot be found`
  )
}

function spectrumIn({ topology, weights, peers }: Experiment, mixing: Mixing): ReturnType<typeof spectrumOf> {
  const { family, options } = parseNamed(topology, topologies, 'topology')
  return spectrumOf(family, peers, options, weights, mixing.at(0))
}

/** What `check` refuses is refused at `key` of the experiment. */
export function refuseAt<T>(key: string, check: () => T): T {
  try {
    return check()
  } catch (error) {
    if (error instanceof ExperimentError && !error.message.startsWith('weights: ')) {
      throw new ExperimentError(`${key}: ${error.message}`)
    }
    throw error
  }
}
