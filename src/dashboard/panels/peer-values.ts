/** What a peer believes state by state, beside what is true, what the federation's point says, and what it would believe alone. */
import { count } from '../../report/format.ts'
import type { Glyphs } from '../glyphs.ts'
import type { Scene } from '../scene.ts'
import type { Style } from '../styles.ts'
import type { Piece } from '../surface.ts'
import {
  type Block,
  beside,
  type Column,
  fitted,
  GAP,
  type Line,
  lineWidth,
  section,
  table
} from './block.ts'
import { type Notation, notationOf } from './notation.ts'

interface Series {
  readonly mark: string
  readonly name: string
  readonly style: Style
  readonly values: Float64Array
}

/** No plot is narrower. */
const LEAST_PLOT = 12
/** Numbers that are in the plot, too, make room for one of this width. */
const GOOD_PLOT = 18
/** V here and what is true. */
const LEAST_SERIES = 2
/** States that are visited less often than this, all together, do not decide what the axis spans. */
const RARE = 0.02

/** The least width with what there is to compare and a plot that shows it well. */
export const valuesWidth = (opened: Scene['opened'], glyphs: Glyphs): number => {
  const { notation, columns } = partsOf(opened, glyphs)
  return tableWidth(columns) + LEAST_SERIES * columnWidth(notation) + GAP + GOOD_PLOT
}

export function valuesBlock(opened: Scene['opened'], width: number, glyphs: Glyphs): Block {
  const { series, notation, columns, weights, weightNotation } = partsOf(opened, glyphs)
  const rows = weights.length
  const room = width - tableWidth(columns) - GAP - GOOD_PLOT
  const fits = Math.floor(room / columnWidth(notation))
  const numbers = series.slice(0, Math.max(LEAST_SERIES, fits))
  const all = [
    ...columns,
    ...numbers.map(
      ({ name, style }): Column => ({ title: name, style, width: columnWidth(notation) - 2, align: 'right' })
    )
  ]
  const cells = table(all, rows, s => [
    [String(s), weights[s] === 0 ? 'dim' : 'text'],
    [weightNotation.write(weights[s] ?? Number.NaN), 'dim'],
    ...numbers.map(({ values, style }): Piece => [notation.write(values[s] ?? Number.NaN), style])
  ])
  const plotWidth = width - cells.width - GAP
  const plot = plotWidth < LEAST_PLOT ? [] : [plotOf(series, weights, notation, plotWidth, glyphs)]
  return section(legendOf(opened, series, width), beside([cells, ...plot]))
}

function partsOf({ here, alone }: Scene['opened'], glyphs: Glyphs) {
  const view = here?.view
  const isPolicy = (view?.policy ?? null) !== null
  const weights = view?.weights ?? new Float64Array(0)
  const known: (Omit<Series, 'values'> & { values: Float64Array | null | undefined })[] = [
    { mark: '●', name: 'here', style: 'here', values: view?.values },
    { mark: glyphs.vertical, name: isPolicy ? 'best' : 'exact', style: 'strong', values: view?.exactValues },
    { mark: '×', name: 'θ*', style: 'fixedPoint', values: view?.federatedValues },
    { mark: '○', name: 'alone', style: 'alone', values: alone?.view.values }
  ]
  const series = known.flatMap(({ values, ...each }) => (values ? [{ ...each, values }] : []))
  const notation = notationOf(valuesIn(series))
  const weightNotation = notationOf(weights, 3)
  const columns: Column[] = [
    { title: 'state', style: 'dim', width: Math.max(5, String(weights.length).length), align: 'right' },
    { title: isPolicy ? 'ρ' : 'μ', style: 'dim', width: weightNotation.width, align: 'right' }
  ]
  return { series, notation, columns, weights, weightNotation }
}

function* valuesIn(series: readonly Series[]): Generator<number> {
  for (const { values } of series) yield* values
}

/** With the blanks before it; wide enough for the longest name. */
const columnWidth = ({ width }: Notation): number => 2 + Math.max(5, width)

const tableWidth = (columns: readonly Column[]): number =>
  columns.reduce((sum, { width }) => sum + width + 2, -2)

/** The longest that has room: with the round of what is of another, else without a title. */
function legendOf({ here, alone }: Scene['opened'], series: readonly Series[], width: number): Line {
  const isLate = alone !== undefined && alone.report.round !== here?.report.round
  const round = isLate ? ` (round ${count(alone.report.round)})` : ''
  const [full, ...shorter] = ['values by state', 'values', ''].map(
    (title): Line => [
      [title, 'title'],
      ...series.flatMap(({ mark, name, style }, k): Piece[] => [
        [`${title === '' && k === 0 ? '' : '  '}${mark}`, style],
        [` ${name}${name === 'alone' ? round : ''}`, 'dim']
      ])
    ]
  )
  return [full, ...shorter].find(line => line !== undefined && lineWidth(line) <= width) ?? full ?? []
}

/**
 * A row of marks per state on one axis; a line joins what is believed here with what is true. What is beyond the axis is
 * an arrow at its end.
 */
function plotOf(
  series: readonly Series[],
  weights: Float64Array,
  notation: Notation,
  width: number,
  glyphs: Glyphs
): Block {
  const [low, high] = spanOf(series, weights)
  const last = width - 1
  const columnOf = (x: number): number =>
    high > low ? Math.min(Math.max(Math.round(((x - low) / (high - low)) * last), 0), last) : width >> 1
  const markOf = (x: number, mark: string): string => (x < low ? '←' : x > high ? '→' : mark)
  const ends = low > high ? ['', ''] : [notation.write(low), notation.write(high)]
  const axis: Line = [[`${ends[0]}${fitted(ends[1]!, width - ends[0]!.length, 'right')}`, 'dim']]
  function marks(state: number): Line {
    const cells = Array.from({ length: width }, (): Piece => [' ', 'text'])
    const [here = Number.NaN, exact = Number.NaN] = series.map(({ values }) => columnOf(values[state]!))
    for (let at = Math.min(here, exact); at < Math.max(here, exact); at++) {
      cells[at] = [glyphs.horizontal, 'dim']
    }
    for (const { mark, style, values } of series.toReversed()) {
      const x = values[state]!
      if (Number.isFinite(x)) cells[columnOf(x)] = [markOf(x, mark), style]
    }
    return cells
  }
  return { width, height: weights.length + 1, line: row => (row === 0 ? axis : marks(row - 1)) }
}

/** From the least to the largest value in states that are not rare; from +∞ to −∞ where there is none. */
function spanOf(series: readonly Series[], weights: Float64Array): [low: number, high: number] {
  let low = Number.POSITIVE_INFINITY
  let high = Number.NEGATIVE_INFINITY
  let before = 0
  for (const s of [...weights.keys()].sort((a, b) => weights[a]! - weights[b]!)) {
    before += weights[s]!
    if (before < RARE) continue
    for (const { values } of series) {
      const x = values[s]!
      if (!Number.isFinite(x)) continue
      low = Math.min(low, x)
      high = Math.max(high, x)
    }
  }
  return [low, high]
}
