/** One frame of a comparison: the table, and the chart beside it on wide terminals, else below. */
import type { Symbols } from '../glyphs.ts'
import { Surface } from '../surface.ts'
import { toldTooSmall } from '../too-small.ts'
import { drawContestChart } from './chart.ts'
import { contestFooter } from './footer.ts'
import { contestHeaderRows, drawContestHeader } from './header.ts'
import type { ContestScene } from './scene.ts'
import { drawContestTable, tableRows } from './table.ts'
import { type ContestView, problemShown } from './view.ts'

/** From so many columns on the chart stands beside the table. */
const WIDE = 116
const MOST_TABLE_COLUMNS = 104
/** Of the columns, the table has so much. */
const TABLE_SHARE = 0.61
/** With less there is the table alone. */
const LEAST_BODY = 13
/** Lines of the table's panel that are no rows. */
const AROUND_ROWS = 3

interface Rectangle {
  readonly column: number
  readonly row: number
  readonly width: number
  readonly height: number
}

interface Places {
  readonly table: Rectangle
  readonly chart: Rectangle | undefined
}

/** The frame of a terminal of so many columns and rows. */
export function drawContest(
  scene: ContestScene,
  view: ContestView,
  columns: number,
  rows: number,
  symbols: Symbols
): Surface {
  const surface = new Surface(columns, rows, symbols)
  const { area } = surface
  if (toldTooSmall(area)) return surface
  const part = ({ column, row, width, height }: Rectangle) => area.part(column, row, width, height)
  const { table, chart } = placesOf(scene, view, columns, rows)
  drawContestHeader(area.part(0, 0, columns, contestHeaderRows(scene)), scene, view)
  drawContestTable(part(table), scene, view)
  if (chart !== undefined) drawContestChart(part(chart), scene, view)
  area.pieces(0, rows - 1, contestFooter(scene, view, columns))
  return surface
}

/** Rows of the table that are seen at once. */
export const contestPage = (scene: ContestScene, view: ContestView, columns: number, rows: number): number =>
  tableRows(placesOf(scene, view, columns, rows).table.height)

function placesOf(scene: ContestScene, view: ContestView, columns: number, rows: number): Places {
  const row = contestHeaderRows(scene)
  const height = rows - row - 1
  const whole = { column: 0, row, width: columns, height }
  if (columns >= WIDE) {
    const width = Math.min(Math.floor(TABLE_SHARE * columns), MOST_TABLE_COLUMNS)
    return {
      table: { ...whole, width },
      chart: { ...whole, column: width, width: columns - width }
    }
  }
  if (height < LEAST_BODY) return { table: whole, chart: undefined }
  const upper = Math.min(problemShown(scene, view).rows.length + AROUND_ROWS, (height + 1) >> 1)
  return {
    table: { ...whole, height: upper },
    chart: { ...whole, row: row + upper, height: height - upper }
  }
}
