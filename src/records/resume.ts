/** A run that ended before its last round, taken up again. */
import { join } from 'node:path'
import { ExperimentError } from '../core/errors.ts'
import type { Experiment } from '../experiment/schema.ts'
import type { SwarmState } from '../interfaces.ts'
import { cutEvents } from './events.ts'
import { claim, release } from './lock.ts'
import { here, type Manifest } from './manifest.ts'
import { cutMetrics, type Measured } from './metrics.ts'
import { folderOf, type Recorded, readRecord } from './read.ts'
import { type RecordSettings, RunRecord } from './record.ts'

export interface Resumed extends Recorded {
  /** Where the run goes on recording. */
  readonly record: RunRecord
  /** What the swarm's errors were in the rounds measured before. */
  readonly history: readonly Measured[]
}

/**
 * The run in the folder `run`, or in `runs/<run>`, unchanged as yet. Throws an ExperimentError if it has ended or goes on
 * elsewhere, if its record is damaged or was changed, or if another version of the product began it.
 */
export const readResumable = (run: string): Recorded => readRecord(run, '--resume', whyEnded)

const whyEnded = ({ status, round, rounds }: Manifest): string | undefined =>
  status === 'interrupted' || status === 'failed'
    ? undefined
    : `ended after ${round} of ${rounds} rounds (${status})`

/**
 * Opens the record of `run` where its checkpoint stands: what was measured and what happened later is cut off. `restore` is
 * given the checkpoint first; if it refuses, the record stays as it was. Throws as `readResumable`, or what `restore` throws.
 */
export function openRecord(
  run: string,
  settings: Omit<RecordSettings, 'command'>,
  restore: (checkpoint: SwarmState) => void
): Resumed {
  const folder = folderOf(run, '--resume')
  claim(folder, `--resume ${run}`)
  try {
    const recorded = readResumable(run)
    const { manifest, checkpoint, experiment } = recorded
    restore(checkpoint)
    const { round } = checkpoint
    cutEvents(join(folder, 'events.jsonl'), checkpoint)
    const path = join(folder, 'metrics.jsonl')
    const history = cutMetrics(path, round)
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
      swarm: history.at(-1)?.errors ?? null
    }
    return { ...recorded, record: new RunRecord(folder, again, settings), history }
  } catch (error) {
    release(folder)
    throw error
  }
}

/** How many rounds are measured up to `round`. */
const measuredBy = (round: number, { rounds, measureEvery }: Experiment): number =>
  Math.floor(round / measureEvery) + (round === rounds && round % measureEvery > 0 ? 1 : 0)
