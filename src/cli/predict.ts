/** `murmur predict`: what theory says of a swarm before it runs, on stdout. */
import { topologies } from '../../topologies/index.ts'
import { nameOf, usesHub } from '../aggregation/names.ts'
import { NAMED_KEYS } from '../experiment/families.ts'
import { parseNamed, specOf } from '../experiment/named.ts'
import { readExperiment } from '../experiment/read.ts'
import type { Experiment } from '../experiment/schema.ts'
import type { SwarmErrors } from '../interfaces.ts'
import { type Forecast, forecastOf, type LargestSteps } from '../prediction/forecast.ts'
import { isUnknown } from '../prediction/subject.ts'
import { columns, count, figure } from '../report/format.ts'
import { type Setting, settingOf, startOf } from '../setting.ts'
import { factLines, wrapped } from './lines.ts'
import { commandLineOf, type Flags, requireValues } from './read-request.ts'

/** More peers than this are left to `--json`. */
const LISTED_PEERS = 24
/** Characters of a name in the table. */
const LONGEST_LABEL = 24

/** Writes what is predicted of an experiment, as text or as one JSON object. */
export function predictCommand(
  file: string | undefined,
  { set: sets = [], ...flags }: Flags & { readonly set?: readonly string[] },
  json: boolean
): void {
  requireValues(flags)
  const { experiment } = readExperiment({ experiment: file, flags, sets })
  const setting = settingOf(experiment)
  const forecast = forecastOf(setting, startOf(setting))
  if (!json) for (const warning of setting.warnings) process.stderr.write(`${wrapped(warning).join('\n')}\n`)
  const command = commandLineOf(file, flags, sets)
  process.stdout.write(
    json ? `${JSON.stringify(jsonOf(setting, forecast))}\n` : textOf(setting, forecast, command)
  )
}

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
    sampling === 'markov'
      ? '; as of independent samples: those of a trajectory depend on each other, and mostly scatter more'
      : ''
  return [['stationary', `samples scatter about it, in the long run ${inWords(stationary.swarm)}${caveat}`]]
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

function peerTable({ experiment, fleet }: Setting, { mean, stationary }: Forecast): string[] {
  if (isUnknown(mean)) return []
  const { peers, labels } = fleet
  const listed = Math.min(peers, LISTED_PEERS)
  const scatter = experiment.sampling === 'expected' || isUnknown(stationary) ? undefined : stationary.peers
  const rows = Array.from({ length: listed }, (_, i) => [
    String(i),
    short(labels[i]!),
    figure(mean.peers.fixedPointError?.[i]),
    figure(mean.peers.valueError?.[i]),
    ...(scatter ? [figure(scatter.fixedPointError?.[i]), figure(scatter.valueError?.[i])] : [])
  ])
  const heads = [
    'peer',
    'environment',
    '‖θ_i−θ*‖',
    'value error',
    ...(scatter ? ['long run', 'value error'] : [])
  ]
  return [
    ...columns([heads, ...rows], 'rlrrrr'),
    ...(peers > listed ? [`and ${count(peers - listed)} more: --json lists all`] : []),
    '',
    ...(scatter
      ? [
          ...wrapped('Left, where the mean path ends; right, root mean squares with what samples scatter.'),
          ''
        ]
      : [])
  ]
}

const short = (label: string): string =>
  label.length <= LONGEST_LABEL ? label : `${label.slice(0, LONGEST_LABEL - 1)}…`

/** Arrays as lists; what is not known is `{ unknown: why }`. */
function jsonOf({ experiment, fleet }: Setting, { mean, stationary, largestSteps }: Forecast): object {
  const d = fleet.features.count
  const listed = (columns: object): object =>
    Object.fromEntries(
      Object.entries(columns).map(([name, column]) => [name, column === null ? null : [...column]])
    )
  return {
    experiment,
    meanPath: isUnknown(mean)
      ? mean
      : {
          period: mean.period,
          contraction: mean.contraction,
          rounds: mean.approach,
          swarm: mean.swarm,
          peers: listed(mean.peers),
          parameters: Array.from({ length: fleet.peers }, (_, i) => [
            ...mean.parameters.subarray(i * d, (i + 1) * d)
          ])
        },
    stationary: isUnknown(stationary)
      ? stationary
      : {
          samples: experiment.sampling === 'expected' ? 'none' : 'independent',
          swarm: stationary.swarm,
          peers: listed(stationary.peers)
        },
    largestStepSize: isUnknown(largestSteps)
      ? largestSteps
      : { meanPath: largestSteps.mean ?? null, variance: largestSteps.variance ?? null }
  }
}
