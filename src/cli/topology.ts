/** `murmur topology`: graphs, how fast they make peers agree, and what that costs, on stdout. */
import { writeFileSync } from 'node:fs'
import { topologyReport } from '../../topologies/mixing/report.ts'
import { type Study, type Subject, studyOf } from '../../topologies/mixing/study.ts'
import { ExperimentError } from '../core/errors.ts'
import type { MixingMatrix } from '../interfaces.ts'
import { count } from '../report/format.ts'
import { exportFormat, exportTopology } from './topology-export.ts'
import { topologyOverview } from './topology-overview.ts'
import { checkOptions, MESSAGE_BYTES, subjectOf, type TopologyCommandOptions } from './topology-request.ts'
import { simulate, simulationLines } from './topology-simulation.ts'
import { topologyLines } from './topology-text.ts'

/** Rows of W are not written for more peers: N² numbers. */
const MOST_MATRIX_PEERS = 2000

/**
 * Writes what `name` (`ring`, `random-regular:degree=3`) is with so many peers, or all topologies in short without a name; in words,
 * or with `json` as plain data.
 */
export async function topologyCommand(
  name: string | undefined,
  options: TopologyCommandOptions
): Promise<void> {
  checkOptions(name, options)
  if (name === undefined) {
    topologyOverview(options)
    return
  }
  const { json = false, matrix = false, export: file } = options
  const format = file === undefined ? undefined : exportFormat(file)
  const subject = subjectOf(name, options)
  if (matrix) checkMatrix(subject)
  const study = studyOf(subject)
  if (file !== undefined && format !== undefined) {
    const { period, directed } = subject.topology
    const { neighbours } = study.graph
    const text = exportTopology({ neighbours }, directed, exportedMatrix(subject, study), format)
    write(file, text)
    const what =
      period === 1
        ? ''
        : period === null
          ? ': round 1, for every round is drawn anew'
          : `: all ${period} rounds together, without weights, which change from round to round`
    // An edge list cannot say itself that it is directed.
    const how = /^#.*directed=true/.test(text) ? ',directed=true' : ''
    process.stderr.write(`${file} is written${what}; use it with --topology file:${file}${how}\n`)
  }
  const simulation =
    options.simulate === undefined ? undefined : await simulate(name, subject, study, options)
  const report = topologyReport(study, MESSAGE_BYTES, matrix)
  if (json) {
    const all = simulation === undefined ? report : { ...report, simulation }
    process.stdout.write(`${JSON.stringify(all)}\n`)
    return
  }
  const lines = topologyLines(name, subject, study, report)
  if (simulation !== undefined) lines.push('', ...simulationLines(simulation))
  process.stdout.write(`${lines.join('\n')}\n`)
}

function checkMatrix({ topology: { peers, period, name } }: Subject): void {
  if (peers > MOST_MATRIX_PEERS) {
    throw new ExperimentError(
      `--matrix: ${count(peers)} peers have ${count(peers * peers)} weights; at most ${MOST_MATRIX_PEERS} peers`
    )
  }
  if (period !== 1) {
    throw new ExperimentError(
      `--matrix: ${name} has another one every round; --json lists the weights of the first rounds`
    )
  }
}

/** W of the graph that is written, which may be several rounds at once. */
const exportedMatrix = ({ topology: { period } }: Subject, { at }: Study): MixingMatrix | undefined =>
  period === 1 || period === null ? at(0) : undefined

function write(file: string, text: string): void {
  try {
    writeFileSync(file, text)
  } catch (error) {
    throw new ExperimentError(
      `--export ${file}: cannot be written (${error instanceof Error ? error.message : error})`
    )
  }
}
