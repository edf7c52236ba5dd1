/**
 * The lines of a file that grows while it is read, as the logs of a running run do. A run that is resumed cuts its logs
 * and goes on: then the file is read from its beginning again.
 */
import { closeSync, fstatSync, readSync } from 'node:fs'
import { openToRead } from './line-log.ts'

export interface LineTaker {
  /** Whatever was taken before is void. */
  begin(): void
  /** A complete line without its newline, and where it begins. */
  take(line: Buffer, start: number): void
}

/** What a refresh found: as before, more lines, or others, since the run was resumed from an earlier round. */
export type Found = 'nothing' | 'more' | 'others'

const CHUNK_BYTES = 1 << 20
/** By so many bytes before the end of the last line it is known again. They hold the time of a measured round. */
const TAIL_BYTES = 64
const NEWLINE = 10

export class GrowingLines {
  readonly #path: string
  /** Bytes of the lines that were taken. */
  #end = 0
  /** The last of them. */
  #tail: Uint8Array = new Uint8Array()

  constructor(path: string) {
    this.#path = path
  }

  /**
   * Gives `taker` the lines that were added since the last time; one that does not end yet has its turn later. Throws an
   * ExperimentError if the file cannot be read.
   */
  refresh(taker: LineTaker): Found {
    const file = openToRead(this.#path)
    try {
      const { size } = fstatSync(file)
      const isOther = !this.#isAsItWas(file, size)
      if (isOther) {
        this.#end = 0
        this.#tail = new Uint8Array()
        taker.begin()
      }
      const before = this.#end
      this.#takeFrom(file, size, taker)
      if (isOther) return 'others'
      return this.#end > before ? 'more' : 'nothing'
    } finally {
      closeSync(file)
    }
  }

  #isAsItWas(file: number, size: number): boolean {
    if (this.#end === 0) return true
    const tail = Buffer.alloc(this.#tail.length)
    // The newline after it is not kept.
    const position = this.#end - 1 - tail.length
    return size >= this.#end && readSync(file, tail, { position }) === tail.length && tail.equals(this.#tail)
  }

  #takeFrom(file: number, size: number, taker: LineTaker): void {
    const chunk = Buffer.alloc(Math.min(CHUNK_BYTES, size - this.#end))
    let begun: Buffer[] = []
    for (let at = this.#end, count = 0; chunk.length > 0; at += count) {
      count = readSync(file, chunk, { position: at })
      if (count === 0) return
      const read = chunk.subarray(0, count)
      let from = 0
      let line: Buffer | undefined
      for (let to = read.indexOf(NEWLINE); to >= 0; to = read.indexOf(NEWLINE, from)) {
        line = Buffer.concat([...begun, read.subarray(from, to)])
        begun = []
        taker.take(line, this.#end)
        this.#end += line.length + 1
        from = to + 1
      }
      if (line !== undefined) this.#tail = line.subarray(-TAIL_BYTES)
      begun.push(Buffer.from(read.subarray(from)))
    }
  }
}
