/** The runs of a folder. */
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { ExperimentError } from '../core/errors.ts'
import { reasonOf } from './files.ts'
import { type Manifest, readManifest } from './manifest.ts'

export interface RunList {
  /** By name, which is the order of their start. */
  readonly runs: readonly Manifest[]
  /** Why the other folders are no runs, one line each. */
  readonly broken: readonly string[]
}

/** Folders of figures and comparisons, which stand beside those of runs. */
const NO_RUNS: readonly string[] = ['reproduce', 'comparisons']

/** Throws an ExperimentError if `parent` cannot be read. */
export function listRecords(parent: string): RunList {
  const runs: Manifest[] = []
  const broken: string[] = []
  for (const name of foldersOf(parent)) {
    try {
      runs.push(readManifest(join(parent, name)))
    } catch (error) {
      if (!(error instanceof ExperimentError)) throw error
      broken.push(error.message)
    }
  }
  return { runs, broken }
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
