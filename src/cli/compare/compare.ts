/** `murmur compare`: topologies and protocols beside a server and beside nobody, on the same problems with the same seeds. */
import { join } from 'node:path'
import type { Crew } from '../../cells/crew.ts'
import { type Kept, keptIn } from '../../cells/kept.ts'
import type { Comparison } from '../../compare/comparison.ts'
import { contestCrew } from '../../compare/crew.ts'
import { type Findings, findingsOf, type JudgedOutcome, withoutRuns } from '../../compare/findings.ts'
import { inSimulator, isMeasured } from '../../compare/measured.ts'
import { compare, contestCells } from '../../compare/run.ts'
import { tunedBy, tuningOf } from '../../compare/tune.ts'
import { RunError } from '../../core/errors.ts'
import type { Phase } from '../../dashboard/contest/scene.ts'
import { writeComparison } from '../../records/comparison-file.ts'
import { replaceFile } from '../../records/files.ts'
import { count } from '../../report/format.ts'
import { hasScreen } from '../has-screen.ts'
import { INTERRUPTED, onSignals } from '../on-signals.ts'
import { textWidth } from './fitted-table.ts'
import { type Onlooker, progressLine } from './onlooker.ts'
import type { CompareRequest } from './request.ts'
import { leftOutLines, outcomeLines } from './text.ts'

/** What may be replaced, where nothing is to be computed in threads. */
export interface CompareParts {
  readonly crew?: (size: number) => Crew
}

/** What was found, and how that went. */
interface Results {
  readonly outcome: JudgedOutcome
  /** How many runs were kept from before. */
  readonly reused: number
  /** What was asked for and is not there; empty unless it was interrupted. */
  readonly missing: readonly string[]
}

/** Nobody has a figure, or the disk is full. */
const FAILED = 1

/** Returns the exit code. */
export async function compareCommand(
  request: CompareRequest,
  { crew = contestCrew }: CompareParts = {}
): Promise<number> {
  const { comparison, leftOut, warnings, folder, json } = request
  const { stderr, stdout } = process
  const width = textWidth(stdout)
  for (const line of leftOutLines(comparison, leftOut, width)) stderr.write(`${line}\n`)
  for (const warning of warnings) stderr.write(`${warning}\n`)
  const stopping = new AbortController()
  const off = onSignals(() => stopping.abort())
  const onlooker = await onlookerOf(request, stopping)
  let results: Results
  let file: string
  let page: Page
  let isInterrupted: boolean
  try {
    results = await resultsOf(request, crew, onlooker, stopping.signal)
    isInterrupted = stopping.signal.aborted
    const { outcome } = results
    file = writeComparison(folder, outcome)
    page = await writePage(folder, outcome)
    await onlooker.finish()
  } finally {
    await onlooker.close()
    off()
  }
  const { outcome, reused, missing } = results
  const lines = json
    ? [
        JSON.stringify({
          ...withoutRuns(outcome),
          reused,
          isInterrupted,
          missing,
          file,
          report: page.path
        })
      ]
    : [
        ...outcomeLines(outcome, width),
        '',
        `${count(outcome.runs.length)} of ${count(contestCells(comparison).length)} runs${reused > 0 ? `, ${count(reused)} of them kept from before` : ''}: ${file}`,
        ...(page.path === null ? [] : [`report: ${page.path}`])
      ]
  stdout.write(`${lines.join('\n')}\n`)
  if (page.reason !== null) stderr.write(`no report: ${page.reason}\n`)
  if (isInterrupted) {
    for (const each of missing) stderr.write(`not there yet: ${each}\n`)
    stderr.write('interrupted; what is done is kept: the same command goes on from there\n')
    return INTERRUPTED
  }
  return page.path !== null && [outcome, ...(outcome.tuned === null ? [] : [outcome.tuned])].some(hasFigure)
    ? 0
    : FAILED
}

/** Whether any contender of any problem got anywhere. */
const hasFigure = ({ standings }: Findings): boolean =>
  standings.some(each => each.standings.some(({ final }) => final !== null))

/** Where the page is, or why there is none. */
type Page =
  | { readonly path: string; readonly reason: null }
  | { readonly path: null; readonly reason: string }

/** Of all that is there. What was found is printed all the same where the page cannot be written. */
async function writePage(folder: string, outcome: JudgedOutcome): Promise<Page> {
  const { comparisonPage } = await import('../comparison-page.ts')
  const { html } = comparisonPage(outcome)
  const path = join(folder, 'report.html')
  try {
    replaceFile(path, html, false)
    return { path, reason: null }
  } catch (error) {
    if (error instanceof RunError) return { path: null, reason: error.message }
    throw error
  }
}

/** The screen of the terminal if there is one and it is wanted. */
async function onlookerOf(
  { comparison, tune, json, ui, symbols }: CompareRequest,
  stopping: AbortController
): Promise<Onlooker> {
  if (json || !ui || !hasScreen()) return progressLine()
  const { contestOnScreen } = await import('./on-screen.ts')
  const parts = 1 + Number(isMeasured(comparison)) + 2 * Number(tune)
  return contestOnScreen({ parts, symbols, stopping })
}

/** As far as they come before `signal` is aborted. */
async function resultsOf(
  { comparison, leftOut, tune, cells, fresh, jobs }: CompareRequest,
  crew: (size: number) => Crew,
  onlooker: Onlooker,
  signal: AbortSignal
): Promise<Results> {
  const kept = keptIn(cells, { of: 'comparison', fresh })
  const work = { jobs, crew, kept, signal, onlooker }
  let tuned: (Findings & { readonly atTheEdge: readonly string[] }) | null = null
  let modelled: Findings | null = null
  const missing: string[] = []
  const { runs, reused } = await runsOf('given', comparison, work)
  const found = findingsOf(comparison, runs)
  if (isMeasured(comparison)) {
    const simulated = inSimulator(comparison)
    const done = signal.aborted ? [] : (await runsOf('modelled', simulated, work)).runs
    if (!signal.aborted || done.length > 0) modelled = findingsOf(simulated, done)
    if (signal.aborted) missing.push(`the same runs in the simulator (${far(simulated, done)})`)
  }
  if (tune) {
    const tuning = tuningOf(comparison)
    const tried = signal.aborted ? undefined : await runsOf('tuning', tuning, work)
    if (tried === undefined || tried.isInterrupted) {
      const search = far(tuning, tried?.runs ?? [])
      missing.push(`the tables with the best step sizes, which are not found yet (${search} of the search)`)
    } else {
      const best = tunedBy(comparison, tuning, tried.runs)
      const again = await runsOf('tuned', best.comparison, work)
      tuned = { ...findingsOf(best.comparison, again.runs), atTheEdge: best.atTheEdge }
      if (again.isInterrupted)
        missing.push(`runs with the best step sizes (${far(best.comparison, again.runs)} are done)`)
    }
  }
  return { outcome: { ...found, leftOut, tuned, modelled }, reused, missing }
}

interface Work {
  readonly jobs: number
  readonly crew: (size: number) => Crew
  readonly kept: Kept
  readonly signal: AbortSignal
  readonly onlooker: Onlooker
}

async function runsOf(
  phase: Phase,
  comparison: Comparison,
  { jobs, crew, kept, signal, onlooker }: Work
): ReturnType<typeof compare> {
  const cells = contestCells(comparison)
  const size = Math.min(jobs, cells.length)
  await onlooker.begin(phase, comparison, size)
  try {
    const helpers = { crew: () => crew(size), kept, onProgress: onlooker.hearProgress, signal }
    return await compare(cells, helpers, onlooker.hearRun)
  } finally {
    onlooker.end()
  }
}

/** As `34 of 75 runs`. */
const far = (comparison: Comparison, done: readonly unknown[]): string =>
  `${count(done.length)} of ${count(contestCells(comparison).length)} runs`
