/** `murmur reproduce`: figures of the papers computed again, with verdicts, on stdout; each is drawn into a file. */
import { join } from 'node:path'
import type { Crew } from '../cells/crew.ts'
import { CELLS_FOLDER, KEEPING_NOTHING, keptIn } from '../cells/kept.ts'
import { ExperimentError } from '../core/errors.ts'
import { allowed } from '../core/nearest.ts'
import { drawFigure } from '../drawing/draw-figure.ts'
import { makeFolders, replaceFile } from '../records/files.ts'
import { figureCrew } from '../reproduce/crew.ts'
import { type Figure, holds, isMet } from '../reproduce/figure.ts'
import { FIGURES } from '../reproduce/index.ts'
import { type Reproduction, runFigure } from '../reproduce/run-figure.ts'
import { cellsProgress } from './cells-progress.ts'
import { INTERRUPTED, onSignals } from './on-signals.ts'
import type { ReproduceOptions } from './reproduce-request.ts'
import { headLines, listLines, verdictLines } from './reproduce-text.ts'

export interface ReproduceParts {
  readonly figures?: readonly Figure[]
  readonly crew?: (figure: string, size: number) => Crew
}

const FAILED = 1

/** Returns the exit code: 1 if a claim does not hold. */
export async function reproduceCommand(
  name: string,
  options: ReproduceOptions,
  { figures = FIGURES, crew = figureCrew }: ReproduceParts = {}
): Promise<number> {
  const { json, quick, fresh, jobs } = options
  const names = figures.map(each => each.name)
  if (name === 'list') {
    const all = figures.map(each => ({ name: each.name, title: each.title, paper: each.paper }))
    process.stdout.write(json ? `${JSON.stringify(all)}\n` : `${listLines(figures).join('\n')}\n`)
    return 0
  }
  const figure = figures.find(each => each.name === name)
  if (figure === undefined) {
    throw new ExperimentError(`reproduce: unknown figure "${name}"${allowed(name, ['list', ...names])}`)
  }
  const folder = join(options.folder, figure.name)
  const svg = options.svg ?? join(folder, `${figure.name}.svg`)
  if (!json) process.stdout.write(`${headLines(figure, quick).join('\n')}\n`)

  const cells = figure.cells(quick).length
  const kept = quick
    ? KEEPING_NOTHING
    : keptIn(join(options.folder, CELLS_FOLDER), { of: figure.name, fresh })
  const stopping = new AbortController()
  const off = onSignals(() => stopping.abort())
  const progress = cellsProgress(Math.min(jobs, cells))
  let found: Reproduction | undefined
  try {
    found = await runFigure(figure, quick, {
      crew: () => crew(figure.name, Math.min(jobs, cells)),
      kept,
      onProgress: progress.show,
      signal: stopping.signal
    })
  } finally {
    progress.end()
    off()
  }
  if (found === undefined) {
    process.stderr.write(
      `interrupted${quick ? '' : '; what is done is kept: the same command goes on from there'}\n`
    )
    return INTERRUPTED
  }
  makeFolders(join(svg, '..'))
  replaceFile(svg, drawFigure(figure.title, figure.paper, found.panels), false)
  const ok = found.claims.every(holds)
  const lines = json
    ? [JSON.stringify({ ...asJson(figure, quick, found), ok, svg })]
    : [...verdictLines(found, cells), `drawn: ${svg}`]
  process.stdout.write(`${lines.join('\n')}\n`)
  return ok ? 0 : FAILED
}

function asJson(figure: Figure, quick: boolean, { claims, notes, reused, panels, table }: Reproduction) {
  return {
    figure: figure.name,
    title: figure.title,
    paper: figure.paper,
    quick,
    settings: figure.settings(quick),
    claims: claims.map(claim => ({
      claim: claim.claim,
      ok: holds(claim),
      // What has no bound on one side has null there: JSON knows no infinity.
      checks: claim.checks.map(each => ({ ...each, ok: isMet(each) }))
    })),
    notes,
    reused,
    ...(table === undefined ? {} : { table }),
    panels
  }
}
