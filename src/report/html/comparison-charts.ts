/** The figures of a comparison: curves with their bands, where each contender ends, and the graphs. */
import type { Comparison } from '../../compare/comparison.ts'
import { costIn, type View } from '../../compare/standings.ts'
import type { Axis, Panel, Series } from '../../drawing/panel.ts'
import type { Estimate } from '../../statistics/estimate.ts'
import { capital, figure } from '../format.ts'
import { NAMES, STATISTIC_NAMES } from '../measures.ts'
import { type Contest, NOBODY, ORDER, rowsOf, type Solved } from './contests.ts'
import { peersOf } from './curves.ts'
import { drawScale, scaleOf, sketchGraph } from './graph.ts'
import { type Content, html, Markup } from './markup.ts'
import { SCREEN } from './page.ts'

/** Edges of all graphs together, likewise. */
const EDGES = 12_000
/** More peers are not drawn. */
const MOST_SKETCHED = 256

/** Errors that differ by less are drawn on a linear axis. */
const NARROW = 5

/** What the numbers are of. */
export const statisticInWords = (statistic: Comparison['statistic']): string =>
  `${STATISTIC_NAMES[statistic]} over the seeds`

const axisOf = (view: View, isMeasured: boolean): { readonly axis: Axis; readonly title: string } => {
  if (view === 'rounds') return { axis: { label: 'rounds', log: false }, title: 'by rounds' }
  if (view === 'busiestBytes')
    return { axis: { label: 'bytes in and out of the busiest', log: true }, title: 'by bytes of the busiest' }
  const label = isMeasured ? 'measured seconds' : 'predicted seconds'
  return { axis: { label, log: true }, title: `by ${label}` }
}

/** Curves, and below them where each contender ends: its figure for its price. */
export function panelsOf({ problem, contests, isMeasured }: Solved): Panel[] {
  const { metric } = problem
  const isReturn = metric === 'return'
  const axisFor = (values: readonly number[]): Axis => ({
    label: NAMES[metric],
    // Powers of ten have nothing to say where there are none.
    log: !isReturn && Math.max(...values) > NARROW * Math.min(...values)
  })
  const curves = ORDER.map((view): Panel => {
    const { axis, title } = axisOf(view, isMeasured)
    const values = contests.flatMap(contest => contest.curve.map(({ value }) => value.value))
    return {
      title: capital(title),
      x: axis,
      y: axisFor(values),
      series: contests.map(contest => curve(contest, view))
    }
  })
  const rows = rowsOf({ contests, problem })
  const ends = ORDER.map((view): Panel => {
    const { axis, title } = axisOf(view, isMeasured)
    const end = `The end, ${title}${view === 'rounds' ? ' until the target' : ''}`
    const placed = contests.flatMap(contest => {
      const { final } = contest.standing
      const x = costIn(contest.standing, view)
      return final === null || x === undefined ? [] : [{ contest, final, x }]
    })
    const front: Series = {
      name: FRONT,
      colour: NOBODY,
      style: 'dotted',
      points: stepsOf(frontOf(placed, isReturn).filter(([x]) => !axis.log || x > 0))
    }
    const series = placed.flatMap(({ contest, final, x }) => ending(contest, final, x, rows))
    const y = axisFor(placed.map(({ final }) => final.value))
    return { title: end, x: axis, y, series: [front, ...series] }
  })
  return [...curves, ...ends].filter(({ x, y, series }) =>
    series.some(({ points }) => points.some(([at, value]) => (!x.log || at > 0) && (!y.log || value > 0)))
  )
}

const curve = ({ label, look, curve: points }: Contest, view: View): Series => ({
  name: label,
  colour: look.colour,
  style: look.style,
  points: points.map(point => [point[view], point.value.value]),
  band: points.flatMap(point => {
    const { interval } = point.value
    return interval === null ? [] : [[point[view], interval.low, interval.high] as const]
  })
})

/** What joins those of which no other has both a better mean and a smaller price. */
const FRONT = 'best mean for its price'

/** The means of which no other is as good for no more, from the cheapest on. */
export function frontOf(
  placed: readonly { readonly x: number; readonly final: Pick<Estimate, 'value'> }[],
  isReturn: boolean
): (readonly [x: number, y: number])[] {
  const sign = isReturn ? -1 : 1
  const front: (readonly [number, number])[] = []
  for (const { x, final } of placed.toSorted((a, b) => a.x - b.x || sign * (a.final.value - b.final.value))) {
    const last = front.at(-1)
    if (last === undefined || sign * final.value < sign * last[1]) front.push([x, final.value])
  }
  return front
}

/** What can be had for a price stays as it is until the next is paid. Nothing of a single one. */
const stepsOf = (front: readonly (readonly [number, number])[]): (readonly [number, number])[] =>
  front.length < 2
    ? []
    : front.flatMap(([x, y], k) => {
        const before = front[k - 1]
        return before === undefined ? [[x, y] as const] : [[x, before[1]] as const, [x, y] as const]
      })

/** A point with its number in the table, and its interval as a line. */
function ending(
  { label, look, standing }: Contest,
  { value, interval }: Estimate,
  x: number,
  rows: ReadonlyMap<number, number>
): Series[] {
  const { colour, mark } = look
  const number = String(rows.get(standing.contender) ?? '')
  const tag = { short: number, long: `${number} ${label}: ${figure(value)}` }
  const point: Series = { name: label, colour, mark, style: 'points', points: [[x, value]], tag }
  if (interval === null) return [point]
  const ends = [interval.low, interval.high].map(end => [x, end] as const)
  return [point, { name: label, colour, style: 'line', points: ends }]
}

/** What the curves are, below them. */
export function note(statistic: Comparison['statistic'], { contests }: Solved): Markup {
  const silent = contests.filter(({ standing }) => standing.spent?.bytes === 0).map(({ label }) => label)
  const without = silent.length === 0 ? '' : ` ${silent.join(', ')}: no messages, so on no axis of bytes.`
  return html`<p class="note">Lines: ${statisticInWords(statistic)}; bands and bars: 95 % bootstrap intervals. The end: over the second half of the run; dots, rings and crosses are of lines, dashes and dotted lines, numbers those of the table, where there is room for them; the dotted grey line joins those of which no other has a better mean for no more.${without}</p>
`
}

/** The graphs, with what their peers had at the end, all on one scale. */
export function sketches({ problem: { metric }, contests }: Solved): Content {
  const drawn = contests.flatMap(({ label, graph, runs }) => {
    const values = peersOf(runs)
    const isThere = graph !== undefined && values.length > 0 && values.length <= MOST_SKETCHED
    return isThere ? [{ label, graph, values }] : []
  })
  if (drawn.length === 0) return undefined
  const scale = scaleOf(
    drawn.flatMap(({ values }) => values),
    metric === 'return' ? 'greater' : 'smaller'
  )
  const mostEdges = Math.floor(EDGES / contests.length)
  const hidden = drawn.filter(({ graph }) => graph.edges.length > mostEdges).map(({ label }) => label)
  return html`<h3>Peer by peer</h3>
<div class="sketches">
${drawn.map(
  ({ label, graph, values }) =>
    html`<figure>${new Markup(sketchGraph(graph, values, scale, SCREEN, { line: 'var(--edge)', mostEdges, title: label }))}<figcaption>${label}</figcaption></figure>\n`
)}</div>
<figure class="scale">${new Markup(drawScale(scale, NAMES[metric], SCREEN))}</figure>
<p class="note">The ${NAMES[metric]} of each peer at the end, on average over the seeds; blue is best.${hidden.length === 0 ? '' : ` Too many edges to be drawn: ${hidden.join('; ')}.`}</p>
`
}
