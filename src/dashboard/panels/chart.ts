/**
 * The chart: errors over rounds, here and of the rivals, and what theory says of them. A letter at the end of each curve
 * says what it is, as the legend above does.
 */
import { count, figure } from '../../report/format.ts'
import { roundTicks } from '../axis.ts'
import { type Curve, chartedNow, curvesOf, lastValue, scaleOf } from '../curves.ts'
import { type LegendItem, legendRows } from '../legend.ts'
import { type AxisMark, drawMarks, drawValues, gutterOf } from '../plot-frame.ts'
import type { Scene } from '../scene.ts'
import { isOld } from '../standing.ts'
import type { Area, Piece } from '../surface.ts'
import type { View } from '../view.ts'
import { dotOfRound, drawPlot, MARGIN } from './chart-plot.ts'
import { levelsOf, meanPathOf, type Span, spanOf, type Theory, valueAxis } from './chart-scope.ts'

/** A smaller plot says nothing. */
const LEAST_COLUMNS = 8
const LEAST_ROWS = 2
/** From so many rows on there is room for a second and a third row of legend, ... */
const SECOND_ROW = 9
const THIRD_ROW = 12
/** ... and for a row of their own for the numbers of the rounds. */
const ROOMY = 16

/** Errors of values or policies over rounds, in a frame. Without a plot where there is no room for one. */
export function drawChart(area: Area, scene: Scene, view: View): void {
  const metric = chartedNow(scene, view)
  const curves = curvesOf(scene, metric)
  const inner = area.frame(titleOf(curves), view.focus === 'chart' ? 'focus' : 'frame')
  if (scene.curve.length === 0) {
    inner.text(1, 0, 'nothing is measured yet', 'dim')
    return
  }
  const { width, height } = inner
  const scale = scaleOf(metric, view)
  const path = meanPathOf(scene.stage?.predicted, curves)
  const theory: Theory = { path, levels: levelsOf(scene.longRun, curves) }
  const mostLegend = height < SECOND_ROW ? 1 : height < THIRD_ROW ? 2 : 3
  const legend = legendRows(itemsOf(curves, theory), width - 2, mostLegend)
  for (const [row, pieces] of legend.entries()) inner.part(1, row, width - 2, 1).pieces(0, 0, pieces)

  const below = height < ROOMY ? 1 : 2
  const rows = height - legend.length - below
  if (rows < LEAST_ROWS) return
  const span = spanOf(scene)
  const axis = valueAxis(curves, theory, span, scale, rows)
  const gutter = gutterOf(axis)
  const columns = width - gutter - 1 - MARGIN
  if (columns < LEAST_COLUMNS) return
  area.textEndingAt(area.width - 2, 0, ` ${scale} `, 'dim')
  area.part(2, area.height - 1, width - 2, 1).textEndingAt(width - 2, 0, ` ${spanText(span)} `, 'dim')
  drawValues(inner.part(0, legend.length, gutter + 1, rows), axis)
  drawPlot(inner.part(gutter + 1, legend.length, columns + MARGIN, rows), curves, theory, axis, span)
  drawMarks(inner.part(0, legend.length + rows, width, below), gutter, columns, marksOf(span, columns))
}

/** With the round of the rivals' last values, where the run is ahead of them. */
function titleOf(curves: readonly Curve[]): Piece[] {
  const lastOf = (isOwn: boolean): number[] =>
    curves
      .filter(curve => curve.isOwn === isOwn && curve.divergedIn === null)
      .map(({ points }) => points.at(-1)?.round ?? Number.POSITIVE_INFINITY)
  const rivals = Math.min(...lastOf(false))
  return [
    [' 2', 'key'],
    [' chart ', 'title'],
    ...(isOld(rivals, Math.max(0, ...lastOf(true)))
      ? [[` rivals at round ${count(rivals)} `, 'dim'] as const]
      : [])
  ]
}

const spanText = ({ from, to, plan }: Span): string =>
  `rounds ${count(from)}–${count(to)}${to < plan ? ` of ${count(plan)}` : ''}`

function itemsOf(curves: readonly Curve[], { path, levels }: Theory): LegendItem[] {
  const items = curves.map(curve => ({
    ...curve,
    value: curve.divergedIn === null ? figure(lastValue(curve)) : 'diverged'
  }))
  const predicted = { letter: 'p', style: 'predicted', name: 'predicted', shortName: 'predicted' } as const
  const longRun = { letter: 'l', style: 'predicted', name: 'long run', shortName: 'long' } as const
  const [level] = levels
  return [
    ...items,
    ...(path === undefined ? [] : [{ ...predicted, value: figure(path.end) }]),
    ...(level === undefined ? [] : [{ ...longRun, value: figure(level.value) }])
  ]
}

/** As many round numbers as have room. */
function marksOf(span: Span, columns: number): AxisMark[] {
  const most = Math.floor(columns / (count(span.to).length + 4))
  return roundTicks(span.from, span.to, Math.max(1, most))
    .filter(Number.isInteger)
    .map(tick => ({ x: dotOfRound(tick, span, columns), text: count(tick) }))
}
