/** The lower axis of a comparison's chart: rounds and samples from 0 on; bytes and seconds, which differ by far more, logarithmic. */
import { count } from '../../report/format.ts'
import { axisOver, placeOn, roundTicks } from '../axis.ts'
import { extentOf } from '../line.ts'
import type { AxisMark } from '../plot-frame.ts'
import type { ContestRow, Horizontal } from './scene.ts'

/** Where values lie on the lower axis, and what stands there. */
export interface HorizontalAxis {
  /** The column of a curve that it is of. */
  readonly key: Horizontal
  readonly name: string
  readonly marks: readonly AxisMark[]
  /** The column of dots in which a value lies. */
  xOf(value: number): number
}

/** Even marks are so many cells apart, and those of a logarithmic axis, which counts in rows, as many rows of fewer. */
const MARK_WIDTH = 9
const LOG_MARK_WIDTH = 7

/** For all of these curves, on `columns` cells. */
export function horizontalAxis(
  key: Horizontal,
  rows: readonly ContestRow[],
  price: string,
  columns: number
): HorizontalAxis {
  const lastX = 2 * columns - 1
  const isLog = key === 'busiestBytes' || key === 'seconds'
  const { least, greatest } = extentIn(rows, key, isLog ? Number.MIN_VALUE : 0)
  const most = Math.max(1, Math.floor(columns / MARK_WIDTH))
  if (!isLog || least > greatest) {
    const to = greatest > 0 ? greatest : 1
    const xOf = (value: number): number => Math.round((value / to) * lastX)
    const marks = roundTicks(0, to, most).map(tick => ({ x: xOf(tick), text: textOf(key, tick) }))
    return { key, name: NAMES[key](price), marks, xOf }
  }
  const axis = axisOver('log', least, greatest, Math.max(3, Math.floor(columns / LOG_MARK_WIDTH)))
  // What costs nothing is at the left end.
  const xOf = (value: number): number => Math.round(Math.max(0, placeOn(axis, value)) * lastX)
  const marks = axis.ticks.map(tick => ({ x: xOf(tick), text: textOf(key, tick) }))
  return { key, name: `${NAMES[key](price)}, logarithmic`, marks, xOf }
}

const NAMES: Readonly<Record<Horizontal, (price: string) => string>> = {
  rounds: () => 'rounds',
  samples: () => 'samples of a peer',
  busiestBytes: () => 'bytes of the busiest',
  seconds: price => `seconds at ${price}`
}

function extentIn(rows: readonly ContestRow[], key: Horizontal, low: number) {
  const all = rows.map(({ curve }) => extentOf(curve[key], low, Number.MAX_VALUE))
  return {
    least: Math.min(...all.map(each => each.least)),
    greatest: Math.max(...all.map(each => each.greatest))
  }
}

const UNITS = ['', 'k', 'M', 'G', 'T'] as const

/** 20,000; 2 MB; 0.5. */
function textOf(key: Horizontal, tick: number): string {
  if (key === 'seconds')
    return tick >= 1e5 || tick < 1e-3 ? tick.toExponential(0).replace('+', '') : String(tick)
  if (key !== 'busiestBytes') return count(tick)
  const unit = Math.min(UNITS.length - 1, Math.max(0, Math.floor(Math.log10(tick * (1 + 1e-9)) / 3)))
  return `${Number((tick / 1000 ** unit).toPrecision(3))} ${UNITS[unit]}B`
}
