/** The runs and the comparisons of a folder. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { parse } from 'yaml'
import { ExperimentError } from '../core/errors.ts'
import { type ListedComparison, listComparison } from './comparison-file.ts'
import { reasonOf } from './files.ts'
import { type Manifest, readManifest } from './manifest.ts'

/** What the manifest of a run says, and what it learned with; null where its experiment does not tell. */
export type ListedRun = Manifest & { readonly learner: string | null }

export interface RecordList {
  /** By name, which is the order of their start. */
  readonly runs: readonly ListedRun[]
  /** The one that was written last comes last. */
  readonly comparisons: readonly ListedComparison[]
  /** Why the other folders are neither, one line each. */
  readonly broken: readonly string[]
}

/** The folder of comparisons, which stands beside those of runs. */
const COMPARISONS = 'comparisons'
/** The folder of figures, and what figures and comparisons are made of. */
const PASSED_OVER: readonly string[] = ['reproduce', 'cells']

/** Throws an ExperimentError if `parent` cannot be read. */
export function listRecords(parent: string): RecordList {
  const runs: ListedRun[] = []
  const comparisons: ListedComparison[] = []
  const broken: string[] = []
  const list = (folder: string): void => {
    try {
      const comparison = listComparison(folder)
      if (comparison !== undefined) comparisons.push(comparison)
      else if (!isFigure(folder))
        runs.push({ ...readManifest(folder), learner: learnerIn(join(folder, 'experiment.yaml')) })
    } catch (error) {
      if (!(error instanceof ExperimentError)) throw error
      broken.push(error.message)
    }
  }
  for (const name of foldersOf(parent)) {
    const folder = join(parent, name)
    if (name !== COMPARISONS) list(folder)
    else for (const each of foldersOf(folder)) list(join(folder, each))
  }
  comparisons.sort((a, b) => Number(a.written > b.written) - Number(a.written < b.written))
  return { runs, comparisons, broken }
}

/** Read without a check of the rest, which may be of another version. */
function learnerIn(path: string): string | null {
  try {
    const { learner }: { learner?: { name?: unknown } } = parse(readFileSync(path, 'utf8')) ?? {}
    return typeof learner?.name === 'string' ? learner.name : null
  } catch {
    // A list does without; whoever reads the experiment says what is wrong with it.
    return null
  }
}

function foldersOf(parent: string): string[] {
  try {
    const entries = readdirSync(parent, { withFileTypes: true })
    return entries
      .filter(entry => entry.isDirectory())
      .map(entry => entry.name)
      .filter(name => !PASSED_OVER.includes(name))
      .sort()
  } catch (error) {
    throw new ExperimentError(`${parent}: the folder of records cannot be read (${reasonOf(error)})`)
  }
}

/** It holds a drawing of its own name, or what was kept for one when figures kept it there. */
const isFigure = (folder: string): boolean =>
  [`${basename(folder)}.svg`, 'results.jsonl'].some(file => existsSync(join(folder, file)))
