/**
 * The measured rounds of a record, in any order, while it grows. Kept are the swarm's errors and where each line lies;
 * what a line says of its peers is read when it is asked for.
 */
import { closeSync, readSync } from 'node:fs'
import { ExperimentError } from '../core/errors.ts'
import { METRICS, type Metric, type RoundSample, type SwarmErrors, type Traffic } from '../interfaces.ts'
import { type Found, GrowingLines } from './growing-lines.ts'
import { openToRead } from './line-log.ts'
import { parseErrors, parseMetricsLine } from './metrics.ts'
import { sampleOfLine, trafficOf } from './sample-json.ts'

/** Round, where the line begins, where it ends, and the errors. */
const COLUMNS = 3 + METRICS.length
const RETURN = 3 + METRICS.indexOf('return')

export class History {
  readonly #path: string
  readonly #peers: number
  readonly #participants: number
  readonly #lines: GrowingLines
  #length = 0
  /** A row of COLUMNS per line; room for more. NaN is no error. */
  #rows = new Float64Array(64 * COLUMNS)

  /** Of the file at `path`; nothing is read before `refresh`. */
  constructor(path: string, peers: number, participants: number) {
    this.#path = path
    this.#peers = peers
    this.#participants = participants
    this.#lines = new GrowingLines(path)
  }

  /** Measured rounds. */
  get length(): number {
    return this.#length
  }

  /** Takes in what was added. Throws an ExperimentError if the file is damaged. */
  refresh(): Found {
    return this.#lines.refresh({
      begin: () => {
        this.#length = 0
      },
      take: (line, start) => this.#add(line, start)
    })
  }

  /** The round of line `k`. */
  roundOf(k: number): number {
    return this.#rows[k * COLUMNS]!
  }

  /** What the swarm's errors were in line `k`. */
  errorsOf(k: number): SwarmErrors {
    const from = k * COLUMNS + 3
    const errorOf = (m: number) => (Number.isNaN(this.#rows[from + m]!) ? null : this.#rows[from + m]!)
    return Object.fromEntries(METRICS.map((metric, m) => [metric, errorOf(m)])) as Record<
      Metric,
      number | null
    >
  }

  /** The greatest mean return in the lines up to `k`, and its round; undefined where values were learnt. */
  bestUpTo(k: number): { readonly round: number; readonly return: number } | undefined {
    let [round, greatest] = [-1, Number.NEGATIVE_INFINITY]
    for (let line = 0; line <= k; line++) {
      const value = this.#rows[line * COLUMNS + RETURN]!
      if (value > greatest) [round, greatest] = [this.roundOf(line), value]
    }
    return round < 0 ? undefined : { round, return: greatest }
  }

  /** The last line of a round that is not after `round`; −1 if there is none. */
  lineAt(round: number): number {
    let [first, end] = [0, this.#length]
    while (first < end) {
      const middle = (first + end) >>> 1
      if (this.roundOf(middle) <= round) first = middle + 1
      else end = middle
    }
    return first - 1
  }

  /** All that line `k` tells; NaN where it tells nothing. Throws an ExperimentError if it is damaged. */
  read(k: number): { readonly sample: RoundSample; readonly traffic: Traffic } {
    const position = this.#rows[k * COLUMNS + 1]!
    const text = Buffer.alloc(this.#rows[k * COLUMNS + 2]! - position)
    const file = openToRead(this.#path)
    try {
      readSync(file, text, { position })
    } finally {
      closeSync(file)
    }
    const line = parseMetricsLine(text.toString(), this.#placeOf(k))
    return { sample: sampleOfLine(line, this.#peers), traffic: trafficOf(line.perPeer, this.#participants) }
  }

  #add(line: Buffer, start: number): void {
    const k = this.#length
    const place = this.#placeOf(k)
    const errors = parseErrors(line, place)
    if (k > 0 && errors.round <= this.roundOf(k - 1)) {
      throw new ExperimentError(
        `${place}: round ${errors.round} after round ${this.roundOf(k - 1)}, the record is damaged`
      )
    }
    if ((k + 1) * COLUMNS > this.#rows.length) {
      const rows = new Float64Array(2 * this.#rows.length)
      rows.set(this.#rows)
      this.#rows = rows
    }
    this.#rows.set(
      [errors.round, start, start + line.length, ...METRICS.map(metric => errors[metric] ?? Number.NaN)],
      k * COLUMNS
    )
    this.#length++
  }

  #placeOf(k: number): string {
    return `${this.#path}:${k + 1}`
  }
}
