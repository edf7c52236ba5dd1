/** A legend: letters, what they stand for and their values, in as few rows as will do. */
import type { Style } from './styles.ts'
import type { Piece } from './surface.ts'

export interface LegendItem {
  readonly letter: string
  readonly style: Style
  readonly name: string
  readonly shortName: string
  readonly value: string
}

/** Most values are not longer, so that the legend keeps its form while they change. */
const VALUE_WIDTH = 5
const GAP = 2
const WIDE_GAP = 3

/**
 * At most `mostRows` rows of at most `width` cells. Items of several rows stand in columns. Where there is no room,
 * names become short, then values are left out, then items; those of the first items last.
 */
export function legendRows(items: readonly LegendItem[], width: number, mostRows: number): Piece[][] {
  const full = items.map(item => piecesOf(item, item.name, true))
  const short = items.map(item => piecesOf(item, item.shortName, true))
  const named = items.map(item => piecesOf(item, item.shortName, false))
  const attempts = [
    { cells: full, rows: 1 },
    { cells: full, rows: 2 },
    { cells: short, rows: 1 },
    { cells: short, rows: 2 },
    { cells: short, rows: 3 },
    ...items.map((_, k) => ({
      cells: [...short.slice(0, items.length - k), ...named.slice(items.length - k)],
      rows: mostRows
    })),
    ...items.map((_, k) => ({ cells: named.slice(0, items.length - k), rows: mostRows }))
  ]
  const found = attempts
    .filter(({ rows }) => rows <= mostRows)
    .flatMap(({ cells, rows }) => [WIDE_GAP, GAP].map(gap => grid(cells, rows, gap)))
    .find(grid => grid.width <= width)
  return found?.rows ?? []
}

const piecesOf = ({ letter, style, value }: LegendItem, name: string, hasValue: boolean): Piece[] => [
  [letter, style],
  [` ${name}`, 'dim'],
  ...(hasValue ? [[` ${value.padEnd(VALUE_WIDTH)}`, 'text'] as const] : [])
]

const widthOf = (pieces: readonly Piece[]): number =>
  pieces.reduce((width, [text]) => width + [...text].length, 0)

/** Cells in rows, one column after another as wide as its widest cell. */
function grid(cells: readonly Piece[][], rows: number, gap: number): { rows: Piece[][]; width: number } {
  const columns = Math.ceil(cells.length / rows)
  const widths = Array.from({ length: columns }, (_, c) =>
    Math.max(...cells.filter((_, k) => k % columns === c).map(widthOf))
  )
  const lines = Array.from({ length: Math.ceil(cells.length / Math.max(1, columns)) }, (_, r) =>
    cells
      .slice(r * columns, (r + 1) * columns)
      .flatMap((pieces, c): Piece[] => [...pieces, [' '.repeat(widths[c]! - widthOf(pieces) + gap), 'text']])
  )
  return { rows: lines, width: widths.reduce((sum, width) => sum + width + gap, -gap) }
}
