/** The record of a run, `runs/<id>/`: readable at any moment, and complete as soon as the run ends, however it ends. */
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { stringify } from 'yaml'
import { ExperimentError } from '../core/errors.ts'
import type { Experiment } from '../experiment/schema.ts'
import type { FaultEvent } from '../faults/schema.ts'
import type { RoundSample, SwarmState, Traffic } from '../interfaces.ts'
import { writeCheckpoint } from './checkpoint.ts'
import type { CommandLine, MissingLine, MissingPair } from './events.ts'
import { makeFolders, makeIfAbsent, reasonOf, replaceFile, writing } from './files.ts'
import { type LineLog, openLineLog } from './line-log.ts'
import { release } from './lock.ts'
import { type Manifest, newManifest, type RunStatus, writeManifest } from './manifest.ts'
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

/** Whatever cannot be written is a RunError that names the file. */
export class RunRecord {
  readonly folder: string
  readonly #settings: Omit<RecordSettings, 'command'>
  readonly #metrics: LineLog
  readonly #events: LineLog
  #manifest: Manifest
  #isClosed = false

  /** Of a folder that holds everything but the two logs; made by `createRecord` and `openRecord`. */
  constructor(folder: string, manifest: Manifest, settings: Omit<RecordSettings, 'command'>) {
    this.folder = folder
    this.#settings = settings
    this.#manifest = manifest
    this.#metrics = openLineLog(join(folder, 'metrics.jsonl'))
    this.#events = openLineLog(join(folder, 'events.jsonl'))
    writeManifest(folder, manifest)
  }

  /** Adds a measured round, and what was counted of each participant up to then; `last` if no other will follow. */
  append(sample: RoundSample, traffic: Traffic, last: boolean): void {
    const { labels } = this.#settings
    const isListed = last || labels.length <= MOST_PEERS_PER_LINE
    this.#metrics.append(metricsLine(sample, isListed ? { labels, traffic } : undefined))
    this.#manifest = { ...this.#manifest, round: sample.round, swarm: swarmErrors(sample.swarm) }
  }

  /** Adds messages that no planned fault took and that did not come, in an exchange after `round` completed rounds. */
  missing(round: number, hop: number, pairs: readonly MissingPair[]): void {
    this.#events.append({ round, hop, missing: pairs } satisfies MissingLine)
  }

  /** Adds a command that was taken. */
  command(event: FaultEvent): void {
    this.#events.append({ command: event } satisfies CommandLine)
  }

  /** Replaces the checkpoint. To be called when all that led up to it is added. */
  checkpoint(state: SwarmState): void {
    this.#metrics.flush()
    this.#events.flush()
    writeCheckpoint(join(this.folder, 'checkpoint'), this.#manifest.digest, state)
    writeManifest(this.folder, this.#manifest)
  }

  /** The run has ended; nothing can be added. Only the first call counts. */
  close(status: Exclude<RunStatus, 'running'>, reason: string | null = null): void {
    if (this.#isClosed) return
    this.#isClosed = true
    try {
      this.#metrics.close()
      this.#events.close()
      const ended = this.#settings.clock().toISOString()
      writeManifest(this.folder, { ...this.#manifest, status, reason, ended })
    } finally {
      release(this.folder)
    }
  }
}

/**
 * Begins a record in a folder of its own within `parent`, which is made if need be; `topology` is what `topology.json`
 * will hold. Throws an ExperimentError if no folder can be made there; one that cannot be filled is removed again.
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
  try {
    replaceFile(join(folder, 'experiment.yaml'), heading + stringify(experiment), false)
    replaceFile(join(folder, 'topology.json'), `${JSON.stringify(topology)}\n`, false)
    return new RunRecord(folder, newManifest(id, experiment, command, started), settings)
  } catch (error) {
    writing(folder, () => rmSync(folder, { recursive: true, force: true }))
    throw error
  }
}

/** Makes the folder of a run that starts now and returns its name, as `20261122-180311-ring-gossip`. */
function makeFolder(parent: string, { name, topology, aggregation }: Experiment, started: Date): string {
  const [date = '', time = ''] = started.toISOString().replace(/[-:]/g, '').split(/[T.]/)
  const title = (name ?? `${topology.name}-${aggregation}`).replace(/[^\p{L}\p{N}_-]+/gu, '-').slice(0, 60)
  try {
    makeFolders(parent)
    for (let copy = 1; ; copy++) {
      const id = `${date}-${time}-${title}${copy > 1 ? `-${copy}` : ''}`
      if (makeIfAbsent(join(parent, id))) return id
    }
  } catch (error) {
    throw new ExperimentError(`--record ${parent}: the record cannot be written there (${reasonOf(error)})`)
  }
}
