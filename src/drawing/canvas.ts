/**
 * A canvas of Braille characters: a cell of text holds 2 × 4 dots (Unicode U+2800 to U+28FF), and text may be written
 * over the dots. Dots are addressed by x to the right and y downwards from (0, 0).
 */
import { assert } from '../core/assert.ts'

const BRAILLE = 0x2800

/** The bit of each dot of a cell, by row and column. */
const BITS = [
  [0x01, 0x08],
  [0x02, 0x10],
  [0x04, 0x20],
  [0x40, 0x80]
] as const

export class Canvas {
  readonly #columns: number
  readonly #rows: number
  readonly #dots: Uint8Array
  readonly #texts = new Map<number, string>()

  /** An empty canvas of columns × rows cells. */
  constructor(columns: number, rows: number) {
    assert(columns >= 1 && rows >= 1, `a canvas of ${columns} × ${rows}`)
    this.#columns = columns
    this.#rows = rows
    this.#dots = new Uint8Array(columns * rows)
  }

  /** Sets the dot nearest to (x, y); nothing if it is outside. */
  point(x: number, y: number): void {
    const dotX = Math.round(x)
    const dotY = Math.round(y)
    if (dotX < 0 || dotY < 0 || dotX >= 2 * this.#columns || dotY >= 4 * this.#rows) return
    this.#dots[(dotY >> 2) * this.#columns + (dotX >> 1)]! |=
      BITS[(dotY & 3) as 0 | 1 | 2 | 3][(dotX & 1) as 0 | 1]
  }

  /** A straight line of dots. */
  line(fromX: number, fromY: number, toX: number, toY: number): void {
    const steps = Math.max(1, Math.ceil(Math.max(Math.abs(toX - fromX), Math.abs(toY - fromY))))
    for (let k = 0; k <= steps; k++) {
      this.point(fromX + ((toX - fromX) * k) / steps, fromY + ((toY - fromY) * k) / steps)
    }
  }

  /** Writes text of narrow characters over the cells from (column, row) on; what is outside is cut off. */
  text(column: number, row: number, text: string): void {
    if (row < 0 || row >= this.#rows) return
    ;[...text].forEach((character, k) => {
      const at = column + k
      if (at >= 0 && at < this.#columns) this.#texts.set(row * this.#columns + at, character)
    })
  }

  /** The rows as lines, without blanks at their ends. */
  toString(): string {
    const lines = Array.from({ length: this.#rows }, (_, row) => {
      let line = ''
      for (let at = row * this.#columns; at < (row + 1) * this.#columns; at++) {
        const dots = this.#dots[at]!
        line += this.#texts.get(at) ?? (dots === 0 ? ' ' : String.fromCodePoint(BRAILLE + dots))
      }
      return line.trimEnd()
    })
    return lines.join('\n')
  }
}
