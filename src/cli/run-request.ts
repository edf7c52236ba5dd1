import type { Experiment } from '../experiment/schema.ts'

/** What the command line asks of `runCommand`, plain data. */
export interface RunRequest {
  readonly experiment: Experiment
  /** What was decided for the user and is worth saying, one line each. */
  readonly notes: readonly string[]
  /** The folder in which a new record is made; null for none, and where a run is resumed. */
  readonly record: string | null
  /** The folder of the run that is resumed. */
  readonly resume: string | null
  /** The folder of the run that is gone through again. */
  readonly replay: string | null
  /** Of a closed swarm. */
  readonly swarmKey: Uint8Array | undefined
  readonly json: boolean
  readonly parameters: boolean
  /** The command that repeats the run. */
  readonly commandLine: string
}
