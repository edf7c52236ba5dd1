/** A curve as a line of few dots over the columns that it is drawn on, and as what is drawn of them. */
import type { Canvas } from '../drawing/canvas.ts'

/** Of every `period` dots along a line the first `drawn` are drawn. The curve is thinned to a point per `grain` columns. */
export interface Stroke {
  readonly drawn: number
  readonly period: number
  readonly grain: number
}

/** The strokes that curves are told apart by. */
export const SOLID: Stroke = { drawn: 1, period: 1, grain: 1 }
export const DASHED: Stroke = { drawn: 4, period: 7, grain: 4 }
export const DOTTED: Stroke = { drawn: 1, period: 3, grain: 4 }
export const SPARSE: Stroke = { drawn: 1, period: 6, grain: 1 }

/** A place on a canvas, in dots. y is NaN where a line is interrupted. */
export interface Dot {
  readonly x: number
  readonly y: number
}

/** Values beyond these say nothing that could be drawn. */
const GREATEST = 1e300
const LEAST = 1e-300

/** A value that an axis can have: NaN if it is too large, 0 if it is next to nothing. */
export function drawable(value: number): number {
  const size = Math.abs(value)
  return size <= GREATEST ? (size < LEAST ? 0 : value) : Number.NaN
}

/** The least and the greatest of the values between two limits. Without one, the least is above the greatest. */
export function extentOf(values: Iterable<number>, low: number, high: number) {
  let least = Number.POSITIVE_INFINITY
  let greatest = Number.NEGATIVE_INFINITY
  for (const value of values) {
    if (!(value >= low && value <= high)) continue
    if (value < least) least = value
    if (value > greatest) greatest = value
  }
  return { least, greatest }
}

/**
 * A curve of `length` points as a line of few dots, however many points it has: per `grain` columns the mean place of the points
 * there, and at its end the place of the last one. `xOf` and `yOf` say where the k-th point lies; points whose x is NaN are left out.
 */
export function thinned(
  length: number,
  xOf: (k: number) => number,
  yOf: (k: number) => number,
  grain: number
): Dot[] {
  const line: Dot[] = []
  let bin = Number.NaN
  let [sumX, sumY, number] = [0, 0, 0]
  let last: Dot | undefined
  const close = (): void => {
    if (!Number.isNaN(bin)) line.push({ x: sumX / number, y: sumY / number })
    sumX = sumY = number = 0
  }
  for (let k = 0; k < length; k++) {
    const x = xOf(k)
    if (Number.isNaN(x)) continue
    const at = Math.floor(x / grain)
    if (at !== bin) {
      close()
      bin = at
      last = undefined
    }
    const y = yOf(k)
    if (Number.isNaN(y)) continue
    last = { x, y }
    sumX += x
    sumY += y
    number++
  }
  close()
  if (last !== undefined) line.push(last)
  return line
}

/** Whether it is not above or below the canvas. */
export const isIn = ({ y }: Dot, { rows }: Canvas): boolean => y >= 0 && y < 4 * rows

/** The last dot of a line; where it goes out of the plot if it does not come back. */
export function endOf(line: readonly Dot[], canvas: Canvas): Dot | undefined {
  const seen = line.findLastIndex(dot => isIn(dot, canvas))
  const left = line.slice(seen + 1).filter(({ y }) => !Number.isNaN(y))
  return seen < 0 ? left.at(-1) : (left[0] ?? line[seen])
}

/** Of the dots along the line those that the stroke draws. */
export function drawLine(canvas: Canvas, line: readonly Dot[], ink: number, { drawn, period }: Stroke): void {
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
