/** The table of contenders, the best first: what each has reached, what that took, and with how many seeds. */
import { bytes, count, durationInOneUnit, figure } from '../../report/format.ts'
import { NAMES } from '../../report/measures.ts'
import { figureWithin, shortenedTo } from '../figures.ts'
import { firstRow } from '../first-row.ts'
import { footnote } from '../panels/block.ts'
import type { Area, Piece } from '../surface.ts'
import { markOf } from './marks.ts'
import type { ContestRow, ContestScene } from './scene.ts'
import { type ContestView, problemShown, selectedRow } from './view.ts'

interface Column {
  readonly title: string
  readonly width: number
  /** Those that are worth more stay where room is short. */
  readonly worth: number
  readonly cell: (row: ContestRow) => Piece
}

const GAP = 2
/** Blanks before the right side of the frame. */
const MARGIN = 1
/** Other columns leave the names so much room, if they are so long. */
const NAME_WIDTH = 25
/** Before the names: the rank, a letter, and blanks behind both. */
const LEAD = 3
const BEFORE_NAME = LEAD + 3
/** Of the ends of an interval. */
const END_WIDTH = 7

const orNone = (x: number | null, write: (x: number) => string): Piece => [
  x === null ? '–' : write(x),
  'text'
]

/** As they stand, behind the names. */
const columnsOf = (seeds: number, metric: string, hasNegative: boolean): readonly Column[] => [
  {
    title: metric,
    width: Math.max(8, metric.length),
    worth: 5,
    cell: ({ final, diverged }) =>
      diverged > 0 ? ['diverged', 'bad'] : [figure(final?.value), final === null ? 'dim' : 'strong']
  },
  {
    title: '95 %',
    width: 2 * END_WIDTH + (hasNegative ? BETWEEN_NEGATIVE : BETWEEN).length,
    worth: 1,
    cell: ({ final }) => [intervalIn(final), 'dim']
  },
  { title: 'busiest', width: 7, worth: 3, cell: ({ busiestBytes }) => orNone(busiestBytes, bytes) },
  { title: 'time', width: 8, worth: 2, cell: ({ seconds }) => orNone(seconds, durationInOneUnit) },
  {
    title: 'seeds',
    width: Math.max(5, 2 * String(seeds).length + 1),
    worth: 4,
    cell: ({ done }) => [`${done}/${seeds}`, done < seeds ? 'dim' : 'text']
  }
]

/** A dash could be a sign where there are signs. */
const BETWEEN = '–'
const BETWEEN_NEGATIVE = ' to '
const isNegative = ({ final }: Pick<ContestRow, 'final'>): boolean => (final?.interval?.low ?? 0) < 0

const intervalIn = (final: ContestRow['final']): string =>
  final?.interval
    ? [final.interval.low, final.interval.high]
        .map(end => figureWithin(end, END_WIDTH))
        .join(isNegative({ final }) ? BETWEEN_NEGATIVE : BETWEEN)
    : '–'

/** Why ranks are not 1, 2, 3 and so on. */
const RANKS = 'rank: 1 + how many are better seed by seed'

/** How many rows of the table are seen in a panel of this height. */
export const tableRows = (height: number): number => Math.max(1, height - 3)

/** It scrolls so that the selected contender, whose row is inverse, is in it. */
export function drawContestTable(area: Area, scene: ContestScene, view: ContestView): void {
  const { rows, metric } = problemShown(scene, view)
  const inner = area.frame([[' contenders ', 'title']], 'frame')
  const width = inner.width - MARGIN
  const longest = Math.max(9, ...rows.map(({ name }) => [...name].length))
  const columns = columnsWithin(
    width - BEFORE_NAME - Math.min(longest, NAME_WIDTH),
    columnsOf(scene.seeds, NAMES[metric], rows.some(isNegative))
  )
  const taken = columns.reduce((sum, column) => sum + GAP + column.width, 0)
  const nameWidth = Math.min(longest, width - BEFORE_NAME - taken)

  const drawCells = (row: number, cellOf: (column: Column) => Piece): void => {
    let end = BEFORE_NAME + nameWidth
    for (const column of columns) {
      end += GAP + column.width
      const [text, style] = cellOf(column)
      inner.textEndingAt(end, row, text, style)
    }
  }
  inner.text(BEFORE_NAME, 0, 'contender', 'dim')
  drawCells(0, ({ title }) => [title, 'dim'])
  const body = inner.part(0, 1, inner.width, inner.height - 1)
  const selected = selectedRow(rows, view)
  const first = firstRow(selected, rows.length, body.height)
  for (const [k, row] of rows.slice(first, first + body.height).entries()) {
    const { letter, style } = markOf(row.mark)
    inner.textEndingAt(LEAD - 1, k + 1, row.rank === null ? '–' : String(row.rank), 'text')
    inner.text(LEAD + 1, k + 1, letter, style)
    inner.text(BEFORE_NAME, k + 1, shortenedTo(row.name, nameWidth))
    drawCells(k + 1, ({ cell }) => cell(row))
    if (first + k === selected) inner.invert(0, k + 1, inner.width)
  }
  const last = Math.min(first + body.height, rows.length)
  const seen =
    rows.length > body.height ? [`${count(first + 1)}–${count(last)} of ${count(rows.length)}`] : []
  const notes = rows.every(({ rank }, k) => rank === null || rank === k + 1) ? seen : [RANKS, ...seen]
  const words = notes.join(' · ')
  // Between the corners, with blanks around it.
  const shown = words.length <= area.width - 6 ? words : seen.join('')
  if (shown !== '') footnote(area, shown)
}

/** Those that are worth most and have room, as they stand; always the first. */
function columnsWithin(width: number, all: readonly Column[]): Column[] {
  let left = width
  const chosen = all
    .toSorted((a, b) => b.worth - a.worth)
    .filter((column, k) => {
      const fits = k === 0 || GAP + column.width <= left
      if (fits) left -= GAP + column.width
      return fits
    })
  return all.filter(column => chosen.includes(column))
}
