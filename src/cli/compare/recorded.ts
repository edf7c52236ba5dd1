/** `murmur compare NAME` of a comparison that is recorded: its tables and verdicts again, without a run. */
import { basename, dirname, join } from 'node:path'
import { judged, withoutRuns } from '../../compare/findings.ts'
import { contestCells } from '../../compare/run.ts'
import { ExperimentError } from '../../core/errors.ts'
import { shipped } from '../../experiment/shipped.ts'
import { comparisonAt, isFile, readComparison } from '../../records/comparison-file.ts'
import { count } from '../../report/format.ts'
import { textWidth } from './fitted-table.ts'
import type { CompareOptions } from './request.ts'
import { leftOutLines, outcomeLines } from './text.ts'

/**
 * Prints the comparison that the user calls `name`. Returns whether there is one: files of experiments and comparisons to be run, and
 * what is shipped, are none. Throws an ExperimentError for flags of runs that are still to be run, and for a single recorded run.
 */
export function compareRecordedCommand(
  name: string,
  { json, ui: _, symbols: __, ...others }: CompareOptions
): boolean {
  if (Object.hasOwn(shipped, name) || (isFile(name) && basename(name) !== 'comparison.json')) return false
  const path = comparisonAt(name)
  if (path === undefined) {
    refuseRun(name)
    return false
  }
  const [flag] = Object.keys(others)
  if (flag !== undefined) {
    throw new ExperimentError(
      `compare: ${dirname(path)} is a recorded comparison, which is printed as it is; allowed beside it: --json`
    )
  }
  const kept = readComparison(path)
  if (kept === undefined) return false
  const outcome = judged(kept)
  const { comparison, runs } = outcome
  const { stdout, stderr } = process
  const page = [join(dirname(path), 'report.html')].find(isFile) ?? null
  if (json === true) {
    stdout.write(`${JSON.stringify({ ...withoutRuns(outcome), file: path, report: page })}\n`)
    return true
  }
  const width = textWidth(stdout)
  const of = contestCells(comparison).length
  for (const line of leftOutLines(comparison, kept.leftOut, width)) stderr.write(`${line}\n`)
  stdout.write(
    `${[
      ...outcomeLines(outcome, width),
      '',
      `${count(runs.length)} of ${count(of)} runs: ${path}`,
      ...(page === null ? [] : [`report: ${page}`])
    ].join('\n')}\n`
  )
  if (runs.length < of) stderr.write(`not all runs are there; go on with: ${comparison.command}\n`)
  return true
}

function refuseRun(name: string): void {
  if (![name, join('runs', name)].some(folder => isFile(join(folder, 'manifest.json')))) return
  throw new ExperimentError(
    `compare: ${name} is one recorded run; give two or more, as in: murmur compare ${name} ANOTHER; murmur ls lists them`
  )
}
