/** `murmur compare RUN RUN …`: recorded runs beside each other, by what they ended with and what it took. */
import { join } from 'node:path'
import { usesHub } from '../../aggregation/names.ts'
import { ExperimentError } from '../../core/errors.ts'
import { allowed } from '../../core/nearest.ts'
import { printable } from '../../core/printable.ts'
import type { Experiment } from '../../experiment/schema.ts'
import { METRICS, type Metric, type SwarmErrors, type Traffic } from '../../interfaces.ts'
import { comparisonAt, isFile } from '../../records/comparison-file.ts'
import { History } from '../../records/history.ts'
import type { Manifest } from '../../records/manifest.ts'
import { readWatched } from '../../records/watched.ts'
import { bytes, columns, count, figure, signed, times } from '../../report/format.ts'
import { counted } from '../../report/in-words.ts'
import { NAMES } from '../../report/measures.ts'
import { wrapped } from '../lines.ts'
import { sayUsed } from '../say-used.ts'
import type { CompareOptions } from './request.ts'

/** No line is longer, but for a name that is. */
const WIDTH = 100
/** Longer values are not quoted. */
const LONGEST_VALUE = 40

/** What a run ended with, and what it took; null for what is not known. */
interface Figures {
  readonly metric: number | null
  readonly consensus: number | null
  readonly rounds: number
  readonly messages: number | null
  readonly bytes: number | null
  /** Bytes in and out of the participant with most of them. */
  readonly busiest: number | null
}

interface Contender {
  readonly run: string
  readonly manifest: Manifest
  readonly experiment: Experiment
  readonly errors: SwarmErrors | null
  readonly figures: Omit<Figures, 'metric'>
}

/** A setting in which the runs are not alike; in the order of the runs. */
interface Difference {
  readonly setting: string
  readonly values: readonly unknown[]
}

/** Throws an ExperimentError for what is no record, and for flags of runs that are still to be run. */
export function compareRecordsCommand(
  runs: readonly string[],
  { metric, json, ...others }: CompareOptions
): void {
  for (const run of runs) refuseOthers(run)
  if (Object.keys(others).length > 0) {
    throw new ExperimentError(
      'compare: recorded runs are compared as they are; allowed beside two or more of them: --metric, --json'
    )
  }
  const contenders = runs.map(contenderOf)
  const chosen = metricOf(contenders, metric)
  const figures = contenders.map(each => ({ metric: each.errors?.[chosen] ?? null, ...each.figures }))
  const differences = differencesOf(contenders.map(({ experiment }) => experiment))
  for (const warning of warningsOf(contenders, differences)) process.stderr.write(`${warning}\n`)
  const seeds = seedsOf(contenders)
  process.stdout.write(
    json === true
      ? `${JSON.stringify({
          metric: chosen,
          runs: contenders.map(({ run, manifest }, k) => ({
            run,
            status: manifest.status,
            ...figures[k]!,
            toFirst: toFirst(figures[k]!, figures[0]!, chosen)
          })),
          differences,
          seeds: [...seeds].map(([seed, members]) => ({ seed, runs: members.map(k => runs[k]) }))
        })}\n`
      : `${[
          ...contenders.flatMap(legend),
          '',
          ...table(figures, chosen),
          '',
          ...wrapped(
            `${[...seeds].map(([seed, members]) => `seed ${seed}: ${numbers(members)}`).join('; ')}.`,
            WIDTH
          ),
          ...(chosen === 'return' ? ['return: the difference to the first, instead of the ratio.'] : [])
        ].join('\n')}\n`
  )
}

/** What is a file or a comparison is no recorded run, but may well be what one command is about. */
function refuseOthers(run: string): void {
  if (!isFile(run)) {
    if (comparisonAt(run) === undefined) return
    throw new ExperimentError(
      `compare: ${run} is a recorded comparison and no run; murmur compare takes one comparison, or two or more recorded runs`
    )
  }
  throw new ExperimentError(
    `compare: ${run} is a file and no recorded run; murmur compare takes one file, of an experiment or a comparison, or two or more recorded runs`
  )
}

function contenderOf(run: string): Contender {
  sayUsed(run, 'compare')
  const { folder, manifest, experiment, doubts } = readWatched(run, 'compare')
  for (const doubt of doubts) process.stderr.write(`${printable(`${run}: ${doubt}`)}\n`)
  const { peers, aggregation } = experiment
  const history = new History(join(folder, 'metrics.jsonl'), peers, usesHub(aggregation) ? peers + 1 : peers)
  history.refresh()
  const last = history.length === 0 ? undefined : history.read(history.length - 1)
  return {
    run,
    manifest,
    experiment,
    errors: last?.sample.swarm ?? null,
    figures: {
      consensus: last?.sample.swarm.consensusError ?? null,
      rounds: last?.sample.round ?? 0,
      messages: last?.sample.traffic.messages ?? null,
      bytes: last?.sample.traffic.bytes ?? null,
      busiest: last === undefined ? null : busiest(last.traffic)
    }
  }
}

/** Large swarms that have not finished do not tell. */
function busiest({ bytesIn, bytesOut }: Traffic): number | null {
  const most = bytesIn.reduce((most, bytes, p) => Math.max(most, bytes + bytesOut[p]!), 0)
  return Number.isNaN(most) ? null : most
}

/** What runs are compared by: the first of these that all of them were measured by. */
const PREFERRED: readonly Metric[] = [
  'fixedPointError',
  'return',
  'valueError',
  'valueGap',
  'excessValueError'
]

function metricOf(contenders: readonly Contender[], word: string | undefined): Metric {
  const isKnown = (metric: Metric) => contenders.some(({ errors }) => (errors?.[metric] ?? null) !== null)
  const isCommon = (metric: Metric) => contenders.every(({ errors }) => (errors?.[metric] ?? null) !== null)
  if (word === undefined) return PREFERRED.find(isCommon) ?? PREFERRED.find(isKnown) ?? 'valueError'
  const metric = METRICS.find(name => name === word)
  if (metric === undefined) throw new ExperimentError(`--metric: unknown "${word}"${allowed(word, METRICS)}`)
  if (!isKnown(metric)) {
    const known = METRICS.filter(isKnown)
    throw new ExperimentError(
      `--metric: ${metric} was measured in none of these runs; allowed: ${known.length > 0 ? known.join(', ') : 'none'}`
    )
  }
  return metric
}

/** Where experiments do not pose the same problem, option by option. */
function differencesOf(experiments: readonly Experiment[]): Difference[] {
  const problems = experiments.map(({ environment, peers, learner, localSteps, seed }) => ({
    ...prefixed('environment', environment),
    peers,
    ...prefixed('learner', learner),
    localSteps,
    seed
  }))
  const settings = new Set(problems.flatMap(problem => Object.keys(problem)))
  return [...settings]
    .map(setting => ({
      setting,
      values: problems.map((problem: Readonly<Record<string, unknown>>) => problem[setting] ?? null)
    }))
    .filter(({ values }) => new Set(values.map(value => JSON.stringify(value))).size > 1)
}

/** `{ environment: 'garnet', 'environment.states': 30, … }` */
const prefixed = (key: string, { name, ...options }: Experiment['environment']): Record<string, unknown> => ({
  [key]: name,
  ...Object.fromEntries(Object.entries(options).map(([option, value]) => [`${key}.${option}`, value]))
})

function warningsOf(contenders: readonly Contender[], differences: readonly Difference[]): string[] {
  const unfinished = contenders.flatMap(({ run, manifest: { status, round, rounds } }) =>
    status === 'finished' ? [] : [`${run}: ${status}, after ${count(round)} of ${count(rounds)} rounds`]
  )
  if (differences.length === 0) return unfinished.map(printable)
  const settings = differences.flatMap(({ setting, values }) => {
    const groups = [...grouped(values.map(inWords))]
    const words = groups.length === 1 ? 'not the same' : groupsInWords(groups)
    return wrapped(`${setting}: ${words}`, WIDTH - 2).map(line => `  ${line}`)
  })
  return [...unfinished.map(printable), 'not the same problem:', ...settings]
}

function inWords(value: unknown): string {
  if (value === null) return 'none'
  const text = typeof value === 'string' ? value : JSON.stringify(value)
  return text.length > LONGEST_VALUE ? 'another' : text
}

const seedsOf = (contenders: readonly Contender[]): Map<string, number[]> =>
  grouped(contenders.map(({ experiment }) => experiment.seed))

/** The places of equal words. */
function grouped(words: readonly string[]): Map<string, number[]> {
  return Map.groupBy(words.keys(), k => words[k]!)
}

/** 8 in 1 and 3; 16 in 2 */
const groupsInWords = (groups: readonly (readonly [word: string, places: readonly number[]])[]): string =>
  groups.map(([word, places]) => `${word} in ${numbers(places)}`).join('; ')

/** 1, 2 and 4: as the runs are numbered in the table. */
function numbers(places: readonly number[]): string {
  const names = places.map(k => String(k + 1))
  return names.length === 1 ? names.join() : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`
}

function legend({ manifest, experiment }: Contender, k: number): string[] {
  const { environment, peers, topology, aggregation, learner, localSteps, transport } = experiment
  const settings = [
    `${environment.name} × ${count(peers)}`,
    topology.name,
    aggregation,
    learner.name,
    counted(localSteps, 'local step'),
    transport
  ]
  const number = `${k + 1}  `
  return wrapped(`${manifest.id}: ${settings.join(', ')}`, WIDTH - number.length).map(
    (line, n) => (n === 0 ? number : ' '.repeat(number.length)) + line
  )
}

/** The figures of each, and below those of all but the first in proportion to it. */
function table(figures: readonly Figures[], metric: Metric): string[] {
  const first = figures[0]!
  const head = ['', NAMES[metric], 'consensus', 'rounds', 'messages', 'bytes', 'busiest']
  const own = figures.map((each, k) => [
    String(k + 1),
    figure(each.metric),
    figure(each.consensus),
    count(each.rounds),
    known(each.messages, count),
    known(each.bytes, bytes),
    known(each.busiest, bytes)
  ])
  const ratios = figures.slice(1).map((each, k) => {
    const { metric: gain, ...others } = toFirst(each, first, metric)
    const cells = [others.consensus, others.rounds, others.messages, others.bytes, others.busiest]
    return [
      `${k + 2} ÷ 1`,
      known(gain, metric === 'return' ? signed : times),
      ...cells.map(ratio => known(ratio, times))
    ]
  })
  return columns([head, ...own, ...ratios], 'lrrrrrr')
}

const known = (x: number | null, write: (x: number) => string): string => (x === null ? figure(x) : write(x))

/** Ratios to the first; of a return, which may be negative, the difference. Null where there is none. */
function toFirst(
  one: Figures,
  first: Figures,
  metric: Metric
): Readonly<Record<keyof Figures, number | null>> {
  const ratio = (name: keyof Figures): number | null => {
    const [a, b] = [one[name], first[name]]
    return a === null || b === null || b === 0 ? null : a / b
  }
  return {
    metric:
      metric !== 'return'
        ? ratio('metric')
        : one.metric === null || first.metric === null
          ? null
          : one.metric - first.metric,
    consensus: ratio('consensus'),
    rounds: ratio('rounds'),
    messages: ratio('messages'),
    bytes: ratio('bytes'),
    busiest: ratio('busiest')
  }
}
