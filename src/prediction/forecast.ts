/**
 * What theory says of a swarm before it runs, exactly: where its mean path ends and how fast, how widely samples scatter about that,
 * and up to which step size it is stable. While every message arrives in time.
 */
import { present } from '../core/assert.ts'
import { parameterMatrix } from '../core/parameter-matrix.ts'
import type { Fleet, ParameterMatrix, PeerErrors, Prediction, Sampling, SwarmErrors } from '../interfaces.ts'
import { type Approach, approachOf } from './approach.ts'
import { stationaryCovariance } from './covariance.ts'
import type { Unknown } from './exchange.ts'
import { expectedSteps, stepsWork } from './expected-steps.ts'
import { largestStable, meanIsStable, varianceIsStable } from './largest-step.ts'
import { DIVERGES, type MeanPath, meanPath, type NoEnd, parametersIn, TOO_LARGE } from './mean-path.ts'
import { isUnknown, type LinearSwarm, linearSwarm, type Predictable } from './subject.ts'

/** Errors of the swarm, and of each peer. */
export interface Errors {
  readonly swarm: SwarmErrors
  readonly peers: PeerErrors
}

export interface MeanForecast extends Errors {
  /** Rounds after which the graph repeats; the end is looked at when they are over. */
  readonly period: number
  /** Of a round, on average over a period, in the long run. */
  readonly contraction: number
  /** Of the distance to the end that the run begins with. */
  readonly approach: readonly Approach[]
  /** θ_i at the end, `parameters` doubles each. */
  readonly parameters: Float64Array
}

export interface LargestSteps {
  /** Of the mean path, and of the variance of independent samples: null if no limit is near, undefined if it is not found. */
  readonly mean: number | null | undefined
  readonly variance: number | null | undefined
}

export interface Forecast {
  readonly mean: MeanForecast | Unknown
  /** Root mean squares in the long run, where samples are independent. */
  readonly stationary: Errors | Unknown
  readonly largestSteps: LargestSteps | Unknown
}

type Subject = Predictable & {
  readonly experiment: { readonly sampling: Sampling; readonly averaging?: string }
}

/** What is left of the distance to the end, in turn. */
const PARTS = [0.1, 1e-2, 1e-3, 1e-6]
/** Of a variance, relative to that of θ_i: what is left where differences cancel. */
const ROUNDING = 1e-12
/** Multiplications of each stage of what is drawn while a run begins: 0.3 s at most. */
const QUICK_WORK = 5e7
/** Of a forecast: some ten seconds at most. */
const WORK = 4e9
/** Of one look at a step size, of which a bisection takes some ten. */
const LOOK_WORK = 6e8
/** Of the largest step size on the mean path, and of that of the variance, which is dearer. */
const MEAN_PRECISION = 0.005
const VARIANCE_PRECISION = 0.05

/** Everything, for peers that begin at `start`. */
export function forecastOf(subject: Subject, start: ParameterMatrix): Forecast {
  const swarm = linearSwarm(subject, WORK)
  if (isUnknown(swarm)) return { mean: swarm, stationary: swarm, largestSteps: swarm }
  const path = pathOf(swarm, subject, WORK)
  const stationary = isUnknown(path) ? path : stationaryForecast(path, subject, WORK)
  return {
    mean: isUnknown(path) ? path : meanForecast(path, subject, start),
    stationary,
    largestSteps: largestSteps(swarm, subject, !isUnknown(stationary))
  }
}

/** Root mean square errors in the long run, where samples are independent; or why about `work` multiplications do not find them. */
export function stationaryErrors(subject: Subject, work = WORK): Errors | Unknown {
  const swarm = linearSwarm(subject, work)
  if (isUnknown(swarm)) return swarm
  const path = pathOf(swarm, subject, work)
  return isUnknown(path) ? path : stationaryForecast(path, subject, work)
}

/** What the mean path comes to, where that is quickly found; null where there is no simple answer. */
export function predictionOf(subject: Predictable): Prediction | null {
  // A mean over rounds comes to the same end, but not as fast.
  if ((subject.experiment.averaging ?? 'none') !== 'none') return null
  const swarm = linearSwarm(subject, QUICK_WORK)
  if (isUnknown(swarm)) return null
  const path = pathOf(swarm, subject, QUICK_WORK)
  if (isUnknown(path)) return null
  const { fixedPointError, consensusError } = errorsAtEnd(path, subject).swarm
  return fixedPointError === null || consensusError === null
    ? null
    : { fixedPointError, consensusError, contraction: perRound(path) }
}

/** The largest step size on the mean path, where it is quickly found. */
export function quickLargestStep(subject: Predictable): number | undefined {
  const swarm = linearSwarm(subject, QUICK_WORK)
  if (isUnknown(swarm)) return undefined
  const { localSteps, stepSize } = subject.experiment
  const isStable = (size: number) => meanIsStable(swarm, { localSteps, stepSize: size }, QUICK_WORK / 10)
  return largestStable(stepSize, MEAN_PRECISION, isStable) ?? undefined
}

function pathOf(swarm: LinearSwarm, { experiment }: Predictable, work: number): MeanPath | NoEnd {
  const { recursion, systems } = swarm
  const isCorrected = recursion.corrections !== undefined
  if (stepsWork(systems, experiment.localSteps, isCorrected) > work) return TOO_LARGE
  const steps = expectedSteps(systems, experiment, isCorrected)
  return steps === undefined ? DIVERGES : meanPath(recursion, steps, work)
}

const perRound = ({ contraction, recursion }: MeanPath): number =>
  contraction === 0 ? 0 : Math.exp(Math.log(contraction) / recursion.exchanges.length)

/** What is measured of θ at the end of the mean path. */
function errorsAtEnd({ recursion, steps, end }: MeanPath, { judge }: Predictable): Errors {
  const { peers, parameters: d } = steps.systems
  const rows = parametersIn(recursion, end, present(judge.solution, 'θ*'), d)
  const theta = parameterMatrix(peers, d)
  for (let i = 0; i < peers; i++) theta.values.set(rows.subarray(i * d, (i + 1) * d), i * theta.stride)
  const errors = judge.measure(theta)
  if (rows.some((value, at) => value !== rows[at % d])) return errors
  // All are the same to the bit, of which a rounded mean would not be one.
  return {
    swarm: { ...errors.swarm, consensusError: 0 },
    peers: { ...errors.peers, consensusError: new Float64Array(peers) }
  }
}

function meanForecast(path: MeanPath, subject: Subject, start: ParameterMatrix): MeanForecast {
  const solution = present(subject.judge.solution, 'θ*')
  const { parameters } = path.steps.systems
  return {
    ...errorsAtEnd(path, subject),
    period: path.recursion.exchanges.length,
    contraction: perRound(path),
    approach: approachOf(path, solution, start, PARTS, WORK / 10),
    parameters: parametersIn(path.recursion, path.end, solution, parameters)
  }
}

function stationaryForecast(path: MeanPath, subject: Subject, work: number): Errors | Unknown {
  const { experiment, judge, fleet } = subject
  const ends = errorsAtEnd(path, subject)
  if (experiment.sampling === 'expected') return ends
  const { target } = judge
  if (target.kind !== 'steps' || target.steps !== 1)
    return { unknown: 'the covariance of samples is known of TD(0) alone' }
  if (experiment.averaging !== undefined && experiment.averaging !== 'none')
    return { unknown: 'what is measured is an average over many rounds, whose scatter is not computed' }
  const found = stationaryCovariance(fleet, path, present(judge.solution, 'θ*'), work)
  return isUnknown(found) ? found : scattered(path, fleet, ends.peers, found.covariance)
}

/** Root mean squares of errors about the ends of the mean path, where the state has this covariance. */
function scattered(path: MeanPath, fleet: Fleet, ends: PeerErrors, covariance: Float64Array): Errors {
  const { recursion, steps } = path
  const { starts, rows } = recursion
  const { peers, parameters: d, isFree, stationary } = steps.systems
  const size = rows * d
  /** Cov(θ_i, θ_j), component by component. */
  const between = (i: number, j: number, a: number, b: number): number =>
    covariance[(starts[i]! * d + a) * size + starts[j]! * d + b]!
  const traces = Float64Array.from({ length: peers * peers }, (_, at) => {
    let sum = 0
    for (let a = 0; a < d; a++) if (isFree[a] === 0) sum += between(Math.floor(at / peers), at % peers, a, a)
    return sum
  })
  const withMean = Float64Array.from({ length: peers }, (_, i) => {
    let sum = 0
    for (let j = 0; j < peers; j++) sum += traces[i * peers + j]! / peers
    return sum
  })
  const ofMean = withMean.reduce((sum, value) => sum + value / peers, 0)
  const ofValues = Float64Array.from({ length: peers }, (_, i) =>
    valueVariance(fleet, i, stationary, between)
  )
  const beside = (end: Float64Array | null, variance: (i: number) => number): Float64Array =>
    present(end, 'errors of values').map((error, i) => {
      const found = variance(i)
      return Math.sqrt(error * error + (found > ROUNDING * traces[i * peers + i]! ? found : 0))
    })
  const columns = {
    consensusError: beside(ends.consensusError, i => traces[i * peers + i]! - 2 * withMean[i]! + ofMean),
    valueError: beside(ends.valueError, i => ofValues[i]!),
    excessValueError: beside(ends.excessValueError, i => ofValues[i]!),
    fixedPointError: beside(ends.fixedPointError, i => traces[i * peers + i]!)
  }
  const rootMeanSquare = (column: Float64Array): number =>
    Math.sqrt(column.reduce((sum, error) => sum + error * error, 0) / peers)
  return {
    peers: { ...columns, return: null, valueGap: null },
    swarm: {
      consensusError: rootMeanSquare(columns.consensusError),
      valueError: rootMeanSquare(columns.valueError),
      excessValueError: rootMeanSquare(columns.excessValueError),
      fixedPointError: rootMeanSquare(columns.fixedPointError),
      return: null,
      valueGap: null
    }
  }
}

/** Σ_s μ_i(s) var φ(s)·θ_i */
function valueVariance(
  { states, features }: Fleet,
  i: number,
  stationary: Float64Array,
  between: (i: number, j: number, a: number, b: number) => number
): number {
  const d = features.count
  let sum = 0
  for (let s = 0; s < states; s++) {
    const weight = stationary[i * states + s]!
    if (weight === 0) continue
    if (features.kind === 'one-hot') {
      sum += weight * between(i, i, s, s)
      continue
    }
    const phi = features.table.subarray(s * features.stride, s * features.stride + d)
    for (let a = 0; a < d; a++)
      for (let b = 0; b < d; b++) sum += weight * phi[a]! * phi[b]! * between(i, i, a, b)
  }
  return sum
}

/** Where it is known to be, the given step size is taken to be stable. */
function largestSteps(
  swarm: LinearSwarm,
  { experiment, fleet, judge }: Subject,
  isKnownStable: boolean
): LargestSteps {
  const { localSteps, stepSize, sampling } = experiment
  const mean = largestStable(stepSize, MEAN_PRECISION, size =>
    meanIsStable(swarm, { localSteps, stepSize: size }, LOOK_WORK)
  )
  const { target } = judge
  if (sampling === 'expected' || target.kind !== 'steps' || target.steps !== 1)
    return { mean, variance: undefined }
  const from = typeof mean === 'number' ? Math.min(stepSize, mean) : stepSize
  const variance = largestStable(from, VARIANCE_PRECISION, size =>
    isKnownStable && size === stepSize
      ? true
      : varianceIsStable(swarm, fleet, { localSteps, stepSize: size }, LOOK_WORK)
  )
  return { mean, variance }
}
