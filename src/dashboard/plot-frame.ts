/** What stands around the field of a chart: its axes, and the letters at the ends of curves. */
import { type Axis, placeOn, rowAt } from './axis.ts'
import type { Dot } from './line.ts'
import type { Style } from './styles.ts'
import type { Area } from './surface.ts'

/** Cells to the left of a plot: what ticks are called, a blank before and one behind. */
export const gutterOf = (axis: Axis): number => Math.max(...axis.labels.map(text => text.length)) + 2

/** Ticks and what they are called, and the line that is the area's last column. */
export function drawValues(area: Area, axis: Axis): void {
  const line = area.width - 1
  for (let row = 0; row < area.height; row++) area.text(line, row, area.glyphs.vertical, 'frame')
  const taken = new Set<number>()
  for (const [k, tick] of axis.ticks.entries()) {
    const row = rowAt(placeOn(axis, tick), area.height)
    if (taken.has(row)) continue
    taken.add(row)
    area.textEndingAt(line - 1, row, axis.labels[k]!, 'dim')
    area.text(line, row, area.glyphs.tick, 'frame')
  }
}

/** What stands at a place of the lower axis. */
export interface AxisMark {
  /** Column of dots from the left end of the axis on. */
  readonly x: number
  readonly text: string
}

/** The line under the plot, from column `corner` on, with the marks in it, or below in a row of their own. */
export function drawMarks(area: Area, corner: number, columns: number, marks: readonly AxisMark[]): void {
  const { bottomLeft, horizontal } = area.glyphs
  area.text(corner, 0, bottomLeft + horizontal.repeat(columns), 'frame')
  const hasOwnRow = area.height > 1
  for (const { x, text } of marks) {
    const column = corner + 1 + (x >> 1)
    const middle = Math.min(column - (text.length >> 1), area.width - text.length)
    if (hasOwnRow) {
      area.text(column, 0, area.symbols === 'ascii' ? '+' : '┬', 'frame')
      area.text(middle, 1, text, 'dim')
    } else {
      const start = Math.max(corner + 1, middle)
      area.part(corner + 1, 0, area.width, 1).text(start - corner - 2, 0, ` ${text} `, 'dim')
    }
  }
}

/** Where a curve ends. */
export interface Ending {
  readonly letter: string
  readonly style: Style
  /** Undefined if it has no value. */
  readonly end: Dot | undefined
}

/**
 * Each letter to the right of its curve's end, in one of `margin` cells; else above or below, at most `reach` rows away. Where all
 * of that is taken by letters that came before, there is none.
 */
export function drawLetters(
  area: Area,
  endings: readonly Ending[],
  margin: number,
  reach = area.height
): void {
  const taken = new Set<number>()
  for (const { letter, style, end } of endings) {
    if (end === undefined) continue
    const row = Math.max(0, Math.min(area.height - 1, Math.round(end.y) >> 2))
    const column = Math.max(0, Math.round(end.x) >> 1) + 1
    const rows = Array.from({ length: 2 * reach }, (_, k) => row + (k % 2 === 0 ? -(k >> 1) : (k + 1) >> 1))
    const free = rows
      .filter(each => each >= 0 && each < area.height)
      .flatMap(each => Array.from({ length: margin }, (_, k) => each * area.width + column + k))
      .find(cell => !taken.has(cell))
    if (free === undefined) continue
    taken.add(free)
    area.text(free % area.width, Math.floor(free / area.width), letter, style)
  }
}
