/** How much of its data the chart shows: which rounds, how far theory's mean path, and between which values. */
import type { Prediction, SwarmErrors } from '../../interfaces.ts'
import { type Axis, axisOver, roundUp, type Scale } from '../axis.ts'
import { type Curve, valueAt } from '../curves.ts'
import { extentOf } from '../line.ts'
import { isOver } from '../reading.ts'
import type { Scene } from '../scene.ts'
import type { Style } from '../styles.ts'

/** The rounds on the axis; `plan` is the last that will be. */
export interface Span {
  readonly from: number
  readonly to: number
  readonly plan: number
}

/** The shortest axis, in rounds, unless fewer are planned. */
const FIRST_ROUNDS = 10
/**
 * From round 0, or from the first round that is known of. A run that is over ends with the axis; that of others is 1, 2
 * or 5 times a power of ten long and grows, until it is the plan. That of a record is the plan, so that it stays when one
 * seeks.
 */
export function spanOf(scene: Scene): Span {
  const { curve, experiment, stage, now, isRecord } = scene
  const known = stage?.firstRound ?? 0
  const from = (curve[0]?.round ?? 0) > known ? known : 0
  const reached = Math.max(from + 1, now?.round ?? 0, curve.at(-1)?.round ?? 0)
  const plan = Math.max(reached, experiment.rounds)
  if (isRecord) return { from, to: plan, plan }
  const to = isOver(scene) ? reached : Math.min(plan, from + roundUp(Math.max(FIRST_ROUNDS, reached - from)))
  return { from, to, plan }
}

/** The mean path: from the first fixed-point error on, which shrinks by `contraction` a round until it is `end`. */
export interface MeanPath {
  readonly firstRound: number
  readonly first: number
  readonly end: number
  readonly contraction: number
}

/** Undefined where theory has no answer, or no fixed-point error is shown. */
export function meanPathOf(
  predicted: Prediction | null | undefined,
  curves: readonly Curve[]
): MeanPath | undefined {
  const shown = curves.find(({ metric, isOwn }) => isOwn && metric === 'fixedPointError')
  const first = shown?.points.find(point => valueAt(point, 'fixedPointError') > 0)
  if (!predicted || first === undefined) return undefined
  const { fixedPointError: end, contraction } = predicted
  const isDrawable = end >= 0 && contraction >= 0 && Number.isFinite(end + contraction)
  return isDrawable
    ? { firstRound: first.round, first: valueAt(first, 'fixedPointError'), end, contraction }
    : undefined
}

/** What theory says of the run. */
export interface Theory {
  readonly path: MeanPath | undefined
  readonly levels: readonly Level[]
}

/** Where samples keep an error of the run in the long run. */
export interface Level {
  readonly style: Style
  readonly value: number
}

/** Of what is judged, and of the fixed-point error. */
export function levelsOf(longRun: SwarmErrors | undefined, curves: readonly Curve[]): Level[] {
  if (longRun === undefined) return []
  return curves.flatMap(({ metric, style, isOwn }) => {
    const value = valueAt({ round: 0, errors: longRun }, metric)
    return isOwn && metric !== 'consensusError' && Number.isFinite(value) ? [{ style, value }] : []
  })
}

/** The axis follows no rival that is so many times worse than anything here; nor what theory says so far off the rest. */
const FAR: Readonly<Record<Scale, number>> = { log: 10, linear: 2 }
/** What is smaller than this share of the greatest value is nothing to a logarithmic axis. */
const FLOOR = 1e-12

/** An axis of `rows` cells that shows the run, its rivals where they are comparable, and what theory says if it is near. */
export function valueAxis(
  curves: readonly Curve[],
  theory: Theory,
  span: Span,
  scale: Scale,
  rows: number
): Axis {
  const run = curves.filter(({ isOwn }) => isOwn)
  const own = extentOf(valuesOf(run, span), Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY)
  const largest = Math.max(Math.abs(own.least), Math.abs(own.greatest))
  const limit = FAR[scale] * largest || Number.POSITIVE_INFINITY
  const { greatest } = extentOf(valuesOf(curves, span), -limit, limit)
  const floor = scale === 'log' ? Math.max(FLOOR * greatest, Number.MIN_VALUE) : -limit
  const { least } = extentOf(valuesOf(curves, span), floor, limit)
  if (least > greatest) return axisOver(scale, scale === 'log' ? 0.1 : 0, 1, rows)
  const { path, levels } = theory
  const said = [...(path === undefined ? [] : [path.end]), ...levels.map(({ value }) => value)]
  const near = said.filter(value => value <= limit && value >= least / FAR.log)
  const isError = curves[0]?.metric !== 'return'
  return axisOver(scale, Math.min(least, ...near), Math.max(greatest, ...near), rows, isError)
}

/** Of all that lie in the span. */
function* valuesOf(curves: readonly Curve[], { from, to }: Span): Iterable<number> {
  for (const { points, metric } of curves)
    for (const point of points) if (point.round >= from && point.round <= to) yield valueAt(point, metric)
}
