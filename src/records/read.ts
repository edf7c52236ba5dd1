/** A recorded run as its folder tells it, checked. */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'
import { ExperimentError } from '../core/errors.ts'
import { nearest } from '../core/nearest.ts'
import { resolve } from '../experiment/resolve.ts'
import type { Experiment } from '../experiment/schema.ts'
import type { SwarmState } from '../interfaces.ts'
import { readCheckpoint } from './checkpoint.ts'
import { reasonOf } from './files.ts'
import { digested, digestOf, here, type Manifest, readManifest } from './manifest.ts'

/** A run that is not running. */
export interface Recorded {
  readonly folder: string
  readonly manifest: Manifest
  readonly experiment: Experiment
  /** The last one. */
  readonly checkpoint: SwarmState
}

/**
 * The run in the folder `run`, or in `runs/<run>`; `flag` is what the user asked with. Throws an ExperimentError if it is
 * running, if `refuse` has a reason, if its record is damaged or was changed, or if another version of the product began it.
 */
export function readRecord(
  run: string,
  flag: '--resume' | '--replay',
  refuse: (manifest: Manifest) => string | undefined = () => undefined
): Recorded {
  const folder = folderOf(run, flag)
  const manifest = readManifest(folder)
  const place = `${flag} ${run}`
  const { status, command, pid, versions } = manifest
  if (status === 'running') throw new ExperimentError(`${place}: is running, in process ${pid}`)
  const { murmuration } = here().versions
  const problem =
    refuse(manifest) ??
    (versions.murmuration === murmuration
      ? undefined
      : `was begun by version ${versions.murmuration}, this is ${murmuration}`)
  if (problem !== undefined) throw new ExperimentError(`${place}: ${problem}; repeat it with: ${command}`)
  const file = join(folder, 'experiment.yaml')
  const experiment = readExperimentAt(file)
  if (digestOf(experiment) !== manifest.digest) {
    throw new ExperimentError(
      `${digested(file, experiment)} was changed since the run began; run it anew with: murmur run ${file}`
    )
  }
  const path = join(folder, 'checkpoint')
  if (!existsSync(path)) {
    throw new ExperimentError(`${place}: ended before its first checkpoint; repeat it with: ${command}`)
  }
  return { folder, manifest, experiment, checkpoint: readCheckpoint(path, manifest.digest) }
}

/** The folder of the run that the user calls `run`. Throws an ExperimentError if there is none. */
export function folderOf(run: string, flag: string): string {
  const folder = [run, join('runs', run)].find(path =>
    statSync(path, { throwIfNoEntry: false })?.isDirectory()
  )
  if (folder !== undefined) return folder
  const guess = nearest(run, entriesOf('runs'))
  throw new ExperimentError(
    `${flag}: there is no run "${run}", neither as a folder nor in runs/${guess === undefined ? '' : `; did you mean "${guess}"?`}`
  )
}

function entriesOf(folder: string): string[] {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}

/** The files that the experiment of a recorded run loads, which is not read further; as `folderOf`. */
export function filesUsedBy(run: string, flag: string): readonly string[] {
  const file = join(folderOf(run, flag), 'experiment.yaml')
  try {
    const { use }: { use?: unknown } = parse(readFileSync(file, 'utf8')) ?? {}
    return Array.isArray(use) ? use.map(String) : []
  } catch {
    // Whoever reads the record says what is wrong with it.
    return []
  }
}

/** A resolved experiment. Throws an ExperimentError for what cannot be run. */
export function readExperimentAt(path: string): Experiment {
  try {
    return resolve(parse(readFileSync(path, 'utf8')), keys => `${path} ${keys.join('.')}`).experiment
  } catch (error) {
    if (error instanceof ExperimentError) throw error
    throw new ExperimentError(`${path}: cannot be read (${reasonOf(error)})`)
  }
}
