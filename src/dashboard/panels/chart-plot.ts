/** The field of the chart: curves as dots, with the letters at their ends. */
import { Canvas } from '../../drawing/canvas.ts'
import { type Axis, dotOf } from '../axis.ts'
import { type Curve, valueAt } from '../curves.ts'
import { DOTTED, type Dot, drawLine, endOf, isIn, SPARSE, thinned } from '../line.ts'
import { paintCanvas } from '../paint-canvas.ts'
import { drawLetters, type Ending } from '../plot-frame.ts'
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
  drawLetters(area, endings, MARGIN)
}

/** Of `columns` cells the column of dots of a round; NaN if it is off the axis. */
export function dotOfRound(round: number, { from, to }: Span, columns: number): number {
  return round >= from && round <= to
    ? Math.round(((round - from) / (to - from)) * (2 * columns - 1))
    : Number.NaN
}

const yOf = ({ canvas, axis }: Plot, value: number): number => dotOf(axis, value, canvas.rows)

function drawCurve(plot: Plot, curve: Curve): Ending {
  const { canvas, span } = plot
  const { points, metric } = curve
  const line = thinned(
    points.length,
    k => dotOfRound(points[k]!.round, span, canvas.columns),
    k => yOf(plot, valueAt(points[k]!, metric)),
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
