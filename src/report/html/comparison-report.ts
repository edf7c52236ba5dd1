/** A comparison as a page: for each problem what may be said, curves with their bands, who reached what for which price, and the graphs. */
import { isDeepStrictEqual } from 'node:util'
import { stringify } from 'yaml'
import { traitsOf } from '../../aggregation/names.ts'
import type { Comparison, ContestRun, Problem } from '../../compare/comparison.ts'
import {
  type ProblemStandings,
  type Standing,
  standingsOf,
  TARGET_SLACK,
  type View
} from '../../compare/standings.ts'
import { verdictOf } from '../../compare/verdict.ts'
import { productVersion } from '../../core/product.ts'
import type { Axis, Panel, Series } from '../../drawing/panel.ts'
import type { Experiment } from '../../experiment/schema.ts'
import { drawFigure } from '../../reproduce/draw.ts'
import type { Estimate } from '../../statistics/estimate.ts'
import { bytes, count, duration, figure } from '../format.ts'
import { NAMES } from '../measures.ts'
import { charts } from './charts.ts'
import { type CurvePoint, curveOf, type Load, loadsOf, peersOf } from './curves.ts'
import { drawScale, type Placed, scaleOf, sketchGraph } from './graph.ts'
import { type Content, html, Markup } from './markup.ts'
import {
  type Drawing,
  headlines,
  page,
  type Report,
  SCREEN,
  SHEET,
  section,
  table,
  warnings
} from './page.ts'

/** What was compared and what came out: plain data. */
export interface Compared {
  readonly comparison: Comparison
  readonly runs: readonly ContestRun[]
  /** Who could not take part, and why. */
  readonly leftOut: readonly { readonly label: string; readonly reason: string }[]
  /** Per contender where to draw its graph; undefined where it is not to be drawn. */
  readonly graphs: readonly (Placed | undefined)[]
}

/** Points of all curves together: what keeps the page small. */
const POINTS = 9000
const MOST_POINTS = 160
const LEAST_POINTS = 12
/** Edges of all graphs together, likewise. */
const EDGES = 12_000
/** More peers are not drawn. */
const MOST_SKETCHED = 256
/** Errors that differ by less are drawn on a linear axis. */
const NARROW = 5
const COLOURS = SHEET.series.length
const LOOKS = [
  { style: 'line', mark: 'dot' },
  { style: 'dashed', mark: 'ring' },
  { style: 'dotted', mark: 'cross' }
] as const
/** Grey: of what belongs to no contender. */
const NOBODY = 8

/** One problem with all that is known of it. */
interface Solved {
  readonly problem: Problem
  readonly standings: ProblemStandings
  readonly verdict: string
  readonly contests: readonly Contest[]
}

type Look = Required<Pick<Series, 'colour' | 'style' | 'mark'>>

interface Contest {
  readonly label: string
  readonly look: Look
  readonly standing: Standing
  readonly runs: readonly ContestRun[]
  readonly curve: readonly CurvePoint[]
  readonly graph: Placed | undefined
}

/** What a comparison is called whose user gave it no name. */
const UNNAMED = /^[0-9a-f]{8}$/

/** The page of a comparison. */
export function comparisonReport(compared: Compared): Report {
  const { comparison, runs, leftOut } = compared
  const { name, problems, contenders, seeds, price, target, budget, command, statistic } = comparison
  const heading = UNNAMED.test(name) ? 'Graphs and protocols beside star federation' : name
  const solved = solvedOf(compared).map(each => ({ ...each, panels: panelsOf(each) }))
  const expected = contenders.length * seeds.length
  const content = html`<header>
<h1>${heading}</h1>
<p class="lead">${count(contenders.length)} contenders, ${count(seeds.length)} seeds each${problems.length > 1 ? `, ${count(problems.length)} problems` : ''}; seconds are predicted for ${price}.</p>
</header>
${warnings([
  ...(runs.length < expected ? [`${count(runs.length)} of ${count(expected)} runs are done.`] : []),
  ...solved.flatMap(({ problem, contests }) => divergedIn(problem, contests))
])}${headlines([
  { name: 'runs', value: count(runs.length) },
  { name: 'seeds', value: count(seeds.length), note: seedsInWords(seeds) },
  target === null
    ? {
        name: 'target',
        value: "the server's",
        note: `its figure and ${Math.round(100 * TARGET_SLACK)} % more`
      }
    : { name: 'target', value: figure(target) },
  ...(budget === null ? [] : [{ name: 'budget', value: budgetInWords(budget) }]),
  { name: 'network model', value: price }
])}${solved.map(({ panels, ...each }) =>
  section(
    each.problem.label === '' ? 'Results' : each.problem.label,
    html`<p class="verdict">${each.verdict}</p>\n`,
    charts(panels),
    note(statistic, each.contests),
    standingsTable(each),
    priceTable(each),
    loadTable(each),
    sketches(each)
  )
)}${
  leftOut.length === 0
    ? undefined
    : section(
        'Left out',
        table(
          ['contender', 'why'],
          leftOut.map(({ label, reason }) => [label, reason]),
          'll'
        )
      )
}${section('Settings', settings(comparison))}${section(
  'Repeat it',
  html`<pre class="command">${command}</pre>
<p class="note">Page made by Murmuration ${productVersion()}, Node ${process.version}. The same seeds end with the same numbers.</p>`
)}`
  const figures = solved.map(
    ({ problem, panels }, p): Drawing => ({
      name: problems.length === 1 ? 'comparison' : `comparison-${p + 1}`,
      svg: drawFigure(
        problem.label === '' ? name : `${name}: ${problem.label}`,
        `${statisticInWords(statistic)}, 95 % intervals; seconds for ${price}`,
        panels,
        SHEET
      )
    })
  )
  return { title: heading, html: page(heading, content), figures }
}

function solvedOf({ comparison, runs, graphs }: Compared): Solved[] {
  const { problems, contenders } = comparison
  const all = standingsOf(comparison, runs)
  const verdicts = verdictOf(comparison, all)
  const points = Math.max(
    LEAST_POINTS,
    Math.min(MOST_POINTS, Math.floor(POINTS / (3 * Math.max(1, contenders.length))))
  )
  return all.flatMap((standings, k) => {
    const problem = problems[standings.problem]
    if (problem === undefined) return []
    const looks = looksOf(
      standings.standings.flatMap(({ contender }) => contenders[contender]?.experiment ?? [])
    )
    const contests = standings.standings.map((standing, number): Contest => {
      const its = runs.filter(run => run.contender === standing.contender)
      return {
        label: contenders[standing.contender]?.label ?? '',
        look: looks[number] ?? { colour: NOBODY, ...LOOKS[0] },
        standing,
        runs: its,
        curve: curveOf(its, comparison, points),
        graph: graphs[standing.contender]
      }
    })
    return [{ problem, standings, verdict: verdicts[k] ?? '', contests }]
  })
}

const divergedIn = ({ label: problem }: Problem, contests: readonly Contest[]): string[] =>
  contests
    .filter(({ standing }) => standing.diverged > 0)
    .map(({ label, standing, runs }) => {
      const first = Math.min(...runs.map(run => run.divergedIn ?? Number.POSITIVE_INFINITY))
      const where = problem === '' ? '' : ` (${problem})`
      return `${label}${where} diverged with ${count(standing.diverged)} of ${count(standing.runs)} seeds, the first in round ${count(first)}.`
    })

const seedsInWords = (seeds: readonly string[]): string =>
  seeds.length <= 8 ? seeds.join(', ') : `${seeds[0]} … ${seeds.at(-1)}`

const budgetInWords = ({ of, amount }: NonNullable<Comparison['budget']>): string =>
  of === 'bytes' ? bytes(amount) : of === 'seconds' ? duration(amount) : `${count(amount)} ${of}`

const statisticInWords = (statistic: Comparison['statistic']): string =>
  statistic === 'mean' ? 'mean over the seeds' : 'interquartile mean over the seeds'

const AXES: Readonly<
  Record<View, { readonly axis: Axis; readonly title: string; readonly end: string; readonly word: string }>
> = {
  rounds: {
    axis: { label: 'rounds', log: false },
    title: 'By rounds',
    end: 'The end, by rounds until the target',
    word: 'rounds'
  },
  busiestBytes: {
    axis: { label: 'bytes in and out of the busiest', log: true },
    title: 'By bytes of the busiest',
    end: 'The end, by bytes of the busiest',
    word: 'bytes'
  },
  seconds: {
    axis: { label: 'predicted seconds', log: true },
    title: 'By predicted seconds',
    end: 'The end, by predicted seconds',
    word: 'seconds'
  }
}
const ORDER: readonly View[] = ['rounds', 'busiestBytes', 'seconds']

/** Curves, and below them where each contender ends: its figure for its price. */
function panelsOf({ problem: { metric }, contests }: Solved): Panel[] {
  const isReturn = metric === 'return'
  const axisFor = (values: readonly number[]): Axis => ({
    label: NAMES[metric],
    // Powers of ten have nothing to say where there are none.
    log: !isReturn && Math.max(...values) > NARROW * Math.min(...values)
  })
  const curves = ORDER.map((view): Panel => {
    const { axis, title } = AXES[view]
    const values = contests.flatMap(contest => contest.curve.map(({ value }) => value.value))
    return { title, x: axis, y: axisFor(values), series: contests.map(contest => curve(contest, view)) }
  })
  const ends = ORDER.map((view): Panel => {
    const { axis, end } = AXES[view]
    const placed = contests.flatMap(contest => {
      const { final } = contest.standing
      const x = costIn(contest.standing, view)
      return final === null || x === undefined ? [] : [{ contest, final, x }]
    })
    const front: Series = {
      name: 'dominated by none',
      colour: NOBODY,
      style: 'dotted',
      points: placed
        .filter(({ contest }) => contest.standing.dominatedBy[view].length === 0)
        .sort((a, b) => a.x - b.x)
        .map(({ x, final }) => [x, final.value])
    }
    const series = placed.flatMap(({ contest, final, x }) => ending(contest, final, x))
    const y = axisFor(placed.map(({ final }) => final.value))
    return { title: end, x: axis, y, series: [front, ...series] }
  })
  return [...curves, ...ends].filter(({ x, y, series }) =>
    series.some(({ points }) => points.some(([at, value]) => (!x.log || at > 0) && (!y.log || value > 0)))
  )
}

/** Of the whole run; of rounds those until the target. */
const costIn = ({ spent, untilTarget }: Standing, view: View): number | undefined =>
  view === 'rounds' ? untilTarget?.rounds : spent?.[view]

/**
 * Where that tells all apart a colour is a graph and a style one of its protocols; otherwise colours are taken in turn.
 */
function looksOf(experiments: readonly Experiment[]): Look[] {
  const graphs = experiments.map(({ aggregation, topology }) => {
    const { over } = traitsOf(aggregation)
    return over === 'graph' ? JSON.stringify(topology) : over
  })
  const distinct = [...new Set(graphs)]
  const within = graphs.map((graph, k) => graphs.slice(0, k).filter(other => other === graph).length)
  const isEnough = distinct.length <= COLOURS && Math.max(...within) < LOOKS.length
  return graphs.map((graph, k) => {
    const look = isEnough ? within[k] : Math.floor(k / COLOURS)
    return {
      colour: isEnough ? distinct.indexOf(graph) : k % COLOURS,
      ...LOOKS[Math.min(LOOKS.length - 1, look ?? 0)]!
    }
  })
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

/** A point, with its interval as a line. */
function ending({ label, look }: Contest, { value, interval }: Estimate, x: number): Series[] {
  const { colour, mark } = look
  const point: Series = { name: label, colour, mark, style: 'points', points: [[x, value]] }
  if (interval === null) return [point]
  const ends = [interval.low, interval.high].map(end => [x, end] as const)
  return [point, { ...point, style: 'line', points: ends }]
}

function note(statistic: Comparison['statistic'], contests: readonly Contest[]): Markup {
  const silent = contests.filter(({ standing }) => standing.spent?.bytes === 0).map(({ label }) => label)
  const without = silent.length === 0 ? '' : ` ${silent.join(', ')}: no messages, so on no axis of bytes.`
  return html`<p class="note">Lines: ${statisticInWords(statistic)}; bands and bars: 95 % bootstrap intervals. The end: over the second half of the run; dots, rings and crosses are of lines, dashes and dotted lines.${without}</p>
`
}

/** The best first, those without a figure last. */
const ranked = ({ contests, problem }: Solved): Contest[] =>
  contests.toSorted((a, b) => {
    const [one, other] = [a.standing, b.standing]
    if (one.final === null || other.final === null)
      return Number(one.final === null) - Number(other.final === null)
    const sign = problem.metric === 'return' ? -1 : 1
    return (one.rank ?? 0) - (other.rank ?? 0) || sign * (one.final.value - other.final.value)
  })

function standingsTable(solved: Solved): Markup {
  const { metric } = solved.problem
  const rows = ranked(solved).map(({ label, standing }) => {
    const { final, againstServer, rank, runs, diverged } = standing
    return [
      rank === null ? figure(null) : count(rank),
      label,
      diverged > 0 ? 'diverged' : figure(final?.value),
      intervalOf(final),
      figure(againstServer?.value),
      intervalOf(againstServer),
      diverged > 0 ? `${count(runs - diverged)} of ${count(runs)}` : count(runs),
      dominators(solved, standing)
    ]
  })
  const header = [
    'rank',
    'contender',
    NAMES[metric],
    '95 % interval',
    metric === 'return' ? '− server' : '÷ server',
    '95 % interval',
    'runs',
    'dominated by'
  ]
  return html`<h3>Standing</h3>
${table(header, rows, 'rlrrrrrw')}<p class="note">The ${NAMES[metric]} over the second half of the run. Rank: one more than there are contenders whose interval lies wholly on the better side. Against the server seed by seed, the corrected one if corrected. Dominated by one that is better for no more.</p>
`
}

/** As `bytes: complete, gossip and 2 more`; view by view. */
function dominators({ contests }: Solved, { dominatedBy, final }: Standing): string {
  if (final === null) return figure(null)
  const said = ORDER.flatMap(view => {
    const [first, ...more] = dominatedBy[view]
    if (first === undefined) return []
    const name = contests.find(({ standing }) => standing.contender === first)?.label ?? ''
    return [`${AXES[view].word}: ${name}${more.length === 0 ? '' : ` and ${count(more.length)} more`}`]
  })
  return said.length === 0 ? 'none' : said.join('; ')
}

const intervalOf = (estimate: Estimate | null): string =>
  estimate === null || estimate.interval === null
    ? figure(null)
    : `${figure(estimate.interval.low)} … ${figure(estimate.interval.high)}`

function priceTable(solved: Solved): Markup {
  const rows = ranked(solved).map(({ label, standing: { reached, untilTarget, spent } }) => [
    label,
    count(reached),
    amount(untilTarget?.rounds, count),
    amount(untilTarget?.samples, count),
    amount(untilTarget?.busiestBytes, wholeBytes),
    amount(untilTarget?.seconds, seconds),
    amount(spent?.rounds, count),
    amount(spent?.messages, count),
    amount(spent?.bytes, wholeBytes),
    amount(spent?.busiestBytes, wholeBytes),
    amount(spent?.seconds, seconds)
  ])
  const header = [
    'contender',
    'seeds',
    'to target: rounds',
    'samples',
    'busiest',
    'seconds',
    'in all: rounds',
    'messages',
    'bytes',
    'busiest',
    'seconds'
  ]
  return html`<h3>Price</h3>
${table(header, rows, 'l')}<p class="note">With how many seeds the target is reached, and what it takes: ${targetInWords(solved)}; then the whole run. Medians over the seeds; samples are those of a peer. Busiest: bytes in and out of the participant with most, be it a peer or the hub.</p>
`
}

const amount = (value: number | undefined, write: (x: number) => string): string =>
  value === undefined ? figure(null) : write(value)

const seconds = (x: number): string => (x < 1 ? `${figure(x)} s` : duration(x))

const wholeBytes = (x: number): string => bytes(Math.round(x))

function targetInWords({ standings: { targets } }: Solved): string {
  const known = targets.filter(target => target !== null)
  if (known.length === 0) return 'of which there is none'
  const [low, high] = [Math.min(...known), Math.max(...known)]
  return low === high ? figure(low) : `${figure(low)} to ${figure(high)}, seed by seed`
}

function loadTable(solved: Solved): Markup {
  const cells = (load: Load | undefined): string[] =>
    load === undefined
      ? [figure(null), figure(null), figure(null)]
      : [wholeBytes(load.in), wholeBytes(load.out), wholeBytes(load.in + load.out)]
  const rows = ranked(solved).flatMap(({ label, runs }) => {
    const loads = loadsOf(runs.filter(run => run.divergedIn === null))
    return loads === undefined
      ? []
      : [[label, ...cells(loads.mean), ...cells(loads.most), ...cells(loads.hub)]]
  })
  const header = [
    'contender',
    'mean peer: in',
    'out',
    'sum',
    'busiest peer: in',
    'out',
    'sum',
    'hub: in',
    'out',
    'sum'
  ]
  return html`<h3>Who carries it</h3>
${table(header, rows, 'l')}<p class="note">Bytes of the whole run, on average over the seeds. A hub is a participant of its own and does not learn.</p>
`
}

/** The graphs, with what their peers had at the end, all on one scale. */
function sketches({ problem: { metric }, contests }: Solved): Content {
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

/** What all runs have in common, and what each contender has of its own. */
function settings({ contenders, problems }: Comparison): Markup {
  const experiments = contenders.map(({ experiment }) => ({ ...experiment }) as Record<string, unknown>)
  const keys = [...new Set(experiments.flatMap(each => Object.keys(each)))]
  const differs = (key: string, all: readonly Record<string, unknown>[]): boolean =>
    all.some(each => !isDeepStrictEqual(each[key], all[0]?.[key]))
  const of = (problem: number) => experiments.filter((_, c) => contenders[c]?.problem === problem)
  // What only tells problems apart is said once for each of them.
  const own = keys.filter(key => problems.some((_, p) => differs(key, of(p))))
  const ofProblem = keys.filter(key => !own.includes(key) && differs(key, experiments))
  const common = Object.fromEntries(
    keys.filter(key => !differs(key, experiments)).map(key => [key, experiments[0]?.[key]])
  )
  const labelled = problems.length > 1
  const rows = contenders.map(({ label, problem }, c) => [
    ...(labelled ? [problems[problem]?.label ?? ''] : []),
    label,
    ...own.map(key => shortOf(experiments[c]?.[key]))
  ])
  const parts = problems.map((problem, p) => {
    const [first] = of(p)
    const its = Object.fromEntries(ofProblem.map(key => [key, first?.[key]]))
    return html`<details open=""><summary>${problem.label}</summary><pre>${stringify(its)}</pre></details>\n`
  })
  return html`${table([...(labelled ? ['problem'] : []), 'contender', ...own], rows, 'l'.repeat(own.length + 2))}${
    ofProblem.length > 0 ? parts : undefined
  }<details open=""><summary>In common</summary><pre>${stringify(common)}</pre></details>`
}

/** As `ring`, or `torus rows=4`. */
function shortOf(value: unknown): string {
  if (typeof value !== 'object' || value === null) return String(value ?? figure(null))
  const { name, ...rest } = value as Record<string, unknown>
  if (typeof name !== 'string') return JSON.stringify(value)
  return [name, ...Object.entries(rest).map(([key, each]) => `${key}=${shortOf(each)}`)].join(' ')
}
