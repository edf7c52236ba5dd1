/** The runs of a folder. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'
import { ExperimentError } from '../core/errors.ts'
import { reasonOf } from './files.ts'
import { type Manifest, readManifest } from './manifest.ts'

/** What the manifest of a run says, and what it learned with; null where its experiment does not tell. */
export type ListedRun = Manifest & { readonly learner: string | null }

export interface RunList {
  /** By name, which is the order of their start. */
  readonly runs: readonly ListedRun[]
  /** Why the other folders are no runs, one line each. */
  readonly broken: readonly string[]
}

/** Folders of figures and comparisons, which stand beside those of runs. */
const NO_RUNS: readonly string[] = ['reproduce', 'comparisons']

/** Throws an ExperimentError if `parent` cannot be read. */
export function listRecords(parent: string): RunList {
  const runs: ListedRun[] = []
  const broken: string[] = []
  for (const name of foldersOf(parent)) {
    try {
      const folder = join(parent, name)
      runs.push({ ...readManifest(folder), learner: learnerIn(join(folder, 'experiment.yaml')) })
    } catch (error) {
      if (!(error instanceof ExperimentError)) throw error
      broken.push(error.message)
    }
  }
  return { runs, broken }
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
      .filter(name => !NO_RUNS.includes(name))
      .sort()
  } catch (error) {
    throw new ExperimentError(`${parent}: the folder of records cannot be read (${reasonOf(error)})`)
  }
}
