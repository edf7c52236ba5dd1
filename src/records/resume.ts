/** A run that ended before its last round, taken up again. */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'
import { ExperimentError } from '../core/errors.ts'
import { nearest } from '../core/nearest.ts'
import { resolve } from '../experiment/resolve.ts'
import type { Experiment } from '../experiment/schema.ts'
import type { SwarmErrors, SwarmState } from '../interfaces.ts'
import { readCheckpoint } from './checkpoint.ts'
import { reasonOf } from './files.ts'
import { claim, release } from './lock.ts'
import { digestOf, here, type Manifest, readManifest } from './manifest.ts'
import { cutMetricsLog } from './metrics-log.ts'
import { type RecordSettings, RunRecord } from './record.ts'

/** What can be resumed, unchanged as yet. */
export interface Resumable {
  readonly folder: string
  readonly manifest: Manifest
  readonly experiment: Experiment
  readonly checkpoint: SwarmState
}

export interface Resumed extends Resumable {
  /** Where the run goes on recording. */
  readonly record: RunRecord
  /** What the swarm's errors were in the rounds measured before. */
  readonly history: readonly SwarmErrors[]
}

/**
 * The run in the folder `run`, or in `runs/<run>`. Throws an ExperimentError if it has ended or goes on elsewhere, if its
 * record is damaged or was changed, or if another version of the product began it.
 */
export function readResumable(run: string): Resumable {
  const folder = folderOf(run)
  const manifest = readManifest(folder)
  const place = `--resume ${run}`
  const { status, round, rounds, command } = manifest
  if (status === 'running') throw new ExperimentError(`${place}: is running, in process ${manifest.pid}`)
  if (status !== 'interrupted' && status !== 'failed') {
    throw new ExperimentError(
      `${place}: ended after ${round} of ${rounds} rounds (${status}); repeat it with: ${command}`
    )
  }
  const { murmuration } = here().versions
  if (manifest.versions.murmuration !== murmuration) {
    throw new ExperimentError(
      `${place}: was begun by version ${manifest.versions.murmuration}, this is ${murmuration}; repeat it with: ${command}`
    )
  }
  const file = join(folder, 'experiment.yaml')
  const experiment = readExperimentAt(file)
  if (digestOf(experiment) !== manifest.digest) {
    throw new ExperimentError(
      `${file}: was changed since the run began; run it anew with: murmur run ${file}`
    )
  }
  const path = join(folder, 'checkpoint')
  if (!existsSync(path)) {
    throw new ExperimentError(`${place}: ended before its first checkpoint; repeat it with: ${command}`)
  }
  return { folder, manifest, experiment, checkpoint: readCheckpoint(path, manifest.digest) }
}

/**
 * Opens the record of `run` where its checkpoint stands: what was measured later is cut off. `restore` is given the
 * checkpoint first; if it refuses, the record stays as it was. Throws as `readResumable`, or what `restore` throws.
 */
export function openRecord(
  run: string,
  settings: Omit<RecordSettings, 'command'>,
  restore: (checkpoint: SwarmState) => void
): Resumed {
  const folder = folderOf(run)
  claim(folder, `--resume ${run}`)
  try {
    const resumable = readResumable(run)
    const { manifest, checkpoint, experiment } = resumable
    restore(checkpoint)
    const { round } = checkpoint
    const path = join(folder, 'metrics.jsonl')
    const history = cutMetricsLog(path, round)
    const measured = measuredBy(round, experiment)
    if (history.length !== measured) {
      throw new ExperimentError(
        `${path}: holds ${history.length} of the ${measured} rounds measured up to the checkpoint, the record is damaged`
      )
    }
    const again = {
      ...manifest,
      ...here(),
      status: 'running' as const,
      reason: null,
      ended: null,
      round,
      swarm: history.at(-1) ?? null
    }
    return { ...resumable, record: new RunRecord(folder, again, settings), history }
  } catch (error) {
    release(folder)
    throw error
  }
}

/** How many rounds are measured up to `round`. */
const measuredBy = (round: number, { rounds, measureEvery }: Experiment): number =>
  Math.floor(round / measureEvery) + (round === rounds && round % measureEvery > 0 ? 1 : 0)

function folderOf(run: string): string {
  const folder = [run, join('runs', run)].find(path =>
    statSync(path, { throwIfNoEntry: false })?.isDirectory()
  )
  if (folder !== undefined) return folder
  const guess = nearest(run, entriesOf('runs'))
  throw new ExperimentError(
    `--resume: there is no run "${run}", neither as a folder nor in runs/${guess === undefined ? '' : `; did you mean "${guess}"?`}`
  )
}

function entriesOf(folder: string): string[] {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}

function readExperimentAt(path: string): Experiment {
  try {
    return resolve(parse(readFileSync(path, 'utf8')), keys => `${path} ${keys.join('.')}`).experiment
  } catch (error) {
    if (error instanceof ExperimentError) throw error
    throw new ExperimentError(`${path}: cannot be read (${reasonOf(error)})`)
  }
}
