/**
 * A canvas of dots: a cell of text holds 2 × 4 of them, as Braille characters do (Unicode U+2800 to U+28FF), and each
 * cell has one ink. Text may be written over the dots. Dots are addressed by x to the right and y downwards from (0, 0).
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

/** Quarters of a cell: bit 1 top left, 2 top right, 4 bottom left, 8 bottom right. */
const QUARTERS = ' ▘▝▀▖▌▞▛▗▚▐▜▄▙▟█'
/** Rows of a cell with dots in them: bit 1 the highest. */
const HEIGHTS = " '-'-:-:.:-:.:-:"

/** What the font of a terminal can show of a cell's dots: all, quarters, or hardly more than at which height they are. */
export function character(dots: number, symbols: 'braille' | 'block' | 'ascii'): string {
  if (dots === 0) return ' '
  if (symbols === 'braille') return String.fromCodePoint(BRAILLE + dots)
  const has = (mask: number, bit: number): number => ((dots & mask) === 0 ? 0 : bit)
  return symbols === 'block'
    ? QUARTERS[has(0x03, 1) | has(0x18, 2) | has(0x44, 4) | has(0xa0, 8)]!
    : HEIGHTS[has(0x09, 1) | has(0x12, 2) | has(0x24, 4) | has(0xc0, 8)]!
}

export class Canvas {
  readonly columns: number
  readonly rows: number
  readonly #dots: Uint8Array
  readonly #inks: Uint8Array
  readonly #texts = new Map<number, string>()

  /** An empty canvas of columns × rows cells. */
  constructor(columns: number, rows: number) {
    assert(columns >= 1 && rows >= 1, `a canvas of ${columns} × ${rows}`)
    this.columns = columns
    this.rows = rows
    this.#dots = new Uint8Array(columns * rows)
    this.#inks = new Uint8Array(columns * rows)
  }

  /** Sets the dot nearest to (x, y); nothing if it is outside. Of several inks in a cell the largest is kept. */
  point(x: number, y: number, ink = 0): void {
    const dotX = Math.round(x)
    const dotY = Math.round(y)
    if (!(dotX >= 0 && dotY >= 0 && dotX < 2 * this.columns && dotY < 4 * this.rows)) return
    const cell = (dotY >> 2) * this.columns + (dotX >> 1)
    this.#dots[cell]! |= BITS[(dotY & 3) as 0 | 1 | 2 | 3][(dotX & 1) as 0 | 1]
    if (ink > this.#inks[cell]!) this.#inks[cell] = ink
  }

  /** A straight line of dots, every `spacing`-th of them. Nothing if an end is not finite. */
  line(fromX: number, fromY: number, toX: number, toY: number, ink = 0, spacing = 1): void {
    const steps = Math.max(1, Math.ceil(Math.max(Math.abs(toX - fromX), Math.abs(toY - fromY))))
    if (!Number.isFinite(steps)) return
    for (let k = 0; k <= steps; k += spacing) {
      this.point(fromX + ((toX - fromX) * k) / steps, fromY + ((toY - fromY) * k) / steps, ink)
    }
  }

  /** The dots of a cell as bits, for `character`. */
  dotsAt(column: number, row: number): number {
    return this.#dots[row * this.columns + column] ?? 0
  }

  inkAt(column: number, row: number): number {
    return this.#inks[row * this.columns + column] ?? 0
  }

  /** Writes text of narrow characters over the cells from (column, row) on; what is outside is cut off. */
  text(column: number, row: number, text: string): void {
    if (row < 0 || row >= this.rows) return
    ;[...text].forEach((each, k) => {
      const at = column + k
      if (at >= 0 && at < this.columns) this.#texts.set(row * this.columns + at, each)
    })
  }

  /** The rows as lines, without blanks at their ends and without inks. */
  toString(): string {
    const lines = Array.from({ length: this.rows }, (_, row) => {
      let line = ''
      for (let at = row * this.columns; at < (row + 1) * this.columns; at++) {
        line += this.#texts.get(at) ?? character(this.#dots[at]!, 'braille')
      }
      return line.trimEnd()
    })
    return lines.join('\n')
  }
}
