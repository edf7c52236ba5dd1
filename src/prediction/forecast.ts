/**
 * What theory says of a swarm before it runs, exactly: where its mean path ends and how fast, how widely samples scatter about that,
 * and up to which step size it is stable. While every message arrives in time.
 */
import type { Experiment } from '../experiment/schema.ts'
import type { ParameterMatrix, Prediction, Sampling } from '../interfaces.ts'
import { roundsBefore } from '../iterate-average.ts'
import { type Approach, approachOf, distancesFrom } from './approach.ts'
import { averageCovariance, averageState } from './average.ts'
import { type Scatter, stationaryCovariance } from './covariance.ts'
import { type Errors, errorsAt, scattered } from './errors.ts'
import type { Unknown } from './exchange.ts'
import { type Look, largestStable, meanIsStable, varianceIsStable } from './largest-step.ts'
import { type MeanPath, meanPath, type NoEnd, parametersIn, stepsOf, TOO_LARGE } from './mean-path.ts'
import { samplerOf } from './sampler.ts'
import { isUnknown, type LinearSwarm, linearSwarm, type Predictable } from './subject.ts'

export type { Errors } from './errors.ts'

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

/** Of what is measured where iterates are averaged. */
export interface AverageForecast {
  /** The rounds whose θ are averaged. */
  readonly from: number
  readonly to: number
  readonly meanPath: Errors
  /** Root mean squares, where samples scatter in these rounds as they do in the long run. */
  readonly withSamples: Errors | Unknown
}

export interface Forecast {
  readonly mean: MeanForecast | Unknown
  /** Root mean squares of θ itself in the long run: exact with independent samples, to first order in η with those of a trajectory. */
  readonly stationary: Errors | Unknown
  /** After the last round; undefined where iterates are not averaged. */
  readonly average: AverageForecast | Unknown | undefined
  readonly largestSteps: LargestSteps | Unknown
}

/** What is worked on. */
export type Stage =
  | { readonly name: 'mean path' | 'scatter of samples' | 'average' }
  | ({ readonly name: 'largest step' | 'largest step with samples' } & Look)

type Sampled = Predictable & { readonly experiment: { readonly sampling: Sampling } }
type Subject = Sampled & { readonly experiment: Pick<Experiment, 'averaging' | 'rounds'> }

/** What is left of the distance to the end, in turn. */
const PARTS = [0.1, 1e-2, 1e-3, 1e-6]
/** Multiplications of each stage of what is drawn while a run begins: 0.3 s at most. */
const QUICK_WORK = 5e7
/** Of a forecast: some ten seconds at most. */
const WORK = 4e9
/** Of one look at a step size, of which a bisection takes some ten. */
const LOOK_WORK = 3e8
/** Of the largest step size on the mean path, and of that of the variance, which is dearer. */
const MEAN_PRECISION = 0.005
const VARIANCE_PRECISION = 0.05

/** Everything, for peers that begin at `start`. `onStage` is told what comes next. */
export function forecastOf(
  subject: Subject,
  start: ParameterMatrix,
  onStage: (stage: Stage) => void = () => {}
): Forecast {
  const { sampling, averaging } = subject.experiment
  const ofAverages = <T>(found: T): T | undefined => (averaging === 'none' ? undefined : found)
  onStage({ name: 'mean path' })
  const swarm = linearSwarm(subject, WORK)
  if (isUnknown(swarm))
    return { mean: swarm, stationary: swarm, average: ofAverages(swarm), largestSteps: swarm }
  const path = pathOf(swarm, subject, WORK, start)
  const steps = (isKnownStable: boolean) => largestSteps(swarm, subject, isKnownStable, onStage)
  if (isUnknown(path))
    return { mean: path, stationary: path, average: ofAverages(path), largestSteps: steps(false) }
  const mean = meanForecast(path, subject, start)
  if (sampling !== 'expected') onStage({ name: 'scatter of samples' })
  const scatter = scatterOf(path, subject, WORK)
  const stationary = isUnknown(scatter) ? scatter : errorsWith(path, subject, path.end, scatter)
  if (averaging !== 'none') onStage({ name: 'average' })
  const average = averageForecast(path, subject, start, scatter)
  return { mean, stationary, average, largestSteps: steps(!isUnknown(stationary)) }
}

/** Root mean square errors of what is measured, in the long run; or why about `work` multiplications do not find them. */
export function stationaryErrors(subject: Sampled, work = WORK): Errors | Unknown {
  if ((subject.experiment.averaging ?? 'none') !== 'none')
    return { unknown: 'averages over rounds scatter ever less' }
  const swarm = linearSwarm(subject, work)
  if (isUnknown(swarm)) return swarm
  const path = pathOf(swarm, subject, work)
  if (isUnknown(path)) return path
  const scatter = scatterOf(path, subject, work)
  return isUnknown(scatter) ? scatter : errorsWith(path, subject, path.end, scatter)
}

/** What the mean path comes to, where that is quickly found; null where there is no simple answer. */
export function predictionOf(subject: Predictable): Prediction | null {
  // A mean over rounds comes to the same end, but not as fast.
  if ((subject.experiment.averaging ?? 'none') !== 'none') return null
  const swarm = linearSwarm(subject, QUICK_WORK)
  if (isUnknown(swarm)) return null
  const path = pathOf(swarm, subject, QUICK_WORK)
  if (isUnknown(path)) return null
  const { fixedPointError, consensusError } = errorsAt(path, path.end, subject).swarm
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

function pathOf(
  swarm: LinearSwarm,
  { experiment }: Predictable,
  work: number,
  start?: ParameterMatrix
): MeanPath | NoEnd {
  const steps = stepsOf(swarm, experiment, work)
  if (isUnknown(steps)) return steps
  return meanPath(swarm.recursion, steps, work, start && distancesFrom(swarm.systems, start))
}

const perRound = ({ contraction, recursion }: MeanPath): number =>
  contraction === 0 ? 0 : Math.exp(Math.log(contraction) / recursion.exchanges.length)

function meanForecast(path: MeanPath, subject: Predictable, start: ParameterMatrix): MeanForecast {
  return {
    ...errorsAt(path, path.end, subject),
    period: path.recursion.exchanges.length,
    contraction: perRound(path),
    approach: approachOf(path, start, PARTS, WORK / 10),
    parameters: parametersIn(path, path.end)
  }
}

/** Of the state in the long run; null where nothing scatters. */
function scatterOf(path: MeanPath, subject: Sampled, work: number): Scatter | null | Unknown {
  if (subject.experiment.sampling === 'expected') return null
  const sampler = samplerOf(subject)
  return isUnknown(sampler) ? sampler : stationaryCovariance(path, sampler, work)
}

/** In a state of the mean path, about which the swarm's state scatters. */
function errorsWith(
  path: MeanPath,
  subject: Predictable,
  state: Float64Array,
  scatter: Scatter | null
): Errors {
  if (scatter === null) return errorsAt(path, state, subject)
  const { covariance, shift } = scatter
  const mean = shift === undefined ? state : state.map((value, at) => value + shift[at]!)
  return scattered(path, errorsAt(path, mean, subject).peers, covariance)
}

function averageForecast(
  path: MeanPath,
  subject: Subject,
  start: ParameterMatrix,
  scatter: Scatter | null | Unknown
): AverageForecast | Unknown | undefined {
  const { averaging, rounds } = subject.experiment
  if (averaging === 'none') return undefined
  const before = roundsBefore(averaging, rounds)
  const state = averageState(path, start, { before, rounds }, WORK)
  if (state === undefined) return TOO_LARGE
  const ofAverage = scatterOfAverage(path, subject, scatter, rounds - before)
  return {
    from: before + 1,
    to: rounds,
    meanPath: errorsAt(path, state, subject),
    withSamples: isUnknown(ofAverage) ? ofAverage : errorsWith(path, subject, state, ofAverage)
  }
}

function scatterOfAverage(
  path: MeanPath,
  { experiment }: Sampled,
  ofState: Scatter | null | Unknown,
  rounds: number
): Scatter | null | Unknown {
  if (ofState === null || isUnknown(ofState)) return ofState
  if (experiment.sampling === 'markov')
    return { unknown: 'how averages scatter is computed of independent samples alone' }
  const covariance = averageCovariance(path, ofState.covariance, rounds)
  return isUnknown(covariance) ? covariance : { covariance }
}

/** Where it is known to be, the given step size is taken to be stable. */
function largestSteps(
  swarm: LinearSwarm,
  subject: Sampled,
  isKnownStable: boolean,
  onStage: (stage: Stage) => void
): LargestSteps {
  const { experiment } = subject
  const { localSteps, stepSize, sampling } = experiment
  const mean = largestStable(
    stepSize,
    MEAN_PRECISION,
    size => meanIsStable(swarm, { localSteps, stepSize: size }, LOOK_WORK),
    look => onStage({ name: 'largest step', ...look })
  )
  const sampler = samplerOf(subject)
  if (sampling === 'expected' || isUnknown(sampler)) return { mean, variance: undefined }
  const from = typeof mean === 'number' ? Math.min(stepSize, mean) : stepSize
  const variance = largestStable(
    from,
    VARIANCE_PRECISION,
    size =>
      isKnownStable && size === stepSize
        ? true
        : varianceIsStable(swarm, sampler, { localSteps, stepSize: size }, LOOK_WORK),
    look => onStage({ name: 'largest step with samples', ...look })
  )
  return { mean, variance }
}
