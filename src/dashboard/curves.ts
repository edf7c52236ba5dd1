/** Which curves the chart shows of a scene. */
import type { AggregationSpec } from '../aggregation/names.ts'
import { METRICS, type Metric } from '../interfaces.ts'
import { label, NAMES } from '../report/measures.ts'
import type { CurvePoint } from '../session/protocol.ts'
import type { Scale } from './axis.ts'
import { DASHED, DOTTED, drawable, SOLID, type Stroke } from './line.ts'
import { measureOf } from './reading.ts'
import type { Scene } from './scene.ts'
import type { Style } from './styles.ts'
import type { View } from './view.ts'

export interface Curve {
  /** Stands at its end and in the legend. */
  readonly letter: string
  readonly name: string
  readonly shortName: string
  readonly style: Style
  readonly stroke: Stroke
  readonly metric: Metric
  readonly points: readonly CurvePoint[]
  /** Of the run itself, not of a rival. */
  readonly isOwn: boolean
  /** Of a rival: in which round it diverged. */
  readonly divergedIn: number | null
}

const SHORT_NAMES: Readonly<Record<Metric, string>> = {
  ...NAMES,
  valueError: 'value',
  valueGap: 'gap',
  fixedPointError: 'fixed'
}

const LETTERS: Readonly<Record<Metric, string>> = {
  valueError: 'v',
  excessValueError: 'x',
  consensusError: 'c',
  fixedPointError: 'f',
  return: 'r',
  valueGap: 'g',
  policyDistance: 'd',
  entropy: 'h'
}
const STYLES: Partial<Readonly<Record<Metric, Style>>> = {
  consensusError: 'consensus',
  fixedPointError: 'fixedPoint'
}

/** What the chart can show: what peers are compared by, then whatever else is measured. */
export function charted(scene: Scene): readonly Metric[] {
  const first = measureOf(scene)
  const errors = scene.now?.sample?.swarm
  return [first, ...METRICS.filter(metric => metric !== first && (errors?.[metric] ?? null) !== null)]
}

/** What it shows. */
export const chartedNow = (scene: Scene, { metric }: Pick<View, 'metric'>): Metric =>
  charted(scene).find(each => each === metric) ?? measureOf(scene)

/** Returns may be negative. */
export const scaleOf = (metric: Metric, { scale }: Pick<View, 'scale'>): Scale =>
  metric === 'return' ? 'linear' : scale

/** The curves of the run and of its rivals. Beside the value error stand consensus and fixed-point error. */
export function curvesOf(scene: Scene, judged: Metric): Curve[] {
  const own = (metric: Metric, style = STYLES[metric] ?? 'here'): Curve => ({
    letter: LETTERS[metric],
    name: NAMES[metric],
    shortName: SHORT_NAMES[metric],
    style,
    stroke: SOLID,
    metric,
    points: scene.curve,
    isOwn: true,
    divergedIn: null
  })
  const rival = (letter: string, aggregation: AggregationSpec, style: Style, stroke: Stroke): Curve[] =>
    scene.rivals
      .filter(each => each.aggregation === aggregation)
      .map(({ curve, divergedIn }) => ({
        letter,
        name: label(aggregation),
        shortName: label(aggregation),
        style,
        stroke,
        metric: judged,
        points: curve,
        isOwn: false,
        divergedIn
      }))
  const beside = (): Curve[] => [
    own('consensusError'),
    own('fixedPointError'),
    ...rival('e', 'exact-diffusion', 'rival', DASHED).map(curve => ({
      ...curve,
      name: `${curve.name} ${NAMES.fixedPointError}`,
      metric: 'fixedPointError' as const
    }))
  ]
  return [
    own(judged),
    ...rival('a', 'none', 'alone', DOTTED),
    ...rival('s', 'star', 'server', DASHED).map(curve => ({
      ...curve,
      name: `server (${curve.name})`,
      shortName: 'server'
    })),
    ...(judged === 'valueError' ? beside() : [])
  ]
}

/** The value of a point, NaN where there is none. */
export function valueAt({ errors }: CurvePoint, metric: Metric): number {
  return drawable(errors[metric] ?? Number.NaN)
}

/** The last value that is a number; NaN without one. */
export function lastValue({ points, metric }: Curve): number {
  const last = points.findLast(point => !Number.isNaN(valueAt(point, metric)))
  return last === undefined ? Number.NaN : valueAt(last, metric)
}
