/** Records of small simulated runs. */
import { cpSync, readFileSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { resolve } from '../../src/experiment/resolve.ts'
import type { Command, SessionNews } from '../../src/session/protocol.ts'
import { runSession } from '../../src/session/session.ts'
import { temporaryFolder } from './temporary-folder.ts'

export interface RecordedRun {
  readonly folder: string
  /** What was told to who looked on, every round. */
  readonly told: readonly SessionNews[]
}

/** Runs the experiment `raw`, simulated, recorded in `parent`; `commands` are obeyed when so many rounds are completed. */
export async function recordedRun(
  parent: string,
  raw: Readonly<Record<string, unknown>>,
  commands: Readonly<Record<number, Command>> = {}
): Promise<RecordedRun> {
  const { experiment } = resolve({
    environment: 'garnet:states=8',
    peers: 5,
    localSteps: 4,
    rounds: 12,
    stepSize: 0.2,
    ...raw,
    transport: 'simulated'
  })
  const told: SessionNews[] = []
  let completed = 0
  const record = { kind: 'new', parent, command: 'murmur run' } as const
  const { folder } = await runSession(
    { experiment, record, replay: null, parameters: false, watched: true },
    {
      post: news => told.push(news),
      commands: () => [commands[completed++]].flatMap(one => one ?? []),
      rest: async () => {},
      afterwards: () => {},
      watch: () => () => {},
      // A round takes a second.
      clock: () => completed,
      date: () => new Date(0)
    }
  )
  return { folder: folder!, told }
}

/** The lines of a file of the record, each with its newline. */
export const linesOf = (folder: string, file = 'metrics.jsonl'): string[] =>
  readFileSync(join(folder, file), 'utf8')
    .split(/(?<=\n)/)
    .filter(line => line !== '')

/** A copy of the record, as it was after so many lines, of a run that goes on in this process. */
export function running(folder: string, lines: number): string {
  const copy = join(temporaryFolder(), 'run')
  cpSync(folder, copy, { recursive: true })
  setManifest(copy, { status: 'running', ended: null, host: hostname(), pid: process.pid, pidStart: null })
  writeFileSync(join(copy, 'metrics.jsonl'), linesOf(folder).slice(0, lines).join(''))
  return copy
}

export function setManifest(folder: string, changes: object): void {
  const path = join(folder, 'manifest.json')
  writeFileSync(path, JSON.stringify({ ...JSON.parse(readFileSync(path, 'utf8')), ...changes }))
}
