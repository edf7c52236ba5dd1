/** Blocks of styled lines, put below and beside each other and painted in part. A line is made when it is asked for. */
import { narrow } from '../glyphs.ts'
import type { Style } from '../styles.ts'
import type { Area, Piece } from '../surface.ts'

export type Line = readonly Piece[]

export interface Block {
  /** Cells of the widest line. */
  readonly width: number
  readonly height: number
  line(row: number): Line
}

/** Cells between blocks that stand beside each other, and between columns that are not one table. */
export const GAP = 3

export const textWidth = (text: string): number => [...text].length

export const lineWidth = (line: Line): number => line.reduce((sum, [text]) => sum + textWidth(text), 0)

/** The first `width` cells of `text`; where some are cut off the last is "…". */
function cut(text: string, width: number): string {
  const characters = [...text]
  if (characters.length <= width) return text
  return width < 1 ? '' : `${characters.slice(0, width - 1).join('')}…`
}

/** As `cut`, with blanks up to `width`: before the text if it is flushed right. */
export function fitted(text: string, width: number, align: 'left' | 'right' = 'left'): string {
  const shown = cut(text, width)
  const blanks = ' '.repeat(Math.max(0, width - textWidth(shown)))
  return align === 'left' ? shown + blanks : blanks + shown
}

export const blockOf = (lines: readonly Line[]): Block => ({
  width: Math.max(0, ...lines.map(lineWidth)),
  height: lines.length,
  line: row => lines[row] ?? []
})

/** One below the other, with an empty line between. Blocks without lines are left out. */
export function stack(blocks: readonly Block[]): Block {
  const shown = blocks.filter(({ height }) => height > 0)
  return {
    width: Math.max(0, ...shown.map(({ width }) => width)),
    height: Math.max(0, shown.reduce((sum, { height }) => sum + height + 1, 0) - 1),
    line(row) {
      let at = row
      for (const block of shown) {
        if (at < block.height) return at < 0 ? [] : block.line(at)
        at -= block.height + 1
      }
      return []
    }
  }
}

/** One beside the other. Blocks without lines are left out. */
export function beside(blocks: readonly Block[]): Block {
  const shown = blocks.filter(({ height }) => height > 0)
  return {
    width: Math.max(0, shown.reduce((sum, { width }) => sum + width + GAP, 0) - GAP),
    height: Math.max(0, ...shown.map(({ height }) => height)),
    line: row =>
      shown.flatMap((block, k): Line => {
        const line = row < block.height ? block.line(row) : []
        if (k === shown.length - 1) return line
        const blanks = ' '.repeat(Math.max(0, block.width - lineWidth(line)) + GAP)
        return [...line, [blanks, 'text']]
      })
  }
}

/** Beside each other as far as `width` goes, then below. */
export function shelves(blocks: readonly Block[], width: number): Block {
  const rows: Block[][] = []
  for (const block of blocks) {
    const row = rows.at(-1)
    if (row !== undefined && beside([...row, block]).width <= width) row.push(block)
    else rows.push([block])
  }
  return stack(rows.map(beside))
}

/** Items beside each other as far as `width` goes, then in the next line. */
export function flow(items: readonly Line[], width: number): Line[] {
  const lines: Piece[][] = []
  for (const item of items) {
    const line = lines.at(-1)
    if (line !== undefined && lineWidth(line) + GAP + lineWidth(item) <= width) {
      line.push([' '.repeat(GAP), 'text'], ...item)
    } else lines.push([...item])
  }
  return lines
}

/** Items as far as there is room for them before `end`, which is always there; `gap` stands behind each. */
export function beforeEnd(items: readonly Line[], end: Line, gap: string, width: number): Line {
  const line: Piece[] = []
  for (const item of items) {
    if (lineWidth(line) + lineWidth(item) + gap.length + lineWidth(end) > width) break
    line.push(...item, [gap, 'dim'])
  }
  return [...line, ...end]
}

export interface Column {
  readonly title: string
  readonly style: Style
  readonly width: number
  readonly align: 'left' | 'right'
}

/** Two blanks between columns, which keep their widths whatever is in them. */
export function table(
  columns: readonly Column[],
  rows: number,
  cellsOf: (row: number) => readonly Piece[]
): Block {
  const lineOf = (cells: readonly Piece[]): Line =>
    columns.flatMap(({ width, align }, c): Line => {
      const [text, style] = cells[c] ?? ['', 'text']
      return [[(c === 0 ? '' : '  ') + fitted(text, width, align), style]]
    })
  const head = lineOf(columns.map(({ title, style }) => [title, style]))
  return {
    width: lineWidth(head),
    height: rows + 1,
    line: row => (row === 0 ? head : lineOf(cellsOf(row - 1)))
  }
}

/** `block` below a line that says what it is. */
export const section = (title: Line, block: Block): Block => ({
  width: Math.max(lineWidth(title), block.width),
  height: block.height + 1,
  line: row => (row === 0 ? title : block.line(row - 1))
})

/** The words of `text` in lines of at most `width` cells; words that are longer are broken. At least one line. */
export function wrapped(text: string, width: number): string[] {
  const lines: string[] = []
  let line = ''
  for (const word of narrow(text.replaceAll(/\s+/g, ' ')).trim().split(' ')) {
    const longer = line === '' ? word : `${line} ${word}`
    if (textWidth(longer) <= width) {
      line = longer
      continue
    }
    if (line !== '') lines.push(line)
    const characters = [...word]
    while (characters.length > width) lines.push(characters.splice(0, Math.max(1, width)).join(''))
    line = characters.join('')
  }
  return [...lines, line]
}

/** Paints the lines of `block` from `first` on. */
export function paintBlock(area: Area, block: Block, first: number): void {
  for (let row = 0; row < area.height && first + row < block.height; row++) {
    area.pieces(0, row, block.line(first + row))
  }
}

/** Writes `text` into the lower line of the frame around `area`, to the right. */
export function footnote(area: Area, text: string): void {
  area.part(2, area.height - 1, area.width - 4, 1).textEndingAt(area.width - 4, 0, ` ${text} `, 'dim')
}
