import type { Symbols } from '../dashboard/glyphs.ts'
import type { Experiment } from '../experiment/schema.ts'
import type { RecordRequest, SessionRequest } from '../session/protocol.ts'

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
  /** Whether the dashboard may be shown. */
  readonly ui: boolean
  /** At most so many rounds a second; null: as fast as it goes. */
  readonly pace: number | null
  /** What the dashboard is drawn with; undefined: what the terminal is thought to show. */
  readonly symbols: Symbols | undefined
  readonly parameters: boolean
  /** Where the parameters of all peers are written when the run ends; null for nowhere. */
  readonly savePolicy: string | null
  /** The command that repeats the run. */
  readonly commandLine: string
}

/** What a session is asked for; `watched` if a dashboard follows it. */
export function sessionRequestOf(request: RunRequest, watched: boolean): SessionRequest {
  const { experiment, replay, swarmKey, savePolicy } = request
  const parameters = request.parameters || savePolicy !== null
  return { experiment, record: recordOf(request), replay, swarmKey, parameters, watched }
}

function recordOf({ record, resume, commandLine }: RunRequest): RecordRequest {
  if (resume !== null) return { kind: 'resume', run: resume }
  return record === null ? { kind: 'none' } : { kind: 'new', parent: record, command: commandLine }
}
