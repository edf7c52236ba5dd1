/** The record of a run, `runs/<id>/`: readable at any moment, and complete as soon as the run ends, however it ends. */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { stringify } from 'yaml'
import { ExperimentError } from '../core/errors.ts'
import type { Experiment } from '../experiment/schema.ts'
import type { RoundSample, SwarmState } from '../interfaces.ts'
import { writeCheckpoint } from './checkpoint.ts'
import { reasonOf, replaceFile } from './files.ts'
import { release } from './lock.ts'
import { type Manifest, newManifest, type RunStatus, writeManifest } from './manifest.ts'
import { type MetricsLog, openMetricsLog } from './metrics-log.ts'
import { metricsLine, swarmErrors } from './sample-json.ts'

/** Larger swarms list their peers in the last line of `metrics.jsonl` only. */
const MOST_PEERS_PER_LINE = 1000

export interface RecordSettings {
  /** The command that repeats the run. */
  readonly command: string
  /** What each peer's environment is called. */
  readonly labels: readonly string[]
  readonly clock: () => Date
}

export class RunRecord {
  readonly folder: string
  readonly #settings: Omit<RecordSettings, 'command'>
  readonly #log: MetricsLog
  #manifest: Manifest
  #isClosed = false

  /** Of a folder that holds everything but `metrics.jsonl`; made by `createRecord` and `openRecord`. */
  constructor(folder: string, manifest: Manifest, settings: Omit<RecordSettings, 'command'>) {
    this.folder = folder
    this.#settings = settings
    this.#manifest = manifest
    this.#log = openMetricsLog(join(folder, 'metrics.jsonl'))
    writeManifest(folder, manifest)
  }

  /** Adds a measured round; `last` if no other will follow. */
  append(sample: RoundSample, last: boolean): void {
    const { labels } = this.#settings
    this.#log.append(metricsLine(sample, labels, last || labels.length <= MOST_PEERS_PER_LINE))
    this.#manifest = { ...this.#manifest, round: sample.round, swarm: swarmErrors(sample.swarm) }
  }

  /** Replaces the checkpoint. To be called when the measured rounds up to it are appended. */
  checkpoint(state: SwarmState): void {
    this.#log.flush()
    writeCheckpoint(join(this.folder, 'checkpoint'), this.#manifest.digest, state)
    writeManifest(this.folder, this.#manifest)
  }

  /** The run has ended; nothing can be added. Only the first call counts. */
  close(status: Exclude<RunStatus, 'running'>, reason: string | null = null): void {
    if (this.#isClosed) return
    this.#isClosed = true
    this.#log.close()
    const ended = this.#settings.clock().toISOString()
    writeManifest(this.folder, { ...this.#manifest, status, reason, ended })
    release(this.folder)
  }
}

/**
 * Begins a record in a folder of its own within `parent`, which is made if need be; `topology` is what `topology.json`
 * will hold. Throws an ExperimentError if that cannot be.
 */
export function createRecord(
  parent: string,
  experiment: Experiment,
  topology: object,
  { command, ...settings }: RecordSettings
): RunRecord {
  const started = settings.clock()
  const id = makeFolder(parent, experiment, started)
  const folder = join(parent, id)
  const heading = `# Everything that murmur run resolved; murmur run ${JSON.stringify(join(folder, 'experiment.yaml'))} repeats it.\n`
  replaceFile(join(folder, 'experiment.yaml'), heading + stringify(experiment), false)
  replaceFile(join(folder, 'topology.json'), `${JSON.stringify(topology)}\n`, false)
  return new RunRecord(folder, newManifest(id, experiment, command, started), settings)
}

/** Makes the folder of a run that starts now and returns its name, as `20261122-180311-ring-gossip`. */
function makeFolder(parent: string, { name, topology, aggregation }: Experiment, started: Date): string {
  const [date = '', time = ''] = started.toISOString().replace(/[-:]/g, '').split(/[T.]/)
  const title = (name ?? `${topology.name}-${aggregation}`).replace(/[^\p{L}\p{N}_-]+/gu, '-').slice(0, 60)
  try {
    mkdirSync(parent, { recursive: true })
    for (let copy = 1; ; copy++) {
      const id = `${date}-${time}-${title}${copy > 1 ? `-${copy}` : ''}`
      if (makeIfAbsent(join(parent, id))) return id
    }
  } catch (error) {
    throw new ExperimentError(`--record ${parent}: the record cannot be written there (${reasonOf(error)})`)
  }
}

function makeIfAbsent(folder: string): boolean {
  try {
    mkdirSync(folder)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  }
}
