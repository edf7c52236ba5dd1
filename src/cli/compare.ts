/** `murmur compare`: topologies and protocols beside a server and beside nobody, on the same problems with the same seeds. */
import { join } from 'node:path'
import type { Crew } from '../cells/crew.ts'
import { type Kept, keptIn } from '../cells/kept.ts'
import type { Comparison, ContestRun } from '../compare/comparison.ts'
import { contestCrew } from '../compare/crew.ts'
import { compare, contestCells } from '../compare/run.ts'
import { STANDARD_PRICE } from '../compare/source.ts'
import { type ProblemStandings, standingsOf } from '../compare/standings.ts'
import { tunedBy, tuningOf } from '../compare/tune.ts'
import { verdictOf } from '../compare/verdict.ts'
import { replaceFile } from '../records/files.ts'
import { cellsProgress } from './cells-progress.ts'
import { liveLines } from './compare-live.ts'
import { type CompareRequest, isMeasured } from './compare-request.ts'
import { edgeLines, leftOutLines, legendLines, measuredLines, problemLines } from './compare-text.ts'
import { INTERRUPTED, onSignals } from './on-signals.ts'

export interface CompareParts {
  readonly crew?: (size: number) => Crew
}

/** In the folder of a comparison: all of it, with what was found. */
const COMPARISON_FILE = 'comparison.json'

/** What was found: with the step sizes that were given, or with those that are best. */
interface Findings {
  readonly comparison: Comparison
  readonly runs: readonly ContestRun[]
  readonly standings: readonly ProblemStandings[]
  readonly verdict: readonly string[]
}

/** Returns the exit code. */
export async function compareCommand(
  { comparison, leftOut, warnings, tune, folder, fresh, jobs, json }: CompareRequest,
  { crew = contestCrew }: CompareParts = {}
): Promise<number> {
  const { stderr, stdout } = process
  for (const line of leftOutLines(comparison, leftOut)) stderr.write(`${line}\n`)
  for (const warning of warnings) stderr.write(`${warning}\n`)
  const kept = keptIn(folder, fresh)
  const stopping = new AbortController()
  const off = onSignals(() => stopping.abort())
  const work = { jobs, crew, kept, signal: stopping.signal }
  let found: Findings
  let tuned: (Findings & { readonly atTheEdge: readonly string[] }) | null = null
  let modelled: Findings | null = null
  let reused = 0
  try {
    const equal = await runsOf(comparison, work)
    reused = equal.reused
    found = findingsOf(comparison, equal.runs)
    if (isMeasured(comparison) && !stopping.signal.aborted) {
      const simulated = inSimulator(comparison)
      modelled = findingsOf(simulated, (await runsOf(simulated, work)).runs)
    }
    if (tune && !stopping.signal.aborted) {
      const tuning = tuningOf(comparison)
      const tried = await runsOf(tuning, work)
      if (!tried.isInterrupted) {
        const best = tunedBy(comparison, tuning, tried.runs)
        const { runs } = await runsOf(best.comparison, work)
        tuned = { ...findingsOf(best.comparison, runs), atTheEdge: best.atTheEdge }
      }
    }
  } finally {
    off()
    kept.close()
  }
  const file = join(folder, COMPARISON_FILE)
  replaceFile(file, JSON.stringify({ ...found, leftOut, tuned, modelled }), false)
  const isInterrupted = stopping.signal.aborted
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

/** The same without a network, for the bytes that are to be expected. */
const inSimulator = (comparison: Comparison): Comparison => ({
  ...comparison,
  price: STANDARD_PRICE,
  contenders: comparison.contenders.map(contender => ({
    ...contender,
    experiment: { ...contender.experiment, transport: 'simulated' }
  }))
})

interface Work {
  readonly jobs: number
  readonly crew: (size: number) => Crew
  readonly kept: Kept
  readonly signal: AbortSignal
}

async function runsOf(
  comparison: Comparison,
  { jobs, crew, kept, signal }: Work
): ReturnType<typeof compare> {
  const { stderr } = process
  const cells = contestCells(comparison)
  const size = Math.min(jobs, cells.length)
  const done: ContestRun[] = []
  const progress = cellsProgress(size, () =>
    liveLines(comparison, done, { width: (stderr.columns ?? 80) - 1, height: (stderr.rows ?? 24) - 2 })
  )
  try {
    const helpers = { crew: () => crew(size), kept, onProgress: progress.show, signal }
    return await compare(cells, helpers, run => done.push(run))
  } finally {
    progress.end()
  }
}

function findingsOf(comparison: Comparison, runs: readonly ContestRun[]): Findings {
  const standings = standingsOf(comparison, runs)
  return { comparison, runs, standings, verdict: verdictOf(comparison, standings) }
}

const withoutRuns = ({ runs: _, ...rest }: Findings): object => rest

const findingLines = ({ comparison, standings, verdict }: Findings, hasSteps: boolean): string[] =>
  standings.flatMap((each, k) => [...problemLines(comparison, each, verdict[k] ?? '', hasSteps), ''])
