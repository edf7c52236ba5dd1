/** Curves over rounds as lines of Braille dots, with a logarithmic axis on the left. */
import { Canvas } from './canvas.ts'

export interface ChartCurve {
  /** After 0, 1, 2, … rounds; what is not above 0 is at the bottom, what is NaN is left out. */
  readonly values: readonly number[]
  /** Of the dots of its line every `spacing`-th is drawn. */
  readonly spacing: number
}

/** Ticks between its ends, with their labels; 0 < low < high. */
export interface ChartAxis {
  readonly low: number
  readonly high: number
  readonly ticks: readonly number[]
  readonly labels: readonly string[]
}

/** A chart of width × height cells, below it the rounds from 0 to the last of the longest curve. */
export function drawChart(
  curves: readonly ChartCurve[],
  { low, high, ticks, labels }: ChartAxis,
  width: number,
  height: number
): string {
  const margin = Math.max(...labels.map(label => label.length)) + 2
  const canvas = new Canvas(width - margin, height)
  const rounds = Math.max(1, ...curves.map(({ values }) => values.length - 1))
  const xOf = (round: number): number => (round / rounds) * (2 * canvas.columns - 1)
  const yOf = (value: number): number => {
    const place = Math.log(Math.max(value, low) / low) / Math.log(high / low)
    return (1 - place) * (4 * height - 1)
  }
  for (const { values, spacing } of curves) {
    for (let round = 1; round < values.length; round++) {
      const [from, to] = [values[round - 1]!, values[round]!]
      if (Number.isNaN(from) || Number.isNaN(to)) continue
      // A sparse line is dotted by where its dots lie, not from where its pieces begin.
      const [x0, y0, x1, y1] = [xOf(round - 1), yOf(from), xOf(round), yOf(to)]
      if (spacing === 1) canvas.line(x0, y0, x1, y1)
      else dotted(canvas, [x0, y0, x1, y1], spacing)
    }
  }
  const rowOf = new Map(ticks.map((tick, k) => [Math.round(yOf(tick)) >> 2, labels[k]!]))
  const rows = canvas.toString().split('\n')
  const lines = Array.from({ length: height }, (_, row) => {
    const label = rowOf.get(row)
    const edge = `${(label ?? '').padStart(margin - 2)} ${label === undefined ? '│' : '┤'}`
    return `${edge}${rows[row] ?? ''}`
  })
  const last = String(rounds)
  return [
    ...lines,
    `${' '.repeat(margin - 1)}└${'─'.repeat(canvas.columns)}`,
    `${' '.repeat(margin)}0${last.padStart(canvas.columns - 1)}`
  ].join('\n')
}

/** The dots of a line whose place along the longer way, from the left or from the top, is a multiple of `spacing`. */
function dotted(
  canvas: Canvas,
  [x0, y0, x1, y1]: readonly [number, number, number, number],
  spacing: number
): void {
  const isSteep = Math.abs(y1 - y0) > x1 - x0
  const [from, to] = isSteep ? [Math.min(y0, y1), Math.max(y0, y1)] : [x0, x1]
  for (let at = Math.ceil(from / spacing) * spacing; at <= to; at += spacing) {
    const share = isSteep ? (at - y0) / (y1 - y0) : to === from ? 0 : (at - x0) / (x1 - x0)
    canvas.point(x0 + share * (x1 - x0), y0 + share * (y1 - y0))
  }
}
