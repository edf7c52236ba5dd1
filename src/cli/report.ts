/** `murmur report`: a recorded run or a comparison as one HTML file. */
import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { z } from 'zod'
import { judged } from '../compare/findings.ts'
import { STANDARD_PRICE } from '../compare/source.ts'
import { ExperimentError } from '../core/errors.ts'
import { hasFaults } from '../faults/rules.ts'
import { predictedTime } from '../predicted-time.ts'
import { stationaryErrors } from '../prediction/forecast.ts'
import { isUnknown } from '../prediction/subject.ts'
import { readComparison } from '../records/comparison-file.ts'
import { EventHistory } from '../records/event-history.ts'
import { reasonOf } from '../records/files.ts'
import { History } from '../records/history.ts'
import { readWatched } from '../records/watched.ts'
import { faultInWords } from '../report/fault-in-words.ts'
import { bytes } from '../report/format.ts'
import { thinned } from '../report/html/charts.ts'
import type { Report } from '../report/html/page.ts'
import type { MeasuredPoint, RunFacts } from '../report/html/run-facts.ts'
import { runReport } from '../report/html/run-report.ts'
import { resultOf } from '../session/result.ts'
import { placesOf } from '../session/stage.ts'
import { planOf, settingOf } from '../setting.ts'
import { networkModelOf } from '../timing/network-models.ts'
import { comparisonPage } from './comparison-page.ts'
import { sayUsed } from './say-used.ts'
import { writeOut } from './write-out.ts'

/** As commander gives them. */
export interface ReportFlags {
  readonly out?: string
  readonly svg?: true
  readonly price?: string
  readonly json?: true
}

/** Points of a curve that are drawn. */
const POINTS = 400
/** Of what theory says of the long run: a second or two. */
const PREDICTION_WORK = 5e8

/** Writes the page and says where it is. Throws an ExperimentError where there is nothing to report. */
export function reportCommand(name: string, { out, svg, price, json }: ReportFlags): void {
  if (out !== undefined && !/\.html?$/.test(out)) {
    throw new ExperimentError(`--out: is "${out}", must be the name of a file that ends in .html`)
  }
  const { report, folder } = reportOf(name, price)
  const file = out ?? join(folder, 'report.html')
  writeOut(file, [report.html])
  const drawings = (svg === true ? report.figures : []).map(figure => {
    const path = `${file.replace(/\.html?$/, '')}-${figure.name}.svg`
    writeOut(path, [figure.svg])
    return path
  })
  const size = Buffer.byteLength(report.html)
  process.stdout.write(
    json === true
      ? `${JSON.stringify({ report: file, bytes: size, svg: drawings })}\n`
      : [`written: ${file} (${bytes(size)})`, ...drawings.map(path => `drawn: ${path}`), ''].join('\n')
  )
}

function reportOf(name: string, price: string | undefined): { report: Report; folder: string } {
  const found = readComparison(name)
  if (found !== undefined) {
    if (price !== undefined) {
      throw new ExperimentError(
        '--price: the network of a comparison is chosen when it is made, by murmur compare --price'
      )
    }
    return { report: comparisonPage(judged(found)), folder: dirname(found.path) }
  }
  sayUsed(name, 'report')
  const { facts, folder } = factsOf(name, price ?? STANDARD_PRICE)
  return { report: runReport(facts), folder }
}

/** What the record of the run `name` tells, and what follows from its experiment. */
function factsOf(name: string, price: string): { facts: RunFacts; folder: string } {
  networkModelOf(price, '--price')
  const { folder, manifest, experiment, doubts } = readWatched(name, 'report')
  const setting = settingOf(experiment)
  const { edges, hub } = readGraph(join(folder, 'topology.json'))
  const { peers, aggregation } = experiment
  const history = new History(join(folder, 'metrics.jsonl'), peers, hub === null ? peers : peers + 1)
  history.refresh()
  const events = new EventHistory(join(folder, 'events.jsonl'))
  events.refresh()
  const lines = Array.from({ length: history.length }, (_, k) => k)
  const withFaults = hasFaults(experiment) || events.commanded.length > 0
  const curve = lines.map(k => ({ round: history.roundOf(k), errors: history.errorsOf(k) }))
  const { sample, traffic } = history.length === 0 ? {} : history.read(history.length - 1)
  const predicted = withFaults ? undefined : stationaryErrors(setting, PREDICTION_WORK)
  const facts: RunFacts = {
    manifest,
    experiment,
    settings: readFileSync(join(folder, 'experiment.yaml'), 'utf8'),
    doubts,
    curve: thinned(lines, POINTS).map(
      (k): MeasuredPoint => ({ ...curve[k]!, bytes: history.read(k).sample.traffic.bytes })
    ),
    result: sample && traffic && resultOf(aggregation, { traffic }, sample, curve),
    labels: setting.fleet.labels,
    withFaults,
    events: [...(experiment.faults?.events ?? []), ...events.commanded]
      .map(({ after, ...action }) => ({ after, text: faultInWords(action) }))
      .sort((a, b) => a.after - b.after),
    places: placesOf(setting),
    edges,
    graphNote:
      setting.topology.period === 1 || hub !== null
        ? undefined
        : 'The graph changes from round to round; these are the edges of all of them.',
    predicted: predicted === undefined || isUnknown(predicted) ? undefined : predicted.swarm,
    time:
      sample === undefined
        ? undefined
        : {
            price,
            ...predictedTime(experiment, planOf(setting), price, sample.round, sample.experience?.steps)
          }
  }
  return { facts, folder }
}

const graphSchema = z.object({
  hub: z.int().nullable(),
  edges: z.array(z.tuple([z.int().min(0), z.int().min(0)]).rest(z.unknown()))
})

function readGraph(path: string): { hub: number | null; edges: [number, number][] } {
  try {
    const { hub, edges } = graphSchema.parse(JSON.parse(readFileSync(path, 'utf8')))
    return { hub, edges: edges.map(([i, j]) => [i, j]) }
  } catch (error) {
    const reason =
      error instanceof z.ZodError ? `${error.issues[0]?.path.join('.')} is missing or wrong` : reasonOf(error)
    throw new ExperimentError(`${path}: no graph of a run (${reason})`)
  }
}
