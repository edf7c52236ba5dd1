/**
 * What one frame is painted on: cells of one character each, in a style. Panels paint on an `Area`, a rectangle that cuts
 * off whatever is outside of it; the surface then becomes lines for the terminal.
 */
import { assert } from '../core/assert.ts'
import { GLYPHS, type Glyphs, narrow, plain, type Symbols } from './glyphs.ts'
import { type Colours, dressed, STYLES, type Style } from './styles.ts'

const INVERSE = 0x80
/** So many cells that stay are written again rather than passed over. */
const PASSED_OVER = 8
const ASCII = /^[ -~]*$/
const INDEX = Object.fromEntries(STYLES.map((style, index) => [style, index])) as Record<Style, number>

export class Surface {
  readonly width: number
  readonly height: number
  readonly symbols: Symbols
  readonly #characters: string[]
  /** Index of the style, and whether it is inverse. */
  readonly #styles: Uint8Array

  constructor(width: number, height: number, symbols: Symbols) {
    assert(width >= 1 && height >= 1, `a surface of ${width} × ${height}`)
    this.width = width
    this.height = height
    this.symbols = symbols
    this.#characters = new Array<string>(width * height).fill(' ')
    this.#styles = new Uint8Array(width * height)
  }

  /** All of it. */
  get area(): Area {
    return new Area(this, 0, 0, this.width, this.height)
  }

  /** One character, which is one cell wide. */
  set(column: number, row: number, character: string, style: Style): void {
    const at = row * this.width + column
    this.#characters[at] = this.symbols === 'ascii' ? plain(character) : character
    this.#styles[at] = INDEX[style]
  }

  invert(column: number, row: number): void {
    const at = row * this.width + column
    this.#styles[at] = this.#styles[at]! | INVERSE
  }

  /** Without styles: for tests, files and those who cannot see colours. No blanks at the ends of lines. */
  get text(): string {
    return this.#rows((from, to) => this.#characters.slice(from, to).join('').trimEnd())
  }

  /** With escape sequences. No blanks at the ends of lines. */
  ansi(colours: Colours): string {
    return this.#rows((from, last) => {
      let to = last
      while (to > from && this.#characters[to - 1] === ' ' && (this.#styles[to - 1]! & INVERSE) === 0) to--
      return this.#dressed(from, to, colours)
    })
  }

  /**
   * Escape sequences by which a terminal that shows `before` shows this: every piece that differs, at its place. Without a
   * surface before, or after one of another size, all of it is written, and nothing else is left. Empty if nothing differs.
   */
  changesFrom(before: Surface | undefined, colours: Colours): string {
    const { width, height } = this
    if (before === undefined || before.width !== width || before.height !== height) {
      const lines = this.ansi(colours).split('\n')
      return `\x1b[m\x1b[H\x1b[J${lines.map((line, row) => `\x1b[${row + 1};1H${line}`).join('')}`
    }
    let changes = ''
    for (let row = 0; row < height; row++) {
      for (const [from, to] of this.#differences(before, row * width, (row + 1) * width)) {
        changes += `\x1b[${row + 1};${from - row * width + 1}H${this.#dressed(from, to, colours)}`
      }
    }
    return changes
  }

  /** Where the cells from `first` to before `last` differ. */
  #differences(before: Surface, first: number, last: number): [from: number, to: number][] {
    const found: [number, number][] = []
    for (let at = first; at < last; at++) {
      if (this.#characters[at] === before.#characters[at] && this.#styles[at] === before.#styles[at]) continue
      const piece = found.at(-1)
      if (piece !== undefined && at - piece[1] < PASSED_OVER) piece[1] = at + 1
      else found.push([at, at + 1])
    }
    return found
  }

  /** Cells of one row, with the escape sequences of their styles. */
  #dressed(from: number, to: number, colours: Colours): string {
    let line = ''
    for (let at = from; at < to; ) {
      const style = this.#styles[at]!
      let end = at + 1
      while (end < to && this.#styles[end] === style) end++
      const name = STYLES[style & ~INVERSE]!
      line += dressed(this.#characters.slice(at, end).join(''), name, (style & INVERSE) !== 0, colours)
      at = end
    }
    return line
  }

  #rows(lineOf: (from: number, to: number) => string): string {
    const { width } = this
    return Array.from({ length: this.height }, (_, row) => lineOf(row * width, (row + 1) * width)).join('\n')
  }
}

/** A piece of text in a style of its own. */
export type Piece = readonly [text: string, style: Style]

export class Area {
  readonly width: number
  readonly height: number
  readonly #surface: Surface
  readonly #left: number
  readonly #top: number

  constructor(surface: Surface, left: number, top: number, width: number, height: number) {
    this.#surface = surface
    this.#left = left
    this.#top = top
    this.width = Math.max(0, width)
    this.height = Math.max(0, height)
  }

  get symbols(): Symbols {
    return this.#surface.symbols
  }

  get glyphs(): Glyphs {
    return GLYPHS[this.#surface.symbols]
  }

  /** A part of it; what sticks out is cut off. */
  part(column: number, row: number, width: number, height: number): Area {
    return new Area(
      this.#surface,
      this.#left + column,
      this.#top + row,
      Math.min(width, this.width - column),
      Math.min(height, this.height - row)
    )
  }

  /** Writes `text` from (column, row) on. Returns the column after it. */
  text(column: number, row: number, text: string, style: Style = 'text'): number {
    const safe = ASCII.test(text) ? text : narrow(text)
    let at = column
    for (const character of safe) this.#set(at++, row, character, style)
    return at
  }

  /** Writes pieces one after the other. Returns the column after the last. */
  pieces(column: number, row: number, pieces: readonly Piece[]): number {
    return pieces.reduce((at, [text, style]) => this.text(at, row, text, style), column)
  }

  /** Writes `text` so that it ends before `column`. */
  textEndingAt(column: number, row: number, text: string, style: Style = 'text'): void {
    this.text(column - [...text].length, row, text, style)
  }

  /** Cells from (column, row) on are shown light on dark instead of dark on light, or the other way round. */
  invert(column: number, row: number, width: number): void {
    for (let at = column; at < column + width; at++) {
      if (this.#holds(at, row)) this.#surface.invert(this.#left + at, this.#top + row)
    }
  }

  /** Blanks all of it. */
  clear(): void {
    for (let row = 0; row < this.height; row++) this.text(0, row, ' '.repeat(this.width))
  }

  /** A frame around it with a title; returns the area within. */
  frame(title: readonly Piece[], style: Style): Area {
    const { width, height, glyphs } = this
    const line = glyphs.horizontal.repeat(Math.max(0, width - 2))
    this.text(0, 0, glyphs.topLeft + line + glyphs.topRight, style)
    for (let row = 1; row < height - 1; row++) {
      this.text(0, row, glyphs.vertical, style)
      this.text(width - 1, row, glyphs.vertical, style)
    }
    this.text(0, height - 1, glyphs.bottomLeft + line + glyphs.bottomRight, style)
    this.part(2, 0, width - 4, 1).pieces(0, 0, title)
    return this.part(1, 1, width - 2, height - 2)
  }

  #holds(column: number, row: number): boolean {
    return column >= 0 && row >= 0 && column < this.width && row < this.height
  }

  #set(column: number, row: number, character: string, style: Style): void {
    if (this.#holds(column, row)) this.#surface.set(this.#left + column, this.#top + row, character, style)
  }
}
