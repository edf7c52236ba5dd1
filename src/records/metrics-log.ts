/** `metrics.jsonl`: one line a measured round, each written at once, so that it can be followed and survives a crash. */
import { closeSync, fsyncSync, openSync, readSync, truncateSync, writeSync } from 'node:fs'
import { ExperimentError } from '../core/errors.ts'
import type { SwarmErrors } from '../interfaces.ts'
import { reasonOf, writing } from './files.ts'
import { type MetricsLine, swarmErrors } from './sample-json.ts'

export interface MetricsLog {
  append(line: MetricsLine): void
  /** Forces what was appended to the disk. */
  flush(): void
  close(): void
}

/** Continues the file at `path`, or begins it. */
export function openMetricsLog(path: string): MetricsLog {
  const file = writing(path, () => openSync(path, 'a'))
  return {
    append(line) {
      const bytes = Buffer.from(`${JSON.stringify(line)}\n`)
      const written = writing(path, () => writeSync(file, bytes))
      writing(path, () => {
        if (written < bytes.length) throw new Error(`only ${written} of ${bytes.length} bytes fit`)
      })
    },
    flush: () => writing(path, () => fsyncSync(file)),
    close: () => closeSync(file)
  }
}

/**
 * Cuts off what was measured after `round`, and a last line that is torn. Returns what the swarm's errors were in the
 * lines that remain. Throws an ExperimentError for a line that is no JSON.
 */
export function cutMetricsLog(path: string, round: number): SwarmErrors[] {
  const history: SwarmErrors[] = []
  let end = 0
  for (const text of completeLines(path)) {
    const line = parseLine(text, `${path}:${history.length + 1}`)
    if (line.round > round) break
    history.push(swarmErrors(line))
    end += Buffer.byteLength(text) + 1
  }
  writing(path, () => truncateSync(path, end))
  return history
}

function parseLine(text: string, place: string): MetricsLine {
  let line: unknown
  try {
    line = JSON.parse(text)
  } catch {
    throw new ExperimentError(`${place}: is no JSON, the record is damaged`)
  }
  if (typeof line !== 'object' || line === null || !('round' in line) || typeof line.round !== 'number') {
    throw new ExperimentError(`${place}: is no measured round, the record is damaged`)
  }
  return line as MetricsLine
}

const CHUNK_BYTES = 1 << 20

/** The lines that end in a newline, read piece by piece: the file may be larger than memory. */
function* completeLines(path: string): Generator<string> {
  const file = openToRead(path)
  try {
    const chunk = Buffer.alloc(CHUNK_BYTES)
    let begun: Buffer[] = []
    for (let count = readSync(file, chunk); count > 0; count = readSync(file, chunk)) {
      let from = 0
      for (let to = chunk.indexOf(10); to >= 0 && to < count; to = chunk.indexOf(10, from)) {
        yield Buffer.concat([...begun, chunk.subarray(from, to)]).toString()
        begun = []
        from = to + 1
      }
      begun.push(Buffer.from(chunk.subarray(from, count)))
    }
  } finally {
    closeSync(file)
  }
}

function openToRead(path: string): number {
  try {
    return openSync(path, 'r')
  } catch (error) {
    throw new ExperimentError(`${path}: cannot be read (${reasonOf(error)})`)
  }
}
