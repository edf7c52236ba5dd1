/** The field of the chart: curves as dots, and the letters at their ends. */
import { Canvas } from '../../drawing/canvas.ts'
import { type Axis, dotAt, placeOn } from '../axis.ts'
import { type Curve, DOTTED, type Dot, SPARSE, type Stroke, thinned } from '../curves.ts'
import { paintCanvas } from '../paint-canvas.ts'
import type { Style } from '../styles.ts'
import type { Area } from '../surface.ts'
import type { Level, MeanPath, Span, Theory } from './chart-scope.ts'

/** Cells to the right of the plot, for the letters of curves that end there. */
export const MARGIN = 2
/** Curves by how they lie over each other where they share a cell, the uppermost last. */
const INKS: readonly Style[] = ['predicted', 'fixedPoint', 'consensus', 'rival', 'server', 'alone', 'here']

interface Plot {
  readonly canvas: Canvas
  readonly axis: Axis
  readonly span: Span
}

/** Where a curve ends. */
interface Ending {
  readonly letter: string
  readonly style: Style
  /** Undefined if it has no value. */
  readonly end: Dot | undefined
}

/** Draws on all of `area`, of which the last MARGIN columns are for letters alone. */
export function drawPlot(
  area: Area,
  curves: readonly Curve[],
  { path, levels }: Theory,
  axis: Axis,
  span: Span
): void {
  const plot = { canvas: new Canvas(area.width - MARGIN, area.height), axis, span }
  const endings = curves.map(curve => drawCurve(plot, curve))
  if (path !== undefined) endings.push(drawPath(plot, path))
  endings.push(...levels.map(level => drawLevel(plot, level)))
  paintCanvas(area, plot.canvas, INKS)
  drawLetters(area, endings)
}

/** Of `columns` cells the column of dots of a round; NaN if it is off the axis. */
export function dotOfRound(round: number, { from, to }: Span, columns: number): number {
  return round >= from && round <= to
    ? Math.round(((round - from) / (to - from)) * (2 * columns - 1))
    : Number.NaN
}

/** The row of dots of a value; just outside where it is off the axis. */
function yOf({ canvas: { rows }, axis }: Plot, value: number): number {
  return Math.max(-1, Math.min(4 * rows, dotAt(placeOn(axis, value), rows)))
}

function drawCurve(plot: Plot, curve: Curve): Ending {
  const { canvas, span } = plot
  const line = thinned(
    curve,
    round => dotOfRound(round, span, canvas.columns),
    value => yOf(plot, value),
    curve.stroke.grain
  )
  drawLine(canvas, line, inkOf(curve.style), curve.stroke)
  return { letter: curve.letter, style: curve.style, end: endOf(line, canvas) }
}

/** Theory's end across the plot, and the way there. */
function drawPath(plot: Plot, { firstRound, first, end, contraction }: MeanPath): Ending {
  const { canvas, span } = plot
  const lastX = 2 * canvas.columns - 1
  const goal = { x: lastX, y: yOf(plot, end) }
  if (isIn(goal, canvas)) drawLine(canvas, [{ x: 0, y: goal.y }, goal], inkOf('predicted'), SPARSE)
  const way: Dot[] = []
  for (let x = dotOfRound(firstRound, span, canvas.columns); x <= lastX; x++) {
    const rounds = span.from + (x / lastX) * (span.to - span.from) - firstRound
    const value = first * (rounds > 0 ? Math.exp(rounds * Math.log(contraction)) : 1)
    way.push({ x, y: yOf(plot, Math.max(end, value)) })
    if (value <= end) break
  }
  drawLine(canvas, way, inkOf('predicted'), DOTTED)
  return { letter: 'p', style: 'predicted', end: isIn(goal, canvas) ? goal : endOf(way, canvas) }
}

/** A level across the plot. */
function drawLevel({ canvas, axis, span }: Plot, { style, value }: Level): Ending {
  const end = { x: 2 * canvas.columns - 1, y: yOf({ canvas, axis, span }, value) }
  if (isIn(end, canvas)) drawLine(canvas, [{ x: 0, y: end.y }, end], inkOf(style), SPARSE)
  return { letter: 'l', style, end: isIn(end, canvas) ? end : undefined }
}

const inkOf = (style: Style): number => INKS.indexOf(style)

const isIn = ({ y }: Dot, { rows }: Canvas): boolean => y >= 0 && y < 4 * rows

/** The last dot of a line; where it goes out of the plot if it does not come back. */
function endOf(line: readonly Dot[], canvas: Canvas): Dot | undefined {
  const seen = line.findLastIndex(dot => isIn(dot, canvas))
  const left = line.slice(seen + 1).filter(({ y }) => !Number.isNaN(y))
  return seen < 0 ? left.at(-1) : (left[0] ?? line[seen])
}

/** Of the dots along the line those that the stroke draws. */
function drawLine(canvas: Canvas, line: readonly Dot[], ink: number, { drawn, period }: Stroke): void {
  let travelled = 0
  let before: Dot | undefined
  for (const dot of line) {
    if (Number.isNaN(dot.y)) {
      before = undefined
      continue
    }
    const from: Dot = before ?? dot
    const steps = Math.max(1, Math.ceil(Math.max(Math.abs(dot.x - from.x), Math.abs(dot.y - from.y))))
    for (let k = 1; k <= steps; k++, travelled++) {
      if (travelled % period >= drawn) continue
      canvas.point(from.x + ((dot.x - from.x) * k) / steps, from.y + ((dot.y - from.y) * k) / steps, ink)
    }
    before = dot
  }
}

/** Each letter to the right of its curve's end; beside another that is there already, else above or below. */
function drawLetters(area: Area, endings: readonly Ending[]): void {
  const taken = new Set<number>()
  for (const { letter, style, end } of endings) {
    if (end === undefined) continue
    const row = Math.max(0, Math.min(area.height - 1, Math.round(end.y) >> 2))
    const column = (Math.round(end.x) >> 1) + 1
    const rows = Array.from(
      { length: 2 * area.height },
      (_, k) => row + (k % 2 === 0 ? -(k >> 1) : (k + 1) >> 1)
    )
    const free = rows
      .filter(each => each >= 0 && each < area.height)
      .flatMap(each => [column, column + 1].map(beside => each * area.width + beside))
      .find(cell => !taken.has(cell))
    if (free === undefined) continue
    taken.add(free)
    area.text(free % area.width, Math.floor(free / area.width), letter, style)
  }
}
