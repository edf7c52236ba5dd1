/** A record that is looked at and not taken up: it may still be written, or be of another version of the product. */
import { join } from 'node:path'
import type { Experiment } from '../experiment/schema.ts'
import { digested, digestOf, here, type Manifest, readManifest } from './manifest.ts'
import { folderOf, readExperimentAt } from './read.ts'

export interface WatchedRecord {
  readonly folder: string
  /** How it stood when it was read. */
  readonly manifest: Manifest
  readonly experiment: Experiment
  /** Why what is shown may not be what was run, one line each. */
  readonly doubts: readonly string[]
}

/**
 * The record in the folder `run`, or in `runs/<run>`; `command` is what the user asked with. Throws an ExperimentError if there
 * is none that can be shown.
 */
export function readWatched(run: string, command = 'watch'): WatchedRecord {
  const folder = folderOf(run, command)
  const manifest = readManifest(folder)
  const file = join(folder, 'experiment.yaml')
  const experiment = readExperimentAt(file)
  const { murmuration } = here().versions
  const begun = manifest.versions.murmuration
  const doubts: string[] = []
  if (begun !== murmuration) {
    doubts.push(
      `the run was begun by version ${begun}, this is ${murmuration}: rivals and exact values may differ`
    )
  }
  if (digestOf(experiment) !== manifest.digest) {
    doubts.push(`${digested(file, experiment)} was changed since the run began: what is shown may not fit it`)
  }
  return { folder, manifest, experiment, doubts }
}
