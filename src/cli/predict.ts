/** `murmur predict`: what theory says of a swarm before it runs, on stdout. */
import { topologies } from '../../topologies/index.ts'
import { nameOf, usesHub } from '../aggregation/names.ts'
import { NAMED_KEYS } from '../experiment/families.ts'
import { parseNamed, specOf } from '../experiment/named.ts'
import { readExperiment } from '../experiment/read.ts'
import type { Experiment } from '../experiment/schema.ts'
import type { SwarmErrors } from '../interfaces.ts'
import {
  type AverageForecast,
  type Errors,
  type Forecast,
  forecastOf,
  type LargestSteps,
  type Stage
} from '../prediction/forecast.ts'
import { isUnknown } from '../prediction/subject.ts'
import { columns, count, figure } from '../report/format.ts'
import { type Setting, settingOf } from '../setting.ts'
import { startOf } from '../start.ts'
import { factLines, wrapped } from './lines.ts'
import { commandLineOf, type Flags, type ListFlags, requireValues } from './read-request.ts'
import { statusLine } from './status-line.ts'

/** More peers than this are left to `--json`. */
const LISTED_PEERS = 24
/** Characters of a name in the table. */
const LONGEST_LABEL = 24

/** Writes what is predicted of an experiment, as text or as one JSON object. */
export function predictCommand(
  file: string | undefined,
  { set: sets = [], use = [], ...flags }: Flags & ListFlags,
  json: boolean
): void {
  requireValues(flags)
  const { experiment } = readExperiment({ experiment: file, flags, use, sets })
  const setting = settingOf(experiment)
  const forecast = forecastWithProgress(setting)
  if (!json) for (const warning of setting.warnings) process.stderr.write(`${wrapped(warning).join('\n')}\n`)
  const command = commandLineOf(file, { ...flags, use }, sets)
  process.stdout.write(
    json ? `${JSON.stringify(jsonOf(setting, forecast))}\n` : textOf(setting, forecast, command)
  )
}

/** Elsewhere than on a terminal nothing is said of what takes no longer. */
const QUIET_MS = 2000

/** Says what is worked on, which may take many seconds. */
function forecastWithProgress(setting: Setting): Forecast {
  const status = statusLine(process.stderr)
  const begunMs = performance.now()
  try {
    return forecastOf(setting, startOf(setting), stage => {
      if (process.stderr.isTTY || performance.now() - begunMs >= QUIET_MS)
        status.show(`predicting: ${stageInWords(stage)} …`)
    })
  } finally {
    status.end()
  }
}

/** As `largest step, look 3 of about 8`. */
const stageInWords = (stage: Stage): string =>
  'look' in stage ? `${stage.name}, look ${stage.look} of about ${stage.about}` : stage.name

function textOf(setting: Setting, forecast: Forecast, command: string): string {
  const { experiment } = setting
  const { topology, aggregation, learner, peers, localSteps, stepSize } = experiment
  const graph = specOf(parseNamed(topology, NAMED_KEYS.topology.families, 'topology'))
  const learning = specOf(parseNamed(learner, NAMED_KEYS.learner.families, 'learner'))
  return [
    ...wrapped(
      `${count(peers)} peers, ${usesHub(aggregation) ? '' : `${graph}, `}${aggregation}: ${learning} with H = ${localSteps} local steps ` +
        `of η = ${stepSize}. Exact while every message arrives in time.`
    ),
    '',
    ...factLines([
      ...meanFacts(setting, forecast),
      ...scatterFacts(experiment, forecast),
      ...averageFacts(experiment, forecast),
      ...stepFacts(experiment, forecast)
    ]),
    '',
    ...peerTable(setting, forecast),
    ...wrapped(`To see it happen: npx ${command}`),
    ''
  ].join('\n')
}

type Facts = [name: string, text: string][]

function meanFacts(setting: Setting, { mean }: Forecast): Facts {
  if (isUnknown(mean)) return [['mean path', `not known: ${mean.unknown}`], ...averagingFacts(setting)]
  const { period, contraction, approach } = mean
  const cycle =
    period === 1 ? '' : `; the graph repeats after ${period} rounds, at the end of which this is so`
  const within = approach.map(({ part, rounds }) => `${percent(part)} after ${count(rounds)}`).join(', ')
  return [
    ['mean path', `ends with ${inWords(mean.swarm)}${cycle}`],
    ['contraction', `${decimals(contraction)} per round in the long run`],
    ['rounds', `of the distance to that end there are left ${within}`]
  ]
}

/** Of graphs that are drawn anew. */
function averagingFacts({ experiment, topology }: Setting): Facts {
  if (topology.period !== null || nameOf(experiment.aggregation) !== 'gossip') return []
  const { family, options } = parseNamed(experiment.topology, topologies, 'topology')
  const square = family.meanSquareContraction?.(experiment.peers, options)
  return square === undefined
    ? []
    : [
        [
          'averaging',
          `without learning a round shrinks differences by ${decimals(Math.sqrt(square))}, root mean square`
        ]
      ]
}

function scatterFacts({ sampling }: Experiment, { mean, stationary }: Forecast): Facts {
  if (sampling === 'expected') return []
  if (isUnknown(stationary))
    return isUnknown(mean) && mean.unknown === stationary.unknown
      ? []
      : [['stationary', `not known: ${stationary.unknown}`]]
  const caveat =
    sampling === 'markov' ? '; to first order in η: samples of a trajectory depend on each other' : ''
  return [['stationary', `samples scatter about it, in the long run ${inWords(stationary.swarm)}${caveat}`]]
}

/** What is measured where iterates are averaged. */
function averageFacts({ sampling }: Experiment, { mean, average }: Forecast): Facts {
  if (average === undefined || isUnknown(mean)) return []
  if (isUnknown(average)) return [['average', `not known: ${average.unknown}`]]
  const { from, to, meanPath, withSamples } = average
  const ofPath = `of θ over rounds ${count(from)} to ${count(to)}: on the mean path ${inWords(meanPath.swarm)}`
  if (sampling === 'expected') return [['average', ofPath]]
  return [
    [
      'average',
      isUnknown(withSamples)
        ? `${ofPath}; with samples not known: ${withSamples.unknown}`
        : `${ofPath}; with samples ${inWords(withSamples.swarm)}`
    ]
  ]
}

function stepFacts({ stepSize, localSteps, sampling }: Experiment, { largestSteps }: Forecast): Facts {
  if (isUnknown(largestSteps)) return []
  const of = (limit: LargestSteps['mean'], whom: string): string => {
    if (limit === undefined) return `a limit is too far, or takes too long to find, ${whom}`
    if (limit === null) return `no limit is near ${whom}`
    const [verb, how] = stepSize > limit ? ['diverges', 'beyond'] : ['is stable', 'up to']
    return `η = ${stepSize} ${verb} ${whom}, as ${how} ${Number(limit.toPrecision(2))} with H = ${localSteps}`
  }
  const mean = of(largestSteps.mean, 'on the mean path')
  const variance = sampling === 'expected' ? [] : [of(largestSteps.variance, 'with independent samples')]
  return [['step size', [mean, ...variance].join('; ')]]
}

/** Of a probability or part, as a percentage without zeros at its end. */
const percent = (part: number): string => `${Number((100 * part).toPrecision(6))} %`

/** With as many digits as tell it from 1. */
const decimals = (contraction: number): string =>
  contraction.toFixed(Math.min(12, Math.max(3, Math.ceil(1 - Math.log10(Math.max(1e-12, 1 - contraction))))))

const inWords = ({ fixedPointError, consensusError, valueError }: SwarmErrors): string =>
  `fixed-point error ${figure(fixedPointError)}, consensus error ${figure(consensusError)}, value error ${figure(valueError)}`

/** Where the mean path ends, and what samples make of it; of averages where those are measured. */
function peerTable({ experiment, fleet }: Setting, { mean, stationary, average }: Forecast): string[] {
  if (isUnknown(mean)) return []
  const isAveraged = average !== undefined && !isUnknown(average)
  const path = isAveraged ? average.meanPath : mean
  const sampled = isAveraged ? average.withSamples : stationary
  const scatter = experiment.sampling === 'expected' || isUnknown(sampled) ? undefined : sampled
  const { peers, labels } = fleet
  const listed = Math.min(peers, LISTED_PEERS)
  const figures = ({ peers: { fixedPointError, valueError } }: Errors, i: number): string[] => [
    figure(fixedPointError?.[i]),
    figure(valueError?.[i])
  ]
  const rows = Array.from({ length: listed }, (_, i) => [
    String(i),
    short(labels[i]!),
    ...figures(path, i),
    ...(scatter ? figures(scatter, i) : [])
  ])
  const samples = isAveraged ? 'samples' : 'long run'
  const heads = [
    'peer',
    'environment',
    '‖θ_i−θ*‖',
    'value error',
    ...(scatter ? [samples, 'value error'] : [])
  ]
  const left = isAveraged ? 'averages on the mean path' : 'where the mean path ends'
  return [
    ...columns([heads, ...rows], 'rlrrrr'),
    ...(peers > listed ? [`and ${count(peers - listed)} more: --json lists all`] : []),
    '',
    ...(scatter ? [...wrapped(`Left, ${left}; right, root mean squares with what samples scatter.`), ''] : [])
  ]
}

const short = (label: string): string =>
  label.length <= LONGEST_LABEL ? label : `${label.slice(0, LONGEST_LABEL - 1)}…`

const averageJson = (
  { from, to, meanPath, withSamples }: AverageForecast,
  errors: (found: Errors) => object
): object => ({
  from,
  to,
  meanPath: errors(meanPath),
  withSamples: isUnknown(withSamples) ? withSamples : errors(withSamples)
})

const SAMPLES = { expected: 'none', iid: 'independent', markov: 'trajectory' } as const

/** Arrays as lists; what is not known is `{ unknown: why }`. */
function jsonOf(
  { experiment, fleet }: Setting,
  { mean, stationary, average, largestSteps }: Forecast
): object {
  const d = isUnknown(mean) ? 0 : mean.parameters.length / fleet.peers
  const listed = (columns: object): object =>
    Object.fromEntries(
      Object.entries(columns).map(([name, column]) => [name, column === null ? null : [...column]])
    )
  const errors = ({ swarm, peers }: Errors): object => ({ swarm, peers: listed(peers) })
  return {
    experiment,
    meanPath: isUnknown(mean)
      ? mean
      : {
          period: mean.period,
          contraction: mean.contraction,
          rounds: mean.approach,
          ...errors(mean),
          parameters: Array.from({ length: fleet.peers }, (_, i) => [
            ...mean.parameters.subarray(i * d, (i + 1) * d)
          ])
        },
    stationary: isUnknown(stationary)
      ? stationary
      : {
          samples: SAMPLES[experiment.sampling],
          ...errors(stationary)
        },
    ...(average === undefined
      ? {}
      : { average: isUnknown(average) ? average : averageJson(average, errors) }),
    largestStepSize: isUnknown(largestSteps)
      ? largestSteps
      : { meanPath: largestSteps.mean ?? null, variance: largestSteps.variance ?? null }
  }
}
