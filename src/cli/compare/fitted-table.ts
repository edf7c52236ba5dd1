/** Tables that fit the terminal: first names are shortened, then the columns go that are worth least. */
import { columns } from '../../report/format.ts'

/** Lines are no longer where nobody says how wide they may be. */
const TABLE_WIDTH = 100
/** Narrower terminals get lines for this width. */
const LEAST_WIDTH = 60
const LONGEST_NAME = 60
const SHORTEST_NAME = 16
/** Blanks between columns. */
const GAP = 2

/** A column, with a cell for each row. */
export interface Column {
  readonly head: string
  /** What it is called where it had to go, if its head does not say it. */
  readonly title?: string
  readonly side: 'left' | 'right'
  /** Those that are worth least go first; those without always stay. */
  readonly worth?: number
  /** Whether its cells are names, which may be shortened. */
  readonly isNames?: true
  readonly cells: readonly string[]
}

/** A table, and which columns it has and has not. */
export interface FittedTable {
  readonly lines: readonly string[]
  readonly shown: readonly string[]
  readonly hidden: readonly string[]
}

/** How wide lines may be: as the terminal is, and 100 where output goes elsewhere or there is room. */
export function textWidth({ isTTY, columns: room }: Pick<NodeJS.WriteStream, 'isTTY' | 'columns'>): number {
  return isTTY === true && room > 0 ? Math.min(TABLE_WIDTH, Math.max(LEAST_WIDTH, room)) : TABLE_WIDTH
}

/** In lines of at most `width` characters, if what always stays has room. */
export function fittedTable(all: readonly Column[], width: number): FittedTable {
  let kept = all
  for (;;) {
    const room = roomForNames(kept, width)
    const least = kept.reduce((worth, each) => Math.min(worth, each.worth ?? worth), Number.POSITIVE_INFINITY)
    if (room >= SHORTEST_NAME || least === Number.POSITIVE_INFINITY)
      return {
        lines: linesOf(kept, Math.max(room, SHORTEST_NAME)),
        shown: kept.map(({ head }) => head),
        hidden: all.filter(each => !kept.includes(each)).map(({ head, title }) => title ?? head)
      }
    kept = kept.filter(({ worth }) => worth !== least)
  }
}

/** What all other columns leave. */
function roomForNames(kept: readonly Column[], width: number): number {
  const others = kept.filter(({ isNames }) => isNames !== true)
  const taken = others.reduce(
    (sum, { head, cells }) => sum + GAP + Math.max(...[head, ...cells].map(({ length }) => length)),
    0
  )
  return Math.min(LONGEST_NAME, width - taken)
}

function linesOf(kept: readonly Column[], room: number): string[] {
  const written = kept.map(({ head, cells, isNames }) => [
    head,
    ...(isNames === true ? cells.map(cell => shortened(cell, room)) : cells)
  ])
  const rows = (written[0] ?? []).map((_, row) => written.map(column => column[row] ?? ''))
  return columns(rows, kept.map(({ side }) => side.charAt(0)).join(''))
}

/** Names differ in their ends: what is left out is in the middle. */
function shortened(text: string, room: number): string {
  if (text.length <= room) return text
  const tail = (room - 1) >> 1
  return `${text.slice(0, room - 1 - tail)}…${text.slice(text.length - tail)}`
}
