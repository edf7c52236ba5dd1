/** The chart of a comparison: the curves of all contenders over each other, a letter at the end of each. */
import { Canvas } from '../../drawing/canvas.ts'
import { NAMES } from '../../report/measures.ts'
import { type Axis, axisOver, dotOf, type Scale } from '../axis.ts'
import { scaleOf } from '../curves.ts'
import { drawable, drawLine, endOf, extentOf, SOLID, thinned } from '../line.ts'
import { paintCanvas } from '../paint-canvas.ts'
import { footnote } from '../panels/block.ts'
import { drawLetters, drawMarks, drawValues, type Ending, gutterOf } from '../plot-frame.ts'
import type { Style } from '../styles.ts'
import type { Area } from '../surface.ts'
import { type HorizontalAxis, horizontalAxis } from './horizontal.ts'
import { markOf } from './marks.ts'
import type { ContestRow, ContestScene } from './scene.ts'
import { type ContestView, problemShown, selectedRow } from './view.ts'

/** A smaller plot says nothing. */
const LEAST_COLUMNS = 8
const LEAST_ROWS = 2
/** Cells to the right of the plot, for letters, and how many rows these may be away from their curves. */
const MARGIN = 4
const REACH = 2
/** A canvas has an ink for each, and for the selected one. */
const MOST_CURVES = 253
/** From so many rows on the marks of the lower axis have a row of their own. */
const ROOMY = 12

/** In a frame of its own, on all of `area`. */
export function drawContestChart(area: Area, scene: ContestScene, view: ContestView): void {
  const { rows: all, metric } = problemShown(scene, view)
  const scale = scaleOf(metric, view)
  const inner = area.frame(
    [
      [` ${NAMES[metric]} `, 'title'],
      [' mean of what is done ', 'dim']
    ],
    'frame'
  )
  area.textEndingAt(area.width - 2, 0, ` ${scale} `, 'dim')
  const selected = all[selectedRow(all, view)]
  const shown = all
    .filter((row, k) => k < MOST_CURVES || row === selected)
    .filter(({ curve }) => curve.values.length > 0)
  if (shown.length === 0) {
    inner.text(1, 0, 'no run is done yet', 'dim')
    return
  }
  const below = inner.height < ROOMY ? 1 : 2
  const rows = inner.height - below
  if (rows < LEAST_ROWS) return
  const axis = valueAxis(shown, scale, rows, metric !== 'return')
  const gutter = gutterOf(axis)
  const columns = inner.width - gutter - 1 - MARGIN
  if (columns < LEAST_COLUMNS) return
  const horizontal = horizontalAxis(view.horizontal, shown, scene.price, columns)
  footnote(area, horizontal.name)
  drawValues(inner.part(0, 0, gutter + 1, rows), axis)
  drawMarks(inner.part(0, rows, inner.width, below), gutter, columns, horizontal.marks)
  const plot = inner.part(gutter + 1, 0, columns + MARGIN, rows)
  drawCurves(plot, shown, selected, axis, horizontal)
}

/** Of the selected curve. */
const EMPHASIS = { style: 'strong', stroke: SOLID } as const

/** The better lie over the others, and the selected one, which is twice as thick, over all. */
function drawCurves(
  area: Area,
  rows: readonly ContestRow[],
  selected: ContestRow | undefined,
  axis: Axis,
  { key, xOf }: HorizontalAxis
): void {
  const canvas = new Canvas(area.width - MARGIN, area.height)
  const inks: Style[] = ['text']
  const endings: Ending[] = []
  const top = rows.filter(row => row === selected)
  const others = rows.filter(row => row !== selected).reverse()
  for (const row of [...others, ...top]) {
    const isSelected = row === selected
    const { letter, ...own } = markOf(row.mark)
    const { style, stroke } = isSelected ? EMPHASIS : own
    const { values } = row.curve
    const line = thinned(
      values.length,
      k => xOf(row.curve[key][k]!),
      k => dotOf(axis, drawable(values[k]!), area.height),
      stroke.grain
    )
    drawLine(canvas, line, inks.length, stroke)
    if (isSelected) {
      const below = line.map(({ x, y }) => ({ x, y: y + 1 }))
      drawLine(canvas, below, inks.length, stroke)
    }
    inks.push(style)
    endings.unshift({ letter, style, end: endOf(line, canvas) })
  }
  paintCanvas(area, canvas, inks)
  drawLetters(area, endings, MARGIN, REACH)
}

/** The axis follows no curve that is so many times worse than the one in the middle. */
const FAR: Readonly<Record<Scale, number>> = { log: 10, linear: 2 }
/** What is smaller than this share of the greatest value is nothing to a logarithmic axis. */
const FLOOR = 1e-12

function valueAxis(rows: readonly ContestRow[], scale: Scale, height: number, isError: boolean): Axis {
  const extents = (low: number, high: number) => rows.map(({ curve }) => extentOf(curve.values, low, high))
  const sizes = extents(-Number.MAX_VALUE, Number.MAX_VALUE)
    .map(({ least, greatest }) => Math.max(Math.abs(least), Math.abs(greatest)))
    .filter(Number.isFinite)
    .sort((a, b) => a - b)
  const limit = FAR[scale] * (sizes[sizes.length >> 1] ?? 0) || Number.MAX_VALUE
  const greatest = Math.max(...extents(-limit, limit).map(each => each.greatest))
  const floor = scale === 'log' ? Math.max(FLOOR * greatest, Number.MIN_VALUE) : -limit
  const least = Math.min(...extents(floor, limit).map(each => each.least))
  if (least > greatest) return axisOver(scale, scale === 'log' ? 0.1 : 0, 1, height)
  return axisOver(scale, least, greatest, height, isError)
}
