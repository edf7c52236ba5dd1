/** `murmur compare`: topologies and protocols beside a server and beside nobody, on the same problems with the same seeds. */
import type { Crew } from '../../cells/crew.ts'
import { type Kept, keptIn } from '../../cells/kept.ts'
import type { Compared, Comparison } from '../../compare/comparison.ts'
import { contestCrew } from '../../compare/crew.ts'
import { inSimulator, isMeasured } from '../../compare/measured.ts'
import { compare, contestCells } from '../../compare/run.ts'
import { type ProblemStandings, standingsOf } from '../../compare/standings.ts'
import { tunedBy, tuningOf } from '../../compare/tune.ts'
import { verdictOf } from '../../compare/verdict.ts'
import type { Phase } from '../../dashboard/contest/scene.ts'
import { writeComparison } from '../../records/comparison-file.ts'
import { hasScreen } from '../has-screen.ts'
import { INTERRUPTED, onSignals } from '../on-signals.ts'
import { type Onlooker, progressLine } from './onlooker.ts'
import type { CompareRequest } from './request.ts'
import { edgeLines, leftOutLines, legendLines, measuredLines, problemLines } from './text.ts'

/** What may be replaced, where nothing is to be computed in threads. */
export interface CompareParts {
  readonly crew?: (size: number) => Crew
}

/** What was found: with the step sizes that were given, or with those that are best. */
interface Findings extends Compared {
  readonly standings: readonly ProblemStandings[]
  readonly verdict: readonly string[]
}

/** All of that, with what each contender did with the step size that is best for it, and without a network. */
interface Results {
  readonly found: Findings
  readonly tuned: (Findings & { readonly atTheEdge: readonly string[] }) | null
  readonly modelled: Findings | null
  /** How many runs were kept from before. */
  readonly reused: number
}

/** Returns the exit code. */
export async function compareCommand(
  request: CompareRequest,
  { crew = contestCrew }: CompareParts = {}
): Promise<number> {
  const { comparison, leftOut, warnings, folder, json } = request
  const { stderr, stdout } = process
  for (const line of leftOutLines(comparison, leftOut)) stderr.write(`${line}\n`)
  for (const warning of warnings) stderr.write(`${warning}\n`)
  const stopping = new AbortController()
  const off = onSignals(() => stopping.abort())
  const onlooker = await onlookerOf(request, stopping)
  let results: Results
  let file: string
  let isInterrupted: boolean
  try {
    results = await resultsOf(request, crew, onlooker, stopping.signal)
    isInterrupted = stopping.signal.aborted
    const { found, tuned, modelled } = results
    file = writeComparison(folder, { ...found, leftOut, tuned, modelled })
    await onlooker.finish()
  } finally {
    await onlooker.close()
    off()
  }
  const { found, tuned, modelled, reused } = results
  const lines = json
    ? [
        JSON.stringify({
          ...withoutRuns(found),
          leftOut,
          tuned: tuned === null ? null : withoutRuns(tuned),
          modelled: modelled === null ? null : withoutRuns(modelled),
          reused,
          isInterrupted,
          file
        })
      ]
    : [
        ...findingLines(found, false),
        ...(modelled === null ? [] : [...measuredLines(comparison, found.runs, modelled.runs), '']),
        ...(tuned === null
          ? []
          : ['With the step size that is best for each:', '', ...findingLines(tuned, true)]),
        ...(tuned === null || tuned.atTheEdge.length === 0 ? [] : [...edgeLines(tuned.atTheEdge), '']),
        ...legendLines(comparison),
        '',
        `${found.runs.length} of ${contestCells(comparison).length} runs${reused > 0 ? `, ${reused} of them kept from before` : ''}: ${file}`
      ]
  stdout.write(`${lines.join('\n')}\n`)
  if (!isInterrupted) return 0
  stderr.write('interrupted; what is done is kept: the same command goes on from there\n')
  return INTERRUPTED
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
  { comparison, tune, folder, fresh, jobs }: CompareRequest,
  crew: (size: number) => Crew,
  onlooker: Onlooker,
  signal: AbortSignal
): Promise<Results> {
  const kept = keptIn(folder, fresh)
  const work = { jobs, crew, kept, signal, onlooker }
  let tuned: Results['tuned'] = null
  let modelled: Results['modelled'] = null
  try {
    const { runs, reused } = await runsOf('given', comparison, work)
    const found = findingsOf(comparison, runs)
    if (isMeasured(comparison) && !signal.aborted) {
      const simulated = inSimulator(comparison)
      modelled = findingsOf(simulated, (await runsOf('modelled', simulated, work)).runs)
    }
    if (tune && !signal.aborted) {
      const tuning = tuningOf(comparison)
      const tried = await runsOf('tuning', tuning, work)
      if (!tried.isInterrupted) {
        const best = tunedBy(comparison, tuning, tried.runs)
        const again = await runsOf('tuned', best.comparison, work)
        tuned = { ...findingsOf(best.comparison, again.runs), atTheEdge: best.atTheEdge }
      }
    }
    return { found, tuned, modelled, reused }
  } finally {
    kept.close()
  }
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

function findingsOf(comparison: Comparison, runs: Compared['runs']): Findings {
  const standings = standingsOf(comparison, runs)
  return { comparison, runs, standings, verdict: verdictOf(comparison, standings) }
}

const withoutRuns = ({ runs: _, ...rest }: Findings): object => rest

const findingLines = ({ comparison, standings, verdict }: Findings, hasSteps: boolean): string[] =>
  standings.flatMap((each, k) => [...problemLines(comparison, each, verdict[k] ?? '', hasSteps), ''])
