/** A file of JSON, one object a line, each written at once, so that it can be followed and survives a crash. */
import {
  closeSync,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  openSync,
  readSync,
  truncateSync,
  writeFileSync
} from 'node:fs'
import { ExperimentError } from '../core/errors.ts'
import { reasonOf, writing } from './files.ts'

export interface LineLog {
  /** Adds a line, whole or not at all. */
  append(line: object): void
  /** Forces what was appended to the disk. */
  flush(): void
  close(): void
}

/** Continues the file at `path`, or begins it. */
export function openLineLog(path: string): LineLog {
  const file = writing(path, () => openSync(path, 'a'))
  let length = writing(path, () => fstatSync(file).size)
  let isFlushed = true
  return {
    append(line) {
      const bytes = Buffer.from(`${JSON.stringify(line)}\n`)
      isFlushed = false
      writing(path, () => {
        try {
          writeFileSync(file, bytes)
        } catch (error) {
          ftruncateSync(file, length)
          throw error
        }
      })
      length += bytes.length
    },
    flush() {
      if (!isFlushed) writing(path, () => fsyncSync(file))
      isFlushed = true
    },
    close: () => writing(path, () => closeSync(file))
  }
}

/** What a line means, read at `place`; undefined for the first line that is not wanted. */
type Reader<T> = (line: unknown, place: string) => T | undefined

/**
 * The lines of the file at `path` up to the first that `read` does not want, as it understood them; a last line that is torn
 * does not count. Throws an ExperimentError for a file that cannot be read and a line that is no JSON.
 */
export const readLineLog = <T>(path: string, read: Reader<T>): T[] => wanted(path, read).lines

/** The same, and cuts off the rest of the file. */
export function cutLineLog<T>(path: string, read: Reader<T>): T[] {
  const { lines, bytes } = wanted(path, read)
  writing(path, () => truncateSync(path, bytes))
  return lines
}

function wanted<T>(path: string, read: Reader<T>): { lines: T[]; bytes: number } {
  const lines: T[] = []
  let bytes = 0
  for (const text of completeLines(path)) {
    const place = `${path}:${lines.length + 1}`
    const line = read(parseLine(text, place), place)
    if (line === undefined) break
    lines.push(line)
    bytes += Buffer.byteLength(text) + 1
  }
  return { lines, bytes }
}

/** What a line says, read at `place`. Throws an ExperimentError if it is no JSON. */
export function parseLine(text: string, place: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw new ExperimentError(`${place}: is no JSON, the record is damaged`)
  }
}

const CHUNK_BYTES = 1 << 20

/** The lines that end in a newline, read piece by piece: the file may be larger than memory. */
export function* completeLines(path: string): Generator<string> {
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

/** Throws an ExperimentError if there is no such file. */
export function openToRead(path: string): number {
  try {
    return openSync(path, 'r')
  } catch (error) {
    throw new ExperimentError(`${path}: cannot be read (${reasonOf(error)})`)
  }
}
