/** `murmur topology NAME --simulate`: pure averaging, measured beside what is predicted of it. */
import { mixingOf, unionGraph } from '../../topologies/index.ts'
import type { Study, Subject } from '../../topologies/mixing/study.ts'
import { aggregationOf } from '../aggregation/index.ts'
import { traitsOf } from '../aggregation/names.ts'
import { type Averaged, averaging } from '../averaging.ts'
import { type Prediction, predictedAt, predictionOf } from '../averaging-prediction.ts'
import { ExperimentError } from '../core/errors.ts'
import { axisOver } from '../dashboard/axis.ts'
import { drawChart } from '../drawing/draw-chart.ts'
import { flagOf, type KeyName } from '../experiment/keys.ts'
import { resolve } from '../experiment/resolve.ts'
import { checkFit } from '../fits.ts'
import { bytes, columns, count, figure } from '../report/format.ts'
import { LINE_WIDTH, said, wrapped } from './lines.ts'
import { DEFAULT_ROUNDS, type TopologyCommandOptions } from './topology-request.ts'

/** Less is rounding. */
const ROUNDING = 1e-13
const CHART_HEIGHT = 14
const DOTS = 4

/** Plain data. */
export interface Simulation {
  readonly aggregation: string
  readonly rounds: number
  /** ‖x − x̄‖ / ‖x(0) − x̄(0)‖ after 0, 1, 2, … rounds. */
  readonly disagreement: readonly number[]
  /** By what a round shrank it, in the mean over the second half, in whole periods, of the rounds before rounding; null without any. */
  readonly measuredRate: number | null
  /** After so many rounds nothing but rounding is left; null if something is. */
  readonly exactAfter: number | null
  readonly predicted: Prediction | null
  /** How far the mean went from where it was, in units of the differences at the start. */
  readonly drift: number
  readonly bytes: number
  readonly warnings: readonly string[]
}

/** Averages with `options.aggregation` for `options.simulate` rounds. Throws an ExperimentError for what does not fit. */
export async function simulate(
  name: string,
  subject: Subject,
  study: Study,
  options: TopologyCommandOptions
): Promise<Simulation> {
  const { topology, weights } = subject
  const { peers } = topology
  const { simulate: rounds = DEFAULT_ROUNDS, aggregation = 'gossip', seed } = options
  const raw = {
    peers,
    topology: name,
    weights,
    aggregation,
    rounds,
    transport: 'simulated',
    ...(seed === undefined ? {} : { seed })
  }
  const { experiment } = resolve(raw, path =>
    path[0] === 'topology' ? 'topology' : flagOf(path[0] as KeyName)
  )
  const { over } = traitsOf(experiment.aggregation)
  const graph = unionGraph(topology, rounds)
  const mixing = mixingOf(topology, over === 'graph' ? weights : 'uniform', rounds, graph)
  const fits = checkFit(experiment, topology, graph, mixing)
  const radius = study.spectrum?.converged ? study.spectrum.spectralRadius : null
  const built = aggregationOf(experiment.aggregation, {
    peers,
    parameters: 1,
    mixing,
    spectralRadius() {
      if (radius !== null) return radius
      throw new ExperimentError('topology: its spectrum cannot be found, which acceleration needs')
    },
    localSteps: experiment.localSteps,
    stepSize: experiment.stepSize,
    seed: experiment.seed
  })
  const disagreement: number[] = []
  let last: Averaged = { disagreement: 0, drift: 0, bytes: 0 }
  for await (const averaged of averaging(built, peers)) {
    disagreement.push(averaged.disagreement)
    last = averaged
    if (disagreement.length > rounds || !Number.isFinite(averaged.disagreement)) break
  }
  const exact = disagreement.findIndex(value => value <= ROUNDING)
  return {
    aggregation: experiment.aggregation,
    rounds: disagreement.length - 1,
    disagreement,
    measuredRate: measuredRate(disagreement, topology.period ?? 1),
    exactAfter: exact < 0 ? null : exact,
    predicted: predictionOf(experiment.aggregation, study, built.plan.hops.length),
    drift: last.drift,
    bytes: last.bytes,
    warnings: study.verdict.warning === undefined ? fits : fits.filter(each => !each.startsWith('weights: '))
  }
}

/** The mean factor a round in the second half, in whole periods, of what is more than rounding. */
function measuredRate(disagreement: readonly number[], period: number): number | null {
  const end = disagreement.findLastIndex(value => value > ROUNDING)
  if (end < 1) return null
  const rounds = Math.max(1, Math.ceil(end / 2 / period) * period)
  const from = rounds <= end ? end - rounds : 0
  return Math.exp(Math.log(disagreement[end]! / disagreement[from]!) / (end - from))
}

/** What predictions are worth. */
const KINDS = {
  bound: '(≤: from no start are peers further apart)',
  'long run': '(predicted of the long run: the first rounds may do worse, or better)',
  'mean square':
    '(predicted in the root mean square of all that may be drawn: one draw may do worse, or better)'
} as const

/** A chart and a table. */
export function simulationLines(simulation: Simulation): string[] {
  const { aggregation, rounds, disagreement, measuredRate, exactAfter, predicted, drift } = simulation
  const forecast = predicted === null ? [] : disagreement.map((_, round) => predictedAt(predicted, round))
  const shown = [...disagreement, ...forecast].filter(value => value > ROUNDING && value <= 1e12)
  const isGone = disagreement.some(value => value <= ROUNDING)
  const low = isGone ? ROUNDING / 10 : Math.min(...shown, 1)
  const axis = axisOver('log', low, Math.max(...shown, 1), CHART_HEIGHT)
  const dots =
    predicted === null
      ? ''
      : predicted.of === aggregation
        ? ', and as predicted (dots)'
        : ', and as plain gossip is predicted to be (dots)'
  const last = disagreement[rounds] ?? 0
  const end = (value: number): string => (value <= ROUNDING ? '0, but for rounding' : figure(value))
  const rate = (value: number | null, exact: number | null): string =>
    exact !== null ? `exact after ${count(exact)}` : value === null ? '–' : value.toFixed(6)
  const forecastEnd = forecast[rounds] ?? 0
  const bound = predicted?.kind === 'bound' && forecastEnd > ROUNDING ? '≤ ' : ''
  const whose = predicted === null || predicted.of === aggregation ? 'predicted' : 'plain gossip'
  return [
    ...wrapped(`${aggregation} from x_i = i: how far peers are apart, by rounds, as measured${dots}`),
    drawChart(
      [
        { values: disagreement, spacing: 1 },
        { values: forecast, spacing: DOTS }
      ],
      axis,
      LINE_WIDTH - 10,
      CHART_HEIGHT
    ),
    '',
    ...columns(
      [
        ['', 'measured', whose],
        [
          `apart after ${count(rounds)} rounds`,
          end(last),
          predicted === null ? '–' : bound + end(forecastEnd)
        ],
        [
          'factor a round',
          rate(measuredRate, exactAfter),
          predicted === null ? '–' : rate(predicted.rate, predicted.exactAfter)
        ],
        ['the mean moved by', drift <= ROUNDING ? end(drift) : `${figure(100 * drift)} % of the spread`, ''],
        ['bytes, all peers, one parameter', bytes(simulation.bytes), '']
      ],
      'lrr'
    ),
    ...(predicted === null || predicted.exactAfter !== null ? [] : wrapped(KINDS[predicted.kind])),
    ...simulation.warnings.flatMap(warning => said('warning', warning))
  ]
}
