/** What happened in a run that its experiment does not say, while its record grows. */
import type { FaultEvent } from '../faults/schema.ts'
import { type MissingLine, parseEventLine } from './events.ts'
import { type Found, GrowingLines } from './growing-lines.ts'
import { parseLine } from './line-log.ts'

export class EventHistory {
  readonly #path: string
  readonly #lines: GrowingLines
  #length = 0
  #commanded: FaultEvent[] = []
  #missing: MissingLine[] = []
  /** Messages that were missing, by the rounds completed before. */
  readonly #missingIn = new Map<number, number>()

  /** Of the file at `path`; nothing is read before `refresh`. */
  constructor(path: string) {
    this.#path = path
    this.#lines = new GrowingLines(path)
  }

  /** The commands that were obeyed, in the order of the record; each has the `after` of when it took effect. */
  get commanded(): readonly FaultEvent[] {
    return this.#commanded
  }

  /** The messages that no planned fault took and that did not come all the same. */
  get missing(): readonly MissingLine[] {
    return this.#missing
  }

  /** How many of them there are in the rounds `from < round <= to`. */
  missingWithin(from: number, to: number): number {
    let sum = 0
    if (this.#missingIn.size > 0)
      for (let completed = from; completed < to; completed++) sum += this.#missingIn.get(completed) ?? 0
    return sum
  }

  /** Takes in what was added. Throws an ExperimentError if the file is damaged. */
  refresh(): Found {
    return this.#lines.refresh({
      begin: () => {
        this.#length = 0
        this.#commanded = []
        this.#missing = []
        this.#missingIn.clear()
      },
      take: line => this.#add(line.toString())
    })
  }

  #add(text: string): void {
    const place = `${this.#path}:${++this.#length}`
    const line = parseEventLine(parseLine(text, place), place)
    if ('command' in line) this.#commanded.push(line.command)
    else {
      this.#missing.push(line)
      this.#missingIn.set(line.round, (this.#missingIn.get(line.round) ?? 0) + line.missing.length)
    }
  }
}
