/**
 * Whether an aggregation can work on a topology with these weights. What cannot is refused, at its key of the experiment, in one
 * sentence with the number that shows it; what can mislead is said.
 */

import { learners } from '../peers/learners/index.ts'
import { topologies } from '../topologies/index.ts'
import { mixingMatrix } from '../topologies/mixing/mixing-matrix.ts'
import { smallestEigenvalue, spectrumOf } from '../topologies/mixing/spectrum.ts'
import { verdictOn } from '../topologies/mixing/verdict.ts'
import { complexEigenvalues } from '../topologies/parts/circulants.ts'
import { assertConnected, edgeList } from '../topologies/parts/graph.ts'
import { distinctRounds } from '../topologies/parts/topology.ts'
import { aggregations } from './aggregation/index.ts'
import { nameOf, traitsOf } from './aggregation/names.ts'
import { type Tracking, trackingLimit } from './aggregation/tracking-limit.ts'
import { ExperimentError } from './core/errors.ts'
import { parseNamed } from './experiment/named.ts'
import type { Experiment } from './experiment/schema.ts'
import { hasFaults } from './faults/rules.ts'
import type { Graph, Mixing, MixingMatrix, Topology } from './interfaces.ts'

/** Where control variates stop contracting: no eigenvalue of W may be below. */
const SMALLEST_FOR_CORRECTION = -1 / 3
/** What the largest eigenvalue of a local problem, A of TD with features of length 1, may well be. */
const USUAL_CURVATURE = 0.1
/** So many rounds of a graph that changes are looked at. */
const ROUNDS_LOOKED_AT = 100
/** Rules whose W is primitive and doubly stochastic on every connected undirected graph. */
const ALWAYS_FIT: ReadonlySet<string> = new Set(['metropolis', 'lazy'])

/**
 * Throws an ExperimentError for what cannot work. Returns what the user should know, one line each. `graph`: whom each
 * peer hears in some round.
 */
export function checkFit(
  experiment: Experiment,
  topology: Topology,
  graph: Graph,
  mixing: Mixing
): readonly string[] {
  const { aggregation, rounds } = experiment
  const name = nameOf(aggregation)
  const { over, graph: needed, weights, needsEveryMessage = false } = traitsOf(aggregation)
  if (over !== 'graph' && over !== 'mesh') return []
  refuseAt('topology', () => assertJoined(graph, topology, rounds))
  checkGraph(name, needed, topology, graph)
  const warnings = weights === null ? [] : checkWeights(experiment, topology, mixing)
  warnings.push(...checkParticipation(experiment, topology, mixing))
  if (name === 'gossip-tracking' || name === 'dtdt') warnings.push(...checkTracking(name, experiment, mixing))
  if (name === 'gossip-pf-lsa') warnings.push(...checkMeanStep(experiment, mixing))
  if (name === 'graph-regularised') warnings.push(...checkPull(experiment, graph))
  if (weights === 'push' && topology.directed && canFallSilent(experiment)) {
    warnings.push(
      `${name} on a directed graph: what is sent to a peer that is gone or cut off is lost, and parameters may drift`
    )
  }
  if (needsEveryMessage && hasFaults(experiment)) {
    warnings.push(
      `${name} needs every message: what neighbours know of a peer is wrong for ever after one that is lost`
    )
  }
  return warnings
}

function assertJoined(graph: Graph, { period }: Topology, rounds: number): void {
  try {
    assertConnected(graph)
  } catch (error) {
    if (period === 1 || !(error instanceof ExperimentError)) throw error
    throw new ExperimentError(`${error.message} in the ${rounds} rounds of this run`)
  }
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
        'gossip, gossip-tracking, dtdt, push-sum and broadcast go along with it'
    )
  }
  if (directed) {
    throw new ExperimentError(
      `topology: ${name} needs messages in both directions of every edge; ${topology} is directed here, ` +
        'which gossip, gossip-tracking, dtdt, push-sum and broadcast can do with'
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

/** Where only some take part in a round whom a peer hears changes, and what it would give to absent ones stays its own. */
function checkParticipation(experiment: Experiment, topology: Topology, mixing: Mixing): string[] {
  const { aggregation, participation, weights, rounds } = experiment
  if (participation === 1) return []
  const name = nameOf(aggregation)
  const { graph, matrix, weights: rule } = traitsOf(aggregation)
  if (graph !== 'any' || name === 'interpolation') {
    throw new ExperimentError(
      `participation: ${name} needs every peer in every round; ` +
        'gossip, gossip-tracking, dtdt, push-sum and broadcast go along with less'
    )
  }
  const isSymmetric = findMatrix(topology, mixing, rounds, w => !w.symmetric) === undefined
  if (rule === null || matrix === 'column' || isSymmetric) return []
  if (matrix === 'doubly') {
    throw new ExperimentError(
      `participation: ${name} needs columns of W that sum to 1, which those of ${weights} weights here do not ` +
        'where some peers are absent, as W is not symmetric; push-sum does without'
    )
  }
  return ['participation: the consensus is not the mean: W is not symmetric, and some peers are absent']
}

function checkWeights(experiment: Experiment, topology: Topology, mixing: Mixing): string[] {
  const { aggregation, weights, rounds } = experiment
  const { matrix: needed, isCorrected } = traitsOf(aggregation)
  const name = nameOf(aggregation)
  const worst = worstMatrix(topology, mixing, rounds)
  const isBiased = worst.stochastic === 'row'
  if (needed === 'doubly' && isBiased) {
    throw new ExperimentError(
      `weights: ${name} needs columns of W that sum to 1 as its rows do, which ${weights} weights do not here; ` +
        (topology.directed ? 'push-sum does without' : 'use metropolis')
    )
  }
  if (needed === 'column' && worst.selfWeights.some(weight => weight < 0)) {
    throw new ExperimentError(
      `weights: ${name} splits what a peer has, which ${weights} weights that are negative cannot; use push`
    )
  }
  if (name === 'similarity' && worst.selfWeights.some(weight => weight < 0)) {
    throw new ExperimentError(
      `weights: similarity divides by what weights sum to, which ${weights} weights that are negative cannot; use metropolis`
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

/** The first that is meant, of the rounds that are looked at. */
function findMatrix(
  topology: Topology,
  mixing: Mixing,
  rounds: number,
  isMeant: (matrix: MixingMatrix) => boolean
): MixingMatrix | undefined {
  const looked = Math.min(distinctRounds(topology, rounds), ROUNDS_LOOKED_AT)
  for (let round = 0; round < looked; round++) {
    const matrix = mixing.at(round)
    if (isMeant(matrix)) return matrix
  }
  return undefined
}

/** The matrix of a round whose columns, or rows, do not sum to 1, if there is one. */
const worstMatrix = (topology: Topology, mixing: Mixing, rounds: number): MixingMatrix =>
  findMatrix(topology, mixing, rounds, w => w.stochastic !== 'doubly') ?? mixing.at(0)

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

/** Of a W that stays: whether the steps may be too large for tracked gradients, though not for the learners themselves. */
function checkTracking(name: Tracking, experiment: Experiment, mixing: Mixing): string[] {
  const { aggregation, stepSize, localSteps, peers } = experiment
  if (mixing.period !== 1 || peers === 1) return []
  const limit = trackingLimit(eigenvaluesOf(experiment, mixing), name)
  const { options } = parseNamed(aggregation, aggregations, 'aggregation')
  const { outerStep = 1 } = options as { readonly outerStep?: number }
  const step = outerStep * stepSize * localSteps
  if (limit >= step * USUAL_CURVATURE) return []
  return [
    `${name} diverges on this W where the step of a round, ${Number(step.toPrecision(3))}, times an eigenvalue of the ` +
      `local problems is above ${Number(limit.toPrecision(2))}: take smaller or fewer local steps`
  ]
}

/**
 * Whether the mean step is tracked as it should be. On a symmetric W that stays that takes 2 (1 + w) / (2 − β (1 − w)) > a, with w
 * the smallest eigenvalue and a the share of its error that local steps take off a peer in a round: 1 at most, if they are stable.
 */
function checkMeanStep(experiment: Experiment, mixing: Mixing): string[] {
  const { aggregation, stepSize, localSteps, weights } = experiment
  const warnings = hasFaults(experiment)
    ? [
        'gossip-pf-lsa: a message that is lost in one direction alone, or a peer that begins anew, ' +
          'leaves all peers off their own solutions for ever'
      ]
    : []
  if (mixing.period !== 1 || !mixing.at(0).symmetric) return warnings
  const { options } = parseNamed(aggregation, aggregations, 'aggregation')
  const { own } = options as { readonly own: number }
  const smallest = spectrumIn(experiment, mixing).lambdaMin ?? 0
  const limit = (2 * (1 + smallest)) / (2 - own * (1 - smallest))
  if (limit >= Math.min(1, stepSize * localSteps * USUAL_CURVATURE)) return warnings
  return [
    ...warnings,
    `gossip-pf-lsa diverges where local steps take more than ${Number(limit.toPrecision(2))} of its error off a peer in a round: ` +
      `the smallest eigenvalue of the ${weights} matrix is ${smallest.toFixed(2)}; --weights lazy is safe`
  ]
}

/** Whether neighbours pull each other past where they are: local steps and pull together take off at most twice the distance. */
function checkPull(
  { aggregation, stepSize, localSteps, peers, ...rest }: Experiment,
  graph: Graph
): string[] {
  const learner = parseNamed(rest.learner, learners, 'learner')
  const warnings =
    learner.family.variesStepSize?.(learner.options) === true
      ? [
          'aggregation: the step of the pull stays while those of the learners shrink: in the end all peers are pulled to one point'
        ]
      : []
  const { options: aggregationOptions } = parseNamed(aggregation, aggregations, 'aggregation')
  const { pull } = aggregationOptions as { readonly pull: number }
  const { family, options } = parseNamed(rest.topology, topologies, 'topology')
  const most = graph.neighbours.reduce((max, { length }) => Math.max(max, length), 0)
  const matrix = mixingMatrix(graph, false, 'max-degree')
  // W is I − L/(1 + most).
  const largest = (1 + most) * (1 - smallestEigenvalue(family, peers, options, 'max-degree', matrix))
  const product = stepSize * localSteps * pull * largest
  if (product <= 1) return warnings
  const shown = Number(product.toPrecision(3))
  const what = `step size × local steps × pull × the largest eigenvalue of the Laplacian, ${Number(largest.toPrecision(3))}, is ${shown}`
  const lower = roundedDown(pull / product)
  if (product >= 2) {
    throw new ExperimentError(
      `aggregation: ${aggregation} would diverge: ${what}, not below 2; try pull=${lower}`
    )
  }
  return [
    ...warnings,
    `aggregation: ${what}: above 1 it may be too much for what local steps add to it; pull=${lower} is safe`
  ]
}

/** At most x > 0, with one digit that is not 0. */
function roundedDown(x: number): number {
  const nearest = Number(x.toPrecision(1))
  return nearest <= x * (1 + 1e-9) ? nearest : Number((x / 1.5).toPrecision(1))
}

/** Those of W, but the 1 of the mean, on which tracking depends; none where they are not known. */
function eigenvaluesOf(experiment: Experiment, mixing: Mixing): { real: number; imaginary: number }[] {
  const matrix = mixing.at(0)
  if (!matrix.symmetric) return complexEigenvalues(matrix)?.slice(1) ?? []
  const { lambdaMin } = spectrumIn(experiment, mixing)
  return lambdaMin === null ? [] : [{ real: lambdaMin, imaginary: 0 }]
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
